# SPDX-License-Identifier: MIT
"""The command line: commands, exit statuses, signals, first start, configuration mistakes."""
import json
import re
import signal
import subprocess
import threading
import time

import pytest
from conftest import embedded_events, embedded_metadata
from rushlight import INIT, Server, basic, event, run_cli, send

OK, FAILED, USAGE, MISSING = 0, 1, 2, 3


@pytest.fixture
def data(tmp_path):
    """A directory that a server has been started on once, without accounts."""
    with Server(data=str(tmp_path / "data"), env={"LANGFUSE_INIT_ORG_ID": "org-first"}, init=False):
        pass
    return ["--data", str(tmp_path / "data")]


def run(status, *args, **kw):
    r = run_cli(*args, **kw)
    assert r.returncode == status, r
    if status != OK:
        assert (r.stderr + r.stdout).strip(), r
    return r.stdout


COMMANDS = ["serve", "user", "user add", "user list", "user passwd", "user delete", "org", "org add", "org list", "org delete", "project",
            "project add", "project list", "project rename", "project retention", "project delete", "key", "key add", "key list", "key delete", "queue", "queue status", "queue dead",
            "doctor", "status", "bootstrap", "backup", "restore", "import", "demo", "bench", "version"]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_everywhere(command):
    assert "usage: rushlight" in run(OK, *command.split(), "--help")


def test_overview_and_version():
    assert "rushlight serve" in run(OK, "help") and "rushlight serve" in run(OK, "--help")
    assert re.search(r"\d+\.\d+\.\d+", run(OK, "version"))


@pytest.mark.parametrize("args", [["nonsense"], ["serve", "--nonsense"], ["user", "nonsense"], ["serve", "--listen", "nonsense"], ["serve", "--listen", "127.0.0.1:99999"],
                                  ["user", "add"], ["project", "retention", "p"], ["key", "add", "a", "b", "c"], ["serve", "--log-level", "loud"], ["queue", "dead"],
                                  ["queue", "dead", "bury"], ["queue", "dead", "list", "1-1"], ["queue", "dead", "drop"]])
def test_usage_mistakes(args, data):
    run(USAGE, *args, *data)


def test_accounts(data):
    run(OK, "org", "add", "Acme", "--id", "acme", *data)
    assert {o["id"] for o in json.loads(run(OK, "org", "list", "--json", *data))} == {"acme", "org-first"}
    run(OK, "project", "add", "Web", "--id", "web", "--org", "acme", *data)
    assert json.loads(run(OK, "project", "list", "--json", *data))[0]["id"] == "web"
    run(OK, "project", "rename", "web", "Website", *data)
    run(OK, "project", "retention", "web", "30", *data)
    run(OK, "user", "add", "a@example.com", "--org", "acme", "--role", "OWNER", *data)
    run(OK, "user", "add", "b@example.com", "--org", "acme", "--password-stdin", *data, stdin="long enough password\n")
    assert "a@example.com" in run(OK, "user", "list", *data)
    run(OK, "user", "passwd", "a@example.com", *data)
    key = json.loads(run(OK, "key", "add", "web", "--json", *data))
    assert key["publicKey"].startswith("pk-lf-") and key["secretKey"].startswith("sk-lf-")
    listing = run(OK, "key", "list", *data)
    assert key["publicKey"] in listing and key["secretKey"] not in listing
    run(OK, "key", "delete", key["publicKey"], *data)
    assert key["publicKey"] not in run(OK, "key", "list", *data)
    run(OK, "user", "delete", "b@example.com", "--yes", *data)
    run(OK, "project", "delete", "web", "--yes", *data)
    run(OK, "org", "delete", "acme", "--yes", *data)


def test_what_does_not_exist(data):
    run(MISSING, "user", "passwd", "nobody@example.com", *data)
    run(MISSING, "project", "rename", "nope", "x", *data)
    run(MISSING, "key", "delete", "pk-lf-nope", *data)
    run(MISSING, "key", "add", "nope", *data)


