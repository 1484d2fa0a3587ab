# SPDX-License-Identifier: MIT
"""`rushlight queue` on a real Redis: what it shows, what it changes, what it says when it cannot."""
import json
import os
import subprocess
import sys
import time

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))
from rushlight import run_cli  # noqa: E402

PORT, TLS_PORT, PASSWORD, DIR = (os.environ["REDIS_" + name] for name in ("PLAIN_PORT", "TLS_PORT", "PASS", "DIR"))
OK, FAILED, USAGE, MISSING = 0, 1, 2, 3
DB = "5"
SETTINGS = {"REDIS_HOST": "127.0.0.1", "REDIS_PORT": PORT, "REDIS_AUTH": PASSWORD, "REDIS_DB": DB}


def redis(*words, db=DB):
    done = subprocess.run(["redis-cli", "-p", PORT, "-n", db, "--json", *words], text=True, capture_output=True, check=True,
                          env={**os.environ, "REDISCLI_AUTH": PASSWORD})
    return json.loads(done.stdout)


def queue(*args, status=OK, env=None):
    done = run_cli("queue", *args, env=SETTINGS if env is None else env)
    assert done.returncode == status, done
    assert PASSWORD not in done.stdout + done.stderr
    return done.stdout if status == OK else done.stderr



def answer(*args):
    return json.loads(queue(*args, "--json"))


def give_up(*bodies):
    """As a worker does: work that is in the dead list, the oldest first."""
    return [redis("XADD", "rushlight:{queue}:dead", "*", "b", body, "p", "1700000000000", "n", "5", "r", f"why {body}") for body in bodies]


@pytest.fixture(autouse=True)
def empty():
    redis("FLUSHALL")


def test_an_empty_queue():
    assert queue("status") == f"redis    127.0.0.1:{PORT}, database 5\nwaiting  0\ntaken    0\ndead     0\n"
    assert answer("status") == {"redis": f"127.0.0.1:{PORT}, database 5", "waiting": 0, "taken": 0, "dead": 0, "oldest": None, "oldestSeconds": 0}
    assert answer("dead", "list") == []
    assert redis("DBSIZE") == 0


def test_what_waits_and_what_is_taken():
    for n in range(3):
        redis("XADD", "rushlight:{queue}:work", f"{int(time.time() * 1000) - 60000 + n}-0", "b", f"work {n}")
    redis("XGROUP", "CREATE", "rushlight:{queue}:work", "workers", "0")
    redis("XREADGROUP", "GROUP", "workers", "one", "COUNT", "1", "STREAMS", "rushlight:{queue}:work", ">")
    said = answer("status")
    assert (said["waiting"], said["taken"], said["dead"]) == (2, 1, 0)
    assert 59 <= said["oldestSeconds"] <= 90
    assert said["oldest"].endswith("Z")
    assert "s ago" in queue("status")


def test_dead_work_is_listed_latest_first():
    ids = give_up("a", "b")
    rows = answer("dead", "list")
    assert [r["body"] for r in rows] == ["b", "a"]
    assert rows[1]["id"] == ids[0]
    assert rows[1]["reason"] == "why a"
    assert rows[1]["deliveries"] == 5
    assert rows[1]["pushed"] == "2023-11-14T22:13:20.000Z"
    table = queue("dead", "list")
    assert "why a" in table and table.startswith("id ")


def test_retry():
    ids = give_up("a", "b", "c")
    assert answer("dead", "retry", ids[1]) == {"count": 1}
    assert answer("status")["waiting"] == 1
    assert queue("dead", "retry") == "Given out again: 2.\n"
    assert [e[1][1] for e in redis("XRANGE", "rushlight:{queue}:work", "-", "+")] == ["b", "a", "c"]
    assert answer("dead", "list") == []


def test_drop():
    ids = give_up("a", "b", "c")
    assert answer("dead", "drop", ids[0]) == {"count": 1}
    assert "--yes" in queue("dead", "drop", status=USAGE)
    assert len(answer("dead", "list")) == 2
    assert answer("dead", "drop", "--yes") == {"count": 2}
    assert answer("status")["dead"] == 0 and answer("status")["waiting"] == 0


@pytest.mark.parametrize("verb", ["retry", "drop"])
def test_an_unknown_id(verb):
    give_up("a")
    assert "no dead work" in queue("dead", verb, "1-1", status=MISSING)
    assert "no dead work" in queue("dead", verb, "nonsense", status=MISSING)
    assert answer("status")["dead"] == 1


def test_no_redis_is_set():
    assert "REDIS_HOST" in queue("status", status=FAILED, env={})


