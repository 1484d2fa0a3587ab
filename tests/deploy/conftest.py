# SPDX-License-Identifier: MIT
"""Fixtures of the deployment tests: rendered manifests, and tools that may be missing."""
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TOOLS = ROOT / "build" / "deploy"
KIT = ROOT / "deploy"
sys.path.insert(0, str(HERE.parent / "lib"))
from rushlight import BIN  # noqa: E402


def tool(name, origin):
    path = TOOLS / name
    if not path.exists():
        pytest.skip(f"{name} could not be had from {origin}")
    return str(path)


@pytest.fixture(scope="session")
def render():
    """render("overlays/embedded") -> the documents that kustomize makes of it."""
    yaml = pytest.importorskip("yaml", reason="PyYAML could not be had from PyPI")
    kubectl = tool("kubectl", "npm")
    done = {}

    def run(where):
        if where not in done:
            out = subprocess.run([kubectl, "kustomize", str(KIT / "kustomize" / where)], text=True,
                                 capture_output=True, timeout=60, check=False)
            assert out.returncode == 0, out.stderr
            done[where] = list(yaml.safe_load_all(out.stdout))
        return done[where]
    return run


@pytest.fixture(scope="session")
def hcl():
    """hcl(text) -> the same as JSON, by the parser of HCL itself."""
    module = HERE / "node_modules" / "@cdktf" / "hcl2json"
    if not module.exists():
        pytest.skip("@cdktf/hcl2json could not be had from npm")

    def parse(name, text):
        script = ("const {parse} = require(process.argv[1]); let t = ''; process.stdin.on('data', d => t += d)"
                  ".on('end', () => parse(process.argv[2], t).then(j => console.log(JSON.stringify(j)),"
                  " e => { console.error(String(e)); process.exit(1) }))")
        out = subprocess.run(["node", "-e", script, str(module), name], input=text, text=True,
                             capture_output=True, timeout=60, check=False)
        assert out.returncode == 0, out.stderr
        return json.loads(out.stdout)
    return parse


@pytest.fixture(scope="session")
def settings():
    """Every variable that the program names in its own help."""
    out = subprocess.run([BIN, "help", "config"], text=True, capture_output=True, timeout=20, check=True, env={})
    return set(re.findall(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*\b", out.stdout))


def by_kind(documents, kind, name=None):
    found = [d for d in documents if d["kind"] == kind and (name is None or d["metadata"]["name"] == name)]
    assert found, f"no {kind} {name or ''}"
    return found[0]
