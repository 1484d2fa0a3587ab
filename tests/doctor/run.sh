#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# `rushlight doctor` and `bootstrap` about the servers behind a deployment, each of them real: Redis, an S3
# (tests/peers) behind a proxy that refuses what stores refuse, the engine of ClickHouse
# (tests/clickhouse). PostgreSQL has its tests in tests/postgres. Arguments go to pytest.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/lib/clickhouse.sh
. tests/lib/clickhouse.sh
RUSHLIGHT_BIN=$(realpath "${RUSHLIGHT_BIN:-build/rushlight}")
export RUSHLIGHT_BIN PYTHONDONTWRITEBYTECODE=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

# The S3 of the tests, once for each lock file (as tests/blob does).
install_peers()
{
    local dir=tests/peers stamp=tests/peers/node_modules/.installed
    [ -f "$stamp" ] && cmp -s "$dir/package-lock.json" "$stamp" && return
    (cd "$dir" && timeout 400 npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) \
        >"$work/npm.log" 2>&1 && cp "$dir/package-lock.json" "$stamp"
}

number() { sed -nE "s/.*\b([0-9]+) $1.*/\1/p" "$work/log" | tail -n 1; }

# suite NAME: one file of tests.
suite()
{
    local status=0 n
    timeout 400 python3 -m pytest -q -p no:cacheprovider --tb=short "${arguments[@]}" \
        "tests/doctor/test_$1_doctor.py" >"$work/log" 2>&1 || status=$?
    cat "$work/log"
    n=$(number passed)
    passed=$((passed + ${n:-0}))
    n=$(number failed)
    failed=$((failed + ${n:-0}))
    [ "$status" -eq 0 ] || [ "${n:-0}" -gt 0 ] || failed=$((failed + 1))
    n=$(number skipped)
    [ -z "$n" ] || echo "NOT RUN: doctor: $n tests about $1 (no root, or no mounting here)"
}

missing()
{
    tail -n 5 "$work/npm.log"
    echo "NOT RUN: doctor: tests about $1, whose packages cannot be installed"
    [ "${CI:-}" != true ] || failed=$((failed + 1))
}

arguments=("$@")
if command -v redis-server >/dev/null; then
    suite redis
else
    echo "NOT RUN: doctor: tests about Redis; tools/deps.sh test installs redis-server"
    [ "${CI:-}" != true ] || failed=$((failed + 1))
fi
if install_peers; then suite bucket; else missing "buckets"; fi
if clickhouse_install >"$work/npm.log" 2>&1; then suite clickhouse; else missing "ClickHouse"; fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
