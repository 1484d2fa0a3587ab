# SPDX-License-Identifier: MIT
"""Signing in with a browser: sessions, CSRF, passwords, members, invitations, keys, projects."""
import re
import time

import pytest
from rushlight import PROJECT, Server, basic

OWNER, PASSWORD = "ann@example.com", "first-Secret1!"
ENV = {"LANGFUSE_INIT_USER_EMAIL": "Ann@Example.com", "LANGFUSE_INIT_USER_NAME": "Ann", "LANGFUSE_INIT_USER_PASSWORD": PASSWORD}


class Browser:
    """Keeps the cookie and the CSRF token, as a page does."""

    def __init__(self, server, prefix="/api/ui/"):
        self.server, self.prefix, self.cookie, self.csrf, self.set_cookie = server, prefix, None, None, ""

    def ask(self, method, path, body=None, csrf=True, **headers):
        headers = {k.replace("_", "-"): v for k, v in headers.items()}
        if self.cookie:
            headers["Cookie"] = "theme=dark; rushlight_session=" + self.cookie
        if csrf and self.csrf:
            headers["X-CSRF-Token"] = self.csrf if csrf is True else csrf
        answer = self.server.request(method, self.prefix + path, body=body, headers=headers, auth=False)
        found = re.search(r"rushlight_session=([^;]*)", answer.headers.get("set-cookie", ""))
        if found:
            self.set_cookie, self.cookie = answer.headers["set-cookie"], found.group(1) or None
        if answer.status == 200 and answer.body and isinstance(answer.json, dict) and "csrf" in answer.json:
            self.csrf = answer.json["csrf"]
        return answer

    def get(self, path, **kw):
        return self.ask("GET", path, **kw)

    def post(self, path, body=None, **kw):
        return self.ask("POST", path, body if body is not None else {}, **kw)

    def sign_in(self, email=OWNER, password=PASSWORD):
        answer = self.post("auth/sign-in", {"email": email, "password": password})
        assert answer.status == 200, answer
        return self


@pytest.fixture(scope="module")
def server():
    with Server(env=ENV) as s:
        yield s


@pytest.fixture
def ann(server):
    return Browser(server).sign_in()


def invite(ann, email, role="MEMBER"):
    answer = ann.post("orgs/org-test/invites", {"email": email, "role": role})
    assert answer.status == 200, answer
    return answer.json["url"].rsplit("/invite/", 1)[1]


def joined(server, ann, email, role="MEMBER", password="joined-Secret1!"):
    """A new person who followed an invitation."""
    b = Browser(server)
    answer = b.post("auth/sign-up", {"invite": invite(ann, email, role), "name": "New Person", "password": password})
    assert answer.status == 200, answer
    return b


# ---- Signing in

def test_who_is_signed_in(server, ann):
    me = ann.get("me").json
    assert me["user"]["email"] == OWNER and me["user"]["name"] == "Ann"
    assert me["orgs"] == [{"id": "org-test", "name": "TestOrg", "role": "OWNER",
                           "projects": [{"id": PROJECT, "name": "TestProject", "role": "OWNER"}]}]
    assert any(f["name"] == "latency" and f["type"] == "seconds" for f in me["fields"])
    assert "password" not in ann.get("me").body.decode()


def test_the_cookie_is_out_of_reach(ann):
    attributes = {a.strip() for a in ann.set_cookie.split(";")[1:]}
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= attributes and "Secure" not in attributes
    assert len(ann.cookie) >= 43


def test_https_makes_it_secure_and_a_base_path_bounds_it():
    with Server(env=ENV, args=["--base-path", "/monitor"]) as s:
        for prefix, headers in (("/monitor/api/ui/", {"X_Forwarded_Proto": "https"}), ("/api/ui/", {"X_Forwarded_Prefix": "/monitor", "X_Forwarded_Proto": "https"})):
            b = Browser(s, prefix)
            assert b.post("auth/sign-in", {"email": OWNER, "password": PASSWORD}, **headers).status == 200
            assert "Secure" in b.set_cookie and "Path=/monitor;" in b.set_cookie
            assert b.get("me").status == 200


@pytest.mark.parametrize("email,password", [(OWNER, "wrong"), ("nobody@example.com", PASSWORD), ("", ""), (OWNER, ""), ("x" * 5000, "y"), (OWNER, "z" * 5000)])
def test_wrong_credentials(fresh, email, password):
    s = fresh(env=ENV)
    answer = Browser(s).post("auth/sign-in", {"email": email, "password": password})
    assert answer.status in (400, 401) and "set-cookie" not in answer.headers
    if answer.status == 401:
        assert answer.json["message"] == "Invalid credentials"


