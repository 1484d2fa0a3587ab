#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Measures this machine and prints the figures beside their targets: `make bench`, or
#
#   RUSHLIGHT_BIN=build/rushlight bench/run.sh [figure ...]
#
#   BENCH_QUICK=1      0.5 M observations in the large store instead of 5 M, shorter runs
#   BENCH_SECONDS=10   how long each rate is measured
#   BENCH_DIR=...      where stores are built (default build/bench); the large one is kept there
#                      and used again
#
# Figures: rate, held, latency, visible, reads, pages, memory, start, agents, size (default: all).
# Writes BENCH_DIR/result.json. Exits with 1 when a target is missed, 2 when it could not measure.
set -euo pipefail
ROOT=$(cd "$(dirname "$0")/.." && pwd)
BIN=${RUSHLIGHT_BIN:-$ROOT/build/rushlight}

if [ ! -x "$BIN" ]; then
    printf 'bench: there is no %s; run "make build" first\n' "$BIN" >&2
    exit 2
fi
if ! command -v node >/dev/null; then
    printf 'bench: Node is needed to drive the measurement; "make deps" installs it\n' >&2
    exit 2
fi
export RUSHLIGHT_BIN="$BIN"
export BENCH_DIR="${BENCH_DIR:-$ROOT/build/bench}"
mkdir -p "$BENCH_DIR"
exec node "$ROOT/bench/main.mjs" "$@"
