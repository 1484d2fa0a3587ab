# SPDX-License-Identifier: MIT
"""`rushlight doctor` about an S3 (tests/peers), behind a proxy that checks signatures and refuses what stores refuse."""
import datetime
import hashlib
import hmac
import http.client
import http.server
import json
import os
import re
import shutil
import socket
import subprocess
import threading

import pytest
from rushlight import run_cli

PEERS = os.path.join(os.path.dirname(__file__), "../peers")
pytestmark = pytest.mark.skipif(not shutil.which("node") or not os.path.isdir(PEERS + "/node_modules"), reason="(cd tests/peers && npm ci) installs the S3 of the tests")
BUCKET, SECRET = "rushlight-events", "S3RVER"


@pytest.fixture(scope="module")
def s3(tmp_path_factory):
    root = tmp_path_factory.mktemp("s3")
    process = subprocess.Popen(["node", "--openssl-legacy-provider", PEERS + "/s3.mjs", str(root)], stdout=subprocess.PIPE, text=True)
    port = int(process.stdout.readline())
    yield {"port": port, "files": root}
    process.kill()
    process.wait()


def signature_fits(method, target, headers, body):
    """AWS Signature Version 4 as its documentation has it, with SECRET."""
    parts = dict(re.findall(r"(Credential|SignedHeaders|Signature)=([^, ]+)", headers.get("authorization", "")))
    if len(parts) != 3 or headers["x-amz-content-sha256"] != hashlib.sha256(body).hexdigest():
        return False
    path, _, query = target.partition("?")
    pairs = "&".join(sorted(p if "=" in p else p + "=" for p in query.split("&") if p))
    signed = "".join(f"{h}:{headers[h].strip()}\n" for h in parts["SignedHeaders"].split(";"))
    canonical = "\n".join([method, path, pairs, signed, parts["SignedHeaders"], headers["x-amz-content-sha256"]])
    key, scope = ("AWS4" + SECRET).encode(), parts["Credential"].split("/")[1:]
    for word in scope:
        key = hmac.digest(key, word.encode(), "sha256")
    text = "\n".join(["AWS4-HMAC-SHA256", headers["x-amz-date"], "/".join(scope), hashlib.sha256(canonical.encode()).hexdigest()])
    return hmac.digest(key, text.encode(), "sha256").hex() == parts["Signature"]


class Front(http.server.BaseHTTPRequestHandler):
    """Passes requests on, unless `refuse` (method, path, headers) -> (status, code, more XML) says no; `change` alters bodies."""
    protocol_version = "HTTP/1.1"

    def handle_one(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        fits = signature_fits(self.command, self.path, self.headers, body)
        no = self.server.refuse(self.command, self.path, self.headers) if fits else (403, "SignatureDoesNotMatch", "")
        if no:
            return self.answer(no[0], {"content-type": "application/xml"}, f"<Error><Code>{no[1]}</Code><Message>no</Message>{no[2]}</Error>".encode())
        onward = http.client.HTTPConnection("127.0.0.1", self.server.target)
        onward.request(self.command, self.path, body, dict(self.headers))
        got = onward.getresponse()
        self.answer(got.status, dict(got.getheaders()), self.server.change(self.command, got.read()))

    def answer(self, status, headers, body):
        self.send_response(status)
        for k, v in headers.items():
            if k.lower() not in ("content-length", "transfer-encoding", "connection", "date", "server"):
                self.send_header(k, v)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def date_time_string(self, timestamp=None):
        now = datetime.datetime.now(datetime.UTC) + self.server.ahead
        return now.strftime("%a, %d %b %Y %H:%M:%S GMT")

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = handle_one

    def log_message(self, *_):
        pass


@pytest.fixture
def front(s3):
    made = []

    def make(refuse=lambda *_: None, change=lambda method, body: body, ahead=datetime.timedelta()):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Front)
        server.target, server.refuse, server.change, server.ahead = s3["port"], refuse, change, ahead
        threading.Thread(target=server.serve_forever, daemon=True).start()
        made.append(server)
        return server.server_port

    yield make
    for server in made:
        server.shutdown()
        server.server_close()


def env(port, **more):
    name = "LANGFUSE_S3_EVENT_UPLOAD_"
    return {name + "BUCKET": BUCKET, name + "ENDPOINT": f"http://127.0.0.1:{port}", name + "REGION": "us-east-1", name + "ACCESS_KEY_ID": "S3RVER",
            name + "SECRET_ACCESS_KEY": SECRET, name + "FORCE_PATH_STYLE": "true", **{name + k: v for k, v in more.items()}}


def lines(tmp_path, variables):
    done = run_cli("doctor", "--json", env={"PORT": "0", "RUSHLIGHT_DATA_DIR": str(tmp_path / "data"), **variables}, timeout=60)
    return [f for f in json.loads(done.stdout)["findings"] if f["part"] == "object store"]


def broken(tmp_path, variables):
    found = [f["text"] for f in lines(tmp_path, variables) if f["finding"] == "broken"]
    assert len(found) == 1, found
    return found[0]


def left(s3):
    return [f for _, _, files in os.walk(s3["files"]) for f in files if "rushlight-doctor" in f]