def test_too_many_failures(fresh):
    s = fresh(env=ENV)
    b = Browser(s)
    for _ in range(10):
        assert b.post("auth/sign-in", {"email": OWNER, "password": "wrong"}).status == 401
    answer = b.post("auth/sign-in", {"email": OWNER, "password": PASSWORD})
    assert answer.status == 429 and int(answer.headers["retry-after"]) > 0
    assert "minutes" in answer.json["message"]


def test_an_unknown_person_takes_as_long_as_a_wrong_password(fresh):
    """By construction: both verify one hash of the same cost. Here only that both do the work."""
    s = fresh(env=ENV)

    def fastest(email):
        times = []
        for _ in range(4):
            before = time.perf_counter()
            assert Browser(s).post("auth/sign-in", {"email": email, "password": "wrong"}).status == 401
            times.append(time.perf_counter() - before)
        return min(times)
    known, unknown = fastest(OWNER), fastest("nobody@example.com")
    assert unknown > known / 3, (known, unknown)


# ---- Sessions

def test_nobody_without_a_session(server):
    for cookie in (None, "x", "A" * 43, "../../etc"):
        b = Browser(server)
        b.cookie = cookie
        assert b.get("me").status == 401
        assert b.get(f"{PROJECT}/keys").status == 401


def test_sign_out_ends_the_session_at_once(server):
    one, two = Browser(server).sign_in(), Browser(server).sign_in()
    token = one.cookie
    assert one.post("auth/sign-out").status == 204 and one.cookie is None
    one.cookie = token
    assert one.get("me").status == 401 and two.get("me").status == 200


def test_sign_out_everywhere(fresh):
    s = fresh(env=ENV)
    one, two = Browser(s).sign_in(), Browser(s).sign_in()
    assert one.post("auth/sign-out-everywhere").status == 204
    assert two.get("me").status == 401


def test_sessions_outlive_a_restart(fresh):
    s = fresh(env=ENV)
    b = Browser(s).sign_in()
    s.restart()
    assert b.get("me").status == 200


def test_signing_in_again_gives_another_token(server):
    assert Browser(server).sign_in().cookie != Browser(server).sign_in().cookie


# ---- Cross-site requests

@pytest.mark.parametrize("token", [False, "", "0" * 64])
def test_a_change_needs_the_token_of_the_session(ann, token):
    answer = ann.post(f"{PROJECT}/keys", {"note": "stolen"}, csrf=token)
    assert answer.status == 403


def test_the_token_of_another_session_does_not_fit(server, ann):
    ann.csrf = Browser(server).sign_in().csrf
    assert ann.post(f"{PROJECT}/keys", {}).status == 403


