locals {
  folder  = trim(var.folder, "/")
  conform = trim(var.conformance_folder, "/")

  # Written by `mp-forwarding policy terraform write` from the templates of the program.
  templates = "${path.module}/../policies/generated"

  trust = concat(
    length(var.trusted_principal_arns) == 0 ? [] : [{
      Sid       = "TrustedPrincipals"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = var.trusted_principal_arns }
      Condition = var.external_id == null ? {} : { StringEquals = { "sts:ExternalId" = [var.external_id] } }
    }],
    var.oidc == null ? [] : [{
      Sid       = "ContinuousIntegration"
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = [var.oidc.provider_arn] }
      Condition = {
        StringEquals = { "${var.oidc.host}:aud" = [var.oidc.audience] }
        StringLike   = { "${var.oidc.host}:sub" = var.oidc.subjects }
      }
    }],
  )

  trust_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [for statement in local.trust : { for name, value in statement : name => value if name != "Condition" || length(value) > 0 }]
  })

  # Decoded and encoded, so that the result is JSON in one spelling.
  reader_policy = jsonencode(jsondecode(templatefile("${local.templates}/reader.strict.json.tftpl", {
    partition          = var.partition
    bucket             = var.bucket_name
    folder             = local.folder
    conformance_folder = local.conform
    kms_key_arn        = var.kms_key_arn
  })))
}

# It checks the inputs that all modules share, and makes the settings file.
module "policies" {
  source = "../policies"

  access       = "user"
  bucket_name  = var.bucket_name
  partition    = var.partition
  folder       = var.folder
  kms_key_arn  = var.kms_key_arn
  aws_region   = var.aws_region
  date_folders = var.date_folders
}

# The rights of `mp-forwarding preflight`: it reads the configuration and writes the verification object.
resource "aws_iam_role_policy" "preflight" {
  count = var.preflight ? 1 : 0

  name = "preflight"
  role = aws_iam_role.this.id
  policy = jsonencode(jsondecode(templatefile("${local.templates}/preflight.strict.json.tftpl", {
    partition   = var.partition
    bucket      = var.bucket_name
    kms_key_arn = var.kms_key_arn
    iam_user    = var.preflight_user
    iam_role    = aws_iam_role.this.name
  })))
}

resource "aws_iam_role" "this" {
  name                 = var.name_prefix == null ? var.role_name : null
  name_prefix          = var.name_prefix
  path                 = var.path
  permissions_boundary = var.permissions_boundary
  description          = "Reads mParticle's export in ${var.bucket_name}"
  assume_role_policy   = local.trust_policy
  max_session_duration = 3600
  tags                 = var.tags
}

resource "aws_iam_role_policy" "this" {
  name   = "read-export"
  role   = aws_iam_role.this.id
  policy = local.reader_policy

  lifecycle {
    precondition {
      condition     = length(local.reader_policy) <= 10240
      error_message = "The policy is longer than the 10,240 characters that IAM accepts inside a role."
    }
  }
}
