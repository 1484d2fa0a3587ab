#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Every test there is: tools/test.sh [stage...], all stages by default. `make test` installs what
# they need first.
#
# A stage writes build/test/<stage>.log and is counted from what it really ran: a build or a static
# check counts as one, a ctest executable as one, a black-box suite by its own last line
# `N passed, N failed`. A suite that could not run some of its tests prints lines that begin with
# "NOT RUN:", and they are repeated at the end. A failed stage does not stop the others, except that
# nothing is run on a program that could not be built. The last line is `N passed, N failed`.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

readonly STAGES=(release dev lint clang asan tsan http postgres clickhouse blob redis doctor worker browser golden proxy deploy faults sdk)
readonly LOGS=build/test
readonly SUITE_LIMIT_S=${SUITE_LIMIT_S:-1200}
RUSHLIGHT_BIN=$PWD/build/rushlight
export RUSHLIGHT_BIN

passed_all=0
failed_all=0
summary=()

configure_and_build()
{
    { [ -f "build/$1/build.ninja" ] || cmake --preset "$1"; } &&
        cmake --build --preset "$1"
}

# ctest keeps what passing tests print to itself; what they did not run is said here.
run_ctest()
{
    local status=0
    ctest --preset "$1" --output-on-failure || status=$?
    grep -hs '^NOT RUN:' "build/$1/Testing/Temporary/LastTest.log"
    return "$status"
}

# ---- Stages: each prints to its log and returns its verdict -------------------------------------
# The release build does not stop at warnings (a user's newer compiler may have new ones); here
# they count.
stage_release()
{
    configure_and_build release || return 1
    ! grep -E 'warning:' "$LOGS/release.log"
}

stage_dev() { configure_and_build dev && run_ctest dev; }
stage_clang() { configure_and_build clang; }
stage_asan() { configure_and_build asan && run_ctest asan; }
stage_tsan() { configure_and_build tsan && run_ctest tsan; }
stage_lint() { tools/lint.sh; }

# A black-box suite against the release build.
stage_suite()
{
    [ -x "$RUSHLIGHT_BIN" ] || {
        echo "there is no $RUSHLIGHT_BIN to test"
        return 1
    }
    timeout --kill-after=10 "$SUITE_LIMIT_S" "tests/$1/run.sh" </dev/null
}

is_suite() { case "$1" in release | dev | lint | clang | asan | tsan) false ;; *) true ;; esac; }

# ---- Counting -----------------------------------------------------------------------------------
# Prints "passed failed" of a log: the sum over ctest's closing lines, else the last plain line.
count_log()
{
    awk '
        match($0, /^[0-9]+% tests passed, [0-9]+ tests failed out of [0-9]+/) {
            split($0, w, " "); failed += w[4]; passed += w[9] - w[4]; ctest = 1
        }
        /^([^ ]+: )?[0-9]+ passed, [0-9]+ failed/ {
            sub(/^[^ ]+: /, ""); split($0, w, " "); plain_passed = w[1]; plain_failed = w[3]; plain = 1
        }
        END {
            if (ctest) print passed, failed
            else if (plain) print plain_passed + 0, plain_failed + 0
            else print 0, 0
        }' "$1"
}

# Builds count themselves; a stage that failed without any failed test counts one failure.
record()
{
    local stage=$1 status=$2 seconds=$3 passed failed verdict=ok
    read -r passed failed < <(count_log "$LOGS/$stage.log")
    case "$stage" in
    release | dev | clang | asan | tsan) [ "$status" -eq 0 ] && passed=$((passed + 1)) ;;
    esac
    [ "$status" -ne 0 ] && [ "$failed" -eq 0 ] && failed=1
    if [ "$status" -eq 0 ] && [ $((passed + failed)) -eq 0 ]; then
        echo "  $stage reported no test at all" | tee -a "$LOGS/$stage.log"
        failed=1
    fi
    [ "$failed" -eq 0 ] || verdict=FAILED
    passed_all=$((passed_all + passed))
    failed_all=$((failed_all + failed))
    summary+=("$(printf '%-8s  %-6s  %6d passed  %4d failed  %5d s' \
        "$stage" "$verdict" "$passed" "$failed" "$seconds")")
    if [ "$failed" -ne 0 ]; then
        echo "---- $stage failed; the end of $LOGS/$stage.log:"
        tail -n "${TAIL_LINES:-60}" "$LOGS/$stage.log"
        echo "----"
    fi
}

# Shows that a long stage is alive: on a terminal a running clock, elsewhere nothing.
run_stage()
{
    local stage=$1 number=$2 total=$3 started=$SECONDS status=0
    printf '[%d/%d] %s ... ' "$number" "$total" "$stage"
    if is_suite "$stage"; then
        stage_suite "$stage" >"$LOGS/$stage.log" 2>&1 || status=$?
    else
        "stage_$stage" >"$LOGS/$stage.log" 2>&1 || status=$?
    fi
    if [ "$status" -eq 0 ]; then
        printf 'ok, %d s\n' $((SECONDS - started))
    else
        printf 'FAILED, %d s\n' $((SECONDS - started))
    fi
    record "$stage" "$status" $((SECONDS - started))
}

main()
{
    local stages=() stage number=0
    mkdir -p "$LOGS"
    for stage in "${@:-${STAGES[@]}}"; do
        if is_suite "$stage" && [ ! -x "tests/$stage/run.sh" ]; then
            echo "NOT RUN: there is no tests/$stage/run.sh" | tee "$LOGS/$stage.log"
        else
            stages+=("$stage")
        fi
    done
    for stage in "${stages[@]}"; do
        number=$((number + 1))
        run_stage "$stage" "$number" "${#stages[@]}"
    done
    echo
    printf '%s\n' "${summary[@]}"
    for stage in "${stages[@]}"; do
        grep -h '^NOT RUN:' "$LOGS/$stage.log" || true
    done
    echo "total time $SECONDS s; logs in $LOGS/"
    echo "$passed_all passed, $failed_all failed" | tee "$LOGS/summary"
    [ "$failed_all" -eq 0 ]
}

main "$@"
