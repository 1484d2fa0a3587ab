#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# What main.tf makes, with the command line of Alibaba Cloud instead (`aliyun configure` first):
#
#   REGION=cn-hangzhou VSWITCH=vsw-... ALLOWED_IPS=10.0.0.0/8 BUCKET=name deploy/alibaba/setup.sh
#
# Every step looks first, so running it again makes only what is missing. DRY_RUN=1 prints the calls
# that would change something. Writes secret.env for secrets component A unless it is there; with
# SECRETS=kms the same goes into KMS as the secret "rushlight" for component C.
set -euo pipefail
cd "$(dirname "$0")/../.."

: "${REGION:?region, such as cn-hangzhou}"
: "${VSWITCH:?vswitch of the Kubernetes nodes, vsw-...}"
: "${ALLOWED_IPS:?addresses of nodes and pods, separated by commas}"
: "${BUCKET:?name of the bucket}"
readonly SECRET_ENV=deploy/kustomize/components/secrets-kubernetes/secret.env
DB_VERSION=${DB_VERSION:-15}
DB_CLASS=${DB_CLASS:-polar.pg.sl.small.c}
SCALE_MIN=${SCALE_MIN:-0.5}
SCALE_MAX=${SCALE_MAX:-2}

case ,$ALLOWED_IPS, in
*,0.0.0.0/0,*)
    echo "setup: ALLOWED_IPS has 0.0.0.0/0, which opens the database to everybody" >&2
    exit 1
    ;;
esac
command -v aliyun >/dev/null || {
    echo "setup: install the command line of Alibaba Cloud (aliyun) and run: aliyun configure" >&2
    exit 1
}

say() { printf 'setup: %s\n' "$*" >&2; }

# Reads run always; changes are only printed with DRY_RUN=1 (without what they would reveal).
look() { aliyun "$@" 2>/dev/null || true; }
change()
{
    if [ "${DRY_RUN:-}" = 1 ]; then
        local word words=()
        for word in "$@"; do
            case $word in
            "${PASSWORD:-$'\n'}" | *postgres-password*) words+=('***') ;;
            *) words+=("$word") ;;
            esac
        done
        echo "would run: aliyun ${words[*]}"
    else
        aliyun "$@"
    fi
}

