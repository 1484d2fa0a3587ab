# SPDX-License-Identifier: MIT
"""What surrounds signing in (test_accounts.py): refusals, switches, how long sessions last, and the data in the page."""
import contextlib
import hashlib
import json
import os
import re
import sqlite3
import time

import pytest
from rushlight import PROJECT, Server, event, run_cli, send

EMAIL, PASSWORD = "owner@example.com", "a secret of 1 owner"
OWNER = {"LANGFUSE_INIT_USER_EMAIL": EMAIL, "LANGFUSE_INIT_USER_PASSWORD": PASSWORD,
         "LANGFUSE_INIT_USER_NAME": "Olga", "AUTH_DISABLE_SIGNUP": "false"}
DAY = 86400000
HTML = {"Accept": "text/html"}


class Browser:
    """Keeps one cookie and its CSRF token, as a page does."""

    def __init__(self, server, **headers):
        self.server, self.headers, self.cookie, self.boot = server, headers, None, {}

    def ask(self, method, path, body=None, csrf=None, **headers):
        h = {**self.headers, **headers}
        if self.cookie:
            h["Cookie"] = f"other=1; rushlight_session={self.cookie}"
        csrf = self.boot.get("csrf") if csrf is None else csrf
        if csrf and method != "GET":
            h["X-CSRF-Token"] = csrf
        a = self.server.request(method, path, body=body, headers=h, auth=None)
        found = re.match(r"rushlight_session=([^;]*);", a.headers.get("set-cookie", ""))
        if found:
            self.cookie = found.group(1) or None
        return a

    def sign_in(self, email=EMAIL, password=PASSWORD, **headers):
        a = self.ask("POST", "/api/ui/auth/sign-in", {"email": email, "password": password}, **headers)
        if a.status == 200:
            self.boot = a.json
        return a

    def sign_up(self, email, name="Ann", password=PASSWORD, **more):
        a = self.ask("POST", "/api/ui/auth/sign-up", {"email": email, "name": name, "password": password, **more})
        if a.status == 200:
            self.boot = a.json
        return a

    def post(self, path, body=None, **kw):
        return self.ask("POST", "/api/ui/" + path, body, **kw)

    def me(self):
        return self.ask("GET", "/api/ui/me")

    def page(self, path="/", **headers):
        return boot_of(self.ask("GET", path, **{**HTML, **headers}))


def boot_of(answer):
    assert answer.status == 200 and answer.headers["content-type"].startswith("text/html"), answer
    found = re.search(r'<script type="application/json" id="boot">(.*?)</script>', answer.body.decode(), re.S)
    return json.loads(found.group(1)) if found else None


@contextlib.contextmanager
def metadata(server):
    """The metadata's file; tests that age something need it."""
    path = os.path.join(server.data, "meta.db")
    if not os.path.exists(path):
        pytest.skip("the metadata is on a server, not in a file")
    db = sqlite3.connect(path, timeout=10)
    with contextlib.closing(db), db:
        yield db


def row_id(cookie):
    return hashlib.sha256(cookie.encode()).hexdigest()


@pytest.fixture(scope="module")
def server():
    with Server(env=OWNER) as s:
        send(s, event("trace-create", {"id": "t1", "name": "</script><b>&\u2028"}))
        yield s


@pytest.fixture
def owner(server):
    b = Browser(server)
    assert b.sign_in().status == 200
    return b


def test_the_first_owner_can_sign_in():
    with Server(init=False, env={"AUTH_DISABLE_SIGNUP": "true"}) as s:
        email, password = (re.search(rf"{word}: (\S+)", s.log).group(1) for word in ("Owner", "Password"))
        assert re.search(r'^export LANGFUSE_PUBLIC_KEY="pk-lf-[^"]+"$', s.log, re.M)
        b = Browser(s)
        assert b.sign_in(email, password).status == 200
        assert b.boot["orgs"][0]["role"] == "OWNER" and b.boot["orgs"][0]["projects"]
        assert b.boot["signUp"] is False


@pytest.mark.parametrize("body,status", [
    ({"email": EMAIL, "password": "wrong"}, 401), ({"email": "nobody@example.com", "password": PASSWORD}, 401),
    ({"email": EMAIL, "password": "x" * 5000}, 401), ({"email": EMAIL}, 400), ({}, 400), ("{", 400),
    ({"email": "' OR 1=1 --", "password": "' OR 1=1 --"}, 401), ({"email": EMAIL, "password": "x" * 20000}, 413)])
