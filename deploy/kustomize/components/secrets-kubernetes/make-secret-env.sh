#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Writes secret.env beside this script: generates what may be generated, asks for the rest (or takes
# it from the environment: POSTGRES_HOST, POSTGRES_USERNAME, POSTGRES_PASSWORD, S3_ACCESS_KEY,
# S3_SECRET_KEY). Never overwrites a file: a second SALT would make every API key invalid.
set -euo pipefail
cd "$(dirname "$0")"

random() { openssl rand -hex "$1"; }

ask() # variable, question, "secret" when it must not be shown
{
    local value=${!1:-}
    if [ -z "$value" ] && [ -t 0 ]; then
        if [ "${3:-}" = secret ]; then
            read -rsp "$2: " value && echo >&2
        else
            read -rp "$2: " value
        fi
    fi
    [ -n "$value" ] || {
        echo "make-secret-env: set $1 or run this on a terminal" >&2
        exit 1
    }
    printf '%s' "$value"
}

if [ -e secret.env ]; then
    echo "make-secret-env: secret.env exists; edit it, or move it away first" >&2
    exit 1
fi
host=$(ask POSTGRES_HOST "PostgreSQL host")
user=$(ask POSTGRES_USERNAME "PostgreSQL user")
password=$(ask POSTGRES_PASSWORD "its password" secret)
access_key=$(ask S3_ACCESS_KEY "access key of the bucket")
secret_key=$(ask S3_SECRET_KEY "its secret" secret)
umask 077
cat >secret.env.new <<SECRETS
postgres-host=$host
postgres-port=${POSTGRES_PORT:-5432}
postgres-username=$user
postgres-password=$password
postgres-database=${POSTGRES_DATABASE:-rushlight}
s3-access-key=$access_key
s3-secret-key=$secret_key
clickhouse-password=$(random 24)
nextauth-secret=$(random 32)
salt=$(random 32)
SECRETS
mv secret.env.new secret.env
echo "secret.env is written (readable by you alone); kubectl apply -k makes the Secret of it"
