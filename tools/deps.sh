#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Installs what Rushlight needs from Debian packages: tools/deps.sh [build|test]
#
#   build   compilers' headers and libraries, CMake, Ninja, Node for the web page (the default)
#   test    the same, and the peers of `make test`
#
# Idempotent: one dpkg query when nothing is missing. Never changes the machine's package sources,
# never leaves a system service running. Debian 12 has no yyjson: Debian 13's two packages (they
# need only libc >= 2.14) are taken from the mirror this machine already uses, through a temporary
# apt configuration, verified with Debian's own archive keys.
set -euo pipefail

readonly BUILD_PACKAGES=(
    ca-certificates gcc libc6-dev cmake ninja-build pkg-config
    libmicrohttpd-dev libsqlite3-dev libsodium-dev libzstd-dev zlib1g-dev libpcre2-dev
    libpq-dev libcurl4-openssl-dev libhiredis-dev libssl-dev
    libyyjson-dev
)
readonly TEST_PACKAGES=(
    clang clang-tidy clang-format llvm cppcheck shellcheck libcmocka-dev nginx-light chromium
    fonts-liberation curl gzip openssl procps python3 python3-venv python3-pip python3-pytest
    python3-requests postgresql redis-server
)
readonly NODE_MINIMUM=18
ROOT=$(cd "$(dirname "$0")/.." && pwd)
readonly ROOT
readonly LOG="$ROOT/build/deps.log"

say() { printf 'deps: %s\n' "$*"; }

die()
{
    printf 'deps: %s\n' "$*" >&2
    exit 1
}

as_root()
{
    if [ "$(id -u)" -eq 0 ]; then
        env DEBIAN_FRONTEND=noninteractive "$@"
    else
        sudo env DEBIAN_FRONTEND=noninteractive "$@"
    fi
}

require_root()
{
    [ "$(id -u)" -eq 0 ] && return
    command -v sudo >/dev/null || die "these packages are missing and neither root nor sudo is" \
        "available; as root run: apt-get install $*"
}

node_is_enough()
{
    command -v npm >/dev/null && command -v node >/dev/null &&
        [ "$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)" \
            -ge "$NODE_MINIMUM" ]
}

# The sanitizer and fuzzer run times of the clang that the release's `clang` package means.
clang_runtime()
{
    case "$1" in
    12) echo libclang-rt-14-dev ;;
    *) echo libclang-rt-dev ;;
    esac
}

# Prints the wanted packages that are not installed, one a line.
missing_of()
{
    local installed
    installed=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' "$@" 2>/dev/null |
        sed -n 's/ installed$//p' | sort -u) || true
    comm -23 <(printf '%s\n' "$@" | sort -u) <(printf '%s\n' "$installed")
}

has_candidate()
{
    apt-cache policy "$1" 2>/dev/null | grep '^  Candidate: [^(]' >/dev/null
}

apt_update()
{
    say "refreshing the package lists"
    as_root apt-get update -q >>"$LOG" 2>&1 || say "some package lists could not be refreshed"
}

# Names each package that was asked for as it gets set up, and counts what those pull in; the rest
# goes to the log.
apt_install()
{
    local wanted=" $* "
    as_root apt-get install -y -q --no-install-recommends -o Dpkg::Use-Pty=0 \
        -o DPkg::Lock::Timeout=300 "$@" 2>&1 |
        tee -a "$LOG" | awk -v wanted="$wanted" '
            /^Setting up / {
                n++; split($3, name, ":")
                if (index(wanted, " " name[1] " ")) print "deps:   + " name[1]
                else if (n % 50 == 0) print "deps:   ... " n " packages set up"
                fflush()
            }'
}

# A package that brings a daemon must not start it: we want nginx's program, not a web server.
readonly POLICY=/usr/sbin/policy-rc.d
policy_is_ours=false

forbid_services()
{
    [ -e "$POLICY" ] && return
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$POLICY" >/dev/null
    as_root chmod 755 "$POLICY"
    policy_is_ours=true
}

allow_services()
{
    $policy_is_ours && as_root rm -f "$POLICY"
    policy_is_ours=false
}

disable_service()
{
    if [ -d /run/systemd/system ]; then
        as_root systemctl disable -q "$1" >>"$LOG" 2>&1 || true
    fi
}