def test_refused_sign_in(body, status):
    with Server(env=OWNER) as s:
        a = s.request("POST", "/api/ui/auth/sign-in", body=body, auth=None)
        assert a.status == status and "set-cookie" not in a.headers, a
        assert a.json["message"]


@pytest.mark.parametrize("prefix", ["", "/monitor"])
def test_under_a_base_path(prefix):
    with Server(env=OWNER, args=["--base-path", "/monitor"], prefix=prefix) as s:
        b = Browser(s)
        assert "; Path=/monitor;" in b.sign_in().headers["set-cookie"]
        assert b.me().status == 200
        assert b.page(f"/project/{PROJECT}/traces")["first"]["status"] == 200
        out = b.post("auth/sign-out")
        assert out.status == 204 and "; Path=/monitor;" in out.headers["set-cookie"]


def test_only_a_hash_of_the_token_is_kept(server, owner):
    with metadata(server) as db:
        rows = db.execute("SELECT * FROM sessions").fetchall()
    assert any(row_id(owner.cookie) in r for r in rows)
    assert not any(owner.cookie in str(v) or owner.boot["csrf"] in str(v) for r in rows for v in r)
    assert owner.cookie not in server.log and owner.boot["csrf"] not in server.log


def test_signing_in_again_ends_the_session_before(owner):
    before = owner.cookie
    assert owner.sign_in().status == 200 and owner.cookie != before
    owner.cookie = before
    assert owner.me().status == 401


def test_own_origin(server):
    own = f"http://127.0.0.1:{server.port}"
    assert Browser(server).sign_in(Origin=own).status == 200
    assert Browser(server).sign_in(Origin=own.replace("127.0.0.1", "localhost")).status == 403


def test_expired_sessions(server, owner):
    with metadata(server) as db:
        db.execute("UPDATE sessions SET expires_at = ? WHERE id = ?", (int(time.time() * 1000) - 1, row_id(owner.cookie)))
    assert owner.me().status == 401
    assert "user" not in owner.page()


def test_an_old_token_is_replaced_with_the_page(server, owner):
    before = owner.cookie
    with metadata(server) as db:
        db.execute("UPDATE sessions SET issued_at = issued_at - ? WHERE id = ?", (DAY + 1, row_id(before)))
    csrf = owner.boot["csrf"]
    assert owner.page()["csrf"] == csrf and owner.cookie != before
    assert owner.me().json["csrf"] == csrf
    late = Browser(server)
    late.cookie = before
    assert late.me().status == 200 and late.cookie == before  # under way, and not replaced again
    with metadata(server) as db:
        ends = db.execute("SELECT expires_at FROM sessions WHERE id = ?", (row_id(before),)).fetchone()[0]
    assert ends < time.time() * 1000 + 61000
    assert owner.post("auth/sign-out").status == 204
    assert late.me().status == 401


@pytest.mark.parametrize("cookie", ["x", "", "\u00ff" * 10, "a" * 4000, "' OR 1=1 --"])
def test_hostile_cookies(server, cookie):
    b = Browser(server)
    b.cookie = cookie.encode("latin-1").decode("latin-1")
    assert b.me().status == 401
    assert "user" not in b.page()


def test_hostile_names(server):
    b, name = Browser(server), "Robert'); DROP TABLE users;--\u2028\"&"
    assert b.sign_up("bobby@example.com", name=name).status == 200 and b.boot["user"]["name"] == name
    assert b.page()["user"]["name"] == name
    assert Browser(server).sign_in("bobby@example.com").status == 200


def test_sign_up_is_limited():
    with Server(env=OWNER) as s:
        answers = [Browser(s).sign_up("no address") for _ in range(21)]
        assert [a.status for a in answers] == [400] * 20 + [429] and int(answers[-1].headers["retry-after"]) > 0
        assert Browser(s).sign_in().status == 200


