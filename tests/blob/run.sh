#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The contract of object stores (tests/contract/test_blob.c) on real peers: S3 over TLS behind a proxy
# that checks signatures and refuses what Alibaba OSS refuses, with the bucket in the host's name (also
# when path style is forced, which is refused first); S3 in path style; Azure Blob Storage. The peers
# are npm packages (tests/peers), on free loopback ports in a temporary directory.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
readonly PEERS=tests/peers SUITE=${SUITE:-build/dev/tests/contract.test_blob}
readonly NO_NETWORK="ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT"
work=$(mktemp -d)
pids=()
passed=0 failed=0

# shellcheck disable=SC2317,SC2329 # run by the trap
clean_up()
{
    [ ${#pids[@]} -eq 0 ] || { kill "${pids[@]}" && wait "${pids[@]}"; } 2>/dev/null
    rm -rf "$work"
}
trap clean_up EXIT

finish()
{
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
    exit
}

install_peers()
{
    local stamp=$PEERS/node_modules/.installed
    [ -f "$stamp" ] && cmp -s "$PEERS/package-lock.json" "$stamp" && return
    (cd "$PEERS" && timeout 400 npm ci --no-audit --no-fund --ignore-scripts --loglevel=error) \
        >"$work/npm.log" 2>&1 && cp "$PEERS/package-lock.json" "$stamp"
}

# start NAME arguments...: a peer whose first line is its port; the port is in $port.
start()
{
    local name=$1 tries=0
    shift
    mkdir -p "$work/$name"
    : >"$work/$name.port"
    node "$@" >"$work/$name.port" 2>"$work/$name.log" &
    pids+=($!)
    while ! read -r port <"$work/$name.port"; do
        tries=$((tries + 1))
        if [ "$tries" -gt 300 ] || ! kill -0 "${pids[-1]}"; then
            echo "$name did not start:"
            cat "$work/$name.log"
            failed=$((failed + 1))
            finish
        fi
        sleep 0.1
    done
}

# run NAME variable=value...: the contract once.
run()
{
    local name=$1 status=0 fine
    shift
    env "$@" "$SUITE" >"$work/run.log" 2>&1 || status=$?
    fine=$(grep -c '^\[       OK \]' "$work/run.log")
    passed=$((passed + fine))
    echo "$name: $fine passed"
    if [ "$status" -ne 0 ] || [ "$fine" -eq 0 ]; then
        failed=$((failed + 1))
        cat "$work/run.log"
        cat "$work"/{s3,strict,path,azure}.log 2>/dev/null
    fi
}

if ! install_peers; then
    tail -n 8 "$work/npm.log"
    if grep -qE "$NO_NETWORK" "$work/npm.log" && [ "${CI:-}" != true ]; then
        echo "NOT RUN: S3 and Azure Blob Storage: npm's registry is not reachable"
        run "files" A=b
    else
        failed=1
    fi
    finish
fi
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=peer" \
    -addext "subjectAltName=DNS:s3.localhost,DNS:*.s3.localhost" \
    -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null

start s3 --openssl-legacy-provider $PEERS/s3.mjs "$work/s3"
s3=$port
start strict $PEERS/strict.mjs "$s3" virtual "$work/cert.pem" "$work/key.pem"
run "S3 over TLS, strict" RUSHLIGHT_TEST_S3="https://s3.localhost:$port" \
    RUSHLIGHT_TEST_S3_PATH_STYLE=true SSL_CERT_FILE="$work/cert.pem"
start path $PEERS/strict.mjs "$s3" path
run "S3 in path style" RUSHLIGHT_TEST_S3="http://127.0.0.1:$port"
start azure $PEERS/azure.mjs "$work/azure"
run "Azure" RUSHLIGHT_TEST_AZURE="http://127.0.0.1:$port/devstoreaccount1"
finish