def test_fine_and_nothing_is_left(s3, front, tmp_path):
    (line,) = lines(tmp_path, env(front()))
    assert line["finding"] == "ok" and "multi-delete work" in line["text"]
    assert left(s3) == []


def test_nothing_is_said_without_a_bucket(tmp_path):
    assert lines(tmp_path, {}) == []


def test_a_bucket_that_is_not_there(s3, tmp_path):
    said = broken(tmp_path, env(s3["port"], BUCKET="another-bucket"))
    assert "NoSuchBucket" in said and "another-bucket" in said and "_BUCKET" in said


def test_keys_that_are_wrong(s3, front, tmp_path):
    said = broken(tmp_path, env(front(), SECRET_ACCESS_KEY="wrong-secret-991"))
    assert "SECRET_ACCESS_KEY" in said and "wrong-secret-991" not in said
    assert "ACCESS_KEY_ID" in broken(tmp_path, env(s3["port"], ACCESS_KEY_ID="NOBODY"))


def test_refused_unknown_silent_and_tls_are_told_apart(s3, tmp_path):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        assert "nobody listens there" in broken(tmp_path, env(closed.getsockname()[1]))
    assert "does not resolve" in broken(tmp_path, env(0, ENDPOINT="http://no-such-host.invalid"))
    assert "certificate" in broken(tmp_path, env(0, ENDPOINT=f"https://127.0.0.1:{s3['port']}"))


@pytest.mark.parametrize("method,mark,step", [("PUT", "", "put"), ("GET", "/0", "get"), ("GET", "list-type", "list"), ("POST", "delete", "multi-delete")])
def test_each_right_that_is_missing_is_named(front, tmp_path, method, mark, step):
    """As a policy that leaves one action out."""
    port = front(refuse=lambda m, path, _: (403, "AccessDenied", "") if m == method and mark in path else None)
    found = [f["text"] for f in lines(tmp_path, env(port)) if f["finding"] == "broken"]
    assert found[0].startswith(step + " fails") and "AccessDenied" in found[0] and "rights" in found[0], found


def test_a_clock_that_is_wrong(front, tmp_path):
    """The store's clock is an hour ahead: it says so as S3 and OSS do."""
    hour = datetime.timedelta(hours=1)

    def refuse(_method, _path, headers):
        sent = datetime.datetime.strptime(headers["x-amz-date"] + "+0000", "%Y%m%dT%H%M%SZ%z")
        apart = abs(datetime.datetime.now(datetime.UTC) + hour - sent)
        return (403, "RequestTimeTooSkewed", "") if apart.total_seconds() > 900 else None

    said = broken(tmp_path, env(front(refuse=refuse, ahead=hour)))
    assert "set this machine's clock" in said and re.search(r"it is (3599|3600|3601) seconds behind", said), said


def test_uploads_in_chunks_are_never_needed(front, tmp_path):
    """A store that refuses aws-chunked bodies, as OSS does, is fine."""
    def refuse(_method, _path, headers):
        chunked = "aws-chunked" in headers.get("content-encoding", "") or "transfer-encoding" in headers or headers.get("x-amz-content-sha256", "").startswith("STREAMING-")
        return (400, "InvalidArgument", "") if chunked else None

    assert [f["finding"] for f in lines(tmp_path, env(front(refuse=refuse)))] == ["ok"]


def test_a_proxy_that_changes_bodies(front, tmp_path):
    port = front(change=lambda method, body: body.replace(b"doctor", b"dokter") if method == "GET" and b"<?xml" not in body else body)
    assert "other bytes than were written" in broken(tmp_path, env(port))


def test_a_server_that_is_no_object_store(tmp_path):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        said = broken(tmp_path, env(other.server_port))
        other.shutdown()
    assert "put fails" in said


def bootstrap(tmp_path, variables, status):
    done = run_cli("bootstrap", "--json", env={"RUSHLIGHT_DATA_DIR": str(tmp_path / "data"), **variables}, timeout=60)
    assert done.returncode == status, done
    return [f["text"] for f in json.loads(done.stdout)["findings"] if f["part"] == "object store"]


def test_bootstrap_makes_a_bucket_that_is_missing(front, tmp_path):
    """Once; a second time it is there."""
    variables = env(front(), BUCKET="made-by-bootstrap")
    assert "NoSuchBucket" in broken(tmp_path, variables)
    said = bootstrap(tmp_path, variables, 0)
    assert said[0] == "created bucket made-by-bootstrap" and "multi-delete work" in said[1]
    assert [f["finding"] for f in lines(tmp_path, variables)] == ["ok"]
    assert len(bootstrap(tmp_path, variables, 0)) == 1


def test_bootstrap_says_who_makes_a_bucket_when_it_may_not(front, tmp_path):
    port = front(refuse=lambda method, path, _: (403, "AccessDenied", "") if method == "PUT" and path.rstrip("/").count("/") == 1 else None)
    said = bootstrap(tmp_path, env(port, BUCKET="not-ours"), 1)
    assert "AccessDenied" in said[0] and "aws s3 mb s3://not-ours" in said[1] and "aliyun oss mb oss://not-ours" in said[1]
