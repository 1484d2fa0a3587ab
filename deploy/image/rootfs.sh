#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The file system of the image: deploy/image/rootfs.sh PROGRAM DIRECTORY
#
# The program, the shared libraries that it is linked with or loads when they are wanted (and what
# those need), the certificates of the public authorities, one user, and an empty /data. No shell, no
# package manager. The libraries are this machine's; their licences come along. Used by the
# Dockerfile and by assemble.sh, so that both make the same image.
set -euo pipefail

readonly USER_ID=65532
# Loaded at run time (src/base/library.h); libgcc_s by the C library when it prints a backtrace.
readonly LOADED=(libpq.so.5 libcurl.so.4 libssl.so.3 libcrypto.so.3 libhiredis.so libgcc_s.so.1)

die()
{
    printf 'rootfs: %s\n' "$*" >&2
    exit 1
}

# Where the dynamic linker finds a library: the first name that begins like the one that is wanted.
library_path()
{
    PATH=$PATH:/usr/sbin:/sbin ldconfig -p |
        awk -v wanted="$1" 'index($1, wanted) == 1 && !found { print $NF; found = 1 }'
}

# "name path" of everything that a file is linked with; the linker itself has no "=>".
needs_of()
{
    ldd "$1" | awk '$2 == "=>" && $3 ~ /^\// { print $1, $3 } $1 ~ /^\// { print "linker", $1 }'
}

# The Debian package of a file; packages name it with or without /usr.
package_of()
{
    local real
    real=$(readlink -f "$1")
    { dpkg-query -S "$real" 2>/dev/null || dpkg-query -S "${real#/usr}" 2>/dev/null || true; } |
        sed -n '1s/:.*//p'
}

copy_library() # name, path
{
    local licence
    [ -e "$LIBRARIES/$1" ] && return
    cp -L "$2" "$LIBRARIES/$1"
    chmod 755 "$LIBRARIES/$1"
    licence=/usr/share/doc/$(package_of "$2")/copyright
    [ -e "$licence" ] || return 0
    mkdir -p "$ROOT$(dirname "$licence")"
    cp -L "$licence" "$ROOT$licence"
}

copy_needs()
{
    local name path
    while read -r name path; do
        if [ "$name" = linker ]; then
            mkdir -p "$ROOT/usr$(dirname "$path")"
            cp -L "$path" "$ROOT/usr$path"
        else
            copy_library "$name" "$path"
        fi
    done < <(needs_of "$1")
}

copy_loaded()
{
    local wanted path
    for wanted in "${LOADED[@]}"; do
        path=$(library_path "$wanted")
        [ -n "$path" ] || die "$wanted is not installed; tools/deps.sh build installs it"
        copy_library "$(soname_of "$path")" "$path"
        copy_needs "$path"
    done
}

# The name under which a library is asked for.
soname_of() { objdump -p "$1" | awk '$1 == "SONAME" { print $2 }'; }

write_accounts()
{
    printf 'root:x:0:0:root:/:/sbin/nologin\nrushlight:x:%d:%d:Rushlight:/data:/sbin/nologin\n' \
        "$USER_ID" "$USER_ID" >"$ROOT/etc/passwd"
    printf 'root:x:0:\nrushlight:x:%d:\n' "$USER_ID" >"$ROOT/etc/group"
    printf 'passwd: files\ngroup: files\nhosts: files dns\n' >"$ROOT/etc/nsswitch.conf"
}

write_certificates()
{
    local bundle=/etc/ssl/certs/ca-certificates.crt
    [ -s "$bundle" ] || die "there is no $bundle; install ca-certificates"
    mkdir -p "$ROOT/etc/ssl/certs" "$ROOT/usr/lib/ssl"
    cp -L "$bundle" "$ROOT$bundle"
    ln -sfn "$bundle" "$ROOT/usr/lib/ssl/cert.pem"
    ln -sfn /etc/ssl/certs "$ROOT/usr/lib/ssl/certs"
}

main()
{
    [ $# -eq 2 ] || die "usage: deploy/image/rootfs.sh PROGRAM DIRECTORY"
    [ -x "$1" ] || die "there is no program $1; make build makes build/rushlight"
    ROOT=$2
    LIBRARIES=$ROOT/usr/lib/$(gcc -print-multiarch)
    mkdir -p "$LIBRARIES" "$ROOT"/{etc,data,tmp,proc,dev,usr/bin,usr/lib64}
    ln -sfn usr/lib "$ROOT/lib"
    ln -sfn usr/lib64 "$ROOT/lib64"
    cp -L "$1" "$ROOT/usr/bin/rushlight"
    strip --strip-all "$ROOT/usr/bin/rushlight"
    chmod 755 "$ROOT/usr/bin/rushlight"
    copy_needs "$1"
    copy_loaded
    write_accounts
    write_certificates
    mkdir -p "$ROOT/usr/share/doc/rushlight"
    cp "$(dirname "$0")/../../LICENSE" "$ROOT/usr/share/doc/rushlight/copyright"
    chmod 1777 "$ROOT/tmp"
    chmod 700 "$ROOT/data"
    if [ "$(id -u)" -eq 0 ]; then
        chown "$USER_ID:$USER_ID" "$ROOT/data"
    fi
}

main "$@"
