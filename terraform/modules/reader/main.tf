locals {
  bucket_arn = "arn:${var.partition}:s3:::${var.bucket_name}"
  folder     = trim(var.folder, "/")
  prefix     = local.folder == "" ? "" : "${local.folder}/"
  conform    = trim(var.conformance_folder, "/")

  prefixes = concat(
    local.folder == "" ? [] : [local.folder, "${local.folder}/*"],
    local.conform == "" ? [] : [local.conform, "${local.conform}/*"],
  )

  trust = concat(
    length(var.trusted_principal_arns) == 0 ? [] : [{
      Sid       = "TrustedPrincipals"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = var.trusted_principal_arns }
      Condition = {}
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

  # Lists of objects of one shape, so that each part can be left out; empty conditions are taken away again below.
  rights = concat(
    [
      { Sid = "FindRegion", Effect = "Allow", Action = ["s3:GetBucketLocation"], Resource = [local.bucket_arn], Condition = {} },
      {
        Sid       = "ListExport"
        Effect    = "Allow"
        Action    = ["s3:ListBucket"]
        Resource  = [local.bucket_arn]
        Condition = local.folder == "" ? {} : { StringLike = { "s3:prefix" = local.prefixes } }
      },
      { Sid = "ReadExport", Effect = "Allow", Action = ["s3:GetObject"], Resource = ["${local.bucket_arn}/${local.prefix}*"], Condition = {} },
    ],
    local.conform == "" ? [] : [
      { Sid = "RunConformance", Effect = "Allow", Action = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], Resource = ["${local.bucket_arn}/${local.conform}/*"], Condition = {} },
    ],
    var.kms_key_arn == "" ? [] : [
      { Sid = "Decrypt", Effect = "Allow", Action = local.conform == "" ? ["kms:Decrypt"] : ["kms:Decrypt", "kms:GenerateDataKey"], Resource = [var.kms_key_arn], Condition = {} },
    ],
    [
      { Sid = "DenyInsecureTransport", Effect = "Deny", Action = ["s3:*"], Resource = [local.bucket_arn, "${local.bucket_arn}/*"], Condition = { Bool = { "aws:SecureTransport" = "false" } } },
      { Sid = "DenyTlsBelow12", Effect = "Deny", Action = ["s3:*"], Resource = [local.bucket_arn, "${local.bucket_arn}/*"], Condition = { NumericLessThan = { "s3:TlsVersion" = "1.2" } } },
    ],
  )

  trust_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [for statement in local.trust : { for name, value in statement : name => value if name != "Condition" || length(value) > 0 }]
  })

  reader_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [for statement in local.rights : { for name, value in statement : name => value if name != "Condition" || length(value) > 0 }]
  })
}

resource "aws_iam_role" "this" {
  name                 = var.role_name
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
      error_message = "The policy is longer than the 10,240 characters that IAM takes inside a role."
    }
  }
}
