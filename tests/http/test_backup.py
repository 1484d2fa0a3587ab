# SPDX-License-Identifier: MIT
"""`rushlight backup` and `restore`: beside a server that writes, over a kill, with a damaged archive, by schedule."""
import glob
import json
import os
import shutil
import signal
import subprocess
import threading
import time

import pytest
import rushlight
from conftest import embedded_events, embedded_metadata
from rushlight import BIN, PROJECT, Server, clean_env, event, run_cli, send

pytestmark = [embedded_metadata, embedded_events]  # tests/postgres/test_pg_backup.py has the other kind
DAYS = ["2026-11-18", "2026-11-19", "2026-11-20"]


def fill(server, n=12):
    """Traces on several days with observations, scores and bodies that compress badly."""
    for i in range(n):
        at = f"{DAYS[i % 3]}T10:00:{i % 60:02d}.000Z"
        send(server, event("trace-create", {"id": f"t{i}", "name": f"trace {i}", "input": os.urandom(600).hex(), "timestamp": at, "sessionId": f"s{i % 4}"}, at=at),
             event("generation-create", {"id": f"o{i}", "traceId": f"t{i}", "name": "call", "model": "gpt-4o", "output": f"answer {i}", "startTime": at,
                                         "usage": {"input": i, "output": 2 * i}}, at=at),
             event("score-create", {"id": f"c{i}", "traceId": f"t{i}", "name": "quality", "value": i / 7}, at=at))


def said(server, n=12):
    """What the API says of everything, byte for byte."""
    paths = [f"/traces/t{i}" for i in range(n)] + ["/traces?limit=100", "/observations?limit=100", "/v2/scores?limit=100", "/sessions", "/projects", "/score-configs"]
    return {p: server.get(p).body for p in paths}


def backup(server, where, *more, status=0):
    done = run_cli("backup", str(where), "--json", *more, "--data", server.data)
    assert done.returncode == status, done
    return json.loads(done.stdout) if done.stdout else done.stderr


def restore(archive, data, status=0, **kw):
    done = run_cli("restore", str(archive), "--data", str(data), **kw)
    assert done.returncode == status, done
    return done.stdout + done.stderr


def test_everything_comes_back_byte_for_byte(fresh, tmp_path):
    server = fresh()
    fill(server)
    server.post("/score-configs", {"name": "kept", "dataType": "NUMERIC"})
    key = json.loads(run_cli("key", "add", PROJECT, "--json", "--data", server.data).stdout)
    before = said(server)
    made = backup(server, tmp_path / "b")
    assert made["files"] == 4 and made["skipped"] == 0 and made["archiveBytes"] == os.path.getsize(made["path"])
    restore(made["path"], tmp_path / "new")
    assert sorted(os.listdir(tmp_path / "new")) == ["events", "meta.db"]
    with Server(data=str(tmp_path / "new"), init=False) as copy:
        assert said(copy) == before
        assert copy.get("/projects", auth=rushlight.basic(key["publicKey"], key["secretKey"])).status == 200
        send(copy, event("trace-create", {"id": "later"}))


def test_it_is_an_archive_that_tar_reads(fresh, tmp_path):
    server = fresh()
    fill(server, 3)
    made = backup(server, tmp_path / "b")
    names = subprocess.run(["tar", "--zstd", "-tf", made["path"]], text=True, capture_output=True, check=True).stdout.split()
    assert names == [f"events/{d}.db" for d in DAYS] + ["meta.db", "manifest.json"]
    subprocess.run(["tar", "--zstd", "-xf", made["path"], "-C", tmp_path], check=True)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    for f in manifest["files"]:
        out = subprocess.run(["sha256sum", tmp_path / f["name"]], text=True, capture_output=True, check=True).stdout
        assert out.split()[0] == f["sha256"] and os.path.getsize(tmp_path / f["name"]) == f["bytes"]


