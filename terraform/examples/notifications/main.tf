# A loader such as Snowpipe or Auto Loader reads a queue that S3 notifies of every new object. An alarm notifies a topic when no object
# was written for an hour.

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

data "aws_caller_identity" "current" {}

locals {
  bucket_name = "mp-forwarding-acme"
}

resource "aws_sqs_queue" "loader" {
  name                    = "mparticle-export"
  sqs_managed_sse_enabled = true
}

resource "aws_sqs_queue_policy" "loader" {
  queue_url = aws_sqs_queue.loader.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "ExportNotifies"
      Effect    = "Allow"
      Principal = { Service = "s3.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.loader.arn
      Condition = {
        ArnEquals    = { "aws:SourceArn" = "arn:aws:s3:::${local.bucket_name}" }
        StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id }
      }
    }]
  })
}

resource "aws_sns_topic" "on_call" {
  name              = "mparticle-export-stopped"
  kms_master_key_id = aws_kms_key.on_call.arn
}

# An alarm cannot publish to a topic that is encrypted with AWS's own key for SNS.
resource "aws_kms_key" "on_call" {
  description         = "The topic mparticle-export-stopped"
  enable_key_rotation = true

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AccountAdministersKey"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Sid       = "AlarmsEncrypt"
        Effect    = "Allow"
        Principal = { Service = "cloudwatch.amazonaws.com" }
        Action    = ["kms:GenerateDataKey*", "kms:Decrypt"]
        Resource  = "*"
        Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
      },
    ]
  })
}

module "export" {
  source = "../../modules/role-based"

  bucket_name = local.bucket_name
  pod         = "eu1"

  bucket = {
    notify = { queues = [{ arn = aws_sqs_queue.loader.arn, suffix = ".txt.gz" }] }
    alarm  = { minutes = 60, actions = [aws_sns_topic.on_call.arn] }

    lifecycle_folders = {
      "" = { transitions = { STANDARD_IA = 30, GLACIER_IR = 90 }, expire = 400 }
    }
  }

  depends_on = [aws_sqs_queue_policy.loader]
}

output "mparticle_form" {
  description = "What to type into mParticle's forms."
  value       = module.export.mparticle_form
}
