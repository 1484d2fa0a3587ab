# SPDX-License-Identifier: MIT
"""A real nginx in front, with and without a prefix, stripping it and not: API, page, ingestion, redirects.

    kept       /monitor is passed on; the server knows its base path
    stripped   /monitor is cut off, X-Forwarded-Prefix tells
    silent     /monitor is cut off, nobody tells; the server knows its base path from its settings
    root       no prefix at all
"""
import gzip
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))
from rushlight import Server, basic, event  # noqa: E402

NGINX = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin:/sbin")
REWRITE = "rewrite ^/monitor(/|$)(.*) /$2 break;"
MODES = {
    "kept": {"prefix": "/monitor", "args": ["--base-path", "/monitor"], "location": "location /monitor {"},
    "stripped": {"prefix": "/monitor", "args": [], "location": "location /monitor {" + REWRITE + "proxy_set_header X-Forwarded-Prefix /monitor;"},
    "silent": {"prefix": "/monitor", "args": ["--base-path", "/monitor"], "location": "location /monitor {" + REWRITE},
    "root": {"prefix": "", "args": [], "location": "location / {"},
}
CONF = """
daemon off; master_process off; worker_processes 1; pid {dir}/pid; error_log {dir}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log {dir}/access.log; client_body_temp_path {dir}/t1; proxy_temp_path {dir}/t2; fastcgi_temp_path {dir}/t3;
  uwsgi_temp_path {dir}/t4; scgi_temp_path {dir}/t5; client_max_body_size 64m; underscores_in_headers on;
  upstream app {{ server 127.0.0.1:{app}; keepalive 8; }}
  server {{
    listen 127.0.0.1:{port};
    {location} proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-Proto $scheme; proxy_set_header X-Forwarded-For $remote_addr; }}
  }}
}}
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Proxy:
    def __init__(self, mode):
        self.mode, self.prefix = mode, MODES[mode]["prefix"]
        self.app = Server(args=MODES[mode]["args"]).start()
        self.dir, self.port = tempfile.mkdtemp(prefix="rushlight-proxy-"), free_port()
        os.chmod(self.dir, 0o755)
        conf = os.path.join(self.dir, "nginx.conf")
        with open(conf, "w", encoding="ascii") as f:
            f.write(CONF.format(dir=self.dir, app=self.app.port, port=self.port, location=MODES[mode]["location"]))
        self.process = subprocess.Popen([NGINX, "-c", conf, "-p", self.dir], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
        deadline = time.monotonic() + 10
        while self.curl("/api/public/health")[0] != 200:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"nginx: {self.process.stderr.read() if self.process.poll() is not None else 'not ready'}")
            time.sleep(0.05)

    def close(self):
        self.process.terminate()
        self.process.wait(10)
        self.app.close()
        shutil.rmtree(self.dir, ignore_errors=True)

    def curl(self, path, *args, prefix=None, data=None):
        """(status, headers, body) as curl sees them; nothing is followed."""
        url = f"http://127.0.0.1:{self.port}{self.prefix if prefix is None else prefix}{path}"
        head = os.path.join(self.dir, "head")
        r = subprocess.run(["curl", "-sS", "--max-time", "30", "--path-as-is", "-D", head, *args, url], input=data, capture_output=True, check=False)
        if r.returncode:
            return 0, {}, r.stderr
        with open(head, encoding="latin-1", newline="") as f:
            last = f.read().strip().split("\r\n\r\n")[-1].split("\r\n")
        headers = {k.lower(): v.strip() for k, v in (line.split(":", 1) for line in last[1:])}
        return int(last[0].split()[1]), headers, r.stdout

    def api(self, path, *args, **kw):
        return self.curl("/api/public" + path, "-H", "Authorization: " + basic(), *args, **kw)


@pytest.fixture(scope="module", params=MODES)
def proxy(request):
    p = Proxy(request.param)
    yield p
    p.close()


def batch(*events):
    return json.dumps({"batch": list(events)}).encode()


def test_ingest_and_read_back(proxy):
    status, _, body = proxy.api("/ingestion", "-H", "Content-Type: application/json", "--data-binary", "@-",
                                data=batch(event("trace-create", {"id": "px", "name": "through nginx", "timestamp": "2026-11-20T10:00:00Z"})))
    assert status == 207 and json.loads(body)["errors"] == []
    status, _, body = proxy.api("/traces/px")
    assert status == 200 and json.loads(body)["name"] == "through nginx"


def test_ids_with_slashes_and_queries_survive(proxy):
    proxy.api("/ingestion", "-H", "Content-Type: application/json", "--data-binary", "@-", data=batch(event("trace-create", {"id": "a b/c", "name": "n&m=1"})))
    path = "/traces/" + urllib.parse.quote("a b/c", safe="")
    status, _, body = proxy.api(path)
    if proxy.mode in ("stripped", "silent") and status == 404:
        # nginx decodes the path before `rewrite`: an escaped slash cannot be told any more by anybody
        assert proxy.app.request("GET", "/api/public" + path).status == 200
    else:
        assert status == 200 and json.loads(body)["id"] == "a b/c"
    status, _, body = proxy.api("/traces?name=" + urllib.parse.quote("n&m=1"))
    assert status == 200 and [t["id"] for t in json.loads(body)["data"]] == ["a b/c"]


def test_gzip_and_otlp(proxy):
    trace = f"{len(proxy.mode):032x}"
    export = {"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": trace, "spanId": "b7ad6b7169203331", "name": "otel",
              "startTimeUnixNano": "1763632800000000000", "endTimeUnixNano": "1763632801000000000"}]}]}]}
    status, _, body = proxy.api("/otel/v1/traces", "-H", "Content-Type: application/json", "-H", "Content-Encoding: gzip", "-H", "x_langfuse_sdk_name: python",
                                "--data-binary", "@-", data=gzip.compress(json.dumps(export).encode()))
    assert (status, json.loads(body)) == (200, {})
    assert json.loads(proxy.api("/traces/" + trace)[2])["observations"][0]["name"] == "otel"


def test_large_batches(proxy):
    body = batch(*[event("span-create", {"id": f"l{i}", "traceId": "large", "input": "x" * 40_000}) for i in range(100)])
    status, _, answer = proxy.api("/ingestion", "-H", "Content-Type: application/json", "-H", "Transfer-Encoding: chunked", "--data-binary", "@-", data=body)
    assert status == 207 and len(json.loads(answer)["successes"]) == 100
    status, headers, answer = proxy.api("/ingestion", "-H", "Content-Type: application/json", "-H", "Expect:", "--data-binary", "@-", data=b" " * 5_000_000)
    assert status == 413 and headers["content-type"].startswith("application/json"), answer


def test_errors_pass_through(proxy):
    status, _, body = proxy.curl("/api/public/traces")
    assert (status, json.loads(body)) == (401, {"message": "No authorization header"})
    status, _, body = proxy.api("/does-not-exist")
    assert status == 404 and json.loads(body)["error"] == "LangfuseNotFoundError"


def test_the_prefix_without_a_slash_leads_to_the_page(proxy):
    if not proxy.prefix:
        assert proxy.curl("/")[0] == 200
        return
    status, headers, body = proxy.curl("")
    if status in (301, 302, 307, 308):
        target = urllib.parse.urlsplit(headers["location"])
        assert target.path == "/monitor/" and target.netloc in ("", f"127.0.0.1:{proxy.port}")
    else:
        assert status == 200 and b"<html" in body


def test_page_and_its_assets(proxy):
    status, headers, body = proxy.curl("/")
    assert status == 200 and headers["content-type"].startswith("text/html")
    page = body.decode()
    assert "__RUSHLIGHT_BASE__" not in page
    base = re.search(r'<base href="([^"]+)"', page)
    root = base.group(1) if base else proxy.prefix + "/"
    links = [link for link in re.findall(r'(?:src|href)="([^"#:]+)"', page) if not (base and link == root)]
    assert links
    for link in links:
        url = urllib.parse.urljoin(root, link)
        assert url.startswith(proxy.prefix + "/"), (proxy.mode, url)
        status, headers, body = proxy.curl(url, prefix="")
        assert status == 200 and body and not headers["content-type"].startswith("text/html"), (proxy.mode, url)


def test_deep_links_get_the_page(proxy):
    status, headers, _ = proxy.curl("/project/p/traces/t", "-H", "Accept: text/html")
    assert status == 200 and headers["content-type"].startswith("text/html")


def test_many_requests_over_kept_connections(proxy):
    urls = [f"http://127.0.0.1:{proxy.port}{proxy.prefix}/api/public/health"] * 100
    r = subprocess.run(["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}\n", *[a for u in urls for a in ("-o", "/dev/null", u)][2:]],
                       capture_output=True, text=True, check=False)
    assert r.stdout.split() == ["200"] * 100, (r.stdout[-200:], r.stderr[-200:])
