# SPDX-License-Identifier: MIT
"""The base path, the web page and its assets."""
import re

import pytest
from rushlight import Server, event, send


def page_of(a):
    assert a.status == 200 and a.headers["content-type"].startswith("text/html"), a
    return a.body.decode()


@pytest.mark.parametrize("prefix,args", [("", []), ("/monitor", ["--base-path", "/monitor"]), ("/a/b", ["--base-path", "/a/b/"])])
def test_everything_under_the_prefix(prefix, args):
    with Server(args=args, prefix=prefix) as s:
        assert s.get("/health", auth=False).status == 200
        send(s, event("trace-create", {"id": "t", "name": "n"}))
        assert s.get("/traces/t").json["name"] == "n"
        page = page_of(s.request("GET", "/", auth=False))
        assert "__RUSHLIGHT_BASE__" not in page
        links = re.findall(r'(?:src|href)="([^"#:]+)"', page)
        assert links
        base = re.search(r'<base href="([^"]+)"', page)
        for link in links:
            if link == (base and base.group(1)):
                continue
            url = link if link.startswith("/") else (base.group(1) if base else prefix + "/") + link.removeprefix("./")
            assert url.startswith(prefix + "/"), url
            s.prefix = ""
            a = s.request("GET", url, auth=False)
            s.prefix = prefix
            assert a.status == 200, url
            if re.search(r"-[\w-]{8}\.", url):
                assert "immutable" in a.headers["cache-control"]


def test_requests_with_the_prefix_stripped_work_too():
    with Server(args=["--base-path", "/monitor"]) as s:
        assert s.request("GET", "/api/public/health", auth=False).status == 200
        assert s.request("GET", "/monitor/api/public/health", auth=False).status == 200
        assert "/monitor/" in page_of(s.request("GET", "/", auth=False))
        a = s.request("GET", "/monitor", auth=False)
        assert a.status in (301, 307, 308) and a.headers["location"].endswith("/monitor/")


def test_environment_sets_the_prefix():
    for name in ("RUSHLIGHT_BASE_PATH", "NEXT_PUBLIC_BASE_PATH"):
        with Server(env={name: "/x"}, prefix="/x") as s:
            assert s.get("/health", auth=False).status == 200
    with Server(env={"NEXTAUTH_URL": "https://example.com/y"}, prefix="/y") as s:
        assert s.get("/health", auth=False).status == 200


def test_forwarded_prefix(server):
    page = page_of(server.request("GET", "/", auth=False, headers={"X-Forwarded-Prefix": "/monitor"}))
    assert "/monitor/" in page


@pytest.mark.parametrize("evil", ['"><script>', "//evil.example", "http://evil.example", "/a\"b", "/<b>", "javascript:x"])
def test_a_hostile_forwarded_prefix_is_ignored(server, evil):
    page = page_of(server.request("GET", "/", auth=False, headers={"X-Forwarded-Prefix": evil}))
    assert evil not in page


def test_pages_are_compressed_and_fall_back(server):
    a = server.request("GET", "/", auth=False, headers={"Accept-Encoding": "gzip"})
    assert a.status == 200
    if a.headers.get("content-encoding") == "gzip":
        import gzip
        assert b"<html" in gzip.decompress(a.body)
    assert page_of(server.request("GET", "/project/p/traces/t", auth=False, headers={"Accept": "text/html"}))
    assert server.request("GET", "/assets/none-12345678.js", auth=False).status == 404
