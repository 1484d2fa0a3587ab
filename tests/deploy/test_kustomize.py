# SPDX-License-Identifier: MIT
"""The manifests: rendered by kustomize, valid by Kubernetes' own schemas, and what they promise."""
import base64
import json
import re
import xml.etree.ElementTree as xml

import pytest

from conftest import HERE, KIT, PASSWORD, VARIANTS, by_kind

KUBERNETES = "1.34"
PRODUCTION = ["overlays/production"] + [f"overlays/production-{name}" for name in VARIANTS]
RENDERED = ["overlays/embedded", *PRODUCTION]
WORKLOADS = ("Deployment", "StatefulSet")
MIB = {"Mi": 1, "Gi": 1024}


def mebibytes(text):
    number, unit = re.fullmatch(r"(\d+)(Mi|Gi)", text).groups()
    return int(number) * MIB[unit]


def containers(document):
    return document["spec"]["template"]["spec"]["containers"]


def is_builtin(document):
    group = document["apiVersion"].split("/")[0] if "/" in document["apiVersion"] else ""
    return "." not in group or group.endswith(".k8s.io")


@pytest.mark.parametrize("where", RENDERED)
def test_valid_by_the_schemas(render, where):
    validate = pytest.importorskip("kubernetes_validate", reason="kubernetes-validate could not be had from PyPI")
    documents = [d for d in render(where) if is_builtin(d)]
    assert documents
    for document in documents:
        validate.validate(document, KUBERNETES, strict=True)


@pytest.mark.parametrize("where", RENDERED)
def test_pods_have_no_rights(render, where):
    for document in render(where):
        if document["kind"] not in WORKLOADS:
            continue
        pod = document["spec"]["template"]["spec"]
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["automountServiceAccountToken"] is False or "serviceAccountName" in pod
        for container in pod["containers"]:
            secure = container["securityContext"]
            assert secure["readOnlyRootFilesystem"] is True and secure["allowPrivilegeEscalation"] is False
            assert secure["capabilities"] == {"drop": ["ALL"]}


@pytest.mark.parametrize("where", RENDERED)
def test_every_container_has_probes_and_limits(render, where):
    for document in render(where):
        if document["kind"] not in WORKLOADS:
            continue
        for container in containers(document):
            assert set(container["resources"]) == {"requests", "limits"}
            for probe in ("livenessProbe", "readinessProbe"):
                assert "httpGet" in container[probe], f"{container['name']}: a probe must not start a process"


def test_embedded_is_one_pod_and_one_volume(render):
    documents = render("overlays/embedded")
    assert sorted(d["kind"] for d in documents) == ["Service", "StatefulSet"]
    one = by_kind(documents, "StatefulSet")
    assert one["spec"]["replicas"] == 1 and len(containers(one)) == 1
    assert len(one["spec"]["volumeClaimTemplates"]) == 1
    assert mebibytes(containers(one)[0]["resources"]["limits"]["memory"]) <= 512
    service = by_kind(documents, "Service")
    labels = one["spec"]["template"]["metadata"]["labels"]
    assert service["spec"]["selector"].items() <= labels.items()


@pytest.mark.parametrize("where", RENDERED)
def test_custom_resources_have_what_they_need(render, where):
    """No registry has the schemas of custom resources: custom_resources.json says what ours must have."""
    rows = json.loads((HERE / "custom_resources.json").read_text())
    for document in render(where):
        if is_builtin(document):
            continue
        key = f'{document["apiVersion"]}/{document["kind"]}'
        assert key in rows, f"{key} is not described in custom_resources.json"
        for path in rows[key]:
            value = document
            for part in path.split("."):
                assert value is not None and (int(part) < len(value) if part.isdigit() else part in value), (key, path)
                value = value[int(part) if part.isdigit() else part]
            assert value not in (None, "", [], {}), (key, path)


@pytest.mark.parametrize("where", PRODUCTION)
def test_production_is_the_planned_topology(render, where):
    documents = render(where)
    for kind, name in (("Deployment", "rushlight-server"), ("Deployment", "rushlight-worker"),
                       ("StatefulSet", "clickhouse"), ("Service", "rushlight-server"), ("Service", "clickhouse"),
                       ("Ingress", "rushlight"), ("PodDisruptionBudget", "clickhouse"),
                       ("NetworkPolicy", "clickhouse")):
        by_kind(documents, kind, name)


