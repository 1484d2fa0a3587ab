# SPDX-License-Identifier: MIT
"""`rushlight bootstrap` on a real PostgreSQL, and a database in which another program's tables are."""
import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))
from rushlight import Server, run_cli  # noqa: E402
from test_pg_doctor import findings, fine  # noqa: E402
from test_server import ADMIN, HOST, PASSWORD, PORT, name, problem, ready, settings, sql, until, url_only, user  # noqa: E402,F401 (fixtures)

SECRET = "it's=@/%41?#:\"&"


def bootstrap(tmp_path, env):
    done = run_cli("bootstrap", "--json", "--data", str(tmp_path / "data"), env=env, timeout=60)
    assert done.stdout, done
    assert SECRET not in done.stdout + done.stderr and PASSWORD not in done.stdout + done.stderr
    return done.returncode, [f["text"] for f in json.loads(done.stdout)["findings"]]


def admin(password=PASSWORD):
    return {"RUSHLIGHT_ADMIN_DATABASE_URL": f"postgresql://{ADMIN}:{password}@{HOST}:{PORT}"}


def test_everything_is_made_by_an_administrator(name, tmp_path):
    """Role with a difficult password, database, rights and tables; a second time nothing changes; then the server starts as the role."""
    env = settings(name, "role_of_" + name, SECRET)
    status, said = bootstrap(tmp_path, env | admin())
    assert status == 0 and any("created role" in s for s in said) and any("created database" in s for s in said), said
    assert bootstrap(tmp_path, env | admin())[0] == 0
    assert "migrations are applied" in fine(tmp_path, env)
    with Server(env=env) as server:
        assert ready(server) and server.get("/projects").status == 200


def test_a_user_who_may_create_databases_needs_no_administrator(name, tmp_path):
    status, said = bootstrap(tmp_path, settings(name))
    assert status == 0 and any("created database" in s for s in said) and any("migrations are applied" in s for s in said), said


def test_the_statements_that_are_printed_work(name, tmp_path):
    """Run as they are, with the password filled in, they make what was missing."""
    env = settings(name, "role_of_" + name, "a'b=@")
    status, said = bootstrap(tmp_path, env)
    assert status == 1
    (text,) = [s for s in said if "CREATE ROLE" in s]
    first, second = text[text.index("CREATE ROLE"):].split("; and in the database " + name + ": ")
    for statement in re.split(r"; (?=[A-Z])", first.replace("'<the value of DATABASE_PASSWORD>'", "'a''b=@'")):
        sql(statement)
    sql(second, name)
    assert bootstrap(tmp_path, env)[0] == 0
    fine(tmp_path, env)


def test_a_wrong_administrator_is_said(name, tmp_path):
    status, said = bootstrap(tmp_path, settings(name, "role_of_" + name, SECRET) | admin("wrong"))
    assert status == 1 and any("the password was rejected" in s for s in said) and any("CREATE DATABASE" in s for s in said), said


def test_rights_on_a_database_of_somebody_else(name, user, tmp_path):
    sql(f'CREATE DATABASE "{name}"')
    assert bootstrap(tmp_path, settings(name, *user))[0] == 1
    assert bootstrap(tmp_path, settings(name, *user) | admin())[0] == 0
    fine(tmp_path, settings(name, *user))


# ---- a database that another program uses

OTHERS = """CREATE TABLE _prisma_migrations (id text PRIMARY KEY);
CREATE TABLE organizations (id text PRIMARY KEY, name text); INSERT INTO organizations VALUES ('theirs', 'Theirs');
CREATE TABLE projects (id text PRIMARY KEY); CREATE TABLE users (id text PRIMARY KEY); CREATE TABLE api_keys (id text PRIMARY KEY);
CREATE TABLE sessions (id text PRIMARY KEY); CREATE TABLE models (id text PRIMARY KEY); CREATE TABLE comments (id text PRIMARY KEY);"""


def test_tables_of_another_program_are_left_alone(name, tmp_path):
    """The database that the other images used, with DATABASE_URL as it was: ours are made in a schema beside."""
    sql(f'CREATE DATABASE "{name}"')
    sql(OTHERS, name)
    url = url_only(f"postgresql://{ADMIN}:{PASSWORD}@{HOST}:{PORT}/{name}")
    assert "the schema rushlight is made" in " ".join(f["text"] for f in findings(tmp_path, url)[1])
    for path in ("", "?schema=public"):
        with Server(env=url | {"DATABASE_URL": url["DATABASE_URL"] + path}) as server:
            assert ready(server) and server.get("/projects").status == 200
    assert "rushlight" in sql("\\dn", name)
    assert "Theirs" in sql("SELECT * FROM public.organizations", name) and "TestOrg" not in sql("SELECT * FROM public.organizations", name)
    assert "TestOrg" in sql("SELECT * FROM rushlight.organizations", name)
    fine(tmp_path, url)


def test_a_schema_that_may_not_be_made(name, user, tmp_path):
    sql(f'CREATE DATABASE "{name}"')
    sql(OTHERS, name)
    status, lines = findings(tmp_path, settings(name, *user))
    text = " ".join(f["text"] for f in lines)
    assert status == 1 and f'CREATE SCHEMA "rushlight" AUTHORIZATION "{user[0]}";' in text
    with Server(env=settings(name, *user)) as server:
        said = problem(server)
        assert f'GRANT CREATE ON DATABASE "{name}" TO "{user[0]}";' in said
        sql(said[said.index("GRANT"):].split(";")[0])
        until(lambda: ready(server))
