#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The queue on a real Redis with a password and TLS: its contract, and `rushlight queue`. What happens
# when the server is emptied, killed or full is tests/contract/test_redis_faults.c.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/lib/redis.sh
. tests/lib/redis.sh
RUSHLIGHT_BIN=$(realpath "${RUSHLIGHT_BIN:-build/rushlight}")
export RUSHLIGHT_BIN PYTHONDONTWRITEBYTECODE=1
work=$(mktemp -d)
status=0 passed=0 failed=0

# shellcheck disable=SC2317,SC2329 # run by the trap
clean_up()
{
    [ ! -s "$work/redis/pid" ] || redis_stop "$work/redis"
    rm -rf "$work"
}
trap clean_up EXIT

if ! command -v redis-server >/dev/null; then
    echo "NOT RUN: redis: there is no redis-server; tools/deps.sh test installs it"
    [ "${CI:-}" != true ] || echo "0 passed, 1 failed"
    [ "${CI:-}" != true ]
    exit
fi
redis_start "$work/redis" || {
    echo "0 passed, 1 failed"
    exit 1
}

# The same contract as in the stage dev, over TLS, and over plain TCP with the password encoded.
contract()
{
    local suite
    for suite in work_queue work_dead; do
        if "build/dev/tests/contract.test_$suite" >"$work/log" 2>&1; then
            passed=$((passed + $(grep -c '\[       OK' "$work/log")))
        else
            failed=$((failed + 1))
            grep -v ' RUN \|  OK ' "$work/log"
        fi
    done
}
RUSHLIGHT_TEST_REDIS_CA=$work/redis/ca.crt \
    RUSHLIGHT_TEST_REDIS="rediss://:$REDIS_PASS@localhost:$REDIS_TLS_PORT/1" contract
RUSHLIGHT_TEST_REDIS="redis://default:pa%3Dss%40w%2Fo%3Fr%3Ad%2541%23@127.0.0.1:$REDIS_PLAIN_PORT/2" contract

python3 -m pytest -q -p no:cacheprovider --tb=short "$@" tests/redis >"$work/log" 2>&1 || status=$?
cat "$work/log"
number() { sed -nE "s/.*\b([0-9]+) $1.*/\1/p" "$work/log" | tail -n 1; }
passed=$((passed + $(number passed || true) + 0))
failed=$((failed + $(n=$(number failed); echo "${n:-0}")))
[ "$status" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
