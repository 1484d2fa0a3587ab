# SPDX-License-Identifier: MIT
"""Credentials: every recorded text, in the dialect of its route."""
import base64

import pytest
from rushlight import PK, SK, basic

HOST = "Confirm that you've configured the correct host."
CASES = [
    ("none", None, 401, "No authorization header"),
    ("bad secret", basic(PK, "sk-lf-wrong"), 401, f"Invalid credentials. {HOST}"),
    ("unknown key", basic("pk-lf-unknown", "sk-lf-unknown"), 401, f"Invalid credentials. {HOST}"),
    ("garbage", "Basic !!!", 401, f"Invalid character. {HOST}"),
    ("scheme", "Token abc", 401, "Invalid authorization header"),
    ("lower-case scheme", basic().replace("Basic", "basic"), 401, "Invalid authorization header"),
    ("empty basic", "Basic ", 401, "Invalid authorization header"),
    ("public key on a read route", "Bearer " + PK, 403, "Access denied - insufficient permissions for this endpoint"),
    ("unknown public key", "Bearer pk-lf-unknown", 401, f"Invalid public key. {HOST}"),
]


@pytest.mark.parametrize("header,status,message", [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_read_routes(server, header, status, message):
    a = server.get("/traces", auth=header)
    assert (a.status, a.json) == (status, {"message": message})


def test_ingestion_has_its_own_dialect(server):
    a = server.post("/ingestion", {"batch": []}, auth=None)
    assert (a.status, a.json) == (401, {"error": "UnauthorizedError", "message": "No authorization header"})


def test_otlp(server):
    a = server.post("/otel/v1/traces", {}, auth=None)
    assert (a.status, a.json) == (401, {"message": "No authorization header"})
    a = server.post("/otel/v1/traces", {}, auth="Bearer " + PK)
    assert (a.status, a.json) == (403, {"message": "Access denied - insufficient permissions for this endpoint"})


def test_the_secret_decides_whose_key_it_is(server):
    """As recorded: a public key that does not belong to the secret is not looked at."""
    assert server.get("/projects", auth=basic("pk-lf-of-somebody-else", SK)).status == 200


def test_a_colon_ends_the_secret(server):
    header = "Basic " + base64.b64encode(f"{PK}:{SK}:more".encode()).decode()
    assert server.get("/projects", auth=header).status == 200


def test_public_key_may_write_scores_only(server):
    a = server.post("/ingestion", {"batch": [
        {"id": "e1", "type": "trace-create", "timestamp": "2026-11-20T10:00:00Z", "body": {"id": "bearer-trace"}},
        {"id": "e2", "type": "score-create", "timestamp": "2026-11-20T10:00:00Z",
         "body": {"id": "bearer-score", "traceId": "t", "name": "n", "value": 1}},
    ]}, auth="Bearer " + PK)
    assert a.status == 207
    assert a.json["successes"] == [{"id": "e2", "status": 201}]
    assert a.json["errors"] == [{"id": "e1", "status": 401, "message": "Authentication error",
                                 "error": "Access Scope Denied"}]
    assert server.get("/traces/bearer-trace").status == 404
    assert server.get("/v2/scores/bearer-score").json["value"] == 1


def test_public_key_on_the_score_route(server):
    a = server.post("/scores", {"id": "b2", "traceId": "t", "name": "n", "value": 2}, auth="Bearer " + PK)
    assert (a.status, a.json) == (200, {"id": "b2"})


def test_projects_of_two_keys_do_not_mix(fresh):
    from rushlight import event, run_cli, send
    s = fresh()
    made = run_cli("project", "add", "Other", "--id", "proj-other", "--data", s.data)
    assert made.returncode == 0, made
    key = run_cli("key", "add", "proj-other", "--json", "--data", s.data)
    assert key.returncode == 0, key
    import json
    pair = json.loads(key.stdout)
    other = basic(pair["publicKey"], pair["secretKey"])
    send(s, event("trace-create", {"id": "same-id", "name": "mine"}))
    deadline_get(s, other)
    assert s.get("/traces/same-id", auth=other).status == 404
    assert s.get("/traces", auth=other).json["meta"]["totalItems"] == 0


def deadline_get(s, header):
    """A key made beside a running server counts within a second."""
    import time
    end = time.monotonic() + 5
    while s.get("/projects", auth=header).status != 200:
        assert time.monotonic() < end, "the new key was never accepted"
        time.sleep(0.05)
