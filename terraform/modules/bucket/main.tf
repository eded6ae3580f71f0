locals {
  makes_key   = var.create_bucket && (var.encryption == "aws:kms" && var.create_kms_key || var.keep_kms_key == true)
  default_key = var.encryption != "aws:kms" ? "" : var.create_kms_key ? one(aws_kms_key.this[*].arn) : var.kms_key_arn

  # Unknown until the bucket exists, then what S3 says.
  key_before = try(aws_s3_bucket.this[0].server_side_encryption_configuration[0].rule[0].apply_server_side_encryption_by_default[0].kms_master_key_id, "")

  # The name of the request metrics that the alarm reads.
  metric = "export"

  folders = length(var.folders) == 0 ? [""] : [for folder in var.folders : trim(folder, "/")]
  tiers = merge(
    { for folder in local.folders : folder => { expire = var.lifecycle_days.export, transitions = {} } if var.lifecycle_days.export != null },
    { for folder, tier in var.lifecycle_folders : trim(folder, "/") => tier },
  )

  # Policies are joined as text: under a mocked provider a policy document of the provider is a random string.
  documents  = var.policy_documents != null ? var.policy_documents : [module.policies.bucket_policy]
  statements = flatten([for document in local.documents : jsondecode(document).Statement])
  sids       = compact([for statement in local.statements : try(statement.Sid, "")])
  bucket_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = local.statements
  })
}

################################################################################
# Policy that requires TLS, if no other is given
################################################################################

module "policies" {
  source = "../policies"

  access      = "user"
  bucket_name = var.bucket_name
  partition   = var.partition
}

################################################################################
# Key
################################################################################

resource "aws_kms_key" "this" {
  count = local.makes_key ? 1 : 0

  description             = "mParticle's export in ${var.bucket_name}"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = var.key_policy
  tags                    = var.tags

  # Otherwise Terraform deletes the key before it changes the encryption, and before the precondition there can refuse the change.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_kms_alias" "this" {
  count = local.makes_key ? 1 : 0

  name          = "alias/${var.bucket_name}"
  target_key_id = aws_kms_key.this[0].key_id

  lifecycle {
    create_before_destroy = true
  }
}

################################################################################
# Bucket
################################################################################

resource "aws_s3_bucket" "this" {
  # checkov:skip=CKV_AWS_18:access logs are written where `access_logs` says; this module does not create a bucket for them
  # checkov:skip=CKV_AWS_144:the export can be sent again by mParticle; a copy in another region is the owner's choice
  # checkov:skip=CKV_AWS_145:`encryption` selects your own key; S3's own encryption is always on
  # checkov:skip=CKV2_AWS_62:`eventbridge` and `notify` turn notifications on
  count = var.create_bucket ? 1 : 0

  bucket        = var.bucket_name
  force_destroy = var.force_destroy
  tags          = var.tags

  # The bucket is destroyed first. If S3 refuses that because there are objects, the key that they need is still there.
  depends_on = [aws_kms_key.this, aws_kms_alias.this, var.kms_key_arn]
}

resource "aws_s3_bucket_ownership_controls" "this" {
  # checkov:skip=CKV2_AWS_65:`object_ownership` disables ACLs by default; checkov does not see that default where another module sets it
  count = var.create_bucket ? 1 : 0

  bucket = aws_s3_bucket.this[0].id

  rule {
    object_ownership = var.object_ownership
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
      kms_master_key_id = var.encryption == "aws:kms" ? local.default_key : null
    }
  }

  lifecycle {
    precondition {
      condition     = local.makes_key || var.keep_kms_key != null || contains(["", local.default_key], local.key_before)
      error_message = "The bucket encrypts with the key ${local.key_before}. If this module created it, it would now be deleted, and objects that are encrypted with it could not be read any more. Set `keep_kms_key = true` to keep it, or `false` if nothing needs it; with the module role-based, in its input `bucket`."
    }
  }

  depends_on = [aws_kms_alias.this]
}

