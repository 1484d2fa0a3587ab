#!/bin/sh
# SPDX-License-Identifier: MIT
# rules.yaml as a resource of the Prometheus operator, on standard output. After a change of the rules:
#   deploy/prometheus/rule-resource.sh >deploy/kustomize/components/monitoring/prometheus-rule.yaml
set -eu
cat <<'HEAD'
# SPDX-License-Identifier: MIT
# Made by deploy/prometheus/rule-resource.sh of deploy/prometheus/rules.yaml; not for editing.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: rushlight
spec:
HEAD
sed -n '/^groups:/,$p' "$(dirname "$0")/rules.yaml" | sed 's/^\(.\)/  \1/'
