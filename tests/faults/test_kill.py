# SPDX-License-Identifier: MIT
"""kill -9 in the middle of load: whatever was answered is there after the next start.

FAULTS_ROUNDS rounds (1000 unless set; run.sh asks for 25) on one data directory. In each, clients write
through every route while the server is killed at a random moment; after the start of the next round
everything acknowledged in the last one is read back, and at the end everything of all rounds.
"""
import json
import os
import random
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))
from rushlight import Server, event  # noqa: E402

ROUNDS = int(os.environ.get("FAULTS_ROUNDS", "1000"))
CLIENTS = 4


def at(round_number):
    """Rounds spread over several days, so that several day files are open when it happens."""
    return f"2026-11-{1 + round_number % 5:02d}T12:00:00.000Z"


def otlp(trace, spans):
    return {"resourceSpans": [{"scopeSpans": [{"spans": [
        {"traceId": trace, "spanId": s, "name": "kill", "startTimeUnixNano": "1763632800000000000", "endTimeUnixNano": "1763632801000000000"}
        for s in spans]}]}]}


class Client(threading.Thread):
    """Writes until the server is gone. `acknowledged` gets (kind, id, ...) after each good answer."""

    def __init__(self, server, round_number, number):
        super().__init__()
        self.server, self.when, self.name_ = server, at(round_number), f"r{round_number}c{number}"
        self.seed = random.Random(f"{round_number}/{number}")
        self.acknowledged, self.wrong = [], []

    def write(self, i):
        name = f"{self.name_}i{i}"
        kind = self.seed.choice(["batch", "batch", "otlp", "score", "update"])
        if kind == "otlp":
            trace = f"{self.seed.getrandbits(128):032x}"
            spans = [f"{self.seed.getrandbits(64):016x}" for _ in range(5)]
            return self.server.post("/otel/v1/traces", otlp(trace, spans)), 200, [("trace", trace, 5)]
        if kind == "score":
            return self.server.post("/scores", {"id": name, "traceId": "t", "name": "n", "value": i}), 200, [("score", name, i)]
        events = [event("trace-create", {"id": name, "timestamp": self.when, "name": name}, at=self.when)]
        events += [event("span-create", {"id": f"{name}-{k}", "traceId": name, "startTime": self.when, "input": "x" * self.seed.randrange(4000)}, at=self.when)
                   for k in range(6)]
        if kind == "update":
            events.append(event("span-update", {"id": f"{name}-0", "traceId": name, "output": name}, at=self.when))
        return self.server.post("/ingestion", {"batch": events}), 207, [("trace", name, 6)] + ([("output", f"{name}-0", name)] if kind == "update" else [])

    def run(self):
        for i in range(100_000):
            try:
                answer, good, said = self.write(i)
            except (OSError, EOFError, __import__("http.client").client.HTTPException):
                return
            if answer.status == good:
                self.acknowledged += said
            else:
                self.wrong.append(answer)


def missing(server, said):
    kind, name, value = said
    if kind == "score":
        a = server.get("/v2/scores/" + name)
        return a.status != 200 or a.json["value"] != value
    if kind == "output":
        a = server.get("/observations/" + name)
        return a.status != 200 or a.json["output"] != value
    a = server.get("/traces/" + name, {"fields": "core,observations"})
    return a.status != 200 or len(a.json["observations"]) != value


def test_kill_loses_nothing_that_was_answered():
    everything, last = [], []
    with Server(env={"RUSHLIGHT_QUIET_SECONDS": "1"}) as server:
        for round_number in range(ROUNDS):
            if round_number:
                server.start()
            lost = [said for said in last if missing(server, said)]
            assert not lost, f"round {round_number}: {len(lost)} of {len(last)} acknowledged are gone: {lost[:5]}"
            clients = [Client(server, round_number, n) for n in range(CLIENTS)]
            for c in clients:
                c.start()
            time.sleep(random.uniform(0.01, 0.3))
            server.kill()
            for c in clients:
                c.join(30)
                assert not c.is_alive() and not c.wrong, c.wrong[:3]
            last = [said for c in clients for said in c.acknowledged]
            everything += last
        server.start()
        lost = [said for said in everything if missing(server, said)]
        assert not lost, f"{len(lost)} of {len(everything)} acknowledged are gone at the end: {lost[:5]}"
        assert len(everything) > ROUNDS, "the clients got nothing acknowledged; the test would prove nothing"
        print(f"\n{ROUNDS} kills, {len(everything)} acknowledged writes, none lost; {json.dumps(server.get('/traces', {'limit': 1}).json['meta'])}")
        assert server.stop() == 0
