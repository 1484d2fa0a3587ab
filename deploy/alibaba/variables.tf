# SPDX-License-Identifier: MIT
variable "region" {
  description = "Region of cluster and bucket; the same as the Kubernetes cluster's"
  type        = string
  default     = "cn-hangzhou"
}

variable "vswitch_id" {
  description = "VSwitch of the Kubernetes nodes, so that they reach the database inside the VPC"
  type        = string
}

variable "allowed_ips" {
  description = "Addresses or CIDR blocks that may connect to the database: those of nodes and pods"
  type        = list(string)

  validation {
    condition     = length(var.allowed_ips) > 0 && !contains(var.allowed_ips, "0.0.0.0/0")
    error_message = "Name the addresses of your nodes and pods; 0.0.0.0/0 opens the database to everybody."
  }
}

variable "bucket" {
  description = "Name of the bucket for raw events; unique in all of OSS"
  type        = string
}

variable "database_version" {
  description = "PostgreSQL version that PolarDB serverless offers in the region (`aliyun polardb DescribeDBClusterAvailableResources`)"
  type        = string
  default     = "15"
}

variable "database_class" {
  description = "Class of serverless nodes"
  type        = string
  default     = "polar.pg.sl.small.c"
}

variable "database_gb" {
  description = "Storage of the database"
  type        = number
  default     = 20
}

variable "scale_min" {
  description = "Least capacity units; where the region offers 0.5, the console and setup.sh can set it"
  type        = number
  default     = 1
}

variable "scale_max" {
  description = "Most capacity units"
  type        = number
  default     = 2
}

variable "keep_raw_days" {
  description = "Days that raw events stay in the bucket"
  type        = number
  default     = 30
}
