# SPDX-License-Identifier: MIT
variable "subscription_id" {
  description = "Subscription that pays (`az account show --query id -o tsv`)"
  type        = string
}

variable "name" {
  description = "Beginning of every name, and the resource group's"
  type        = string
  default     = "rushlight"
}

variable "location" {
  description = "Region, the same as the AKS cluster's"
  type        = string
  default     = "eastasia"
}

variable "allowed_ips" {
  description = "Addresses that may connect to the database, by name: the cluster's outbound addresses"
  type        = map(string)

  validation {
    condition     = length(var.allowed_ips) > 0 && !contains(values(var.allowed_ips), "0.0.0.0")
    error_message = "Name the outbound addresses of the cluster; 0.0.0.0 opens the database to all of Azure."
  }
}

variable "storage_account" {
  description = "Name of the storage account; unique in all of Azure, 3 to 24 small letters and digits"
  type        = string
}

variable "key_vault" {
  description = "Name of the key vault; unique in all of Azure"
  type        = string
}

variable "oidc_issuer_url" {
  description = "Of the AKS cluster (`az aks show --query oidcIssuerProfile.issuerUrl -o tsv`)"
  type        = string
}

variable "namespace" {
  description = "Namespace of the deployment in the cluster"
  type        = string
  default     = "observability"
}

variable "keep_raw_days" {
  description = "Days that raw events stay in the container"
  type        = number
  default     = 30
}