def test_nothing_is_deleted_without_yes(data):
    run(OK, "org", "add", "Acme", "--id", "acme", *data)
    assert run_cli("org", "delete", "acme", *data).returncode in (FAILED, USAGE)
    assert "acme" in run(OK, "org", "list", *data)


def test_the_same_user_twice(data):
    run(OK, "user", "add", "a@example.com", *data)
    run(FAILED, "user", "add", "a@example.com", *data)


@embedded_metadata
def test_commands_need_a_data_directory(tmp_path):
    run(MISSING, "org", "list", "--data", str(tmp_path / "nothing here"))


def test_a_key_deleted_beside_a_running_server_stops_working(fresh):
    s = fresh()
    key = json.loads(run(OK, "key", "add", INIT["LANGFUSE_INIT_PROJECT_ID"], "--json", "--data", s.data))
    header = basic(key["publicKey"], key["secretKey"])
    until(lambda: s.get("/projects", auth=header).status == 200)
    run(OK, "key", "delete", key["publicKey"], "--data", s.data)
    until(lambda: s.get("/projects", auth=header).status == 401)


def until(true, seconds=5):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@embedded_events
def test_doctor(fresh):
    s = fresh()
    send(s, event("trace-create", {"id": "t"}))
    assert run(OK, "doctor", "--data", s.data)
    s.stop()
    report = json.loads(run(OK, "doctor", "--deep", "--json", "--data", s.data))
    assert report
    import glob
    (day,) = glob.glob(s.data + "/events/*.db")
    with open(day, "r+b") as f:
        f.write(b"this is not a database any more " * 200)
    assert run(FAILED, "doctor", "--deep", "--data", s.data) is not None


def test_first_start_prints_keys_once(tmp_path):
    with Server(init=False) as s:
        block = s.log
        pk, sk = re.search(r"pk-lf-[0-9a-f-]{36}", block).group(), re.search(r"sk-lf-[0-9a-f-]{36}", block).group()
        assert "LANGFUSE_PUBLIC_KEY" in block and "LANGFUSE_SECRET_KEY" in block
        assert s.get("/projects", auth=basic(pk, sk)).status == 200
        before = len(s.log)
        s.restart()
        assert sk not in s.log[before:]
        assert s.get("/projects", auth=basic(pk, sk)).status == 200