resource "aws_s3_bucket_versioning" "this" {
  count = var.create_bucket ? 1 : 0

  bucket = aws_s3_bucket.this[0].id

  versioning_configuration {
    status = var.versioning ? "Enabled" : "Suspended"
  }
}

################################################################################
# Lifecycle
################################################################################

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
  }

  dynamic "rule" {
    for_each = local.tiers

    content {
      id     = rule.key == "" ? "export" : "export-${replace(rule.key, "/", "-")}"
      status = "Enabled"

      # With the slash: the rule for `exports` does not apply to `exports-old`.
      filter {
        prefix = rule.key == "" ? null : "${rule.key}/"
      }

      dynamic "transition" {
        for_each = rule.value.transitions

        content {
          storage_class = transition.key
          days          = transition.value
        }
      }

      dynamic "expiration" {
        for_each = rule.value.expire == null ? [] : [rule.value.expire]

        content {
          days = expiration.value
        }
      }
    }
  }

  # A rule for old versions is refused while the bucket has none.
  depends_on = [aws_s3_bucket_versioning.this]
}

################################################################################
# Logs, inventory, notifications, alarm
################################################################################

resource "aws_s3_bucket_logging" "this" {
  count = var.create_bucket && var.access_logs != null ? 1 : 0

  bucket        = aws_s3_bucket.this[0].id
  target_bucket = var.access_logs.bucket
  target_prefix = var.access_logs.prefix
}

resource "aws_s3_bucket_inventory" "this" {
  count = var.create_bucket && var.inventory != null ? 1 : 0

  bucket                   = aws_s3_bucket.this[0].id
  name                     = "export"
  included_object_versions = "Current"
  optional_fields          = ["Size", "LastModifiedDate", "EncryptionStatus", "StorageClass"]

  schedule {
    frequency = var.inventory.frequency
  }

  destination {
    bucket {
      bucket_arn = var.inventory.bucket_arn
      prefix     = var.inventory.prefix
      format     = "Parquet"
    }
  }
}

resource "aws_s3_bucket_notification" "this" {
  count = var.create_bucket && (var.eventbridge || length(concat(var.notify.queues, var.notify.topics)) > 0) ? 1 : 0

  bucket      = aws_s3_bucket.this[0].id
  eventbridge = var.eventbridge

  dynamic "queue" {
    for_each = var.notify.queues

    content {
      queue_arn     = queue.value.arn
      events        = ["s3:ObjectCreated:*"]
      filter_prefix = queue.value.prefix
      filter_suffix = queue.value.suffix
    }
  }

  dynamic "topic" {
    for_each = var.notify.topics

    content {
      topic_arn     = topic.value.arn
      events        = ["s3:ObjectCreated:*"]
      filter_prefix = topic.value.prefix
      filter_suffix = topic.value.suffix
    }
  }
}

resource "aws_s3_bucket_metric" "this" {
  count = var.create_bucket && var.alarm != null ? 1 : 0

  bucket = aws_s3_bucket.this[0].id
  name   = local.metric
}

resource "aws_cloudwatch_metric_alarm" "this" {
  count = var.create_bucket && var.alarm != null ? 1 : 0

  alarm_name          = "${var.bucket_name}-no-new-object"
  alarm_description   = "No object was written to ${var.bucket_name} for ${var.alarm.minutes} minutes: mParticle's export may have stopped."
  namespace           = "AWS/S3"
  metric_name         = "PutRequests"
  dimensions          = { BucketName = var.bucket_name, FilterId = local.metric }
  statistic           = "Sum"
  period              = var.alarm.minutes * 60
  evaluation_periods  = 1
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching" # S3 reports no zero: without requests there is no data
  alarm_actions       = var.alarm.actions
  ok_actions          = var.alarm.actions
  tags                = var.tags

  depends_on = [aws_s3_bucket_metric.this]
}

################################################################################
# Policy
################################################################################

resource "aws_s3_bucket_policy" "this" {
  bucket = var.create_bucket ? aws_s3_bucket.this[0].id : var.bucket_name
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
