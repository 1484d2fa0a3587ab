# SPDX-License-Identifier: MIT
"""Servers and workers as processes, with ClickHouse and Redis: workers are killed, parts go away and come
back, references are lost or come twice, and what was answered is stored once."""
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(__file__)))
from production import Deployment, missing  # noqa: E402
from rushlight import Server, event, run_cli, send  # noqa: E402
from test_segments import AT, Writer, eventually, everything, fill, figures, segments  # noqa: E402

pytestmark = pytest.mark.skipif(bool(missing()), reason=str(missing()))


@pytest.fixture(scope="module")
def shared():
    with Deployment() as d:
        d.worker()
        yield d


@pytest.fixture
def alone():
    with Deployment() as d:
        yield d


def processed(worker):
    return worker.figures["rushlight_worker_segments_total"]


def idle(d):
    f = figures(d.server)
    return f["rushlight_queue_waiting"] == 0 and f["rushlight_queue_taken"] == 0


def redis(d, *words):
    result = subprocess.run(["redis-cli", "-p", str(d.ports["redis"]), *words], capture_output=True, text=True, timeout=10, check=True)
    return result.stdout.strip()


def age(d, minutes=5):
    """Makes the segments older, as if their references had been lost some time ago."""
    for path in segments(d.server):
        name = os.path.basename(path)
        ms, rest = int(name[:13]) - minutes * 60000, name[13:]
        folder = os.path.join(d.data, "segments", "objects", "segments", time.strftime("%Y/%m/%d/%H", time.gmtime(ms / 1000)))
        os.makedirs(folder, exist_ok=True)
        os.rename(path, os.path.join(folder, f"{ms:013d}{rest}"))


def give_out_again(d):
    """What workers have taken, as if they had been silent for two minutes."""
    key = "rushlight:{queue}:work"
    for line in redis(d, "XPENDING", key, "workers", "-", "+", "1000").split("\n"):
        if "-" in line and line.replace("-", "").isdigit():
            redis(d, "XCLAIM", key, "workers", "gone", "0", line, "IDLE", "120000")


def test_a_worker_answers_probes(shared):
    worker = shared.workers[0]
    assert worker.get("/api/health")[0] == 200
    assert worker.get("/api/ready")[0] == 200
    assert worker.get("/api/public/traces")[0] == 404
    assert worker.figures["rushlight_queue_up"] == 1


def test_every_kind_of_write_is_stored_by_the_worker(shared):
    fill(shared.server)
    eventually(lambda: shared.server.get("/traces/t-single").status == 200 and idle(shared))
    generation = shared.server.get("/observations/g1").json
    assert generation["output"] == "late"
    assert generation["calculatedTotalCost"] == pytest.approx(0.0075)
    assert sorted(s["name"] for s in shared.server.get("/v2/scores").json["data"]) == ["nameless", "s"]
    assert [o["id"] for o in shared.server.get("/traces/t-single").json["observations"]] == ["s-single"]


def test_replay_beside_server_and_worker_changes_nothing(shared):
    eventually(lambda: idle(shared))
    before = everything(shared.server)
    result = run_cli("replay", "--data", shared.data, "--from", "2026-01-01", env=shared.env, timeout=60)
    assert result.returncode == 0, result.stderr
    assert f"{len(segments(shared.server))} segments" in result.stdout
    assert everything(shared.server) == before


def test_tokens_are_counted(shared):
    send(shared.server, event("generation-create", {"id": "counted", "traceId": "t-count", "startTime": AT, "model": "gpt-4o",
                                                    "input": "hello there", "output": "world"}))
    eventually(lambda: shared.server.get("/observations/counted").status == 200)
    assert shared.server.get("/observations/counted").json["usageDetails"] == {"input": 2, "output": 1, "total": 3}


def test_a_worker_prices_by_models_that_are_made_while_it_runs(shared):
    model = {"modelName": "house", "matchPattern": "(?i)^house-1$", "unit": "TOKENS", "inputPrice": 0.5, "outputPrice": 1}
    assert shared.server.post("/models", model).status == 200

    def priced(number=iter(range(1000))):
        name = f"priced{next(number)}"
        send(shared.server, event("generation-create", {"id": name, "traceId": "t-priced", "startTime": AT, "model": "house-1",
                                                        "usage": {"input": 2, "output": 3}}))
        eventually(lambda: shared.server.get("/observations/" + name).status == 200)
        return shared.server.get("/observations/" + name).json["calculatedTotalCost"] == 4
    eventually(priced, 40)


def test_a_stopped_worker_exits_with_0(shared):
    worker = shared.worker()
    assert worker.stop() == 0
    assert "Rushlight worker" in worker.log


