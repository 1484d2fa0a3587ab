#!/bin/sh
# SPDX-License-Identifier: MIT
# Requests kept as segments and stored by workers; arguments go to pytest. ClickHouse is the real engine in
# process (tests/clickhouse), Redis the system's.
cd "$(dirname "$0")/../.." || exit 1
RUSHLIGHT_BIN=$(realpath "${RUSHLIGHT_BIN:-build/rushlight}")
export RUSHLIGHT_BIN PYTHONDONTWRITEBYTECODE=1
[ -d tests/clickhouse/node_modules/chdb ] ||
    (cd tests/clickhouse && npm install --no-package-lock --no-audit --no-fund --no-progress --loglevel=error)
status=0
log=$(mktemp)
python3 -m pytest -q -p no:cacheprovider --tb=short --durations=5 "$@" tests/worker >"$log" 2>&1 || status=$?
cat "$log"
count() { grep -oE "[0-9]+ $1" "$log" | tail -n 1 | grep -oE '^[0-9]+' || echo 0; }
passed=$(count passed)
failed=$(($(count failed) + $(count 'errors?')))
skipped=$(count skipped)
[ "$status" -ne 0 ] && [ "$failed" -eq 0 ] && failed=1
[ "$skipped" -eq 0 ] || echo "NOT RUN: worker: $skipped tests want Redis and chdb; tools/deps.sh test and npm install them"
rm -f "$log"
echo "$passed passed, $failed failed"
exit "$status"
