# SPDX-License-Identifier: MIT
"""Health, readiness, metrics, methods and paths that do not exist."""
import json
import time

import pytest
from rushlight import PROJECT, event, send


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_health_answers_every_method_without_a_key(server, method):
    a = server.request(method, "/api/public/health", auth=False)
    assert (a.status, a.json["status"]) == (200, "OK")
    assert a.json["version"].startswith("4.")


def test_head_has_no_body(server):
    a = server.request("HEAD", "/api/public/health", auth=False)
    assert (a.status, a.body) == (200, b"")


def test_ready(server):
    a = server.get("/ready", auth=False)
    assert (a.status, a.json["status"]) == (200, "OK")


def test_health_with_database_check(server):
    assert server.get("/health", {"failIfDatabaseUnavailable": "true"}, auth=False).status == 200


def test_health_wants_recent_events(fresh):
    s = fresh()
    a = s.get("/health", {"failIfNoRecentEvents": "true"}, auth=False)
    assert (a.status, a.json["status"]) == (503, "No traces within the last 3 minutes")
    now = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
    send(s, event("trace-create", {"id": "recent", "timestamp": now}, at=now))
    assert s.get("/health", {"failIfNoRecentEvents": "true"}, auth=False).status == 200


def test_metrics_are_prometheus_text(server):
    send(server, event("trace-create", {"id": "m1"}))
    a = server.request("GET", "/metrics", auth=False)
    assert a.status == 200 and a.headers["content-type"].startswith("text/plain")
    lines = a.body.decode().splitlines()
    assert any(line.startswith("# TYPE rushlight_") for line in lines)
    for line in lines:
        if line and not line.startswith("#"):
            float(line.rsplit(" ", 1)[1])


def test_projects(server):
    a = server.get("/projects")
    assert a.status == 200
    assert a.json["data"] == [{"id": PROJECT, "name": "TestProject", "metadata": {},
                               "organization": {"id": "org-test", "name": "TestOrg"}}]


def test_unknown_path_is_json(server):
    a = server.get("/does-not-exist")
    assert a.status == 404 and a.json["error"] == "LangfuseNotFoundError"
    assert a.headers["content-type"].startswith("application/json")


@pytest.mark.parametrize("method,path,body", [
    ("PUT", "/api/public/traces", {"message": "Method not allowed", "error": "MethodNotAllowedError"}),
    ("GET", "/api/public/ingestion", {"error": "MethodNotAllowedError", "message": "Method not allowed"}),
    ("GET", "/api/public/otel/v1/traces", {"message": "Method not allowed", "error": "MethodNotAllowedError"}),
])
def test_wrong_method_is_told_before_the_key(server, method, path, body):
    a = server.request(method, path, auth=False)
    assert (a.status, a.json) == (405, body)


def test_preflight_echoes_the_origin(server):
    a = server.request("OPTIONS", "/api/public/ingestion", auth=False, headers={
        "Origin": "http://example.com", "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type"})
    assert (a.status, a.body) == (204, b"")
    assert a.headers["access-control-allow-origin"] == "http://example.com"
    assert "POST" in a.headers["access-control-allow-methods"]
    assert a.headers["access-control-allow-headers"] == "authorization,content-type"


def test_answers_echo_the_origin(server):
    a = server.get("/health", auth=False, headers={"Origin": "http://example.com"})
    assert a.headers["access-control-allow-origin"] == "http://example.com"
    assert "Origin" in a.headers["vary"]


def test_fixed_headers(server):
    a = server.get("/projects")
    assert a.headers["x-content-type-options"] == "nosniff"
    assert a.headers["content-type"] == "application/json; charset=utf-8"
    json.loads(a.body)
