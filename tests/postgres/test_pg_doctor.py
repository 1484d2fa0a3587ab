# SPDX-License-Identifier: MIT
"""`rushlight doctor` against real PostgreSQL servers: each failure of a deployment is produced, and its line read."""
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))
from rushlight import Server, run_cli  # noqa: E402
from test_server import ADMIN, HOST, LIB, PASSWORD, PORT, name, problem, settings, sql, url_only, user  # noqa: E402,F401 (fixtures)


def findings(tmp_path, env):
    """(exit status, lines of the part "metadata")."""
    done = run_cli("doctor", "--json", "--data", str(tmp_path / "data"), env={"PORT": "0", **env}, timeout=60)
    report = json.loads(done.stdout)
    assert report["healthy"] == (done.returncode == 0), done
    assert done.stderr == ""
    return done.returncode, [f for f in report["findings"] if f["part"] == "metadata"]


def broken(tmp_path, env):
    status, lines = findings(tmp_path, env)
    texts = [f["text"] for f in lines if f["finding"] == "broken"]
    assert status == 1 and len(texts) == 1, lines
    assert (env.get("DATABASE_PASSWORD") or PASSWORD) not in texts[0]
    return texts[0]


def note(tmp_path, env):
    status, lines = findings(tmp_path, env)
    texts = [f["text"] for f in lines if f["finding"] == "note"]
    assert status == 0 and len(texts) == 1, lines
    return texts[0]


def fine(tmp_path, env):
    status, lines = findings(tmp_path, env)
    assert status == 0 and {f["finding"] for f in lines} == {"ok"}, lines
    return " ".join(f["text"] for f in lines)


def test_a_server_that_is_fine(name, tmp_path):
    with Server(env=settings(name)):
        said = fine(tmp_path, settings(name))
    assert f"{HOST}:{PORT}/{name}" in said and ADMIN in said and "from 127.0.0.1" in said and "no TLS" in said
    assert "migrations are applied" in said


def test_a_missing_database_that_may_be_created(name, tmp_path):
    said = note(tmp_path, settings(name))
    assert f'no database "{name}"' in said and "rushlight bootstrap" in said
    assert name not in sql("\\l"), "doctor only looks"


def test_a_missing_database_that_may_not_be_created(name, user, tmp_path):
    said = broken(tmp_path, settings(name, *user))
    assert f'CREATE DATABASE "{name}" OWNER "{user[0]}";' in said
    sql(said[said.index("CREATE DATABASE"):])
    assert "migrations are pending" in note(tmp_path, settings(name, *user))


def test_a_password_with_every_sign_is_told_from_a_wrong_one(name, user, tmp_path):
    """Raw in a URL, encoded in a URL, and as a setting of its own: accepted; one sign less: rejected."""
    login, password = user
    sql(f'CREATE DATABASE "{name}" OWNER "{login}"')
    encoded = "".join(f"%{ord(c):02X}" for c in password)
    for secret in (password, encoded):
        url = url_only(f"postgresql://{login}:{secret}@{HOST}:{PORT}/{name}")
        assert "pending" in note(tmp_path, url)
    assert "pending" in note(tmp_path, settings(name, login, password))
    for wrong in (url_only(f"postgresql://{login}:{password[:-1]}@{HOST}:{PORT}/{name}"), settings(name, login, "wrong=@" + password)):
        said = broken(tmp_path, wrong)
        assert "the password was rejected" in said and password not in said and "wrong=@" not in said


def test_no_password(name, user, tmp_path):
    status, lines = findings(tmp_path, settings(name, user[0], "", PGPASSWORD=""))
    assert status == 1 and "a password is needed and none is set" in lines[0]["text"]


