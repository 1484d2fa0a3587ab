# SPDX-License-Identifier: MIT
#
# What Rushlight needs at Azure: PostgreSQL (Flexible Server) with database and firewall, Blob Storage
# with versioning, a key vault with the secrets, and an identity that a pod of AKS takes on to read
# them. docs/deploy-azure.md says how to use it; setup.sh is the same with the command line.
#
#   terraform init && terraform apply
#   terraform output rushlight_env
terraform {
  required_version = ">= 1.5"
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
    random = {
      source  = "hashicorp/random"
      version = "~> 3.6"
    }
  }
}

provider "azurerm" {
  features {}
  subscription_id = var.subscription_id
}

data "azurerm_client_config" "current" {}

resource "azurerm_resource_group" "rushlight" {
  name     = var.name
  location = var.location
}

# ---- PostgreSQL -----------------------------------------------------------------------------------

resource "random_password" "database" {
  length      = 24
  min_lower   = 1
  min_upper   = 1
  min_numeric = 1
  special     = false
}

resource "azurerm_postgresql_flexible_server" "rushlight" {
  name                   = "${var.name}-postgres"
  resource_group_name    = azurerm_resource_group.rushlight.name
  location               = azurerm_resource_group.rushlight.location
  version                = "15"
  sku_name               = "B_Standard_B1ms"
  storage_mb             = 32768
  backup_retention_days  = 7
  administrator_login    = "rushlight"
  administrator_password = random_password.database.result

  lifecycle {
    ignore_changes = [zone]
  }
}

resource "azurerm_postgresql_flexible_server_database" "rushlight" {
  name      = "rushlight"
  server_id = azurerm_postgresql_flexible_server.rushlight.id
  charset   = "UTF8"
  collation = "en_US.utf8"
}

resource "azurerm_postgresql_flexible_server_firewall_rule" "nodes" {
  for_each         = var.allowed_ips
  name             = each.key
  server_id        = azurerm_postgresql_flexible_server.rushlight.id
  start_ip_address = each.value
  end_ip_address   = each.value
}

# ---- Blob Storage ---------------------------------------------------------------------------------

resource "azurerm_storage_account" "events" {
  name                            = var.storage_account
  resource_group_name             = azurerm_resource_group.rushlight.name
  location                        = azurerm_resource_group.rushlight.location
  account_tier                    = "Standard"
  account_replication_type        = "LRS"
  min_tls_version                 = "TLS1_2"
  https_traffic_only_enabled      = true
  allow_nested_items_to_be_public = false

  blob_properties {
    versioning_enabled = true

    delete_retention_policy {
      days = 7
    }
  }
}

resource "azurerm_storage_container" "events" {
  name                  = "events"
  storage_account_id    = azurerm_storage_account.events.id
  container_access_type = "private"
}

resource "azurerm_storage_management_policy" "events" {
  storage_account_id = azurerm_storage_account.events.id

  rule {
    name    = "raw-events"
    enabled = true

    filters {
      blob_types = ["blockBlob"]
    }

    actions {
      base_blob {
        delete_after_days_since_modification_greater_than = var.keep_raw_days
      }

      version {
        delete_after_days_since_creation = 7
      }
    }
  }
}

# ---- Secrets --------------------------------------------------------------------------------------

resource "random_bytes" "salt" {
  length = 32
}

resource "random_bytes" "nextauth" {
  length = 32
}

resource "random_bytes" "clickhouse" {
  length = 24
}

locals {
  secrets = {
    postgres-host       = azurerm_postgresql_flexible_server.rushlight.fqdn
    postgres-port       = "5432"
    postgres-username   = azurerm_postgresql_flexible_server.rushlight.administrator_login
    postgres-password   = random_password.database.result
    postgres-database   = azurerm_postgresql_flexible_server_database.rushlight.name
    s3-access-key       = azurerm_storage_account.events.name
    s3-secret-key       = azurerm_storage_account.events.primary_access_key
    clickhouse-password = random_bytes.clickhouse.hex
    nextauth-secret     = random_bytes.nextauth.hex
    salt                = random_bytes.salt.hex
  }
}

resource "azurerm_key_vault" "rushlight" {
  name                       = var.key_vault
  resource_group_name        = azurerm_resource_group.rushlight.name
  location                   = azurerm_resource_group.rushlight.location
  tenant_id                  = data.azurerm_client_config.current.tenant_id
  sku_name                   = "standard"
  soft_delete_retention_days = 7

  access_policy {
    tenant_id          = data.azurerm_client_config.current.tenant_id
    object_id          = data.azurerm_client_config.current.object_id
    secret_permissions = ["Get", "List", "Set", "Delete", "Recover", "Purge"]
  }

  access_policy {
    tenant_id          = data.azurerm_client_config.current.tenant_id
    object_id          = azurerm_user_assigned_identity.rushlight.principal_id
    secret_permissions = ["Get", "List"]
  }
}

# Names in the vault begin with rushlight-: secrets component B takes those and no others.
resource "azurerm_key_vault_secret" "rushlight" {
  for_each     = local.secrets
  name         = "rushlight-${each.key}"
  value        = each.value
  key_vault_id = azurerm_key_vault.rushlight.id
}

resource "azurerm_user_assigned_identity" "rushlight" {
  name                = "${var.name}-secrets"
  resource_group_name = azurerm_resource_group.rushlight.name
  location            = azurerm_resource_group.rushlight.location
}

resource "azurerm_federated_identity_credential" "rushlight" {
  name                = "rushlight"
  resource_group_name = azurerm_resource_group.rushlight.name
  parent_id           = azurerm_user_assigned_identity.rushlight.id
  issuer              = var.oidc_issuer_url
  audience            = ["api://AzureADTokenExchange"]
  subject             = "system:serviceaccount:${var.namespace}:rushlight"
}