@pytest.mark.parametrize("name", ["AUTH_DISABLE_SIGNUP", "NEXT_PUBLIC_SIGN_UP_DISABLED"])
def test_sign_up_can_be_off(name):
    env = {k: v for k, v in OWNER.items() if k != "AUTH_DISABLE_SIGNUP"}
    with Server(env={**env, name: "true"}) as s:
        b = Browser(s)
        assert b.sign_up("new@example.com").status == 403 and b.page()["signUp"] is False
        assert b.sign_in().status == 200


def test_passwords_can_be_off():
    with Server(env={**OWNER, "AUTH_DISABLE_USERNAME_PASSWORD": "true"}) as s:
        assert Browser(s).sign_in().status == 403 and Browser(s).sign_up("new@example.com").status == 403


def test_deleted_users_are_signed_out(server):
    b = Browser(server)
    b.sign_up("gone@example.com")
    done = run_cli("user", "delete", "gone@example.com", "--yes", "--data", server.data)
    assert done.returncode == 0, done.stderr
    assert b.me().status == 401


def test_members_show_when_they_were_seen(owner):
    (me,) = [m for m in owner.ask("GET", "/api/ui/orgs/org-test/members").json["members"] if m["email"] == EMAIL]
    assert abs(me["lastSeen"] - time.time() * 1000) < 120000


# ---- The page -------------------------------------------------------------------------------------


def test_the_page_is_private_and_strict(server, owner):
    for b in (owner, Browser(server)):
        a = b.ask("GET", "/", **HTML)
        assert a.headers["cache-control"] == "no-store"
        policy = a.headers["content-security-policy"]
        script = re.search(r"script-src ([^;]*)", policy).group(1)
        assert script == "'self'" and "frame-ancestors 'none'" in policy
        assert a.headers["x-frame-options"] == "DENY"
        assert "etag" not in a.headers


def test_what_the_page_loads_is_announced(server):
    for prefix in ("", "/monitor"):
        a = server.request("GET", "/", auth=None, headers={**HTML, "X-Forwarded-Prefix": prefix} if prefix else HTML)
        loaded = set(re.findall(r'<(?:script|link)[^>]+(?:src|href)="\./(assets/[^"]+)"', a.body.decode()))
        links = re.findall(r"<([^>]+)>; rel=(?:module)?preload", a.headers.get("link", ""))
        icons = set(re.findall(r'rel="icon"[^>]+href="\./([^"]+)"', a.body.decode()))
        assert set(links) == {f"{prefix}/{name}" for name in loaded - icons}
        for link in links:
            assert server.request("GET", link.removeprefix(prefix), auth=None).status == 200


def test_a_signed_out_page_knows_nothing(server):
    boot = Browser(server).page(f"/project/{PROJECT}/traces")
    assert boot["orgs"] == [] and boot["version"] and not {"user", "csrf", "first"} & boot.keys()


@pytest.mark.parametrize("page,path", [
    (f"/project/{PROJECT}/traces?lens=obs&q=a%20b&x=1", f"api/ui/{PROJECT}/traces?q=a%20b&lens=obs"),
    (f"/project/{PROJECT}/traces/t1", f"api/ui/{PROJECT}/traces/t1/skeleton"),
    (f"/project/{PROJECT}/?q=%22a%22&range=24h", f"api/ui/{PROJECT}/overview?range=24h&q=%22a%22")])
def test_the_page_carries_its_first_answer(owner, page, path):
    first = owner.page(page)["first"]
    assert first["path"] == path and first["status"] == 200
    asked = owner.ask("GET", "/" + path)
    assert asked.status == 200 and asked.json.keys() == first["data"].keys()


def test_the_status_of_the_first_answer_is_kept(owner):
    first = owner.page(f"/project/{PROJECT}/traces/none")["first"]
    assert first["status"] == 404 and first["data"]["message"]
    first = owner.page("/project/no-such-project/traces")["first"]
    assert first["status"] == 404


def test_hostile_data_stays_data(owner):
    a = owner.ask("GET", f"/project/{PROJECT}/traces/t1?q=%3C/script%3E", **HTML)
    assert boot_of(a)["first"]["data"]["trace"]["name"] == "</script><b>&\u2028"
    assert "</script><b>" not in a.body.decode()


def test_pages_are_compressed(owner):
    a = owner.ask("GET", f"/project/{PROJECT}/traces", **HTML, **{"Accept-Encoding": "gzip"})
    assert a.headers["content-encoding"] == "gzip" and a.body[:2] == b"\x1f\x8b"