def test_through_a_pipe(fresh, tmp_path):
    server = fresh()
    fill(server, 4)
    before = said(server, 4)
    with open(tmp_path / "archive", "wb") as out:
        subprocess.run([BIN, "backup", "-", "--data", server.data], stdout=out, env=clean_env(), check=True)
    with open(tmp_path / "archive", "rb") as archive:
        subprocess.run([BIN, "restore", "-", "--data", str(tmp_path / "new")], stdin=archive, env=clean_env(), check=True)
    with Server(data=str(tmp_path / "new"), init=False) as copy:
        assert said(copy, 4) == before


def test_beside_a_server_that_writes(fresh, tmp_path):
    """Everything that was acknowledged before the backup began is in it, whole; what came meanwhile is there whole or not at all."""
    server = fresh()
    sent, stop = [], threading.Event()

    def write():
        while not stop.is_set():
            i = len(sent)
            at = f"{DAYS[i % 3]}T10:00:00.000Z"
            send(server, event("trace-create", {"id": f"w{i}", "timestamp": at}, at=at),
                 *[event("span-create", {"id": f"w{i}-{k}", "traceId": f"w{i}", "startTime": at}, at=at) for k in range(5)])
            sent.append(i)

    writers = threading.Thread(target=write)
    writers.start()
    try:
        for n in range(3):
            while len(sent) < 40 * (n + 1):
                time.sleep(0.005)
            before = len(sent)
            made = backup(server, tmp_path / f"b{n}")
            data = tmp_path / f"new{n}"
            restore(made["path"], data)
            with Server(data=str(data), init=False) as copy:
                for i in range(before + 20):
                    trace = copy.get(f"/traces/w{i}")
                    assert trace.status == (200 if i < before else trace.status)
                    assert trace.status == 404 or len(trace.json["observations"]) == 5
    finally:
        stop.set()
        writers.join()


def test_a_kill_leaves_no_archive_that_looks_whole(fresh, tmp_path):
    server = fresh()
    fill(server, 30)
    for delay in (0.0, 0.002, 0.005, 0.01, 0.02, 0.04):
        process = subprocess.Popen([BIN, "backup", str(tmp_path / "b"), "--data", server.data], env=clean_env(), stdout=subprocess.DEVNULL)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        for archive in glob.glob(str(tmp_path / "b" / "*.tar.zst")):
            restore(archive, tmp_path / "new")
            shutil.rmtree(tmp_path / "new")
            os.unlink(archive)


def test_a_killed_restore_can_be_done_again(fresh, tmp_path):
    server = fresh()
    fill(server, 30)
    before = said(server, 30)
    made = backup(server, tmp_path / "b")
    for delay in (0.001, 0.004, 0.008, 0.015):
        shutil.rmtree(tmp_path / "new", ignore_errors=True)
        process = subprocess.Popen([BIN, "restore", made["path"], "--data", str(tmp_path / "new")], env=clean_env(), stdout=subprocess.DEVNULL)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        done = run_cli("restore", made["path"], "--data", str(tmp_path / "new"))
        assert done.returncode == 0 or "is not empty" in done.stderr, done
        if done.returncode == 0:
            with Server(data=str(tmp_path / "new"), init=False) as copy:
                assert said(copy, 30) == before


def test_a_directory_that_holds_anything_is_refused(fresh, tmp_path):
    server = fresh()
    fill(server, 1)
    made = backup(server, tmp_path / "b")
    assert "is not empty" in restore(made["path"], server.data, status=1)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "note.txt").write_text("mine")
    assert "note.txt" in restore(made["path"], tmp_path / "other", status=1)
    assert os.listdir(tmp_path / "other") == ["note.txt"]
    assert server.get("/traces/t0").status == 200