SQUEEZED = {"rushlight-server": (256, 512), "rushlight-worker": (32, 64), "clickhouse": (256, 512)}


@pytest.mark.parametrize("where", PRODUCTION)
def test_memory_is_the_squeezed_plan(render, where):
    found = {}
    for document in render(where):
        if document["kind"] in WORKLOADS:
            rows = containers(document)[0]["resources"]
            found[document["metadata"]["name"]] = tuple(mebibytes(rows[k]["memory"]) for k in ("requests", "limits"))
    assert found == SQUEEZED


def test_every_reference_is_there(render):
    """Config maps, secrets, claims, service accounts and services that are named exist in the same rendering."""
    for where in RENDERED:
        documents = render(where)
        names = {(d["kind"], d["metadata"]["name"]) for d in documents}
        made = {d["metadata"]["name"] for d in documents if d["kind"] == "ExternalSecret"}
        text = json.dumps(documents)
        for name in re.findall(r'"configMapRef": {"name": "([^"]+)"', text):
            assert ("ConfigMap", name) in names, (where, name)
        for name in re.findall(r'"claimName": "([^"]+)"', text):
            assert ("PersistentVolumeClaim", name) in names, (where, name)
        for name in re.findall(r'"serviceAccountName": "([^"]+)"', text):
            assert ("ServiceAccount", name) in names, (where, name)
        for document in documents:
            if document["kind"] in WORKLOADS:
                for container in containers(document):
                    for variable in container.get("env", []):
                        ref = variable.get("valueFrom", {}).get("secretKeyRef")
                        assert not ref or ("Secret", ref["name"]) in names or ref["name"] in made, (where, ref)
            if document["kind"] == "Ingress":
                for path in document["spec"]["rules"][0]["http"]["paths"]:
                    assert ("Service", path["backend"]["service"]["name"]) in names, where


def test_selectors_find_their_pods(render):
    for where in RENDERED:
        documents = render(where)
        pods = [d["spec"]["template"]["metadata"]["labels"] for d in documents if d["kind"] in WORKLOADS]
        for document in documents:
            if document["kind"] in ("Service", "PodDisruptionBudget", "NetworkPolicy"):
                spec = document["spec"]
                wanted = spec.get("selector") or spec.get("podSelector") or {}
                wanted = wanted.get("matchLabels", wanted)
                if spec.get("type") == "ExternalName":
                    continue
                assert wanted and any(wanted.items() <= p.items() for p in pods), document["metadata"]["name"]


SECRET_KEYS = {"postgres-connection-string", "postgres-host", "postgres-port", "postgres-username",
               "postgres-password", "postgres-database", "s3-access-key", "s3-secret-key", "nextauth-secret", "salt",
               "clickhouse-password", "redis-auth"}


def test_a_missing_secret_does_not_stop_our_pods(render):
    for name in ("rushlight-server", "rushlight-worker"):
        pod = by_kind(render("overlays/production"), "Deployment", name)
        refs = [v["valueFrom"]["secretKeyRef"] for v in containers(pod)[0]["env"] if "valueFrom" in v]
        assert {r["key"] for r in refs} == SECRET_KEYS
        assert all(r["optional"] is True for r in refs)


def test_secrets_a_keeps_a_password_that_ends_in_equals_signs(render):
    secret = [d for d in render("overlays/production") if d["kind"] == "Secret"][0]
    assert base64.b64decode(secret["data"]["postgres-password"]).decode() == PASSWORD
    assert set(secret["data"]) <= SECRET_KEYS
    assert len(base64.b64decode(secret["data"]["salt"])) == 64


def test_secrets_b_annotates_the_account_with_the_identity(render):
    account = by_kind(render("overlays/production-azure"), "ServiceAccount")
    assert set(account["metadata"]["annotations"]) == {"azure.workload.identity/client-id",
                                                         "azure.workload.identity/tenant-id"}


def test_secrets_c_takes_the_keys_that_the_pods_want(render):
    secret = by_kind(render("overlays/production-alibaba"), "ExternalSecret")
    rows = secret["spec"]["data"][0]["jmesPath"]
    assert {r["objectAlias"] for r in rows} <= SECRET_KEYS
    assert all(r["path"] == f'"{r["objectAlias"]}"' for r in rows)


