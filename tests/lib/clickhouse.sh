# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# A ClickHouse of the tests' own: sourced, then clickhouse_install, clickhouse_start DIR, clickhouse_stop. It
# is the real engine (npm's chdb) behind ClickHouse's HTTP interface (tests/clickhouse/shim.mjs), on a
# free port of loopback; everything it keeps is in DIR. RUSHLIGHT_TEST_CLICKHOUSE says where it is.

# False when the engine is not there and cannot be fetched. Exact versions without a lock file: that
# would name packages for other systems, which not every registry has.
clickhouse_install()
{
    [ -d tests/clickhouse/node_modules/chdb ] ||
        (cd tests/clickhouse && npm install --no-package-lock --no-audit --no-fund --no-progress --loglevel=error)
}

clickhouse_start()
{
    local dir=$1 password="pa=ss@w/o?r:d%41#"
    mkdir -p "$dir/data"
    SHIM_USER=admin SHIM_PASSWORD=$password node tests/clickhouse/shim.mjs "$dir/data" >"$dir/shim.log" 2>&1 &
    CLICKHOUSE_PID=$!
    for _ in $(seq 300); do
        CLICKHOUSE_PORT=$(sed -n 's/^listening //p' "$dir/shim.log")
        [ -z "$CLICKHOUSE_PORT" ] || break
        kill -0 "$CLICKHOUSE_PID" 2>/dev/null || return 1
        sleep 0.1
    done
    [ -n "$CLICKHOUSE_PORT" ] || return 1
    export RUSHLIGHT_TEST_CLICKHOUSE="http://admin:pa%3Dss%40w%2Fo%3Fr%3Ad%2541%23@127.0.0.1:$CLICKHOUSE_PORT"
}

clickhouse_stop()
{
    [ -z "${CLICKHOUSE_PID:-}" ] || kill "$CLICKHOUSE_PID" 2>/dev/null
    CLICKHOUSE_PID=
}