@pytest.mark.parametrize("sig", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_with_zero(fresh, sig):
    s = fresh()
    s.process.send_signal(sig)
    assert s.wait() == 0


def test_sigterm_finishes_what_is_running(fresh):
    """A request whose body is still on its way when the signal comes gets its answer, and the event is kept."""
    import socket
    s = fresh()
    body = json.dumps({"batch": [event("trace-create", {"id": "drained"})]}).encode()
    c = socket.create_connection(("127.0.0.1", s.port), timeout=10)
    c.sendall((f"POST /api/public/ingestion HTTP/1.1\r\nHost: x\r\nAuthorization: {basic()}\r\nContent-Type: application/json\r\n"
               f"Content-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n").encode())
    assert b" 100 " in c.recv(4096)  # its head was read: the request is running
    c.sendall(body[:10])
    s.process.send_signal(signal.SIGTERM)
    until(lambda: "stop" in s.log)
    c.sendall(body[10:])
    assert b" 207 " in c.recv(4096)
    c.close()
    assert s.wait() == 0
    s.start()
    assert s.get("/traces/drained").status == 200


def test_load_while_stopping_loses_nothing_answered(fresh):
    s = fresh()
    acknowledged, stop = [], threading.Event()

    def client(n):
        i = 0
        while not stop.is_set():
            name = f"c{n}-{i}"
            try:
                if s.post("/ingestion", {"batch": [event("trace-create", {"id": name})]}).status == 207:
                    acknowledged.append(name)
            except OSError:
                return
            i += 1

    threads = [threading.Thread(target=client, args=(n,)) for n in range(4)]
    for t in threads:
        t.start()
    until(lambda: len(acknowledged) > 50, 20)
    assert s.stop() == 0
    stop.set()
    for t in threads:
        t.join(10)
    s.start()
    assert [n for n in acknowledged if s.get("/traces/" + n).status != 200] == []


def test_two_servers_on_one_directory(fresh):
    s = fresh()
    r = run_cli("serve", "--listen", "127.0.0.1:0", "--data", s.data)
    assert r.returncode == FAILED and s.data in r.stderr + r.stdout


def test_port_taken(fresh, tmp_path):
    s = fresh()
    r = run_cli("serve", "--listen", f"127.0.0.1:{s.port}", "--data", str(tmp_path / "d"))
    assert r.returncode == FAILED and str(s.port) in r.stderr


@pytest.mark.parametrize("env,named", [({"PORT": "abc"}, "PORT"), ({"RUSHLIGHT_RETENTION_DAYS": "-1"}, "RUSHLIGHT_RETENTION_DAYS"),
                                       ({"RUSHLIGHT_DISK_BUDGET": "lots"}, "RUSHLIGHT_DISK_BUDGET"), ({"RUSHLIGHT_BASE_PATH": "no spaces"}, "RUSHLIGHT_BASE_PATH"),
                                       ({"LANGFUSE_LOG_FORMAT": "xml"}, "LANGFUSE_LOG_FORMAT"), ({"SALT_FILE": "/nonexistent"}, "SALT")])
def test_bad_settings_stop_the_start_and_are_named(env, named, data):
    r = run_cli("serve", *data, env=env)
    assert r.returncode == USAGE and named in r.stderr, r


def test_unknown_settings_are_listed_once(fresh):
    s = fresh(env={"LANGFUSE_NO_SUCH_THING": "1", "RUSHLIGHT_TYPO": "1"})
    assert s.log.count("LANGFUSE_NO_SUCH_THING") == 1 and "RUSHLIGHT_TYPO" in s.log


def test_json_log(fresh):
    s = fresh(args=["--log-format", "json"])
    lines = [line for line in s.log.splitlines() if line]
    assert lines and all(isinstance(json.loads(line), dict) for line in lines)


def test_secrets_from_files_and_never_in_the_log(fresh, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("sk-lf-from-a-file\n")
    env = {k: v for k, v in INIT.items() if not k.endswith("SECRET_KEY")}
    s = fresh(env={**env, "LANGFUSE_INIT_PROJECT_SECRET_KEY_FILE": str(secret)}, init=False, args=["--log-level", "debug"])
    assert s.get("/projects", auth=basic(INIT["LANGFUSE_INIT_PROJECT_PUBLIC_KEY"], "sk-lf-from-a-file")).status == 200
    assert "sk-lf-from-a-file" not in s.log


@embedded_events
def test_demo(tmp_path):
    with Server() as s:
        r = run_cli("demo", "--data", s.data, timeout=120)
        assert r.returncode == OK, r
        assert s.get("/traces", {"limit": 1}).json["meta"]["totalItems"] > 100


@embedded_events
def test_bench_measures_a_server(fresh):
    s = fresh()
    r = subprocess.run([__import__("rushlight").BIN, "bench", "--url", f"http://127.0.0.1:{s.port}", "--public-key", INIT["LANGFUSE_INIT_PROJECT_PUBLIC_KEY"],
                        "--secret-key", INIT["LANGFUSE_INIT_PROJECT_SECRET_KEY"], "--observations", "1000", "--json"],
                       capture_output=True, text=True, timeout=60, check=False)
    assert r.returncode == OK, r
    assert json.loads(r.stdout)
    assert s.get("/observations", {"limit": 1}).json["meta"]["totalItems"] == 1000
