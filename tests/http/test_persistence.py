# SPDX-License-Identifier: MIT
"""What outlives the process, and what retention removes."""
import glob
import os
import time

from conftest import embedded_events
from rushlight import event, send


def until(true, seconds=20):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def day(offset):
    return time.strftime("%Y-%m-%dT12:00:00.000Z", time.gmtime(time.time() + 86400 * offset))


def test_everything_is_there_after_a_restart(fresh):
    s = fresh()
    send(s, event("trace-create", {"id": "t", "name": "n", "input": {"a": 1}, "sessionId": "s", "tags": ["x"]}),
         event("generation-create", {"id": "g", "traceId": "t", "model": "gpt-4o", "usageDetails": {"input": 10}}),
         event("score-create", {"id": "sc", "traceId": "t", "name": "acc", "value": 1}))
    config = s.post("/score-configs", {"name": "c", "dataType": "NUMERIC"}).json
    model = s.post("/models", {"modelName": "m", "matchPattern": "^m$", "unit": "TOKENS", "inputPrice": 1}).json
    reads = ["/traces/t", "/observations/g", "/v2/scores/sc", "/sessions/s", "/score-configs/" + config["id"], "/models/" + model["id"],
             "/v2/observations?fields=core,basic,io,metadata,model,usage"]
    before = [s.get(r).json for r in reads]
    assert s.restart() == 0
    assert [s.get(r).json for r in reads] == before
    s.kill()
    s.start()
    assert [s.get(r).json for r in reads] == before


def test_quiet_traces_are_packed_and_still_the_same(fresh):
    s = fresh(env={"RUSHLIGHT_QUIET_SECONDS": "1"})
    text = "the same words again and again " * 100
    send(s, event("trace-create", {"id": "t", "name": "n", "input": text}),
         *[event("span-create", {"id": f"o{i}", "traceId": "t", "input": text + str(i), "output": {"i": i}, "metadata": {"k": text}}) for i in range(30)])
    before = s.get("/traces/t").json
    time.sleep(3)
    assert s.get("/traces/t").json == before
    send(s, event("span-update", {"id": "o3", "traceId": "t", "output": "later"}, at="2026-11-20T11:00:00Z"))
    later = {o["id"]: o for o in s.get("/traces/t").json["observations"]}
    assert later["o3"]["output"] == "later" and later["o3"]["input"] == text + "3" and len(later) == 30
    s.restart()
    assert {o["id"]: o for o in s.get("/traces/t").json["observations"]} == later


@embedded_events
def test_days_are_files_and_old_ones_go(fresh):
    s = fresh()
    for i in (0, -1, -5, -40):
        send(s, event("trace-create", {"id": f"d{i}", "timestamp": day(i)}, at=day(i)))
    files = sorted(os.path.basename(f) for f in glob.glob(s.data + "/events/*.db"))
    assert files == sorted(day(i)[:10] + ".db" for i in (0, -1, -5, -40))
    s.stop()
    s.env["RUSHLIGHT_RETENTION_DAYS"] = "10"
    s.start()
    until(lambda: not os.path.exists(f"{s.data}/events/{day(-40)[:10]}.db"))
    assert s.get("/traces/d-40").status == 404
    assert [s.get(f"/traces/d{i}").status for i in (0, -1, -5)] == [200] * 3
    assert s.get("/traces").json["meta"]["totalItems"] == 3


@embedded_events
def test_the_disk_budget_takes_the_oldest_day_first(fresh):
    s = fresh()
    blob = os.urandom(200_000).hex()
    for i in (0, -1, -2, -3):
        for n in range(10):
            send(s, event("trace-create", {"id": f"b{i}-{n}", "timestamp": day(i), "input": blob[n:]}, at=day(i)))
    s.stop()
    total = sum(os.path.getsize(f) for f in glob.glob(s.data + "/events/*"))
    s.env["RUSHLIGHT_DISK_BUDGET"] = str(total // 2)
    s.start()
    until(lambda: not os.path.exists(f"{s.data}/events/{day(-3)[:10]}.db"))
    assert s.get("/traces/b0-0").status == 200
    until(lambda: "store.budget_near" in s.log and "store.day_deleted" in s.log)


def test_a_directory_that_is_not_there_is_made(fresh, tmp_path):
    s = fresh(data=str(tmp_path / "a" / "b"))
    assert os.path.exists(tmp_path / "a" / "b" / "lock")
    assert os.stat(tmp_path / "a" / "b" / "lock").st_mode & 0o077 == 0
    assert s.get("/health", auth=False).status == 200


def test_the_retention_of_a_project_deletes_what_is_older(fresh):
    server = fresh(env={"LANGFUSE_INIT_PROJECT_RETENTION": "3"})
    for name, age in (("old", -5), ("young", -1)):
        send(server, event("trace-create", {"id": name, "timestamp": day(age)}, at=day(age)),
             event("span-create", {"id": name + "-span", "traceId": name, "startTime": day(age)}, at=day(age)))
    until(lambda: server.get("/traces/old").status == 404, 30)
    assert server.get("/observations/old-span").status == 404
    assert server.get("/traces/young").status == 200