@pytest.mark.parametrize("headers", [{"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}])
def test_requests_of_other_sites(server, ann, headers):
    assert ann.post(f"{PROJECT}/keys", {}, **headers).status == 403
    assert Browser(server).post("auth/sign-in", {"email": OWNER, "password": PASSWORD}, **headers).status == 403


def test_requests_of_our_own_pages(server, ann):
    assert ann.post(f"{PROJECT}/keys", {}, Sec_Fetch_Site="same-origin").status == 200
    assert ann.post(f"{PROJECT}/keys", {}, Origin=f"http://127.0.0.1:{server.port}").status == 200


# ---- Passwords

def test_changing_the_password(fresh):
    s = fresh(env=ENV)
    one, two = Browser(s).sign_in(), Browser(s).sign_in()
    assert one.post("auth/password", {"current": "wrong", "next": "second-Secret2!"}).status == 403
    for weak in ("short1!", "no-digits-here", "12345678!", "abcdefgh1", ""):
        assert one.post("auth/password", {"current": PASSWORD, "next": weak}).status == 400, weak
    assert one.post("auth/password", {"current": PASSWORD, "next": "second-Secret2!"}).status == 204
    assert one.get("me").status == 200 and two.get("me").status == 401
    assert Browser(s).post("auth/sign-in", {"email": OWNER, "password": PASSWORD}).status == 401
    Browser(s).sign_in(password="second-Secret2!")
    assert PASSWORD not in s.log and "second-Secret2!" not in s.log


def test_the_owner_of_a_first_start_can_sign_in():
    with Server(init=False) as s:
        email = re.search(r"Owner: (\S+)", s.log).group(1)
        password = re.search(r"Password: (\S+)", s.log).group(1)
        assert Browser(s).sign_in(email, password).get("me").json["user"]["admin"] is True


# ---- Sign-up and invitations

def test_sign_up_is_closed_unless_asked_for(server):
    answer = Browser(server).post("auth/sign-up", {"email": "x@example.com", "name": "X", "password": "some-Secret1!"})
    assert answer.status == 403


def test_open_sign_up(fresh):
    s = fresh(env=ENV | {"AUTH_DISABLE_SIGNUP": "false"})
    b = Browser(s)
    assert b.post("auth/sign-up", {"email": "New@Example.com", "name": "New", "password": "some-Secret1!"}).status == 200
    assert b.get("me").json["orgs"] == []
    assert b.get(f"{PROJECT}/project").status == 404
    assert Browser(s).post("auth/sign-up", {"email": "new@example.com", "name": "New", "password": "some-Secret1!"}).status == 409
    for body in ({"email": "nothing", "name": "N"}, {"email": "a@b", "name": ""}, {"email": "a@b", "name": "<b>"}, {"email": "a b@c", "name": "N"}):
        assert Browser(s).post("auth/sign-up", {"password": "some-Secret1!", **body}).status == 400, body


def test_an_invitation_is_for_one_person_once(server, ann):
    token = invite(ann, "Guest@Example.com", "VIEWER")
    told = Browser(server).get("invites/" + token).json
    assert (told["org"], told["email"], told["role"], told["registered"]) == ("TestOrg", "guest@example.com", "VIEWER", False)
    b = Browser(server)
    assert b.post("auth/sign-up", {"invite": token, "email": "other@example.com", "name": "Guest", "password": "guest-Secret1!"}).status == 200
    me = b.get("me").json
    assert me["user"]["email"] == "guest@example.com" and me["orgs"][0]["role"] == "VIEWER"
    again = Browser(server).post("auth/sign-up", {"invite": token, "name": "Again", "password": "guest-Secret1!"})
    assert again.status == 404 and "expired" in again.json["message"]


def test_an_invitation_of_somebody_who_has_an_account(fresh):
    s = fresh(env=ENV | {"AUTH_DISABLE_SIGNUP": "false"})
    ann, bob = Browser(s).sign_in(), Browser(s)
    bob.post("auth/sign-up", {"email": "bob@example.com", "name": "Bob", "password": "some-Secret1!"})
    token = invite(ann, "bob@example.com", "ADMIN")
    eve = Browser(s)
    eve.post("auth/sign-up", {"email": "eve@example.com", "name": "Eve", "password": "some-Secret1!"})
    assert eve.post(f"invites/{token}/accept").status == 403
    assert bob.post(f"invites/{token}/accept").json["orgs"][0]["role"] == "ADMIN"
    assert bob.post(f"invites/{token}/accept").status == 404


def test_invitations_can_be_listed_and_taken_back(ann):
    token = invite(ann, "late@example.com")
    (one,) = [i for i in ann.get("orgs/org-test/members").json["invites"] if i["email"] == "late@example.com"]
    assert token not in str(ann.get("orgs/org-test/members").json)
    assert ann.ask("DELETE", f"orgs/org-test/invites/{one['id']}").status == 204
    assert ann.get("invites/" + token).status == 404
    assert ann.ask("DELETE", f"orgs/org-test/invites/{one['id']}").status == 404


# ---- Members and roles

def test_roles_bound_what_people_may_do(server, ann):
    viewer, member, admin = (joined(server, ann, f"{r.lower()}-x@example.com", r) for r in ("VIEWER", "MEMBER", "ADMIN"))
    assert viewer.get(f"{PROJECT}/traces").status == 200
    assert viewer.post(f"{PROJECT}/keys", {}).status == 403
    assert viewer.get("orgs/org-test/members").status == 403
    assert member.get("orgs/org-test/members").status == 200 and member.get(f"{PROJECT}/keys").status == 200
    assert member.post(f"{PROJECT}/keys", {}).status == 403
    assert member.post("orgs/org-test/invites", {"email": "a@b.c", "role": "VIEWER"}).status == 403
    assert admin.post(f"{PROJECT}/keys", {}).status == 200
    assert admin.post("orgs/org-test/invites", {"email": "a@b.c", "role": "OWNER"}).status == 403
    assert admin.ask("DELETE", f"{PROJECT}/project", {"name": "TestProject"}).status == 403


def test_changing_and_removing_members(server, ann):
    bob = joined(server, ann, "bob-y@example.com", "VIEWER")
    people = {m["email"]: m for m in ann.get("orgs/org-test/members").json["members"]}
    uid, own = people["bob-y@example.com"]["id"], people[OWNER]["id"]
    assert ann.ask("PUT", f"orgs/org-test/members/{uid}", {"role": "ADMIN"}).status == 204
    assert bob.get("me").json["orgs"][0]["role"] == "ADMIN"
    assert bob.ask("PUT", f"orgs/org-test/members/{own}", {"role": "VIEWER"}).status == 403
    assert ann.ask("PUT", f"orgs/org-test/members/{own}", {"role": "VIEWER"}).status == 409
    assert ann.ask("PUT", f"orgs/org-test/members/{uid}", {"role": "KING"}).status == 400
    assert ann.ask("DELETE", f"orgs/org-test/members/{uid}").status == 204
    assert bob.get("me").json["orgs"] == [] and bob.get(f"{PROJECT}/traces").status == 404


def test_other_organizations_are_not_there(server, ann):
    made = ann.post("orgs", {"name": "Second"}).json["id"]
    project = ann.post(f"orgs/{made}/projects", {"name": "Inner"}).json["id"]
    bob = joined(server, ann, "bob-z@example.com", "OWNER")
    for path in (f"{project}/traces", f"{project}/keys", f"orgs/{made}/members", "no-such/traces"):
        assert bob.get(path).status == 404, path
    assert bob.post(f"orgs/{made}/projects", {"name": "x"}).status == 404


# ---- Keys

def test_a_key_works_and_stops_at_once(server, ann):
    made = ann.post(f"{PROJECT}/keys", {"note": "for <tests> & 'more'"}).json
    auth = basic(made["publicKey"], made["secretKey"])
    assert made["host"] == f"http://127.0.0.1:{server.port}"
    assert server.get("/projects", auth=auth).status == 200
    listed = {k["id"]: k for k in ann.get(f"{PROJECT}/keys").json["keys"]}
    assert listed[made["id"]]["note"] == "for <tests> & 'more'" and "secretKey" not in listed[made["id"]]
    assert made["secretKey"] not in str(listed)
    assert ann.ask("PATCH", f"{PROJECT}/keys/{made['id']}", {"note": "other"}).status == 204
    assert ann.ask("DELETE", f"{PROJECT}/keys/{made['id']}").status == 204
    assert server.get("/projects", auth=auth).status == 401
    assert ann.ask("DELETE", f"{PROJECT}/keys/{made['id']}").status == 404
    assert made["secretKey"] not in server.log


def test_a_key_asks_only_for_its_own_project(server, ann):
    assert server.request("GET", f"/api/ui/{PROJECT}/traces").status == 200
    assert server.request("GET", "/api/ui/other/traces").status == 404
    assert server.request("GET", "/api/ui/me").status in (401, 404)
    assert server.request("POST", f"/api/ui/{PROJECT}/keys", {}).status == 403


# ---- Projects

def test_a_project_from_its_making_to_its_end(server, ann):
    pid = ann.post("orgs/org-test/projects", {"name": "Short-lived"}).json["id"]
    assert ann.post("orgs/org-test/projects", {"name": "Short-lived"}).status == 409
    assert ann.ask("PATCH", f"{pid}/project", {"name": "Renamed \"<&>'; DROP TABLE projects", "retentionDays": 30}).status == 204
    told = ann.get(f"{pid}/project").json
    assert told["retentionDays"] == 30 and told["name"].startswith("Renamed")
    for bad in ({"retentionDays": -1}, {"retentionDays": "x"}, {"name": ""}, {"name": "n" * 101}):
        assert ann.ask("PATCH", f"{pid}/project", bad).status == 400, bad
    key = ann.post(f"{pid}/keys", {}).json
    assert ann.ask("DELETE", f"{pid}/project", {"name": "no"}).status == 400
    assert ann.ask("DELETE", f"{pid}/project", {"name": told["name"]}).status == 204
    assert ann.get(f"{pid}/project").status == 404
    assert server.get("/projects", auth=basic(key["publicKey"], key["secretKey"])).status == 401


# ---- Pages

def page(browser, path, **headers):
    text = browser.server.request("GET", path, auth=False, headers={"Accept": "text/html", "Cookie": f"rushlight_session={browser.cookie or ''}", **headers})
    assert text.status == 200, text
    return text


def test_pages_are_private_and_never_kept(ann):
    answer = page(ann, f"/project/{PROJECT}/traces")
    assert answer.headers["cache-control"] == "no-store"
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe-inline" not in answer.headers["content-security-policy"].split("script-src")[1].split(";")[0]
