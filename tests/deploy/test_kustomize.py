# SPDX-License-Identifier: MIT
"""The manifests: rendered by kustomize, valid by Kubernetes' own schemas, and what they promise."""
import re

import pytest

from conftest import KIT, by_kind

KUBERNETES = "1.34"
RENDERED = ["overlays/embedded"]
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


def test_settings_are_known_to_the_program(render, settings):
    for where in RENDERED:
        for document in render(where):
            if document["kind"] not in WORKLOADS:
                continue
            for container in containers(document):
                if container["image"].split(":")[0] != "rushlight":
                    continue
                for variable in container.get("env", []):
                    assert variable["name"] in settings, variable["name"]


def test_files_say_their_licence():
    for path in (KIT / "kustomize").rglob("*.yaml"):
        assert path.read_text().startswith("# SPDX-License-Identifier: MIT"), path
