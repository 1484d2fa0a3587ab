# SPDX-License-Identifier: MIT
"""A PostgreSQL server that is missing, wrong, killed or late: the program starts, says why, and recovers."""
import os
import subprocess
import sys
import time
import uuid

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))
from rushlight import Server, event, send  # noqa: E402

HOST, PORT, ADMIN, PASSWORD = os.environ["RUSHLIGHT_TEST_POSTGRES"].split(":", 3)
LIB = os.path.join(os.path.dirname(__file__), "../lib/postgres.sh")


def sql(text, database="postgres"):
    done = subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", text], text=True, capture_output=True,
                          env={**os.environ, "PGHOST": HOST, "PGPORT": PORT, "PGUSER": ADMIN, "PGPASSWORD": PASSWORD}, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def control(*words):
    subprocess.run(["bash", "-c", f'. "{LIB}"; postgres_bin; ' + " ".join(words)], check=True)


def stop_postgres(mode="fast"):
    control("postgres_stop", os.environ["POSTGRES_DIR"], mode)


def start_postgres():
    control("postgres_run", os.environ["POSTGRES_DIR"], "-c fsync=off -c max_connections=300")


def until(true, seconds=30):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, true
        time.sleep(0.05)


@pytest.fixture
def name():
    return "db_" + uuid.uuid4().hex[:12]


@pytest.fixture
def user():
    """A user with a difficult password and no rights but to sign in."""
    login, password = "u_" + uuid.uuid4().hex[:12], "x=y@z/%41?#:&"
    sql(f"CREATE USER {login} PASSWORD '{password}'")
    return login, password


def settings(name, login=ADMIN, password=PASSWORD, **more):
    return {"DATABASE_HOST": HOST, "DATABASE_PORT": PORT, "DATABASE_USERNAME": login, "DATABASE_PASSWORD": password, "DATABASE_NAME": name, **more}


def url_only(url):
    return {k: "" for k in settings("")} | {"DATABASE_URL": url}


def problem(server):
    answer = server.get("/ready", auth=False)
    assert answer.status == 503, answer
    assert answer.json["component"] == "metadata"
    return answer.json["problem"]


def ready(server):
    return server.get("/ready", auth=False).status == 200


def test_a_missing_database_is_created(name):
    with Server(env=settings(name)) as server:
        assert ready(server)
        assert server.get("/projects").status == 200
        assert "api_keys" in sql("\\dt", name)
        assert not os.path.exists(os.path.join(server.data, "meta.db"))


def test_a_raw_password_in_a_url(name):
    with Server(env=url_only(f"postgresql://{ADMIN}:{PASSWORD}@{HOST}:{PORT}/{name}")) as server:
        assert server.get("/projects").status == 200


def test_a_password_file(name, tmp_path):
    (tmp_path / "password").write_text(PASSWORD + "\n")
    with Server(env=settings(name, password="") | {"DATABASE_PASSWORD_FILE": str(tmp_path / "password")}) as server:
        assert server.get("/projects").status == 200


def test_a_database_that_may_not_be_created(name, user):
    """The program listens and prints what an administrator has to run; when that was done it goes on by itself."""
    with Server(env=settings(name, *user)) as server:
        said = problem(server)
        assert f'CREATE DATABASE "{name}" OWNER "{user[0]}"' in said
        assert server.get("/health", auth=False).status == 200
        assert server.get("/projects").status == 503
        assert server.post("/ingestion", {"batch": [event("trace-create", {"id": "early"})]}).status == 503
        sql(f'CREATE DATABASE "{name}" OWNER "{user[0]}"')
        until(lambda: ready(server))
        assert server.get("/projects").status == 200


def test_missing_rights_are_named(name, user):
    sql(f'CREATE DATABASE "{name}"')
    with Server(env=settings(name, *user)) as server:
        assert "GRANT" in problem(server)
        sql(f'GRANT ALL ON SCHEMA public TO "{user[0]}"', name)
        until(lambda: ready(server))


def test_a_wrong_password_is_said_and_never_shown(name):
    with Server(env=settings(name, password="not-the-password-7261")) as server:
        assert "password was rejected" in problem(server)
        assert "not-the-password-7261" not in server.log


@pytest.mark.parametrize("change,words", [
    ({"DATABASE_PORT": "1"}, "nothing listens there"),
    ({"DATABASE_HOST": "no-such-host.invalid"}, "host name is unknown"),
    ({"DATABASE_ARGS": "sslmode=require"}, "server has none"),
])
def test_what_else_can_be_wrong(name, change, words):
    with Server(env=settings(name) | change) as server:
        assert words in problem(server)


def test_two_servers_share_one_database(name):
    with Server(env=settings(name)) as one, Server(env=settings(name)) as two:
        made = one.post("/score-configs", {"name": "shared", "dataType": "NUMERIC"})
        assert made.status == 200, made
        assert two.get("/score-configs/" + made.json["id"]).json["name"] == "shared"


def test_starting_many_at_once_migrates_once(name):
    servers = [Server(env=settings(name)) for _ in range(6)]
    try:
        for server in servers:
            server.start()
        for server in servers:
            until(lambda s=server: ready(s))
            assert server.get("/projects").status == 200
    finally:
        for server in servers:
            server.close()


def test_broken_connections_are_replaced_without_an_error(name):
    with Server(env=settings(name)) as server:
        assert server.get("/score-configs").status == 200
        for _ in range(3):
            sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
            assert server.get("/score-configs").status == 200
            assert server.post("/score-configs", {"name": uuid.uuid4().hex, "dataType": "NUMERIC"}).status == 200


def test_a_server_that_goes_and_comes_back(name):
    """Known keys go on writing meanwhile; everything else is answered with 503 and works again afterwards."""
    with Server(env=settings(name)) as server:
        send(server, event("trace-create", {"id": "before"}))
        stop_postgres("immediate")
        try:
            assert "nothing listens there" in problem(server) or "connection" in problem(server)
            send(server, event("trace-create", {"id": "meanwhile"}))
            answer = server.get("/score-configs")
            assert answer.status == 503 and answer.headers["retry-after"], answer
        finally:
            start_postgres()
        until(lambda: ready(server))
        assert server.get("/score-configs").status == 200
        assert server.get("/traces/meanwhile").status == 200
        assert PASSWORD not in server.log


def test_a_start_before_the_database_is_there(name):
    stop_postgres()
    try:
        with Server(env=settings(name)) as server:
            problem(server)
            start_postgres()
            until(lambda: ready(server))
            send(server, event("trace-create", {"id": "first"}))
    finally:
        subprocess.run(["bash", "-c", f'. "{LIB}"; postgres_bin; postgres_run "$POSTGRES_DIR" -c max_connections=300'], check=False, capture_output=True)