def test_two_workers_store_everything_once_and_the_last_word_stands(alone):
    first, second = alone.worker(), alone.worker()
    n = 40
    for i in range(n):  # each its own segment or two
        send(alone.server, event("trace-create", {"id": "t", "name": "one", "timestamp": AT, "metadata": {f"k{i}": i}, "output": f"o{i}"}),
             event("span-create", {"id": f"s{i}", "traceId": "t", "startTime": AT, "name": "first", "output": "first"}))
        send(alone.server, event("span-update", {"id": f"s{i}", "traceId": "t", "output": "last", "endTime": AT}),
             event("score-create", {"traceId": "t", "name": "nameless", "value": i}))
    eventually(lambda: idle(alone), 60)
    assert processed(first) > 0 and processed(second) > 0
    trace = alone.server.get("/traces/t").json
    assert {o["id"]: (o["name"], o["output"]) for o in trace["observations"]} == {f"s{i}": ("first", "last") for i in range(n)}
    assert trace["metadata"] == {f"k{i}": i for i in range(n)}
    assert trace["output"] == f"o{n - 1}"
    assert sorted(s["value"] for s in trace["scores"]) == list(range(n))


def test_a_killed_worker_loses_nothing(alone):
    doomed = alone.worker()
    writers = [Writer(alone.server, k) for k in range(3)]
    for w in writers:
        w.start()
    eventually(lambda: processed(doomed) > 3)
    doomed.kill()
    time.sleep(0.3)  # goes on being accepted
    alone.server.kill()
    kept = []
    for w in writers:
        w.join()
        kept += w.kept
    alone.server.start()
    give_out_again(alone)
    alone.worker()
    alone.worker()
    eventually(lambda: idle(alone), 60)
    assert len(kept) > 10
    for name in kept:
        trace = alone.server.get("/traces/" + name).json
        assert [o["id"] for o in trace["observations"]] == [name + "-s"]
        assert [x["name"] for x in trace["scores"]] == ["n"]


def test_references_that_redis_lost_are_found(alone):
    fill(alone.server)
    redis(alone, "FLUSHALL")
    age(alone)
    worker = alone.worker()
    eventually(lambda: alone.server.get("/traces/t-single").status == 200)
    assert worker.figures["rushlight_worker_requeued_total"] == len(segments(alone.server))


def test_requests_are_kept_while_redis_is_away(alone):
    alone.redis.kill()
    send(alone.server, event("trace-create", {"id": "t", "name": "x"}))
    assert figures(alone.server)["rushlight_segments_unannounced_total"] == 1
    alone.start_redis()
    age(alone)
    alone.worker()
    eventually(lambda: alone.server.get("/traces/t").status == 200, 30)


def test_a_worker_waits_for_clickhouse(alone):
    worker = alone.worker()
    alone.clickhouse.kill()
    send(alone.server, event("trace-create", {"id": "t", "name": "x"}))
    eventually(lambda: worker.figures["rushlight_worker_failures_total"] > 0, 30)
    assert worker.get("/api/health")[0] == 200
    assert worker.get("/api/ready")[0] == 503
    alone.start_clickhouse()
    eventually(lambda: alone.server.get("/traces/t").status == 200, 90)
    assert worker.figures["rushlight_worker_buried_total"] == 0


def test_what_cannot_be_read_is_set_aside_and_stays_there(alone):
    fill(alone.server)
    with open(segments(alone.server)[0], "r+b") as f:
        f.seek(30)
        f.write(b"broken")
    n = len(segments(alone.server))
    worker = alone.worker()
    eventually(lambda: processed(worker) == n - 1 and idle(alone))
    assert worker.figures["rushlight_worker_buried_total"] == 1
    dead = run_cli("queue", "dead", "list", env=alone.env)
    assert os.path.basename(segments(alone.server)[0]) in dead.stdout, dead
    assert worker.stop() == 0
    age_before = figures(alone.server)["rushlight_queue_dead"]
    again = alone.worker()
    eventually(lambda: again.figures["rushlight_queue_waiting"] == 0)
    assert figures(alone.server)["rushlight_queue_dead"] == age_before == 1


def test_a_server_without_redis_stores_by_itself(alone):
    env = {k: v for k, v in alone.env.items() if not k.startswith("REDIS")}
    with Server(env=env) as s:
        fill(s)
        eventually(lambda: s.get("/traces/t-single").status == 200 and s.get("/observations/g1").json.get("output") == "late")
        s.kill()
        s.start()
        send(s, event("trace-create", {"id": "after"}))
        eventually(lambda: s.get("/traces/after").status == 200)
