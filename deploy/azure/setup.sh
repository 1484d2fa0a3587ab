#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# What main.tf makes, with the command line of Azure instead (`az login` first):
#
#   GROUP=rushlight LOCATION=eastasia CLUSTER_GROUP=... CLUSTER=aks ALLOWED_IP=203.0.113.7 \
#   STORAGE=name VAULT=name deploy/azure/setup.sh
#
# Every step looks first or is one that may be repeated. DRY_RUN=1 prints the calls that would change
# something. The secrets go into the key vault; secrets component B takes them from there.
set -euo pipefail

: "${GROUP:?resource group to use or make}"
: "${LOCATION:?region, such as eastasia}"
: "${CLUSTER_GROUP:?resource group of the AKS cluster}"
: "${CLUSTER:?name of the AKS cluster}"
: "${ALLOWED_IP:?outbound address of the cluster}"
: "${STORAGE:?name of the storage account, unique in all of Azure}"
: "${VAULT:?name of the key vault, unique in all of Azure}"
NAMESPACE=${NAMESPACE:-observability}
POSTGRES=${POSTGRES:-$GROUP-postgres}

[ "$ALLOWED_IP" != 0.0.0.0 ] || {
    echo "setup: ALLOWED_IP=0.0.0.0 opens the database to all of Azure" >&2
    exit 1
}
command -v az >/dev/null || {
    echo "setup: install the command line of Azure (az) and run: az login" >&2
    exit 1
}

say() { printf 'setup: %s\n' "$*" >&2; }
look() { az "$@" --output tsv 2>/dev/null || true; }
change()
{
    if [ "${DRY_RUN:-}" = 1 ]; then
        local word words=() hide=false
        for word in "$@"; do
            $hide && word='***'
            hide=false
            case $word in --admin-password | --value) hide=true ;; esac
            words+=("$word")
        done
        echo "would run: az ${words[*]}"
    else
        az "$@" --output none
    fi
}

# A secret of the vault is made once: a second salt would make every API key invalid.
secret()
{
    [ -n "$(look keyvault secret show --vault-name "$VAULT" --name "rushlight-$1" --query id)" ] ||
        change keyvault secret set --vault-name "$VAULT" --name "rushlight-$1" --value "$2"
}

make_vault()
{
    change group create --name "$GROUP" --location "$LOCATION"
    [ -n "$(look keyvault show --name "$VAULT" --query id)" ] ||
        change keyvault create --name "$VAULT" --resource-group "$GROUP" --location "$LOCATION" \
            --enable-rbac-authorization false
}

make_database()
{
    local password
    if [ -z "$(look postgres flexible-server show --resource-group "$GROUP" --name "$POSTGRES" \
        --query id)" ]; then
        password=Aa1$(openssl rand -hex 14)
        secret postgres-password "$password"
        [ "${DRY_RUN:-}" = 1 ] || password=$(look keyvault secret show --vault-name "$VAULT" \
            --name rushlight-postgres-password --query value)
        say "making PostgreSQL (about 5 minutes)"
        change postgres flexible-server create --resource-group "$GROUP" --name "$POSTGRES" \
            --location "$LOCATION" --tier Burstable --sku-name Standard_B1ms --storage-size 32 \
            --version 15 --backup-retention 7 --admin-user rushlight --admin-password "$password" \
            --public-access "$ALLOWED_IP" --yes
    fi
    change postgres flexible-server db create --resource-group "$GROUP" --server-name "$POSTGRES" \
        --database-name rushlight
    secret postgres-host "$POSTGRES.postgres.database.azure.com"
    secret postgres-port 5432
    secret postgres-username rushlight
    secret postgres-database rushlight
}

make_storage()
{
    local key
    change storage account create --resource-group "$GROUP" --name "$STORAGE" --location "$LOCATION" \
        --sku Standard_LRS --https-only true --min-tls-version TLS1_2 \
        --allow-blob-public-access false
    change storage account blob-service-properties update --resource-group "$GROUP" \
        --account-name "$STORAGE" --enable-versioning true \
        --enable-delete-retention true --delete-retention-days 7
    change storage container create --account-name "$STORAGE" --name events --auth-mode login
    key=$(look storage account keys list --resource-group "$GROUP" --account-name "$STORAGE" \
        --query '[0].value')
    secret s3-access-key "$STORAGE"
    secret s3-secret-key "${key:-made-with-the-account}"
}

make_random_secrets()
{
    secret clickhouse-password "$(openssl rand -hex 24)"
    secret nextauth-secret "$(openssl rand -hex 32)"
    secret salt "$(openssl rand -hex 32)"
}

make_identity()
{
    local issuer client principal
    change aks update --resource-group "$CLUSTER_GROUP" --name "$CLUSTER" --enable-oidc-issuer \
        --enable-workload-identity
    change identity create --resource-group "$GROUP" --name rushlight-secrets
    issuer=$(look aks show --resource-group "$CLUSTER_GROUP" --name "$CLUSTER" \
        --query oidcIssuerProfile.issuerUrl)
    client=$(look identity show --resource-group "$GROUP" --name rushlight-secrets --query clientId)
    principal=$(look identity show --resource-group "$GROUP" --name rushlight-secrets \
        --query principalId)
    change keyvault set-policy --name "$VAULT" --object-id "${principal:-principal}" \
        --secret-permissions get list
    change identity federated-credential create --resource-group "$GROUP" --name rushlight \
        --identity-name rushlight-secrets --issuer "${issuer:-issuer}" \
        --subject "system:serviceaccount:$NAMESPACE:rushlight" \
        --audiences api://AzureADTokenExchange
    cat <<VALUES

For deploy/kustomize/components/secrets-azure/identity.yaml:
  azure.workload.identity/client-id: ${client:-(known when the identity is made)}
  azure.workload.identity/tenant-id: $(look account show --query tenantId)
  vaultUrl: https://$VAULT.vault.azure.net
For deploy/kustomize/overlays/production/rushlight.env, instead of the lines of the bucket:
  LANGFUSE_USE_AZURE_BLOB=true
  LANGFUSE_S3_EVENT_UPLOAD_BUCKET=events
  LANGFUSE_S3_EVENT_UPLOAD_ENDPOINT=https://$STORAGE.blob.core.windows.net
VALUES
}

make_vault
make_database
make_storage
make_random_secrets
make_identity