def test_other_databases_and_keys_are_left_alone():
    redis("SET", "business", "1", db="0")
    redis("SET", "rushlight-like", "1")
    give_up("a")
    queue("dead", "drop", "--yes")
    assert redis("KEYS", "*", db="0") == ["business"]
    assert redis("KEYS", "*") == ["rushlight-like"]


def test_a_prefix_of_ones_own():
    redis("XADD", "mine:{queue}:work", "*", "b", "x")
    assert json.loads(queue("status", "--json", env=SETTINGS | {"REDIS_KEY_PREFIX": "mine:"}))["waiting"] == 1
    assert answer("status")["waiting"] == 0


def test_every_way_to_name_it(tmp_path):
    (tmp_path / "password").write_text(PASSWORD + "\n")
    encoded = "pa%3Dss%40w%2Fo%3Fr%3Ad%2541%23"
    give_up("a")
    for env in [
        {"REDIS_CONNECTION_STRING": f"redis://:{PASSWORD}@127.0.0.1:{PORT}/5"},
        {"REDIS_CONNECTION_STRING": f"redis://default:{encoded}@127.0.0.1:{PORT}/5"},
        {"REDIS_CONNECTION_STRING": f"redis://127.0.0.1:{PORT}", "REDIS_AUTH": PASSWORD, "REDIS_DB": "5"},
        {"REDIS_HOST": f"127.0.0.1:{PORT}", "REDIS_PORT": "tcp://10.0.0.1:6379", "REDIS_DB": "5", "REDIS_AUTH_FILE": str(tmp_path / "password")},
        {"REDIS_CONNECTION_STRING": f"rediss://:{PASSWORD}@localhost:{TLS_PORT}/5", "REDIS_TLS_CA_PATH": DIR + "/ca.crt"},
        SETTINGS | {"REDIS_PORT": TLS_PORT, "REDIS_TLS_ENABLED": "true", "REDIS_TLS_REJECT_UNAUTHORIZED": "false"},
        SETTINGS | {"REDIS_PORT": TLS_PORT, "REDIS_TLS_ENABLED": "true", "REDIS_TLS_CA_PATH": DIR + "/ca.crt",
                    "REDIS_TLS_CERT_PATH": DIR + "/server.crt", "REDIS_TLS_KEY_PATH": DIR + "/server.key"},
    ]:
        assert json.loads(queue("status", "--json", env=env))["dead"] == 1, env


@pytest.mark.parametrize("change,words", [
    ({"REDIS_PORT": "1"}, "nothing listens there; start the server or correct host and port"),
    ({"REDIS_HOST": "no-such-host.invalid"}, "the host name does not resolve"),
    ({"REDIS_AUTH": "not-the-password-7261"}, "the user or password was rejected"),
    ({"REDIS_AUTH": ""}, "it wants a password and none is set; set REDIS_AUTH"),
    ({"REDIS_USERNAME": "nobody"}, "the user or password was rejected"),
    ({"REDIS_DB": "16"}, "there is no database of that number"),
    ({"REDIS_PORT": TLS_PORT, "REDIS_TLS_ENABLED": "true"}, "the TLS connection failed"),
    ({"REDIS_PORT": TLS_PORT, "REDIS_TLS_ENABLED": "true", "REDIS_TLS_CA_PATH": DIR + "/ca.crt", "REDIS_TLS_SERVERNAME": "other.example"},
     "the TLS connection failed"),
    ({"REDIS_TLS_ENABLED": "true"}, "TLS"),
])
def test_what_can_be_wrong(change, words):
    said = queue("status", status=MISSING if "REDIS_DB" in change else FAILED, env=SETTINGS | change)
    assert words in said
    assert "not-the-password-7261" not in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("change,words", [({"REDIS_DB": "business"}, "a number such as 1"), ({"REDIS_PORT": "x"}, "1 to 65535"),
                                          ({"REDIS_KEY_PREFIX": "{a}"}, "prefix"), ({"REDIS_SOCKET_TIMEOUT_MS": "1"}, "REDIS_SOCKET_TIMEOUT_MS")])
def test_bad_settings(change, words):
    assert words in queue("status", status=USAGE, env=SETTINGS | change)


def test_a_url_is_never_shown():
    said = queue("status", status=USAGE, env={"REDIS_CONNECTION_STRING": f"http://:{PASSWORD}@h"})
    assert "redis://" in said


def test_a_server_that_does_not_answer():
    pid = int(open(DIR + "/pid", encoding="ascii").read())
    os.kill(pid, 19)
    try:
        assert "no answer in time" in queue("status", status=FAILED, env=SETTINGS | {"REDIS_SOCKET_TIMEOUT_MS": "200"})
    finally:
        os.kill(pid, 18)
    assert answer("status")["waiting"] == 0