install_packages()
{
    local p need_update=false
    for p in "$@"; do
        has_candidate "$p" || need_update=true
    done
    $need_update && apt_update
    say "installing $# packages"
    forbid_services
    if ! apt_install "$@"; then
        apt_update # the lists named versions that the mirror no longer has
        apt_install "$@" || {
            tail -n 20 "$LOG" >&2
            die "apt-get could not install: $* (whole log: $LOG)"
        }
    fi
    allow_services
    case " $* " in
    *" nginx-light "*) disable_service nginx ;;
    esac
    case " $* " in
    *" redis-server "*) disable_service redis-server ;;
    esac
}

# The mirror that serves this machine's own release: apt itself reads the one-line and the deb822
# files, so nothing here depends on how they are written.
own_mirror()
{
    # shellcheck disable=SC2016 # apt expands these
    apt-get indextargets --format '$(SITE) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
        awk -v own="$1" '$3 == "main" && ($2 == own || $2 == "stable" || $2 == "oldstable") {
            print $1; exit }'
}

# Debian 13's libyyjson for Debian 12.
install_yyjson_from_next_release()
{
    local mirror dir key=/usr/share/keyrings/debian-archive-keyring.gpg
    mirror=$(own_mirror bookworm)
    [ -n "$mirror" ] || die "no Debian mirror is configured in /etc/apt; libyyjson is needed"
    if [ ! -e /usr/share/keyrings/debian-archive-trixie-stable.gpg ]; then
        install_packages debian-archive-keyring
    fi
    dir=$(mktemp -d)
    chmod 755 "$dir"
    mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
    cat >"$dir/next.sources" <<SOURCES
Types: deb
URIs: $mirror
Suites: trixie
Components: main
Signed-By: $key
SOURCES
    local apt=(apt-get -q -o Dir::Etc::sourcelist="$dir/next.sources" -o Dir::Etc::sourceparts=-
        -o Dir::State::lists="$dir/lists" -o Dir::Cache="$dir/cache"
        -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=-
        -o APT::Sandbox::User=root -o Acquire::Languages=none
        -o APT::Update::Post-Invoke-Success::= -o APT::Update::Post-Invoke::=)
    say "taking libyyjson from Debian 13 (this release does not package it)"
    (
        cd "$dir"
        as_root "${apt[@]}" update >>"$LOG" 2>&1 &&
            as_root "${apt[@]}" download libyyjson0 libyyjson-dev >>"$LOG" 2>&1 &&
            as_root dpkg -i ./libyyjson0_*.deb ./libyyjson-dev_*.deb >>"$LOG" 2>&1
    ) || {
        tail -n 20 "$LOG" >&2
        as_root rm -rf "$dir"
        die "libyyjson could not be installed from $mirror trixie (whole log: $LOG)"
    }
    as_root rm -rf "$dir"
    say "  + libyyjson0 libyyjson-dev"
}

main()
{
    local what=${1:-build} release wanted missing rest=() p yyjson=false
    case "$what" in
    build | test) ;;
    *) die "usage: tools/deps.sh [build|test]" ;;
    esac
    command -v dpkg-query >/dev/null || die "this needs Debian 12 or newer (or Ubuntu 24.04);" \
        "elsewhere install: ${BUILD_PACKAGES[*]} nodejs npm"
    release=$(sed -n 's/^VERSION_ID="\{0,1\}\([^"]*\)"\{0,1\}$/\1/p' /etc/os-release)
    wanted=("${BUILD_PACKAGES[@]}")
    [ "$what" = test ] && wanted+=("${TEST_PACKAGES[@]}" "$(clang_runtime "$release")")
    node_is_enough || wanted+=(nodejs npm)
    missing=$(missing_of "${wanted[@]}")
    [ -z "$missing" ] && return

    mkdir -p "$ROOT/build"
    : >"$LOG"
    trap allow_services EXIT
    # shellcheck disable=SC2086 # a list of package names
    require_root $missing
    for p in $missing; do
        if [ "$p" = libyyjson-dev ] && [ "$release" = 12 ] && ! has_candidate "$p"; then
            yyjson=true
        else
            rest+=("$p")
        fi
    done
    [ ${#rest[@]} -gt 0 ] && install_packages "${rest[@]}"
    $yyjson && install_yyjson_from_next_release
    say "everything for '$what' is installed"
}

main "$@"
