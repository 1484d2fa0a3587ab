#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Metadata on a real PostgreSQL: the contract of src/store/meta, every test of the HTTP API and the
# command line, and what happens when the server is missing, wrong, killed or slow to come.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/lib/postgres.sh
. tests/lib/postgres.sh
work=$(mktemp -d)
chmod 755 "$work"
log=$work/pytest.log
status=0 passed=0 failed=0

# shellcheck disable=SC2317,SC2329 # run by the trap
clean_up()
{
    [ ! -s "$work/pg/data/postmaster.pid" ] || postgres_stop "$work/pg" immediate
    rm -rf "$work"
}
trap clean_up EXIT

if ! postgres_bin; then
    echo "NOT RUN: postgres: there is no PostgreSQL server; tools/deps.sh test installs it"
    [ "${CI:-}" != true ] || echo "0 passed, 1 failed"
    [ "${CI:-}" != true ]
    exit
fi
if ! postgres_start "$work/pg" -c fsync=off -c max_connections=300; then
    cat "$work/pg/"*log
    echo "0 passed, 1 failed"
    exit 1
fi
export RUSHLIGHT_TEST_POSTGRES="$PGHOST:$PGPORT:$PGUSER:$PGPASSWORD" POSTGRES_DIR=$work/pg

for suite in build/dev/tests/unit.meta.test_meta build/dev/tests/unit.auth.*; do
    if "$suite" >"$work/unit.log" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        tail -n 40 "$work/unit.log"
    fi
done
python3 -m pytest -q -p no:cacheprovider --tb=short "$@" tests/http tests/postgres >"$log" 2>&1 || status=$?
cat "$log"
number() { sed -nE "s/.*\b([0-9]+) $1.*/\1/p" "$log" | tail -n 1; }
passed=$((passed + $(number passed || true) + 0))
failed=$((failed + ${status:+$(n=$(number failed); echo "${n:-0}")}))
[ "$status" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