# The first value of a field in an answer.
field() { sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p" | sed -n 1p; }

find_cluster()
{
    look polardb DescribeDBClusters --RegionId "$REGION" --DBClusterDescription rushlight |
        field DBClusterId
}

make_cluster()
{
    CLUSTER=$(find_cluster)
    if [ -z "$CLUSTER" ]; then
        say "making a serverless PolarDB cluster, $SCALE_MIN to $SCALE_MAX units (about 10 minutes)"
        change polardb CreateDBCluster --RegionId "$REGION" --VSwitchId "$VSWITCH" \
            --DBType PostgreSQL --DBVersion "$DB_VERSION" --DBNodeClass "$DB_CLASS" \
            --CreationCategory SENormal --StorageType ESSDPL1 --StorageSpace 20 \
            --PayType Postpaid --ServerlessType AgileServerless \
            --ScaleMin "$SCALE_MIN" --ScaleMax "$SCALE_MAX" --ScaleRoNumMin 0 --ScaleRoNumMax 0 \
            --DBClusterDescription rushlight
        CLUSTER=$(find_cluster)
    fi
    CLUSTER=${CLUSTER:-pc-new}
    [ "${DRY_RUN:-}" = 1 ] || wait_running
}

wait_running()
{
    local i
    for ((i = 0; i < 120; i++)); do
        [ "$(look polardb DescribeDBClusterAttribute --DBClusterId "$CLUSTER" |
            field DBClusterStatus)" = Running ] && return
        sleep 10
    done
    say "the cluster $CLUSTER is not running after 20 minutes; look at it in the console"
    exit 1
}

make_database()
{
    change polardb ModifyDBClusterAccessWhitelist --DBClusterId "$CLUSTER" \
        --DBClusterIPArrayName rushlight --SecurityIps "$ALLOWED_IPS"
    change polardb ModifyBackupPolicy --DBClusterId "$CLUSTER" \
        --PreferredBackupTime 18:00Z-19:00Z --DataLevel1BackupRetentionPeriod 7 \
        --PreferredBackupPeriod Monday,Tuesday,Wednesday,Thursday,Friday,Saturday,Sunday
    if [ -z "$(look polardb DescribeAccounts --DBClusterId "$CLUSTER" --AccountName rushlight |
        field AccountName)" ]; then
        PASSWORD=Aa1_$(openssl rand -hex 12)
        change polardb CreateAccount --DBClusterId "$CLUSTER" --AccountName rushlight \
            --AccountType Normal --AccountPassword "$PASSWORD"
    fi
    if [ -z "$(look polardb DescribeDatabases --DBClusterId "$CLUSTER" --DBName rushlight |
        field DBName)" ]; then
        change polardb CreateDatabase --DBClusterId "$CLUSTER" --DBName rushlight \
            --CharacterSetName UTF8 --Collate C --Ctype C --AccountName rushlight
    fi
}

make_bucket()
{
    local dir
    dir=$(mktemp -d)
    look oss stat "oss://$BUCKET" --region "$REGION" | grep -q . ||
        change oss mb "oss://$BUCKET" --region "$REGION" --acl private
    change oss bucket-versioning --method put "oss://$BUCKET" enabled --region "$REGION"
    change oss bucket-encryption --method put "oss://$BUCKET" --sse-algorithm AES256 --region "$REGION"
    cat >"$dir/lifecycle.xml" <<XML
<LifecycleConfiguration><Rule><ID>events</ID><Prefix></Prefix><Status>Enabled</Status>
<Expiration><Days>30</Days></Expiration>
<NoncurrentVersionExpiration><NoncurrentDays>7</NoncurrentDays></NoncurrentVersionExpiration>
</Rule></LifecycleConfiguration>
XML
    change oss lifecycle --method put "oss://$BUCKET" "$dir/lifecycle.xml" --region "$REGION"
    rm -r "$dir"
}

bucket_policy()
{
    printf '%s' '{"Version":"1","Statement":[{"Effect":"Allow","Action":["oss:PutObject",' \
        '"oss:GetObject","oss:DeleteObject"],"Resource":["acs:oss:*:*:'"$BUCKET"'/*"]},' \
        '{"Effect":"Allow","Action":["oss:ListObjects"],"Resource":["acs:oss:*:*:'"$BUCKET"'"]}]}'
}

make_user()
{
    local key
    [ -n "$(look ram GetUser --UserName rushlight | field UserName)" ] ||
        change ram CreateUser --UserName rushlight
    [ -n "$(look ram GetPolicy --PolicyName rushlight-bucket --PolicyType Custom |
        field PolicyName)" ] ||
        change ram CreatePolicy --PolicyName rushlight-bucket --PolicyDocument "$(bucket_policy)"
    look ram ListPoliciesForUser --UserName rushlight | grep -q '"rushlight-bucket"' ||
        change ram AttachPolicyToUser --PolicyType Custom --PolicyName rushlight-bucket \
            --UserName rushlight
    [ -e "$SECRET_ENV" ] && return
    if [ "${DRY_RUN:-}" = 1 ]; then
        change ram CreateAccessKey --UserName rushlight
        return
    fi
    key=$(aliyun ram CreateAccessKey --UserName rushlight)
    S3_ACCESS_KEY=$(field AccessKeyId <<<"$key")
    S3_SECRET_KEY=$(field AccessKeySecret <<<"$key")
    export S3_ACCESS_KEY S3_SECRET_KEY
}

write_secrets()
{
    if [ -e "$SECRET_ENV" ]; then
        say "$SECRET_ENV is there and stays as it is"
        return
    fi
    [ "${DRY_RUN:-}" = 1 ] && echo "would write $SECRET_ENV" && return
    [ -n "${PASSWORD:-}" ] || {
        say "the account rushlight exists, but its password is known to nobody here: reset it with" \
            "aliyun polardb ModifyAccountPassword, then run make-secret-env.sh"
        exit 1
    }
    POSTGRES_HOST=$(look polardb DescribeDBClusterEndpoints --DBClusterId "$CLUSTER" |
        field ConnectionString) POSTGRES_USERNAME=rushlight POSTGRES_PASSWORD=$PASSWORD \
        deploy/kustomize/components/secrets-kubernetes/make-secret-env.sh
}

# Component C reads one JSON object out of KMS.
write_kms()
{
    [ "${SECRETS:-}" = kms ] || return 0
    if [ "${DRY_RUN:-}" = 1 ]; then
        echo "would run: aliyun kms CreateSecret --SecretName rushlight (the keys of $SECRET_ENV)"
        return
    fi
    aliyun kms CreateSecret --SecretName rushlight --VersionId v1 --SecretData "$(
        python3 -c 'import json, sys
print(json.dumps(dict(line.rstrip("\n").split("=", 1) for line in open(sys.argv[1]) if "=" in line)))' \
            "$SECRET_ENV"
    )" >/dev/null
    say "KMS has the secret rushlight; remove $SECRET_ENV when component C works"
}

make_cluster
make_database
make_bucket
make_user
write_secrets
write_kms
say "done; put bucket and region into deploy/kustomize/overlays/production/rushlight.env"
