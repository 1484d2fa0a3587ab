# SPDX-License-Identifier: MIT
#
# What Rushlight needs at Alibaba Cloud: PolarDB for PostgreSQL (serverless) with database, account and
# whitelist; a private OSS bucket with versioning and encryption; a RAM user that may do four things in
# that bucket. docs/deploy-alibaba.md says how to use it; setup.sh is the same with the command line.
#
#   terraform init && terraform apply
#   terraform output -raw secret_env >../kustomize/components/secrets-kubernetes/secret.env
terraform {
  required_version = ">= 1.5"
  required_providers {
    alicloud = {
      source  = "aliyun/alicloud"
      version = "~> 1.250"
    }
    random = {
      source  = "hashicorp/random"
      version = "~> 3.6"
    }
  }
}

provider "alicloud" {
  region = var.region
}

# ---- PostgreSQL -----------------------------------------------------------------------------------

resource "random_password" "database" {
  length           = 24
  min_lower        = 1
  min_upper        = 1
  min_numeric      = 1
  min_special      = 1
  override_special = "!@#$%^&*()_+-="
}

resource "alicloud_polardb_cluster" "rushlight" {
  description       = "rushlight"
  db_type           = "PostgreSQL"
  db_version        = var.database_version
  db_node_class     = var.database_class
  creation_category = "SENormal"
  storage_type      = "ESSDPL1"
  storage_space     = var.database_gb
  pay_type          = "PostPaid"
  vswitch_id        = var.vswitch_id

  serverless_type  = "AgileServerless"
  scale_min        = var.scale_min
  scale_max        = var.scale_max
  scale_ro_num_min = 0
  scale_ro_num_max = 0
  allow_shut_down  = false

  db_cluster_ip_array {
    db_cluster_ip_array_name = "rushlight"
    security_ips             = var.allowed_ips
  }

  deletion_lock                               = 1
  backup_retention_policy_on_cluster_deletion = "LATEST"
}

resource "alicloud_polardb_backup_policy" "rushlight" {
  db_cluster_id                               = alicloud_polardb_cluster.rushlight.id
  data_level1_backup_retention_period         = 7
  preferred_backup_period                     = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
  preferred_backup_time                       = "18:00Z-19:00Z"
  backup_retention_policy_on_cluster_deletion = "LATEST"
}

resource "alicloud_polardb_account" "rushlight" {
  db_cluster_id    = alicloud_polardb_cluster.rushlight.id
  account_name     = "rushlight"
  account_password = random_password.database.result
  account_type     = "Normal"
}

resource "alicloud_polardb_database" "rushlight" {
  db_cluster_id      = alicloud_polardb_cluster.rushlight.id
  db_name            = "rushlight"
  character_set_name = "UTF8"
  account_name       = alicloud_polardb_account.rushlight.account_name
}

# ---- Object store ---------------------------------------------------------------------------------

resource "alicloud_oss_bucket" "events" {
  bucket        = var.bucket
  storage_class = "Standard"

  versioning {
    status = "Enabled"
  }

  server_side_encryption_rule {
    sse_algorithm = "AES256"
  }

  # Raw events are a log to replay from; old versions would double what they cost.
  lifecycle_rule {
    id      = "events"
    prefix  = ""
    enabled = true

    expiration {
      days = var.keep_raw_days
    }

    noncurrent_version_expiration {
      days = 7
    }
  }
}

resource "alicloud_oss_bucket_acl" "events" {
  bucket = alicloud_oss_bucket.events.bucket
  acl    = "private"
}

resource "alicloud_ram_user" "rushlight" {
  name     = "rushlight"
  comments = "puts, gets, deletes and lists objects of one bucket"
}

resource "alicloud_ram_policy" "bucket" {
  policy_name = "rushlight-bucket"
  policy_document = jsonencode({
    Version = "1"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["oss:PutObject", "oss:GetObject", "oss:DeleteObject"]
        Resource = ["acs:oss:*:*:${var.bucket}/*"]
      },
      {
        Effect   = "Allow"
        Action   = ["oss:ListObjects"]
        Resource = ["acs:oss:*:*:${var.bucket}"]
      },
    ]
  })
}

resource "alicloud_ram_user_policy_attachment" "bucket" {
  policy_name = alicloud_ram_policy.bucket.policy_name
  policy_type = "Custom"
  user_name   = alicloud_ram_user.rushlight.name
}

resource "alicloud_ram_access_key" "rushlight" {
  user_name = alicloud_ram_user.rushlight.name
}

# ---- Secrets that nobody has to think up ----------------------------------------------------------

resource "random_bytes" "salt" {
  length = 32
}

resource "random_bytes" "nextauth" {
  length = 32
}

resource "random_bytes" "clickhouse" {
  length = 24
}
