# SPDX-License-Identifier: MIT
"""Fixtures of the deployment tests: rendered manifests, and tools that may be missing."""
import fnmatch
import json
import os
import re
import shutil
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


# What an overlay would say with other components: name -> (line of the overlay, line instead).
VARIANTS = {
    "azure": [("- ../../components/secrets-kubernetes", "# "), ("# - ../../components/secrets-azure",
                                                                  "- ../../components/secrets-azure")],
    "alibaba": [("- ../../components/secrets-kubernetes", "# "), ("# - ../../components/secrets-alibaba",
                                                                    "- ../../components/secrets-alibaba")],
    "everything": [(f"# - ../../components/{c}", f"- ../../components/{c}")
                   for c in ("monitoring", "scale-to-zero", "durable-spool")],
}
PASSWORD = "ends=with=="


@pytest.fixture(scope="session")
def kustomize(tmp_path_factory):
    """A copy of the manifests with a secret.env, and overlays/production-VARIANT for each variant."""
    tree = tmp_path_factory.mktemp("kit") / "kustomize"
    shutil.copytree(KIT / "kustomize", tree, ignore=shutil.ignore_patterns("secret.env"))
    made = subprocess.run(
        [str(tree / "components/secrets-kubernetes/make-secret-env.sh")], text=True, capture_output=True, check=False,
        timeout=30, stdin=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"], "POSTGRES_HOST": "db", "POSTGRES_USERNAME": "u", "POSTGRES_PASSWORD": PASSWORD,
             "S3_ACCESS_KEY": "k", "S3_SECRET_KEY": "s"})
    assert made.returncode == 0, made.stderr
    for name, edits in VARIANTS.items():
        shutil.copytree(tree / "overlays/production", tree / f"overlays/production-{name}")
        file = tree / f"overlays/production-{name}/kustomization.yaml"
        text = file.read_text()
        for old, new in edits:
            assert old in text, old
            text = text.replace(old, new)
        file.write_text(text)
    return tree


@pytest.fixture(scope="session")
def render(kustomize):
    """render("overlays/embedded") -> the documents that kustomize makes of it."""
    yaml = pytest.importorskip("yaml", reason="PyYAML could not be had from PyPI")
    kubectl = tool("kubectl", "npm")
    done = {}

    def run(where):
        if where not in done:
            out = subprocess.run([kubectl, "kustomize", str(kustomize / where)], text=True, capture_output=True,
                                 timeout=60, check=False)
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
    """knows(name): the program's help names that variable, or the table of those that it accepts does."""
    out = subprocess.run([BIN, "help", "config"], text=True, capture_output=True, timeout=20, check=True, env={})
    own = set(re.findall(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*\b", out.stdout))
    accepted = re.findall(r'^    \{"([A-Z0-9_*]+)"', (ROOT / "src/app/foreign_variables.c").read_text(), re.M)
    return lambda name: name in own or any(fnmatch.fnmatchcase(name, pattern) for pattern in accepted)


def by_kind(documents, kind, name=None):
    found = [d for d in documents if d["kind"] == kind and (name is None or d["metadata"]["name"] == name)]
    assert found, f"no {kind} {name or ''}"
    return found[0]
