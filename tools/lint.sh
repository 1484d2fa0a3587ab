#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Every static check: tools/lint.sh [check...], all of them by default.
# `tools/lint.sh reformat` lets clang-format rewrite the tree instead.
#
#   format   clang-format changes nothing        tidy      clang-tidy (.clang-tidy)
#   cppcheck                                     layers    tools/check_layers.py
#   size     tools/check_size.py                 shell     shellcheck
#   hygiene  reasons of suppressions, no goto, no TODO, no registry in lock files
#   web      TypeScript strict, ESLint, the unit tests, sizes of what a browser loads
#
# clang-tidy's verdict on a file is remembered by the content of the file, of all headers and of
# its configuration, so that a second run takes seconds. The last line is `N passed, N failed`.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

readonly CHECKS=(format layers size hygiene shell cppcheck tidy web)
readonly STAMPS=build/lint
readonly COMPILE_DB=build/clang
JOBS=$(nproc)
readonly JOBS

c_files() { git ls-files -co --exclude-standard -- "$@" | while read -r f; do [ -e "$f" ] && echo "$f"; done; }

formatted_files() { c_files 'src/*.[ch]' 'tests/*.[ch]' 'fuzz/*.[ch]' 'bench/*.[ch]'; }

check_format()
{
    local file status=0
    while read -r file; do
        clang-format "$file" | cmp -s - "$file" || {
            echo "lint: not as clang-format writes it: $file (make format)"
            status=1
        }
    done < <(formatted_files)
    return $status
}

check_layers() { python3 tools/check_layers.py; }
check_size() { python3 tools/check_size.py; }

refuse()
{
    local why=$1
    shift
    if git grep -nIE --untracked "$@"; then
        echo "lint: $why"
        return 1
    fi
}

check_hygiene()
{
    local status=0
    refuse "goto is not used here" '^\s+goto\s+\w+;' -- 'src/*.[ch]' || status=1
    refuse "unfinished work belongs into an issue" '\b(TODO|FIXME|XXX|HACK)\b' -- \
        'src' 'web/src' 'fuzz/*.c' 'tools' ':!tools/lint.sh' || status=1
    refuse "a suppression gives its reason on the same line" \
        'NOLINT[A-Z]*\([^)]*\)\s*$|NOLINT[A-Z]*\s*$|cppcheck-suppress \S+\s*$' -- \
        '*.[ch]' || status=1
    refuse "a lock file names a registry" '"resolved":' -- '*package-lock.json' || status=1
    return $status
}

check_shell()
{
    c_files '*.sh' .ci/run | xargs -r shellcheck
}

check_cppcheck()
{
    mkdir -p "$STAMPS/cppcheck"
    cppcheck --quiet --language=c --std=c11 -j "$JOBS" --cppcheck-build-dir="$STAMPS/cppcheck" \
        --enable=warning,style,performance,portability --inline-suppr --error-exitcode=1 \
        --suppressions-list=tools/cppcheck.txt --template='{file}:{line}: {id}: {message}' \
        --include=src/base/attr.h -D_GNU_SOURCE -D__GNUC__=12 -D__x86_64__ -I src src
}

# Called by xargs for one file; exit status is the verdict.
tidy_one()
{
    local file=$1 stamp
    stamp=$STAMPS/tidy/$({ echo "$HEADERS_HASH"; cat "$file"; } | sha256sum | cut -c1-40)
    [ -e "$stamp" ] && return
    clang-tidy --quiet -p "$COMPILE_DB" "$file" 2>/dev/null || {
        echo "lint: clang-tidy: $file"
        return 1
    }
    echo "$file" >"$stamp"
}

check_tidy()
{
    [ -e "$COMPILE_DB/compile_commands.json" ] || cmake --preset clang >/dev/null || return 1
    mkdir -p "$STAMPS/tidy"
    HEADERS_HASH=$({
        clang-tidy --version
        c_files 'src/*.h' .clang-tidy CMakeLists.txt 'cmake/*' | xargs cat
    } | sha256sum)
    export HEADERS_HASH COMPILE_DB STAMPS
    export -f tidy_one
    c_files 'src/*.c' | xargs -r -P "$JOBS" -I{} bash -c 'tidy_one {}'
}

check_web()
{
    [ -d web/node_modules/eslint ] || (cd web && npm ci --no-progress --loglevel=error >/dev/null) || return 1
    (cd web && npm run --silent check)
}

main()
{
    if [ "${1:-}" = reformat ]; then
        formatted_files | xargs -r clang-format -i
        return
    fi
    local passed=0 failed=0 check started checks=("$@")
    [ $# -gt 0 ] || checks=("${CHECKS[@]}")
    for check in "${checks[@]}"; do
        started=$SECONDS
        if "check_$check"; then
            passed=$((passed + 1))
            printf 'lint: %-9s ok    %3d s\n' "$check" $((SECONDS - started))
        else
            failed=$((failed + 1))
            printf 'lint: %-9s FAILED %2d s\n' "$check" $((SECONDS - started))
        fi
    done
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
}

main "$@"
