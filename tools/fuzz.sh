#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Runs every libFuzzer target for a while: tools/fuzz.sh [seconds each] [target...]
#
# New inputs that reach new code are kept in build/fuzz-work/<name>; finding one that crashes is a
# failure, and the input is left in build/fuzz-work/<name>-crash-*. A fixed one belongs into
# fuzz/corpus/<name>/, where every test run replays it.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

main()
{
    local seconds=${1:-60} passed=0 failed=0 target name work
    shift
    cmake --preset fuzz >/dev/null && cmake --build --preset fuzz || exit 1
    [ $# -gt 0 ] || set -- build/fuzz/fuzz/fuzz_*
    for target in "$@"; do
        name=$(basename "$target")
        name=${name#fuzz_}
        work=build/fuzz-work/$name
        mkdir -p "$work" "fuzz/corpus/$name"
        echo "fuzz: $name for $seconds s"
        if "build/fuzz/fuzz/fuzz_$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
            -print_final_stats=1 -artifact_prefix="$work-" "$work" "fuzz/corpus/$name" \
            >"$work.log" 2>&1; then
            passed=$((passed + 1))
            sed -n 's/^stat::number_of_executed_units: */fuzz:   inputs tried: /p' "$work.log"
        else
            failed=$((failed + 1))
            tail -n 30 "$work.log"
        fi
    done
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
}

main "$@"
