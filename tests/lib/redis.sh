# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# A Redis server of the tests' own: sourced, then redis_start DIR [option...] and redis_stop DIR. It
# listens on free ports of loopback, plain (REDIS_PLAIN_PORT) and with TLS (REDIS_TLS_PORT, its
# authority in DIR/ca.crt), wants the password in REDIS_PASS, and keeps nothing.

redis_certificates()
{
    local dir=$1
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=rushlight-test-authority \
        -keyout "$dir/ca.key" -out "$dir/ca.crt" 2>/dev/null &&
        openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout "$dir/server.key" \
            -out "$dir/server.csr" 2>/dev/null &&
        openssl x509 -req -in "$dir/server.csr" -CA "$dir/ca.crt" -CAkey "$dir/ca.key" \
            -CAcreateserial -days 2 -out "$dir/server.crt" 2>/dev/null \
            -extfile <(echo "subjectAltName=DNS:localhost,IP:127.0.0.1")
}

redis_free_ports()
{
    python3 -c 'import socket
s = [socket.socket() for _ in range(2)]
for x in s: x.bind(("127.0.0.1", 0))
print(*(x.getsockname()[1] for x in s))'
}

redis_start()
{
    local dir=$1
    shift
    mkdir -p "$dir"
    redis_certificates "$dir" || return 1
    read -r REDIS_PLAIN_PORT REDIS_TLS_PORT < <(redis_free_ports)
    export REDIS_PLAIN_PORT REDIS_TLS_PORT REDIS_PASS='pa=ss@w/o?r:d%41#' REDIS_DIR=$dir
    redis-server --port "$REDIS_PLAIN_PORT" --tls-port "$REDIS_TLS_PORT" --bind 127.0.0.1 \
        --requirepass "$REDIS_PASS" --save '' --dir "$dir" --tls-auth-clients optional \
        --tls-ca-cert-file "$dir/ca.crt" --tls-cert-file "$dir/server.crt" \
        --tls-key-file "$dir/server.key" "$@" >"$dir/log" 2>&1 &
    echo $! >"$dir/pid"
    for _ in $(seq 100); do
        ! REDISCLI_AUTH=$REDIS_PASS redis-cli -p "$REDIS_PLAIN_PORT" ping 2>/dev/null | grep -q PONG || return 0
        sleep 0.05
    done
    cat "$dir/log"
    return 1
}

redis_stop()
{
    kill "$(cat "$1/pid")" 2>/dev/null && wait "$(cat "$1/pid")" 2>/dev/null
}
