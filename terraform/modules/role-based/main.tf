locals {
  makes_key = var.encryption == "aws:kms" && var.kms_key_arn == ""
  key_arn   = local.makes_key ? aws_kms_key.this[0].arn : var.kms_key_arn
  bucket_id = var.create_bucket ? aws_s3_bucket.this[0].id : data.aws_s3_bucket.existing[0].id
  region    = var.create_bucket ? aws_s3_bucket.this[0].region : data.aws_s3_bucket.existing[0].region

  # Policies are joined as text, because with a mocked provider a policy document of the provider is a random string.
  ours   = jsondecode(module.policies.bucket_policy).Statement
  others = flatten([for document in var.policy_documents_of_others : jsondecode(document).Statement])
  sids   = compact([for statement in concat(local.others, local.ours) : try(statement.Sid, "")])
  bucket_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat(local.others, local.ours)
  })
}

# Its checks run before anything is created.
# tflint-ignore: terraform_unused_declarations
data "aws_partition" "current" {
  lifecycle {
    postcondition {
      condition     = self.partition == var.partition
      error_message = "The provider works in the partition `${self.partition}`: set `partition = \"${self.partition}\"`, or the ARNs in the policy do not exist."
    }
  }
}

data "aws_caller_identity" "current" {
  count = local.makes_key ? 1 : 0
}

data "aws_s3_bucket" "existing" {
  count = var.create_bucket ? 0 : 1

  bucket = var.bucket_name
}

module "policies" {
  source = "../policies"

  access               = "role"
  bucket_name          = var.bucket_name
  pod                  = var.pod
  account_id           = var.mparticle.account_id
  writer_role          = var.mparticle.writer_role
  verify_role          = var.mparticle.verify_role
  partition            = var.partition
  folder               = var.folder
  kms_key_arn          = var.kms_key_arn
  key_owner_account_id = local.makes_key ? data.aws_caller_identity.current[0].account_id : ""
  source_vpce_ids      = var.source_vpce_ids
  aws_region           = local.region
  date_folders         = var.date_folders
}

resource "aws_kms_key" "this" {
  count = local.makes_key ? 1 : 0

  description             = "mParticle's export in ${var.bucket_name}"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = module.policies.key_policy
  tags                    = var.tags
}

resource "aws_kms_alias" "this" {
  count = local.makes_key ? 1 : 0

  name          = "alias/${var.bucket_name}"
  target_key_id = aws_kms_key.this[0].key_id
}

resource "aws_s3_bucket" "this" {
  # checkov:skip=CKV_AWS_18:access logs are written where `access_logs` says; this module does not create a bucket for them
  # checkov:skip=CKV_AWS_144:the export can be sent again by mParticle; a copy in another region is the owner's choice
  # checkov:skip=CKV_AWS_145:`encryption` selects your own key; S3's own encryption is always on
  # checkov:skip=CKV2_AWS_62:`eventbridge` turns notifications on
  count = var.create_bucket ? 1 : 0

  bucket        = var.bucket_name
  force_destroy = var.force_destroy
  tags          = var.tags
}

resource "aws_s3_bucket_ownership_controls" "this" {
  count = var.create_bucket ? 1 : 0

  bucket = aws_s3_bucket.this[0].id

  # ACLs are disabled: S3 then accepts only the ACL `bucket-owner-full-control`, and the bucket's owner owns all
  # objects.
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "this" {
  count = var.create_bucket ? 1 : 0

  bucket                  = aws_s3_bucket.this[0].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  count = var.create_bucket ? 1 : 0

  bucket = aws_s3_bucket.this[0].id

  rule {
    bucket_key_enabled = var.encryption == "aws:kms"

    apply_server_side_encryption_by_default {
      sse_algorithm     = var.encryption
      kms_master_key_id = var.encryption == "aws:kms" ? local.key_arn : null
    }
  }
}

resource "aws_s3_bucket_versioning" "this" {
  count = var.create_bucket ? 1 : 0

  bucket = aws_s3_bucket.this[0].id

  versioning_configuration {
    status = var.versioning ? "Enabled" : "Suspended"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  count = var.create_bucket ? 1 : 0

  bucket = aws_s3_bucket.this[0].id

  rule {
    id     = "tidy-up"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = var.lifecycle_days.abort_uploads
    }

    noncurrent_version_expiration {
      noncurrent_days = var.lifecycle_days.noncurrent_versions
    }

    dynamic "expiration" {
      for_each = var.lifecycle_days.export == null ? [] : [var.lifecycle_days.export]

      content {
        days = expiration.value
      }
    }
  }

  # A rule for old versions is refused while the bucket has none.
  depends_on = [aws_s3_bucket_versioning.this]
}

resource "aws_s3_bucket_logging" "this" {
  count = var.create_bucket && var.access_logs != null ? 1 : 0

  bucket        = aws_s3_bucket.this[0].id
  target_bucket = var.access_logs.bucket
  target_prefix = var.access_logs.prefix
}

resource "aws_s3_bucket_notification" "this" {
  count = var.create_bucket && var.eventbridge ? 1 : 0

  bucket      = aws_s3_bucket.this[0].id
  eventbridge = true
}

resource "aws_s3_bucket_policy" "this" {
  bucket = local.bucket_id
  policy = local.bucket_policy

  lifecycle {
    precondition {
      condition     = length(local.bucket_policy) <= 20480
      error_message = "With the other statements, the bucket policy is longer than the 20 KB that S3 accepts."
    }

    precondition {
      condition     = length(local.sids) == length(distinct(local.sids))
      error_message = "Two statements have the same Sid, which S3 refuses. A policy that was read from the bucket also has mParticle's statements: leave them out."
    }
  }

  # S3 refuses one of two simultaneous changes to a bucket, so they are made one after the other.
  depends_on = [aws_s3_bucket_public_access_block.this, aws_s3_bucket_ownership_controls.this]
}
