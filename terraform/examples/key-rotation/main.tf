# The rotation of an access key without a gap. mParticle uses `blue`; `green` is new, and is entered in mParticle's form next. Then
# `mp-forwarding preflight --settings connection.json` shows when each key was last used. Once only `green` is used, set
# `access_keys = ["green"]`, remove `mparticle_key`, and apply.

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
  access_keys     = ["blue", "green"]
  mparticle_key   = "blue"
  secrets_manager = {}
}

# aws secretsmanager get-secret-value --secret-id mparticle-export/green --query SecretString --output text
output "secret_names" {
  description = "Where the keys are in Secrets Manager."
  value       = module.export.secret_names
}

# terraform output -raw settings > connection.json
output "settings" {
  description = "The settings file for the program, with the name of the user, whose keys `preflight` looks at."
  value       = module.export.settings
  sensitive   = true
}
