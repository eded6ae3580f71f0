# A bucket that exists and has a policy. A bucket has one policy, and Terraform replaces it as a whole, so list every statement that
# must stay. `aws s3api get-bucket-policy` shows them.

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

  create_bucket = false
  bucket_name   = "mp-forwarding-acme-shared"
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
