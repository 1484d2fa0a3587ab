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

# Debian 12 has Node 18, for which the clients are too new: then Node comes as a package, too.
install_node()
{
    local arch=x64
    [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] && return 0
    [ "$(uname -m)" = aarch64 ] && arch=arm64
    [ -x "$VENVS/node/bin/node" ] && return 0
    (cd "$VENVS" && npm install --prefix node-package --no-audit --no-fund --ignore-scripts \
        "node-linux-$arch@20.20.2") && ln -sfn "node-package/node_modules/node-linux-$arch" "$VENVS/node"
}

install_js()
{
    install_node || return 1
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
declare -A jobs
install_js >"$VENVS/install-js.log" 2>&1 & jobs[js]=$!
for major in v5 v4 v3 v2; do
    install_python "$major" >"$VENVS/install-py-$major.log" 2>&1 & jobs[py-$major]=$!
done
readonly NO_NETWORK="ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|NewConnectionError\
|ConnectTimeout|Connection refused|Read timed out|Name or service not known|ProxyError"
unreachable=() broken=()
for name in "${!jobs[@]}"; do
    wait "${jobs[$name]}" && continue
    log=$VENVS/install-$name.log
    echo "the packages of $name could not be installed:"
    tail -n 8 "$log"
    if grep -qE "$NO_NETWORK" "$log"; then unreachable+=("$name"); else broken+=("$name"); fi
done
case " ${unreachable[*]} " in
*" js "*) echo "NOT RUN: JavaScript SDK tests: npm's registry is not reachable" ;;
esac
case " ${unreachable[*]} " in
*" py-"*) echo "NOT RUN: python SDK tests: PyPI is not reachable" ;;
esac

[ -x "$VENVS/node/bin/node" ] && export PATH="$PWD/$VENVS/node/bin:$PATH"
UNREACHABLE="${unreachable[*]}" BROKEN="${broken[*]}" exec python3 "$HOME_DIR/drive.py" "$@"
