# A bucket for mParticle's own roles, and the tables with which Athena reads it.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.80"
    }
  }
}

provider "aws" {
  region = "us-east-1"
}

module "export" {
  source = "../../modules/role-based"

  bucket_name  = "mp-forwarding-acme"
  pod          = "us1"
  folder       = "exports"
  date_folders = "event_time"
}

module "catalog" {
  source = "../../modules/catalog"

  bucket_name  = module.export.bucket_name
  folder       = "exports"
  date_folders = "event_time"
  since        = "2024-05-01"
}

output "mparticle_form" {
  description = "What to type into mParticle's forms."
  value       = module.export.mparticle_form
}

output "table_names" {
  description = "The tables in the Glue catalog."
  value       = module.catalog.table_names
}
