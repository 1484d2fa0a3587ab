# SPDX-License-Identifier: MIT
"""A Redis that is flushed, killed, stopped, full or wrong under a running deployment: nothing that was acknowledged is lost."""
import json
import os
import signal
import subprocess
import sys
import time

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from production import Deployment, missing  # noqa: E402
from rushlight import event  # noqa: E402

pytestmark = pytest.mark.skipif(bool(missing()), reason=str(missing()))


@pytest.fixture(scope="module")
def deployment():
    with Deployment() as d:
        d.worker()
        yield d


def send(deployment, name):
    started = time.monotonic()
    answer = deployment.server.post("/ingestion", {"batch": [event("trace-create", {"id": name, "name": name})]})
    assert answer.status == 207 and len(answer.json["successes"]) == 1, answer
    return time.monotonic() - started


def seen(deployment, name):
    return deployment.server.get("/traces/" + name).status == 200


def until(true, seconds=20):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, true
        time.sleep(0.1)


def redis(deployment, *words, db="0"):
    done = subprocess.run(["redis-cli", "-p", str(deployment.ports["redis"]), "-n", db, "--json", *words],
                          text=True, capture_output=True, check=True)
    return json.loads(done.stdout)


def test_work_goes_through_redis(deployment):
    send(deployment, "plain")
    until(lambda: seen(deployment, "plain"))
    until(lambda: deployment.workers[0].figures["rushlight_queue_taken"] == 0)
    assert deployment.workers[0].figures["rushlight_queue_up"] == 1
    assert all(key.startswith("rushlight:{queue}:") for key in redis(deployment, "KEYS", "*"))


def test_flushed_between_requests(deployment):
    for n in range(5):
        redis(deployment, "FLUSHDB")
        send(deployment, f"flushed-{n}")
    until(lambda: seen(deployment, "flushed-4"))


def test_a_stopped_redis_holds_up_one_request_at_most(deployment):
    deployment.redis.signal(signal.SIGSTOP)
    try:
        assert send(deployment, "stopped-0") < 10
        assert max(send(deployment, f"stopped-{n}") for n in (1, 2)) < 6
    finally:
        deployment.redis.signal(signal.SIGCONT)
    until(lambda: all(seen(deployment, f"stopped-{n}") for n in range(3)), 90)  # what went to a dead connection comes again after 60 s


def test_accepted_while_redis_is_away_or_full(deployment):
    """A reference that the queue did not take is offered again, so nothing waits for the search of lost ones."""
    deployment.redis.kill()
    assert send(deployment, "away") < 6
    deployment.start_redis()
    redis(deployment, "CONFIG", "SET", "maxmemory", "1")
    send(deployment, "full")
    redis(deployment, "CONFIG", "SET", "maxmemory", "0")
    until(lambda: seen(deployment, "away") and seen(deployment, "full"))
    assert "nothing listens there" in deployment.server.log
    assert deployment.server.get("/health", auth=False).status == 200


def test_other_databases_are_left_alone(deployment):
    redis(deployment, "SET", "business", "1", db="3")
    send(deployment, "last")
    until(lambda: seen(deployment, "last"))
    assert redis(deployment, "KEYS", "*", db="3") == ["business"]
    for db in (str(n) for n in range(1, 16) if n != 3):
        assert redis(deployment, "DBSIZE", db=db) == 0
