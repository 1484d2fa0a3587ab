#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The same OTLP spans into Rushlight, Arize Phoenix and MLflow, one after another on this machine:
# `make bench-peers`, or
#
#   RUSHLIGHT_BIN=build/rushlight bench/peers.sh [rushlight phoenix mlflow]
#
#   BENCH_SECONDS=10    how long each is sent spans
#   PHOENIX=arize-phoenix==X  MLFLOW=mlflow==X   other packages for pip
#
# The peers are installed with pip into build/peers (once) and run as their documentation says, with
# their default SQLite storage, on loopback. Exits with 2 when one could not be measured.
set -euo pipefail
ROOT=$(cd "$(dirname "$0")/.." && pwd)
PEERS="$ROOT/build/peers"
BIN=${RUSHLIGHT_BIN:-$ROOT/build/rushlight}

die()
{
    printf 'bench-peers: %s\n' "$*" >&2
    exit 2
}

install_peer() # directory, package
{
    [ -e "$PEERS/$1/installed" ] && [ "$(cat "$PEERS/$1/installed")" = "$2" ] && return
    printf 'bench-peers: installing %s\n' "$2" >&2
    python3 -m venv "$PEERS/$1" || die "python3 with venv is needed; \`tools/deps.sh test\` installs it"
    "$PEERS/$1/bin/pip" install --quiet --disable-pip-version-check "$2"
    printf '%s' "$2" >"$PEERS/$1/installed"
}

[ -x "$BIN" ] || die "there is no $BIN; run \`make build\` first"
command -v node >/dev/null || die "Node is needed; \`make deps\` installs it"
command -v python3 >/dev/null || die "python3 is needed; \`tools/deps.sh test\` installs it"
mkdir -p "$PEERS"
install_peer phoenix "${PHOENIX:-arize-phoenix}"
install_peer mlflow "${MLFLOW:-mlflow}"
export RUSHLIGHT_BIN="$BIN" BENCH_DIR="$PEERS" BENCH_SECONDS="${BENCH_SECONDS:-10}"
exec node "$ROOT/bench/peers.mjs" "$@"
