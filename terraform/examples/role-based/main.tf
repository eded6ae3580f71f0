# A bucket for mParticle's own roles, with a folder whose objects are deleted after 400 days.

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
  region = "eu-central-1"
}

module "export" {
  source = "../../modules/role-based"

  bucket_name = "mp-forwarding-acme"
  pod         = "eu1"
  folder      = "exports"
  bucket      = { lifecycle_days = { export = 400 } }
  tags        = { owner = "data-platform" }
}

output "mparticle_form" {
  description = "What to type into mParticle's forms."
  value       = module.export.mparticle_form
}

# terraform output -raw settings > connection.json
output "settings" {
  description = "The settings file for the program."
  value       = module.export.settings
}