def test_refused_unknown_and_silent_are_told_apart(name, tmp_path):
    """Also from where it called, because white lists are of addresses."""
    with socket.socket() as silent, socket.socket() as closed:
        silent.bind((HOST, 0))
        silent.listen()
        closed.bind((HOST, 0))
        said = broken(tmp_path, settings(name) | {"DATABASE_PORT": str(silent.getsockname()[1])})
        assert "no answer in time" in said and "whitelist" in said and "called from 127.0.0.1" in said
        said = broken(tmp_path, settings(name) | {"DATABASE_PORT": str(closed.getsockname()[1])})
        assert "nothing listens there" in said and "called from 127.0.0.1" in said
    assert "host name is unknown" in broken(tmp_path, settings(name) | {"DATABASE_HOST": "no-such-host.invalid"})


def test_missing_rights_on_the_schema(name, user, tmp_path):
    sql(f'CREATE DATABASE "{name}"')
    said = broken(tmp_path, settings(name, *user))
    assert "may not create tables" in said or "GRANT" in said
    sql(said[said.index("GRANT USAGE"):], name)
    assert "pending" in note(tmp_path, settings(name, *user))


def test_missing_rights_on_tables_of_another_user(name, user, tmp_path):
    with Server(env=settings(name)):
        pass
    sql(f'GRANT USAGE, CREATE ON SCHEMA public TO "{user[0]}"; GRANT SELECT ON rl_migration TO "{user[0]}"', name)
    said = broken(tmp_path, settings(name, *user))
    assert "may not read and write" in said and "api_keys" in said
    sql(said[said.index("GRANT ALL"):], name)
    fine(tmp_path, settings(name, *user))


def test_pending_newer_and_foreign_migrations(name, tmp_path):
    with Server(env=settings(name)):
        pass
    sql("DELETE FROM rl_migration WHERE version > 7", name)
    assert "migrations are pending" in note(tmp_path, settings(name))
    sql("UPDATE rl_migration SET checksum = 1 WHERE version = 3", name)
    assert "another build" in broken(tmp_path, settings(name))
    sql("INSERT INTO rl_migration VALUES (9999, 'later', 1, 1)", name)
    assert "start the newer version" in broken(tmp_path, settings(name))


def test_a_url_that_is_none(tmp_path):
    assert "postgresql://" in broken(tmp_path, url_only("mysql://u:secret@h/n"))


# ---- TLS


@pytest.fixture(scope="module")
def tls_server():
    """A server that takes connections with TLS only; its certificate is its own authority."""
    root = tempfile.mkdtemp(prefix="rushlight-tls-")
    os.chmod(root, 0o755)
    pg = os.path.join(root, "pg")
    begin = f'. "{LIB}"; postgres_bin; '
    started = subprocess.run(["bash", "-c", begin + f'postgres_start "{pg}" -c fsync=off && echo "$PGPORT"'], text=True, capture_output=True, check=True)
    port = started.stdout.split()[-1]
    data = os.path.join(pg, "data")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2",
                    "-keyout", data + "/server.key", "-out", data + "/server.crt"], check=True, capture_output=True)
    os.chmod(data + "/server.key", 0o600)
    if os.geteuid() == 0:
        shutil.chown(data + "/server.key", "nobody", "nogroup")
        shutil.chown(data + "/server.crt", "nobody", "nogroup")
    with open(data + "/pg_hba.conf", "w", encoding="ascii") as f:
        f.write("hostssl all all 127.0.0.1/32 scram-sha-256\n")
    control = f'PGPORT={port}; postgres_stop "{pg}"; postgres_run "{pg}" -c fsync=off -c ssl=on'
    subprocess.run(["bash", "-c", begin + control], check=True, capture_output=True)
    shutil.copy(data + "/server.crt", root + "/authority.crt")
    yield {"port": port, "authority": root + "/authority.crt"}
    subprocess.run(["bash", "-c", begin + f'postgres_stop "{pg}" immediate'], check=False)
    shutil.rmtree(root, ignore_errors=True)


def over_tls(tls_server, args, host="localhost"):
    return settings("postgres") | {"DATABASE_HOST": host, "DATABASE_PORT": tls_server["port"], "DATABASE_ARGS": args}


