# A bucket for mParticle's own roles that is encrypted with your own key. mParticle's roles belong to another account: besides your key
# policy, mParticle must allow them to use the key. Ask mParticle first. Without that, mParticle cannot write.

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

resource "aws_kms_key" "export" {
  description         = "mParticle's export"
  enable_key_rotation = true
}

module "export" {
  source = "../../modules/role-based"

  bucket_name    = "mp-forwarding-acme"
  pod            = "eu1"
  encryption     = "aws:kms"
  create_kms_key = false
  kms_key_arn    = aws_kms_key.export.arn
}

resource "aws_kms_key_policy" "export" {
  key_id = aws_kms_key.export.id
  policy = module.export.key_policy
}

output "mparticle_form" {
  description = "What to type into mParticle's forms."
  value       = module.export.mparticle_form
}