def test_damaged_and_cut_archives_are_refused_and_leave_nothing(fresh, tmp_path):
    server = fresh()
    fill(server, 6)
    made = backup(server, tmp_path / "b")
    whole = open(made["path"], "rb").read()
    broken = tmp_path / "broken"
    cases = [whole[:n] for n in (0, 1, 100, len(whole) // 2, len(whole) - 1)]
    cases += [whole[:n] + bytes([whole[n] ^ 0x55]) + whole[n + 1:] for n in range(0, len(whole), max(1, len(whole) // 23))]
    cases += [b"not an archive" * 1000, bytes(4096)]
    refused = 0
    for case in cases:
        broken.write_bytes(case)
        done = run_cli("restore", str(broken), "--data", str(tmp_path / "new"))
        refused += done.returncode != 0
        assert done.returncode in (0, 1) and (done.returncode == 0 or len(done.stderr) > 20), done
        if done.returncode == 0:  # a bit that zstd does not look at
            with Server(data=str(tmp_path / "new"), init=False) as copy:
                assert said(copy, 6) == said(server, 6)
            shutil.rmtree(tmp_path / "new")
        assert not os.path.exists(tmp_path / "new") or os.listdir(tmp_path / "new") == []
    assert refused >= len(cases) - 2


@pytest.mark.parametrize("name", ["../evil", "events/../../evil.db", "/tmp/evil", "events/evil.db", "lock"])
def test_an_archive_with_other_names_is_refused(tmp_path, name):
    import tarfile
    (tmp_path / "f").write_text("x")
    with tarfile.open(tmp_path / "a.tar", "w", format=tarfile.USTAR_FORMAT) as tar:
        tar.add(tmp_path / "f", arcname=name, filter=lambda info: info)
        for info in tar.getmembers():
            info.name = name
    subprocess.run(["zstd", "-q", str(tmp_path / "a.tar")], check=True)
    assert "is no backup" in restore(tmp_path / "a.tar.zst", tmp_path / "new", status=1)
    assert not os.path.exists(tmp_path / "evil") and os.listdir(tmp_path / "new") == []


def test_a_damaged_day_is_named_and_the_rest_is_saved(fresh, tmp_path):
    server = fresh()
    fill(server, 6)
    server.stop()
    with open(f"{server.data}/events/{DAYS[1]}.db", "r+b") as f:
        f.write(b"this is not a database any more " * 300)
    done = run_cli("backup", str(tmp_path / "b"), "--json", "--data", server.data)
    assert done.returncode == 1 and DAYS[1] in done.stderr and json.loads(done.stdout)["skipped"] == 1
    restore(json.loads(done.stdout)["path"], tmp_path / "new")
    with Server(data=str(tmp_path / "new"), init=False) as copy:
        assert [copy.get(f"/traces/t{i}").status for i in range(3)] == [200, 404, 200]


def test_the_newest_are_kept(fresh, tmp_path):
    server = fresh()
    fill(server, 1)
    where = tmp_path / "b"
    where.mkdir()
    (where / "mine.tar.zst").write_text("not ours")
    for day in range(10, 19):
        (where / f"rushlight-202601{day}T000000Z.tar.zst").write_text("old")
    made = backup(server, where, "--keep", "7")
    left = sorted(os.listdir(where))
    assert "mine.tar.zst" in left and os.path.basename(made["path"]) in left and len(left) == 8
    assert "rushlight-20260113T000000Z.tar.zst" in left and "rushlight-20260112T000000Z.tar.zst" not in left


def test_a_running_server_makes_them_by_itself(fresh, tmp_path):
    """The first one soon after the start; not again before its time."""
    where = tmp_path / "b"
    env = {"RUSHLIGHT_BACKUP_DIR": str(where)}
    server = fresh(env=env)
    fill(server)
    deadline = time.monotonic() + 30
    while not glob.glob(str(where / "*.tar.zst")):
        assert time.monotonic() < deadline, server.log
        time.sleep(0.1)
    (archive,) = glob.glob(str(where / "*.tar.zst"))
    assert "backup.done" in server.log
    server.restart()
    restore(archive, tmp_path / "new")
    with Server(data=str(tmp_path / "new"), init=False) as copy:
        assert said(copy) == said(server)
    time.sleep(6)
    assert os.listdir(where) == [os.path.basename(archive)]


def test_what_is_said_when_it_does_not_work(fresh, tmp_path):
    server = fresh()
    (tmp_path / "file").write_text("")
    assert "cannot be" in backup(server, tmp_path / "file", status=1)
    assert "cannot be read" in restore(tmp_path / "nothing", tmp_path / "new", status=3)
    assert run_cli("backup", "-", "--keep", "3", "--data", server.data).returncode == 2
    assert run_cli("backup", str(tmp_path / "b"), "--keep", "0", "--data", server.data).returncode == 2
