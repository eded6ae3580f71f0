# A role for your loader and for a conformance job in CI, which authenticates by OIDC and has no key.

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

module "reader" {
  source = "../../modules/reader"

  bucket_name            = "mp-forwarding-acme"
  folder                 = "exports"
  conformance_folder     = "conformance"
  trusted_principal_arns = ["arn:aws:iam::111122223333:role/loader"]

  oidc = {
    provider_arn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
    host         = "token.actions.githubusercontent.com"
    subjects     = ["repo:acme/export:ref:refs/heads/main"]
  }
}

# terraform output -raw settings > connection.json, for `preflight` and `validate`
output "settings" {
  description = "The settings file for the export."
  value       = module.reader.settings
}

# terraform output -raw conformance_settings > conformance.json, for `conform`
output "conformance_settings" {
  description = "The settings file for the conformance folder."
  value       = module.reader.conformance_settings
}

output "role_arn" {
  description = "The role for the loader and for CI."
  value       = module.reader.role_arn
}
