# A bucket that you create yourself. A bucket has one policy, and Terraform replaces it as a whole, so list every statement that must
# stay. `aws s3api get-bucket-policy` shows those of a bucket that exists already; its name can be written as text.

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

resource "aws_s3_bucket" "shared" {
  # checkov:skip=CKV_AWS_18:the example shows the policy only
  # checkov:skip=CKV_AWS_21:the example shows the policy only
  # checkov:skip=CKV_AWS_144:the example shows the policy only
  # checkov:skip=CKV_AWS_145:the example shows the policy only
  # checkov:skip=CKV2_AWS_6:the example shows the policy only
  # checkov:skip=CKV2_AWS_61:the example shows the policy only
  # checkov:skip=CKV2_AWS_62:the example shows the policy only
  bucket = "mp-forwarding-acme-shared"
}

module "export" {
  source = "../../modules/role-based"

  create_bucket = false
  bucket_name   = aws_s3_bucket.shared.bucket
  pod           = "us1"

  policy_documents_of_others = [jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "AnalystsRead"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::111122223333:role/analyst" }
      Action    = ["s3:GetObject"]
      Resource  = "arn:aws:s3:::mp-forwarding-acme-shared/*"
    }]
  })]
}

output "bucket_policy" {
  description = "The whole policy, to check before it is applied: `mp-forwarding policy check -`."
  value       = module.export.bucket_policy
}