def test_the_prefix_is_taken_off_and_known(render):
    documents = render("overlays/production")
    ingress = by_kind(documents, "Ingress")
    assert ingress["spec"]["rules"][0]["http"]["paths"][0]["path"] == "/monitor(/|$)(.*)"
    notes = ingress["metadata"]["annotations"]
    assert notes["nginx.ingress.kubernetes.io/rewrite-target"] == "/$2"
    assert notes["nginx.ingress.kubernetes.io/proxy-read-timeout"] == "300"
    settings = [d for d in documents if d["kind"] == "ConfigMap" and "rushlight-settings" in d["metadata"]["name"]][0]
    assert settings["data"]["RUSHLIGHT_BASE_PATH"] == "/monitor"
    assert settings["data"]["CLICKHOUSE_URL"] == "http://clickhouse:8123"


def test_a_durable_spool_is_one_volume_of_one_pod(render):
    server = by_kind(render("overlays/production-everything"), "Deployment", "rushlight-server")
    assert server["spec"]["strategy"] == {"type": "Recreate"}
    assert server["spec"]["template"]["spec"]["volumes"] == [
        {"name": "data", "persistentVolumeClaim": {"claimName": "rushlight-spool"}}]


def test_idle_pods_go_after_an_hour(render):
    documents = render("overlays/production-everything")
    for name in ("rushlight-server", "rushlight-worker"):
        scaled = by_kind(documents, "ScaledObject", name)["spec"]
        assert (scaled["minReplicaCount"], scaled["cooldownPeriod"]) == (0, 3600)
        assert "replicas" not in by_kind(documents, "Deployment", name)["spec"]
    backend = by_kind(documents, "Ingress")["spec"]["rules"][0]["http"]["paths"][0]["backend"]
    assert backend["service"]["name"] == "rushlight-interceptor"


# Every table that ClickHouse fills about itself by default or when a feature is used.
SYSTEM_LOGS = """query_log query_thread_log query_views_log part_log trace_log metric_log asynchronous_metric_log
    text_log session_log opentelemetry_span_log crash_log processors_profile_log asynchronous_insert_log backup_log
    error_log blob_storage_log query_metric_log latency_log s3queue_log zookeeper_log""".split()


def test_clickhouse_keeps_no_logs_about_itself():
    tree = xml.parse(KIT / "kustomize/base/clickhouse/config.xml").getroot()
    for name in SYSTEM_LOGS:
        found = tree.find(name)
        assert found is not None and found.get("remove") == "1", name


def test_clickhouse_fits_its_container():
    tree = xml.parse(KIT / "kustomize/base/clickhouse/config.xml").getroot()

    def number(path):
        return int(tree.find(path).text)
    limit = SQUEEZED["clickhouse"][1] << 20
    assert number("max_server_memory_usage") < limit * 0.9
    caches = sum(number(n) for n in ("mark_cache_size", "index_mark_cache_size", "compiled_expression_cache_size",
                                     "uncompressed_cache_size"))
    assert caches < limit / 4
    places = number("background_pool_size") * number("background_merges_mutations_concurrency_ratio")
    for free in tree.find("merge_tree"):
        if free.tag.startswith("number_of_free_entries"):
            assert int(free.text) <= places, "ClickHouse refuses to start with this"


def test_clickhouse_has_no_user_without_password():
    users = xml.parse(KIT / "kustomize/base/clickhouse/users.xml").getroot().find("users")
    assert users.find("default").get("remove") == "1"
    assert users.find("rushlight/password").get("from_env") == "CLICKHOUSE_PASSWORD"


def environment_files():
    return sorted((KIT / "kustomize").rglob("rushlight.env"))


# Read only by what `rushlight doctor` says of secrets.
ELSEWHERE = {"NEXTAUTH_SECRET"}


def test_settings_are_known_to_the_program(render, settings):
    names = set()
    for where in RENDERED:
        for document in render(where):
            if document["kind"] in WORKLOADS:
                names |= {v["name"] for c in containers(document) if c["image"].startswith("rushlight")
                          for v in c.get("env", [])}
    for file in environment_files():
        names |= set(re.findall(r"^([A-Z_0-9]+)=", file.read_text(), re.M))
    assert [n for n in sorted(names - ELSEWHERE) if not settings(n)] == []


def test_files_say_their_licence():
    for path in [*(KIT / "kustomize").rglob("*.yaml"), *environment_files()]:
        assert path.read_text().startswith("# SPDX-License-Identifier: MIT"), path
