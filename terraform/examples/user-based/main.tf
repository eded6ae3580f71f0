# An IAM user for mParticle, with one access key. Its secret is in the state: keep the state encrypted and private.

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
  source = "../../modules/user-based"

  bucket_name    = "acme-events"
  aws_region     = "us-east-1"
  access_keys    = ["blue"]
  output_secrets = true
}

output "mparticle_form" {
  description = "What to type into mParticle's forms, besides the key."
  value       = module.export.mparticle_form
}

# terraform output -raw settings > connection.json
output "settings" {
  description = "The settings file for the program, with the key that mParticle has."
  value       = module.export.settings
  sensitive   = true
}

output "access_key_ids" {
  description = "The ids of the keys."
  value       = module.export.access_key_ids
}

# terraform output -json secret_access_keys
output "secret_access_keys" {
  description = "The secrets of the keys."
  value       = module.export.secret_access_keys
  sensitive   = true
}
