# SPDX-License-Identifier: MIT
output "rushlight_env" {
  description = "Lines of deploy/kustomize/overlays/production/rushlight.env, instead of the S3 lines there"
  value       = <<-ENV
    DATABASE_ARGS=sslmode=require
    LANGFUSE_USE_AZURE_BLOB=true
    LANGFUSE_S3_EVENT_UPLOAD_BUCKET=${azurerm_storage_container.events.name}
    LANGFUSE_S3_EVENT_UPLOAD_ENDPOINT=https://${azurerm_storage_account.events.name}.blob.core.windows.net
  ENV
}

output "identity" {
  description = "For deploy/kustomize/components/secrets-azure/identity.yaml"
  value = {
    client_id = azurerm_user_assigned_identity.rushlight.client_id
    tenant_id = data.azurerm_client_config.current.tenant_id
    vault_url = azurerm_key_vault.rushlight.vault_uri
  }
}
