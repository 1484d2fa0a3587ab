#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Official clients, unmodified, against the built program: tests/sdk/run.sh [suite...], suites as in
# drive.py, all by default. Installs what is pinned in package-lock.json (into node_modules) and in
# requirements-*.txt (one environment each, below build/sdk), only when the pins changed.
# Traffic of the tests goes to loopback only.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
RUSHLIGHT_BIN=$(realpath "${RUSHLIGHT_BIN:-build/rushlight}")
export RUSHLIGHT_BIN PYTHONDONTWRITEBYTECODE=1
readonly HOME_DIR=tests/sdk VENVS=build/sdk
mkdir -p "$VENVS"

same() { [ -f "$2" ] && cmp -s "$1" "$2"; }

install_js()
{
    same "$HOME_DIR/package-lock.json" "$HOME_DIR/node_modules/.installed" && return 0
    (cd "$HOME_DIR" && timeout 240 npm ci --no-audit --no-fund --ignore-scripts) &&
        cp "$HOME_DIR/package-lock.json" "$HOME_DIR/node_modules/.installed"
}

install_python()
{
    local pins=$HOME_DIR/requirements-$1.txt venv=$VENVS/py-$1
    same "$pins" "$venv/.installed" && return 0
    { [ -x "$venv/bin/pip" ] || python3 -m venv "$venv"; } &&
        timeout 300 "$venv/bin/pip" install --quiet --disable-pip-version-check \
            --retries 2 -r "$pins" && cp "$pins" "$venv/.installed"
}

# Every environment at once: the waiting is for the network, not for the processor.
missing=()
declare -A jobs
install_js & jobs[js]=$!
for major in v4 v3 v2; do
    install_python "$major" & jobs[py-$major]=$!
done
for name in "${!jobs[@]}"; do
    wait "${jobs[$name]}" || missing+=("$name")
done
for name in "${missing[@]}"; do
    case "$name" in js) registry=npm ;; *) registry=PyPI ;; esac
    echo "the packages of $name could not be installed"
    [ "$registry" = npm ] && echo "NOT RUN: JavaScript SDK tests: npm's registry is not reachable"
done
case " ${missing[*]} " in *" py-"*) echo "NOT RUN: python SDK tests: PyPI is not reachable" ;; esac

MISSING="${missing[*]}" exec python3 "$HOME_DIR/drive.py" "$@"