def test_tls_is_required(tls_server, tmp_path):
    said = broken(tmp_path, over_tls(tls_server, "sslmode=disable", HOST))
    assert "without TLS" in said and "sslmode=require" in said and "called from 127.0.0.1" in said
    for args in ("", "sslmode=require", f"sslmode=verify-full&sslrootcert={tls_server['authority']}"):
        assert "TLSv1" in " ".join(f["text"] for f in findings(tmp_path, over_tls(tls_server, args))[1])


def test_certificates_that_do_not_fit(tls_server, tmp_path):
    other = tmp_path / "other.crt"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=other", "-keyout", "/dev/null", "-out", str(other)], check=True, capture_output=True)
    assert "not trusted" in broken(tmp_path, over_tls(tls_server, f"sslmode=verify-full&sslrootcert={other}"))
    assert "authority is missing" in broken(tmp_path, over_tls(tls_server, "sslmode=verify-full&sslrootcert=/nowhere.crt"))
    assert "for another name" in broken(tmp_path, over_tls(tls_server, f"sslmode=verify-full&sslrootcert={tls_server['authority']}", HOST))


def test_tls_is_wanted_and_the_server_has_none(name, tmp_path):
    assert "server has none" in broken(tmp_path, settings(name) | {"DATABASE_ARGS": "sslmode=require"})


def test_an_address_that_is_not_admitted(name, tmp_path):
    """pg_hba.conf as a whitelist without this address."""
    sql(f"CREATE DATABASE \"{name}\"")
    data = os.path.join(os.environ["POSTGRES_DIR"], "data")
    hba = os.path.join(data, "pg_hba.conf")
    before = open(hba, encoding="ascii").read()
    try:
        with open(hba, "w", encoding="ascii") as f:
            f.write("host postgres all 127.0.0.1/32 scram-sha-256\n")
        sql("SELECT pg_reload_conf()")
        said = broken(tmp_path, settings(name))
        assert "does not admit this address" in said and "called from 127.0.0.1" in said and "whitelist" in said
    finally:
        with open(hba, "w", encoding="ascii") as f:
            f.write(before)
        sql("SELECT pg_reload_conf()")


def test_the_running_server_says_the_same(name, tmp_path):
    env = settings(name, password="wrong=@")
    with Server(env=env) as server:
        said = problem(server)
        assert "the password was rejected" in said and "called from 127.0.0.1" in said


def test_ready_and_the_system_page_have_the_same_checks(name, tmp_path):
    """What doctor prints of the metadata server is what a running server answers, without the password."""
    env = settings(name, password="wrong=@")
    said = broken(tmp_path, env)
    with Server(env=env) as server:
        answer = server.get("/ready", auth=False)
        (check,) = answer.json["checks"]
        assert (check["part"], check["text"]) == ("metadata", said)
        assert "wrong=@" not in answer.body.decode()


def test_the_system_page_shows_what_doctor_shows(name, tmp_path):
    env = settings(name) | {"LANGFUSE_INIT_USER_EMAIL": "a@example.com", "LANGFUSE_INIT_USER_PASSWORD": "long enough 1"}
    with Server(env=env) as server:
        run_cli("user", "add", "root@example.com", "--admin", "--password-stdin", "--data", server.data, env=env, stdin="long enough 2\n")
        page = signed_in(server, "root@example.com", "long enough 2")
        checks = [c["message"] for c in page["checks"] if c["name"] == "metadata"]
        assert any(f"{HOST}:{PORT}/{name}" in c for c in checks) and any("migrations are applied" in c for c in checks), checks
        assert PASSWORD not in json.dumps(page)


def signed_in(server, email, password):
    answer = server.request("POST", "/api/ui/auth/sign-in", {"email": email, "password": password}, headers={"Sec-Fetch-Site": "same-origin"}, auth=False)
    assert answer.status == 200, answer
    cookie = answer.headers["set-cookie"].split(";")[0]
    answer = server.request("GET", "/api/ui/system", headers={"Cookie": cookie, "Sec-Fetch-Site": "same-origin"}, auth=False)
    assert answer.status == 200, answer
    return answer.json
