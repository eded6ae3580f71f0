# A bucket, and an IAM user for mParticle whose access key is in Secrets Manager. The secret is also in Terraform's state: keep the
# state encrypted and private, or use `pgp_key` in place of `secrets_manager`.

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

module "bucket" {
  source = "../../modules/bucket"

  bucket_name = "acme-events"
}

module "export" {
  source = "../../modules/user-based"

  bucket_name     = module.bucket.bucket_name
  aws_region      = "us-east-1"
  access_keys     = ["blue"]
  secrets_manager = {}
}

output "mparticle_form" {
  description = "What to type into mParticle's forms, besides the secret."
  value       = module.export.mparticle_form
}

# aws secretsmanager get-secret-value --secret-id mparticle-export/blue --query SecretString --output text
output "secret_names" {
  description = "Where the keys are in Secrets Manager."
  value       = module.export.secret_names
}

# terraform output -raw settings > connection.json
output "settings" {
  description = "The settings file for the program."
  value       = module.export.settings
  sensitive   = true
}
