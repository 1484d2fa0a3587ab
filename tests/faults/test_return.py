# SPDX-License-Identifier: MIT
"""What was away and comes back while the server runs: a day from a backup, the whole directory. And
after kills under load with repacking on, the files are sound and their counters tell the truth."""
import glob
import os
import random
import shutil
import sqlite3
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))
from rushlight import Server, event, send  # noqa: E402


def day(offset):
    return time.strftime("%Y-%m-%dT12:00:00.000Z", time.gmtime(time.time() + 86400 * offset))


def trace(name, offset=0, body="x"):
    return event("trace-create", {"id": name, "name": name, "input": body, "timestamp": day(offset)}, at=day(offset))


def span(name, of, offset=0, body="y"):
    return event("span-create", {"id": name, "traceId": of, "startTime": day(offset), "input": body}, at=day(offset))


def post(server, *events):
    return server.post("/ingestion", {"batch": list(events)})


def until(true, seconds=20):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def damaged_day(server):
    """A server whose day before three is damaged, and the file's sound copy."""
    send(server, trace("t3", -3), span("o", "t3", -3))
    server.stop()
    file = f"{server.data}/events/{day(-3)[:10]}.db"
    shutil.copyfile(file, file + ".backup")
    with open(file, "r+b") as f:
        f.write(os.urandom(os.path.getsize(file)))
    server.start()
    assert server.get("/traces/t3").status == 404
    os.rename(file + ".backup", file)


def test_a_restored_day_is_read_again():
    with Server() as server:
        damaged_day(server)
        until(lambda: server.get("/traces/t3").status == 200)
        assert server.get("/traces").json["meta"]["totalItems"] == 1


def test_a_restored_day_is_written_again_without_doubling_its_traces():
    with Server() as server:
        damaged_day(server)
        send(server, span("o2", "t3", -3))
        answer = server.get("/traces/t3")
        assert answer.status == 200 and answer.json["name"] == "t3", answer
        assert sorted(o["id"] for o in answer.json["observations"]) == ["o", "o2"]
        assert server.get("/traces").json["meta"]["totalItems"] == 1


def test_the_directory_comes_back():
    """A volume that was not mounted at the start."""
    with Server() as server:
        send(server, trace("t3", -3))
        server.stop()
        events = server.data + "/events"
        os.rename(events, events + ".away")
        with open(events, "w", encoding="ascii") as f:
            f.write("no directory")
        server.start()
        assert post(server, trace("new")).status == 503
        assert server.get("/ready", auth=False).status == 503
        os.unlink(events)
        os.rename(events + ".away", events)
        until(lambda: server.get("/traces/t3").status == 200)
        send(server, trace("new"))
        assert server.get("/ready", auth=False).status == 200


def load(server, stop):
    n = 0
    while not stop.is_set():
        n += 1
        name = f"{random.getrandbits(64):x}"
        offset = -random.randrange(3)
        try:
            post(server, trace(name, offset), *[span(f"{name}-{i}", name, offset, f"{name} {i} " * 30) for i in range(5)],
                 event("score-create", {"id": name, "traceId": name, "name": "q", "value": n}, at=day(offset)))
            post(server, span(f"{name}-0", name, offset, "again"))
        except Exception:  # the server was killed: that is the test
            return


def files(server):
    found = glob.glob(server.data + "/events/*.db")
    assert found
    for file in found:
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as db:
            yield file, lambda query, db=db: db.execute(query).fetchone()[0]


def check_files(server):
    for file, ask in files(server):
        assert ask("PRAGMA integrity_check") == "ok", file
        assert ask("SELECT sum(n_traces) FROM project") == ask("SELECT count(*) FROM trace WHERE flags & 8"), file
        assert ask("SELECT sum(n_observations) FROM project") == ask("SELECT count(*) FROM observation"), file
        assert ask("SELECT sum(n_scores) FROM project") == ask("SELECT count(*) FROM score"), file
        assert ask("SELECT count(*) FROM trace t WHERE n_observations <> (SELECT count(*) FROM observation WHERE trace = t.id)") == 0, file
        used = "SELECT pack FROM observation WHERE pack IS NOT NULL UNION SELECT pack FROM trace WHERE pack IS NOT NULL"
        assert ask(f"SELECT count(*) FROM ({used}) WHERE pack NOT IN (SELECT id FROM pack)") == 0, file + ": bodies are missing"
        assert ask(f"SELECT count(*) FROM pack WHERE id NOT IN ({used})") == 0, file + ": bodies nobody points at"


def test_files_are_sound_after_kills():
    with Server(env={"RUSHLIGHT_QUIET_SECONDS": "1"}) as server:
        for _ in range(6):
            stop = threading.Event()
            clients = [threading.Thread(target=load, args=(server, stop)) for _ in range(3)]
            for c in clients:
                c.start()
            time.sleep(random.uniform(0.2, 1.5) if _ else 8)  # the first time long enough for repacking
            server.kill()
            stop.set()
            for c in clients:
                c.join()
            server.start()
        assert server.get("/traces").json["meta"]["totalItems"] > 10
        assert server.stop() == 0
        check_files(server)
