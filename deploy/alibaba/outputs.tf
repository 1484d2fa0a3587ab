# SPDX-License-Identifier: MIT
output "rushlight_env" {
  description = "Lines of deploy/kustomize/overlays/production/rushlight.env"
  value       = <<-ENV
    DATABASE_ARGS=sslmode=require
    LANGFUSE_S3_EVENT_UPLOAD_BUCKET=${alicloud_oss_bucket.events.bucket}
    LANGFUSE_S3_EVENT_UPLOAD_REGION=oss-${var.region}
    LANGFUSE_S3_EVENT_UPLOAD_ENDPOINT=https://oss-${var.region}.aliyuncs.com
  ENV
}

output "secret_env" {
  description = "deploy/kustomize/components/secrets-kubernetes/secret.env"
  sensitive   = true
  value       = <<-ENV
    postgres-host=${alicloud_polardb_cluster.rushlight.connection_string}
    postgres-port=${alicloud_polardb_cluster.rushlight.port}
    postgres-username=${alicloud_polardb_account.rushlight.account_name}
    postgres-password=${random_password.database.result}
    postgres-database=${alicloud_polardb_database.rushlight.db_name}
    s3-access-key=${alicloud_ram_access_key.rushlight.id}
    s3-secret-key=${alicloud_ram_access_key.rushlight.secret}
    clickhouse-password=${random_bytes.clickhouse.hex}
    nextauth-secret=${random_bytes.nextauth.hex}
    salt=${random_bytes.salt.hex}
  ENV
}
