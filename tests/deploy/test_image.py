# SPDX-License-Identifier: MIT
"""The image that deploy/image/assemble.sh makes: its size and form, and that it runs as it will run on
Kubernetes: as a user without rights, on a read-only root, without anything of this machine."""
import gzip
import hashlib
import http.client
import io
import json
import os
import re
import shutil
import subprocess
import tarfile
import threading

import pytest

from conftest import ROOT
from rushlight import BIN

MOST_BYTES = 30_000_000
ENTER = """
set -e
root=$1; shift
mount --bind "$root" "$root"
mount --rbind /proc "$root/proc"
mount -t tmpfs -o mode=700 tmpfs "$root/data"
mount -o remount,ro,bind "$root"
exec unshare --user --map-user=65532 --map-group=65532 --root="$root" "$@"
"""


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    out = tmp_path_factory.mktemp("image") / "image.tar"
    done = subprocess.run([str(ROOT / "deploy/image/assemble.sh"), "-p", BIN, "-t", "rushlight:test", "-o", str(out)],
                          text=True, capture_output=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    print(done.stdout)
    with tarfile.open(out) as tar:
        return {m.name.removeprefix("./"): tar.extractfile(m).read() for m in tar if m.isfile()}


@pytest.fixture(scope="module")
def root(image, tmp_path_factory):
    where = tmp_path_factory.mktemp("root")
    os.chmod(where, 0o755)
    with tarfile.open(fileobj=io.BytesIO(layer_of(image))) as tar:
        tar.extractall(where, filter="tar") if hasattr(tarfile, "tar_filter") else tar.extractall(where)
    yield where
    shutil.rmtree(where, ignore_errors=True)


def docker_manifest(image):
    return json.loads(image["manifest.json"])[0]


def layer_of(image):
    return image[docker_manifest(image)["Layers"][0]]


def config_of(image):
    return json.loads(image[docker_manifest(image)["Config"]])


def enter(root, *args, env=None):
    """A program of the image as user 65532 in namespaces of its own: read-only root, an empty /data."""
    return subprocess.Popen(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", ENTER, "sh", str(root), "/usr/bin/rushlight",
         *args], env={"PATH": os.environ["PATH"], **(env or {})}, text=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def test_size(image):
    size = len(layer_of(image))
    print(f"compressed image: {size} bytes")
    assert size <= MOST_BYTES


def test_every_blob_has_its_digest(image):
    blobs = {k: v for k, v in image.items() if k.startswith("blobs/sha256/")}
    assert len(blobs) == 3
    for name, data in blobs.items():
        assert hashlib.sha256(data).hexdigest() == name.rsplit("/", 1)[1]


def test_both_layouts_name_the_same_layer(image):
    index = json.loads(image["index.json"])
    manifest = json.loads(image["blobs/sha256/" + index["manifests"][0]["digest"].split(":")[1]])
    assert [docker_manifest(image)["Layers"][0]] == ["blobs/sha256/" + x["digest"].split(":")[1] for x in manifest["layers"]]
    unpacked = gzip.decompress(layer_of(image))
    assert config_of(image)["rootfs"]["diff_ids"] == ["sha256:" + hashlib.sha256(unpacked).hexdigest()]
    assert json.loads(image["oci-layout"])["imageLayoutVersion"] == "1.0.0"


def test_it_is_nobody_and_listens_outside(image):
    config = config_of(image)["config"]
    assert config["User"] == "65532:65532"
    assert config["Entrypoint"] == ["/usr/bin/rushlight"] and config["Cmd"] == ["serve"]
    assert "RUSHLIGHT_LISTEN=0.0.0.0:" in config["Env"]


def test_dockerfile_makes_the_same_image(image):
    """The Dockerfile cannot run here; its settings are compared with those of the assembled image."""
    text = (ROOT / "deploy/image/Dockerfile").read_text()
    config = config_of(image)["config"]
    last = text[text.index("FROM scratch"):]
    word = dict(re.findall(r"^(USER|WORKDIR|VOLUME|EXPOSE|ENV|ENTRYPOINT|CMD) (.*)$", last, re.M))
    assert word["USER"] == config["User"] and word["WORKDIR"] == config["WorkingDir"]
    assert word["ENV"].split() == config["Env"]
    assert json.loads(word["ENTRYPOINT"]) == config["Entrypoint"] and json.loads(word["CMD"]) == config["Cmd"]
    assert [f"{p}/tcp" for p in word["EXPOSE"].split()] == sorted(config["ExposedPorts"])
    assert "deploy/image/rootfs.sh" in text


def test_nothing_but_the_program_can_be_run(image):
    with tarfile.open(fileobj=io.BytesIO(layer_of(image))) as tar:
        members = tar.getmembers()
    run = [m.name for m in members if m.isfile() and m.mode & 0o111 and "/lib" not in m.name]
    assert run == ["./usr/bin/rushlight"]
    assert not [m.name for m in members if m.mode & 0o6000]
    assert {m.uid for m in members} == {0, 65532}
    assert [m.name for m in members if m.uid == 65532] == ["./data"]


def can_enter():
    probe = subprocess.run(["unshare", "--user", "--map-root-user", "--mount", "true"], capture_output=True,
                           check=False)
    return probe.returncode == 0


needs_namespaces = pytest.mark.skipif(not can_enter(), reason="this machine allows no user namespaces")


@needs_namespaces
def test_it_serves_as_nobody_on_a_read_only_root(root):
    p = enter(root, "serve", env={"RUSHLIGHT_LISTEN": "127.0.0.1:0", "RUSHLIGHT_DATA_DIR": "/data"})
    lines, ready, port = [], threading.Event(), []

    def read():
        for line in p.stdout:
            lines.append(line)
            found = re.search(r"listening on \S+ port (\d+)", line)
            if found:
                port.append(int(found[1]))
                ready.set()
        ready.set()

    reader = threading.Thread(target=read)
    reader.start()
    try:
        assert ready.wait(20) and port, "".join(lines)
        for path in ("/api/public/health", "/api/public/ready", "/", "/metrics"):
            c = http.client.HTTPConnection("127.0.0.1", port[0], timeout=10)
            c.request("GET", path)
            answer = c.getresponse()
            body = answer.read()
            assert answer.status == 200, (path, body[:300])
            c.close()
        status = dict(line.split(":", 1) for line in open(f"/proc/{p.pid}/status", encoding="utf-8"))
        assert int(status["CapEff"], 16) == 0
        assert not os.access(f"/proc/{p.pid}/root/usr/bin/sh", os.F_OK)
    finally:
        p.terminate()
        p.wait(15)
        reader.join()
    assert p.returncode == 0, "".join(lines)


@needs_namespaces
def test_nothing_can_be_written_outside_data(root):
    p = enter(root, "serve", "--data", "/etc/rushlight", env={"RUSHLIGHT_LISTEN": "127.0.0.1:0"})
    text, _ = p.communicate(timeout=20)
    assert p.returncode != 0
    assert "read-only" in text.lower() or "denied" in text.lower(), text


@needs_namespaces
@pytest.mark.parametrize("setting,word", [
    ({"DATABASE_URL": "postgresql://u:p@127.0.0.1:1/rushlight"}, "refused"),
])
def test_loaded_libraries_are_there(root, setting, word):
    """libpq is loaded when it is wanted: doctor tells a refused connection from a missing library."""
    p = enter(root, "doctor", "--data", "/data", env=setting)
    text, _ = p.communicate(timeout=60)
    assert "is not installed" not in text and word in text, text


@needs_namespaces
def test_every_library_finds_what_it_needs(root):
    libraries = [str(f).removeprefix(str(root)) for f in root.glob("usr/lib/*/*.so*")]
    for name in libraries:
        needed = subprocess.run(["objdump", "-p", str(root) + name], text=True, capture_output=True, check=True).stdout
        for wanted in re.findall(r"NEEDED\s+(\S+)", needed):
            assert list(root.glob(f"usr/lib*/{wanted}")) + list(root.glob(f"usr/lib/*/{wanted}")), (name, wanted)


def test_every_loaded_library_is_in_the_image(image):
    """What src/ names in a struct library, by the beginning of its name."""
    source = "\n".join(f.read_text() for f in (ROOT / "src").rglob("*.[ch]"))
    named = set(re.findall(r'struct library \w+ = \{\s*"(lib\w+\.so)', source))
    assert {"libpq.so", "libcurl.so"} <= named
    with tarfile.open(fileobj=io.BytesIO(layer_of(image))) as tar:
        there = [os.path.basename(name) for name in tar.getnames()]
    for name in named:
        assert [t for t in there if t.startswith(name)], f"deploy/image/rootfs.sh leaves {name} out"


@needs_namespaces
@pytest.mark.parametrize("setting,said", [
    ({"REDIS_HOST": "127.0.0.1", "REDIS_PORT": "1"}, "nothing listens"),
    ({"CLICKHOUSE_URL": "http://127.0.0.1:1", "CLICKHOUSE_USER": "u", "CLICKHOUSE_PASSWORD": "p"}, "refused"),
])
def test_other_servers_are_refused_not_missing(root, setting, said):
    p = enter(root, "doctor", "--data", "/data", env=setting)
    text, _ = p.communicate(timeout=60)
    assert said in text and "is not installed" not in text, text
