#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The first page in a real browser (Debian's Chromium, headless), against the real program, with and
# without a base path: it finds its files, asks for a password, its content security policy blocks
# nothing that it needs, and nothing is asked of another origin.
#
#   RUSHLIGHT_BIN=build/rushlight tests/browser/run.sh
set -uo pipefail

readonly BIN=${RUSHLIGHT_BIN:?path of the program to test}
WORK=$(mktemp -d)
readonly WORK
server=
passed=0
failed=0

stop_server()
{
    [ -n "$server" ] && kill "$server" 2>/dev/null && wait "$server" 2>/dev/null
    server=
}

clean_up()
{
    stop_server
    rm -rf "$WORK"
}

expect()
{
    local what=$1
    shift
    if "$@" >/dev/null; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $what"
    fi
}

free_port()
{
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# start_server port base-path: returns when the server answers, or fails after ten seconds.
start_server()
{
    local deadline=$((SECONDS + 10))
    "$BIN" serve --listen "127.0.0.1:$1" --data "$WORK/data" --base-path "$2" \
        >"$WORK/server.log" 2>&1 &
    server=$!
    until curl -sf -o "$WORK/health" "http://127.0.0.1:$1${2%/}/api/public/health"; do
        if ! kill -0 "$server" 2>/dev/null || [ "$SECONDS" -ge "$deadline" ]; then
            cat "$WORK/server.log"
            return 1
        fi
    done
}

# Loads a page, waits for its scripts, leaves the resulting document and what the browser logged.
# Every host but 127.0.0.1 is unknown to this browser, so that a stray request shows as an error.
load_page()
{
    timeout 60 chromium --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage \
        --user-data-dir="$WORK/profile" --no-first-run --disable-background-networking \
        --host-resolver-rules='MAP * ~NOTFOUND, EXCLUDE 127.0.0.1' --enable-logging=stderr \
        --virtual-time-budget=6000 --dump-dom "$1" >"$WORK/dom" 2>"$WORK/browser.log"
}

no_console_message() { ! grep -E 'CONSOLE|Refused to' "$WORK/browser.log"; }
no_token_left() { ! grep -E '__RUSHLIGHT_(BASE|BOOT)__' "$WORK/dom"; }
no_foreign_address() { ! grep -oE '(src|href|action)="(https?:)?//[^"]*"' "$WORK/dom" | grep -v "$1"; }
header_matches() { grep -iqE "$1" "$WORK/headers"; }

check_page()
{
    local base=$1 port origin
    port=$(free_port)
    origin="http://127.0.0.1:$port${base%/}"
    if ! start_server "$port" "$base"; then
        failed=$((failed + 1))
        echo "FAILED: the server did not start with base path $base"
        return
    fi
    curl -s -D "$WORK/headers" -o "$WORK/index" -H 'Accept: text/html' "$origin/"
    expect "$base: a content security policy is sent" header_matches '^content-security-policy:'
    expect "$base: it allows this server's scripts and no inline ones" \
        header_matches "script-src 'self'(;|[[:space:]]*$)"
    expect "$base: and no inline styles" header_matches "style-src 'self'(;|[[:space:]]*$)"
    expect "$base: the page loads" load_page "$origin/"
    expect "$base: who is not signed in is asked to" grep -q 'type="password"' "$WORK/dom"
    expect "$base: the base path is filled in" no_token_left
    expect "$base: the browser has nothing to complain about" no_console_message
    expect "$base: every address is this server's" no_foreign_address "$origin"
    stop_server
}

# The screens (*.spec.mjs), by Playwright, which drives the same browser.
check_screens()
{
    local here
    here=$(dirname "$0")
    if ! (cd "$here" && npm ci --no-audit --no-fund --no-progress --loglevel=error) >"$WORK/npm.log" 2>&1; then
        echo "NOT RUN: the tests of the screens: their packages could not be installed"
        tail -n 5 "$WORK/npm.log"
        [ "${CI:-}" != true ] || expect "the packages of the screens' tests can be installed" false
        return
    fi
    expect "the screens work" run_screens "$here" "$(realpath "$BIN")"
}

run_screens() { (cd "$1" && RUSHLIGHT_BIN=$2 npx playwright test >&2); }

main()
{
    trap clean_up EXIT
    check_page /
    check_page /monitor
    check_screens
    if [ "$failed" -ne 0 ]; then
        grep -E 'CONSOLE|Refused to' "$WORK/browser.log" | head -20
    fi
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
}

main "$@"
