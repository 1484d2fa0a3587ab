# SPDX-License-Identifier: MIT
"""Backups of an installation whose metadata is on PostgreSQL, restored to either kind."""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))
from rushlight import PROJECT, Server, basic, event, run_cli, send  # noqa: E402
from test_server import name, settings, sql, user  # noqa: E402,F401 (fixtures)

NO_SERVER = {k: "" for k in settings("")}


def said(server, auth=True):
    return [server.get(p, auth=auth).body for p in ("/traces/t", "/traces", "/projects", "/score-configs", "/models")]


def make(server, name, tmp_path):
    """Accounts with awkward texts, a configuration, a model, a trace; a backup of all that, and what the API says of it."""
    env = settings(name)
    assert server.post("/score-configs", {"name": "kept", "dataType": "NUMERIC", "description": "it's \"ünï\"\n\\ ? $1", "minValue": 0.125}).status == 200
    assert server.post("/models", {"modelName": "mine", "matchPattern": "(?i)^mine$", "unit": "TOKENS", "inputPrice": 0.000001}).status == 200
    send(server, event("trace-create", {"id": "t", "name": "n"}))
    key = json.loads(run_cli("key", "add", PROJECT, "--note", "?", "--json", "--data", server.data, env=env).stdout)
    run_cli("user", "add", "a@example.com", "--data", server.data, env=env)
    done = run_cli("backup", str(tmp_path / "b"), "--json", "--data", server.data, env=env)
    assert done.returncode == 0, done
    return json.loads(done.stdout)["path"], basic(key["publicKey"], key["secretKey"])


def test_to_another_database_and_to_a_file(name, tmp_path):
    with Server(env=settings(name)) as server:
        archive, auth = make(server, name, tmp_path)
        before = said(server)
    for target, env in (("server", settings(name + "_new")), ("file", NO_SERVER)):
        data = str(tmp_path / target)
        done = run_cli("restore", archive, "--data", data, env=env)
        assert done.returncode == 0, done
        assert os.path.exists(data + "/meta.db") == (target == "file")
        with Server(env=env, data=data, init=False) as copy:
            assert said(copy, auth) == before
            assert copy.post("/score-configs", {"name": "later", "dataType": "NUMERIC"}, auth=auth).status == 200
        assert "a@example.com" in run_cli("user", "list", "--data", data, env=env).stdout


def test_from_a_file_to_a_server(name, tmp_path):
    """How an installation moves its accounts to PostgreSQL."""
    with Server(env=NO_SERVER) as server:
        send(server, event("trace-create", {"id": "t"}))
        before = said(server)
        done = run_cli("backup", str(tmp_path / "b"), "--json", "--data", server.data, env=NO_SERVER)
    archive = json.loads(done.stdout)["path"]
    assert run_cli("restore", archive, "--data", str(tmp_path / "new"), env=settings(name)).returncode == 0
    with Server(env=settings(name), data=str(tmp_path / "new"), init=False) as copy:
        assert said(copy) == before


def test_a_database_with_accounts_is_refused(name, tmp_path):
    with Server(env=settings(name)) as server:
        archive, _ = make(server, name, tmp_path)
        before = said(server)
        done = run_cli("restore", archive, "--data", str(tmp_path / "new"), env=settings(name))
        assert done.returncode == 1 and "already has accounts" in done.stderr
        assert os.listdir(tmp_path / "new") == []
        assert said(server) == before
