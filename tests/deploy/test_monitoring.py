# SPDX-License-Identifier: MIT
"""Alerts and dashboard: valid, tested, and about metrics that exist."""
import json
import re
import subprocess

import pytest

from conftest import KIT, ROOT, tool
from rushlight import Server

DASHBOARD = KIT / "grafana/rushlight.json"
RULES = KIT / "prometheus/rules.yaml"
# Of kube-state-metrics, the kubelet, the Redis exporter and Prometheus itself.
FOREIGN = {"kube_pod_status_reason", "kubelet_volume_stats_used_bytes", "kubelet_volume_stats_capacity_bytes",
           "redis_memory_used_bytes", "redis_memory_max_bytes", "up"}
# Only printed where there is a queue, an object store, a worker or a memory limit.
ELSEWHERE = re.compile(r"rushlight_(queue|segments|worker)_\w+|rushlight_memory_limit_bytes")
NAME = re.compile(r"\b(?:rushlight|process|kube|kubelet|redis)_[a-z0-9_]+|\bup\b")


def panels():
    return [p for p in json.loads(DASHBOARD.read_text())["panels"] if p["type"] != "row"]


def expressions():
    found = [t["expr"] for p in panels() for t in p["targets"]]
    yaml = pytest.importorskip("yaml", reason="PyYAML could not be had from PyPI")
    for group in yaml.safe_load(RULES.read_text())["groups"]:
        found += [rule["expr"] for rule in group["rules"]]
    return found


@pytest.fixture(scope="module")
def printed():
    with Server() as s:
        text = s.request("GET", "/metrics", auth=False).body.decode()
    names = {}
    for name, kind in re.findall(r"^# TYPE (\S+) (\S+)$", text, re.M):
        names[name] = kind
    return names


def base(name, printed):
    for suffix in ("_bucket", "_sum", "_count"):
        if name.endswith(suffix) and printed.get(name.removesuffix(suffix)) == "histogram":
            return name.removesuffix(suffix)
    return name


def test_every_metric_is_printed(printed):
    source = "\n".join(f.read_text() for f in (ROOT / "src").rglob("*.c") if "cost" not in f.parts)
    for expression in expressions():
        for name in NAME.findall(re.sub(r"\{[^}]*\}|by \([^)]*\)", "", expression)):
            if name in FOREIGN or base(name, printed) in printed:
                continue
            assert ELSEWHERE.fullmatch(name) and f'"{name}"' in source, f"{name} is printed by nothing"


def test_counters_are_rated_and_gauges_are_not(printed):
    for expression in expressions():
        bare = re.sub(r"\{[^}]*\}|by \([^)]*\)", "", expression)
        for name in re.findall(r"\b(?:rushlight|process)_[a-z0-9_]+", bare):
            kind = printed.get(base(name, printed))
            rated = re.search(rf"(?:rate|increase)\({re.escape(name)}\[", bare)
            if kind:
                assert bool(rated) == (kind in ("counter", "histogram")), (name, expression)


def test_rules_are_valid_and_fire():
    promtool = tool("promtool", "Debian")
    for words in (["check", "rules", str(RULES)], ["test", "rules", str(KIT / "prometheus/rules.test.yaml")]):
        out = subprocess.run([promtool, *words], text=True, capture_output=True, timeout=60, check=False)
        assert out.returncode == 0, out.stdout + out.stderr


def test_dashboard_expressions_are_valid(tmp_path):
    promtool = tool("promtool", "Debian")
    rules = [{"record": f"panel:{i}", "expr": e.replace("$__rate_interval", "5m").replace("$instance", ".*")}
             for i, e in enumerate(t["expr"] for p in panels() for t in p["targets"])]
    file = tmp_path / "rules.yaml"
    file.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}))
    out = subprocess.run([promtool, "check", "rules", str(file)], text=True, capture_output=True, timeout=60,
                         check=False)
    assert out.returncode == 0, out.stdout + out.stderr


def test_dashboard_can_be_imported():
    board = json.loads(DASHBOARD.read_text())
    assert board["uid"] == "rushlight" and board["schemaVersion"] >= 36
    assert {v["name"] for v in board["templating"]["list"]} == {"datasource", "instance"}
    numbers = [p["id"] for p in board["panels"]]
    assert len(numbers) == len(set(numbers))
    taken = set()
    for p in board["panels"]:
        g = p["gridPos"]
        cells = {(x, y) for x in range(g["x"], g["x"] + g["w"]) for y in range(g["y"], g["y"] + g["h"])}
        assert g["x"] + g["w"] <= 24 and not cells & taken, f'{p["title"]} lies on another panel'
        taken |= cells
    for p in panels():
        assert p["datasource"]["uid"] == "${datasource}"


def test_every_alert_says_what_to_do():
    yaml = pytest.importorskip("yaml", reason="PyYAML could not be had from PyPI")
    rules = [r for g in yaml.safe_load(RULES.read_text())["groups"] for r in g["rules"]]
    for rule in rules:
        assert set(rule["annotations"]) == {"summary", "cure"} and "severity" in rule["labels"], rule["alert"]
    assert {r["labels"]["trigger"] for r in rules if "trigger" in r["labels"]} == {
        "disk", "backlog", "redis", "cpu", "memory", "nodes"}


def test_the_resource_of_the_operator_has_the_same_rules():
    made = subprocess.run([str(KIT / "prometheus/rule-resource.sh")], text=True, capture_output=True, check=True)
    assert made.stdout == (KIT / "kustomize/components/monitoring/prometheus-rule.yaml").read_text(), \
        "run deploy/prometheus/rule-resource.sh again"
