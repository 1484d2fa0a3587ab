#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Measures the pages in a browser, before a store of 5 M observations, and prints each figure beside its
# budget and beside what Langfuse 4.16 took for the same: `make bench-ui`, or
#
#   RUSHLIGHT_BIN=build/rushlight bench/ui.sh
#
#   BENCH_QUICK=1      0.5 M observations instead of 5 M
#   BENCH_ROUNDS=5     how often each page is opened; the median counts
#   BENCH_DIR=...      where stores are built (default build/bench); the large one is kept there
#                      and used again
#   CHROMIUM=...       the browser (default /usr/bin/chromium)
#
# Writes BENCH_DIR/ui.json. Exits with 1 when a budget is missed, 2 when it could not measure.
set -euo pipefail
ROOT=$(cd "$(dirname "$0")/.." && pwd)
BIN=${RUSHLIGHT_BIN:-$ROOT/build/rushlight}

if [ ! -x "$BIN" ]; then
    printf 'bench: there is no %s; run "make build" first\n' "$BIN" >&2
    exit 2
fi
if [ ! -d "$ROOT/tests/browser/node_modules" ]; then
    (cd "$ROOT/tests/browser" && npm ci --no-audit --no-fund --no-progress --loglevel=error) >&2 || exit 2
fi
export RUSHLIGHT_BIN="$BIN"
export BENCH_DIR="${BENCH_DIR:-$ROOT/build/bench}"
mkdir -p "$BENCH_DIR"
exec node "$ROOT/bench/ui.mjs"
