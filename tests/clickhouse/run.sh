#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Events on ClickHouse: the contract of the event store, every test of the HTTP API, and what happens when
# the server is missing or refuses. The engine is the real one (tests/lib/clickhouse.sh).
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/lib/clickhouse.sh
. tests/lib/clickhouse.sh
work=$(mktemp -d)
log=$work/pytest.log
status=0 passed=0 failed=0

# shellcheck disable=SC2317,SC2329 # run by the trap
clean_up()
{
    clickhouse_stop
    rm -rf "$work"
}
trap clean_up EXIT

if ! clickhouse_install; then
    echo "NOT RUN: clickhouse: npm cannot fetch the engine (package chdb, tests/clickhouse/package.json)"
    [ "${CI:-}" != true ] || echo "0 passed, 1 failed"
    [ "${CI:-}" != true ]
    exit
fi
if ! clickhouse_start "$work/clickhouse"; then
    cat "$work/clickhouse/shim.log"
    echo "0 passed, 1 failed"
    exit 1
fi

for suite in build/dev/tests/contract.test_event_store build/dev/tests/contract.test_tree \
    build/dev/tests/contract.test_lines build/dev/tests/contract.test_figures; do
    if timeout 120 "$suite" >"$work/contract.log" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        tail -n 40 "$work/contract.log"
    fi
done
RUSHLIGHT_BIN=$(realpath "${RUSHLIGHT_BIN:-build/rushlight}")
export RUSHLIGHT_BIN PYTHONDONTWRITEBYTECODE=1
python3 -m pytest -q -p no:cacheprovider --tb=short "$@" tests/http tests/clickhouse >"$log" 2>&1 || status=$?
cat "$log"
number() { sed -nE "s/.*\b([0-9]+) $1.*/\1/p" "$log" | tail -n 1; }
passed=$((passed + $(number passed || true) + 0))
failed=$((failed + ${status:+$(n=$(number failed); echo "${n:-0}")}))
[ "$status" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
