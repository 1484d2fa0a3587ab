# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# A PostgreSQL server of the tests' own: sourced, then postgres_start DIR [option...] and postgres_stop.
# It listens on a free port of loopback (PGPORT) and keeps everything in DIR; the superuser is
# `admin` with the password in PGPASSWORD. PostgreSQL refuses to run as root, so root hands it to
# the user nobody.

postgres_bin()
{
    local dir
    for dir in /usr/lib/postgresql/*/bin; do
        [ -x "$dir/postgres" ] && PG_BIN=$dir
    done
    [ -n "${PG_BIN:-}" ]
}

postgres_as()
{
    if [ "$(id -u)" -eq 0 ]; then
        setpriv --reuid=nobody --regid=nogroup --clear-groups env -i PATH="$PATH" "$@"
    else
        "$@"
    fi
}

# postgres_run DIR [option...]: starts the server of DIR on PGPORT; again after postgres_stop, too.
postgres_run()
{
    local dir=$1
    shift
    postgres_as "$PG_BIN/pg_ctl" -D "$dir/data" -l "$dir/log" -w -t 30 -s start \
        -o "-p $PGPORT -c listen_addresses=127.0.0.1 -c unix_socket_directories=$dir $*"
}

postgres_start()
{
    local dir=$1
    shift
    PGPORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    export PGPORT PGHOST=127.0.0.1 PGUSER=admin PGPASSWORD='pa=ss@w/o?r:d%41#'
    mkdir -p "$dir"
    printf '%s' "$PGPASSWORD" >"$dir/password"
    [ "$(id -u)" -ne 0 ] || chown -R nobody:nogroup "$dir"
    postgres_as "$PG_BIN/initdb" -D "$dir/data" -U admin --pwfile="$dir/password" -A scram-sha-256 \
        -E UTF8 --locale=C.UTF-8 --no-sync >"$dir/initdb.log" 2>&1 || return 1
    postgres_run "$dir" "$@"
}

postgres_stop()
{
    postgres_as "$PG_BIN/pg_ctl" -D "$1/data" -m "${2:-fast}" -w -s stop
}
