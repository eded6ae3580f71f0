# Plans only, with a mocked provider: nothing is made.

mock_provider "aws" {}

variables {
  bucket_name = "acme-events"
}

run "safe_by_default" {
  command = plan

  assert {
    condition     = aws_s3_bucket.this[0].force_destroy == false
    error_message = "A bucket with data can be destroyed."
  }

  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.this[0].block_public_acls,
      aws_s3_bucket_public_access_block.this[0].block_public_policy,
      aws_s3_bucket_public_access_block.this[0].ignore_public_acls,
      aws_s3_bucket_public_access_block.this[0].restrict_public_buckets,
    ])
    error_message = "Public access is not blocked."
  }

  assert {
    condition     = one(aws_s3_bucket_ownership_controls.this[0].rule).object_ownership == "BucketOwnerEnforced"
    error_message = "ACLs are not off."
  }

  assert {
    condition     = one(aws_s3_bucket_versioning.this[0].versioning_configuration).status == "Enabled"
    error_message = "Versions are not kept."
  }

  assert {
    condition     = length(concat(aws_kms_key.this, aws_s3_bucket_logging.this, aws_s3_bucket_notification.this, aws_s3_bucket_inventory.this, aws_s3_bucket_metric.this, aws_cloudwatch_metric_alarm.this)) == 0
    error_message = "A resource is created that was not requested."
  }

  assert {
    condition     = [for statement in jsondecode(output.bucket_policy).Statement : statement.Sid] == ["DenyInsecureTransport", "DenyTlsBelow12"]
    error_message = "The policy does more than require TLS 1.2."
  }
}

run "a_new_key" {
  command = plan

  variables {
    encryption = "aws:kms"
  }

  assert {
    condition     = length(aws_kms_key.this) == 1 && aws_kms_key.this[0].enable_key_rotation
    error_message = "No key that rotates is created."
  }
}

run "a_key_that_exists" {
  command = plan

  variables {
    encryption     = "aws:kms"
    create_kms_key = false
    kms_key_arn    = "arn:aws:kms:eu-central-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  assert {
    condition     = length(aws_kms_key.this) == 0 && output.kms_key_arn == var.kms_key_arn
    error_message = "A second key is created."
  }
}

run "a_key_that_is_kept" {
  command = plan

  variables {
    keep_kms_key = true
  }

  assert {
    condition     = length(aws_kms_key.this) == 1 && output.kms_key_arn == ""
    error_message = "The key is not kept, or is still used."
  }
}

run "a_bucket_that_exists" {
  command = plan

  variables {
    create_bucket    = false
    policy_documents = ["{\"Statement\":[{\"Sid\":\"Theirs\",\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"s3:DeleteObject\",\"Resource\":\"arn:aws:s3:::acme-events/*\"}]}"]
  }

  assert {
    condition     = length(aws_s3_bucket.this) == 0 && length(aws_s3_bucket_public_access_block.this) == 0
    error_message = "More than the policy of the bucket is managed."
  }

  assert {
    condition     = jsondecode(output.bucket_policy).Statement[*].Sid == ["Theirs"]
    error_message = "The policy is not the given one."
  }
}

run "everything" {
  command = plan

  variables {
    access_logs = { bucket = "acme-logs" }
    eventbridge = true
    notify      = { queues = [{ arn = "arn:aws:sqs:eu-central-1:111122223333:loader", prefix = "exports/" }], topics = [{ arn = "arn:aws:sns:eu-central-1:111122223333:export" }] }
    inventory   = { bucket_arn = "arn:aws:s3:::acme-logs" }
    alarm       = { minutes = 30, actions = ["arn:aws:sns:eu-central-1:111122223333:on-call"] }
  }

  assert {
    condition     = aws_s3_bucket_logging.this[0].target_prefix == "s3-access/" && one(one(aws_s3_bucket_inventory.this[0].destination).bucket).prefix == "s3-inventory"
    error_message = "Logs or the inventory are missing."
  }

  assert {
    condition     = aws_s3_bucket_notification.this[0].eventbridge && one(aws_s3_bucket_notification.this[0].queue).filter_prefix == "exports/" && length(aws_s3_bucket_notification.this[0].topic) == 1
    error_message = "Notifications are missing."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this[0].period == 1800 && aws_cloudwatch_metric_alarm.this[0].treat_missing_data == "breaching" && aws_cloudwatch_metric_alarm.this[0].dimensions["FilterId"] == aws_s3_bucket_metric.this[0].name
    error_message = "The alarm is silent when S3 reports no request."
  }
}

run "only_the_folder_of_the_export_expires" {
  command = plan

  variables {
    folders        = ["/exports/eu/"]
    lifecycle_days = { export = 400 }
  }

  assert {
    condition     = [for rule in aws_s3_bucket_lifecycle_configuration.this[0].rule : one(rule.filter).prefix if length(rule.expiration) > 0] == ["exports/eu/"]
    error_message = "Objects outside the folder expire."
  }
}

run "the_whole_bucket_expires_without_a_folder" {
  command = plan

  variables {
    lifecycle_days = { export = 400 }
  }

  assert {
    condition     = [for rule in aws_s3_bucket_lifecycle_configuration.this[0].rule : one(rule.expiration).days if length(rule.expiration) > 0] == [400]
    error_message = "The export does not expire."
  }
}

run "tiers_by_folder" {
  command = plan

  variables {
    folders           = ["a", "b"]
    lifecycle_days    = { export = 400 }
    lifecycle_folders = { b = { transitions = { GLACIER_IR = 90 } } }
  }

  assert {
    condition     = [for rule in aws_s3_bucket_lifecycle_configuration.this[0].rule : "${rule.id} ${one(rule.filter).prefix} ${length(rule.expiration)} ${length(rule.transition)}" if startswith(rule.id, "export")] == ["export-a a/ 1 0", "export-b b/ 0 1"]
    error_message = "A folder does not have its own lifecycle."
  }
}

run "an_encryption_that_does_not_exist" {
  command = plan

  variables {
    encryption = "aws:kms:dsse"
  }

  expect_failures = [var.encryption]
}

run "a_key_without_its_encryption" {
  command = plan

  variables {
    create_kms_key = false
    kms_key_arn    = "arn:aws:kms:eu-central-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  expect_failures = [var.kms_key_arn]
}

run "two_keys" {
  command = plan

  variables {
    encryption  = "aws:kms"
    kms_key_arn = "arn:aws:kms:eu-central-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  expect_failures = [var.kms_key_arn]
}

run "no_key" {
  command = plan

  variables {
    encryption     = "aws:kms"
    create_kms_key = false
  }

  expect_failures = [var.kms_key_arn]
}

run "an_alias_for_a_key" {
  command = plan

  variables {
    encryption     = "aws:kms"
    create_kms_key = false
    kms_key_arn    = "alias/export"
  }

  expect_failures = [var.kms_key_arn]
}

run "objects_that_mparticle_would_own" {
  command = plan

  variables {
    object_ownership = "ObjectWriter"
  }

  expect_failures = [var.object_ownership]
}

run "a_document_that_is_no_policy" {
  command = plan

  variables {
    policy_documents = ["{}"]
  }

  expect_failures = [var.policy_documents]
}

run "a_document_whose_statement_is_none" {
  command = plan

  variables {
    policy_documents = ["{\"Statement\":\"foo\"}"]
  }

  expect_failures = [var.policy_documents]
}

run "days_that_are_none" {
  command = plan

  variables {
    lifecycle_days = { abort_uploads = 0 }
  }

  expect_failures = [var.lifecycle_days]
}

run "days_of_a_tier_that_are_none" {
  command = plan

  variables {
    lifecycle_folders = { a = { transitions = { GLACIER = 0.5 } } }
  }

  expect_failures = [var.lifecycle_folders]
}

run "a_tier_that_does_nothing" {
  command = plan

  variables {
    lifecycle_folders = { a = {} }
  }

  expect_failures = [var.lifecycle_folders]
}

run "a_key_that_nothing_uses" {
  command = plan

  variables {
    create_bucket = false
    encryption    = "aws:kms"
  }

  expect_failures = [var.create_bucket]
}

run "logs_of_a_bucket_that_exists" {
  command = plan

  variables {
    create_bucket = false
    access_logs   = { bucket = "acme-logs" }
  }

  expect_failures = [var.create_bucket]
}

run "days_for_a_bucket_that_exists" {
  command = plan

  variables {
    create_bucket  = false
    lifecycle_days = { export = 400 }
  }

  expect_failures = [var.create_bucket]
}

run "logs_into_the_bucket_itself" {
  command = plan

  variables {
    access_logs = { bucket = "acme-events" }
  }

  expect_failures = [var.access_logs]
}

run "an_inventory_every_hour" {
  command = plan

  variables {
    inventory = { bucket_arn = "arn:aws:s3:::acme-logs", frequency = "Hourly" }
  }

  expect_failures = [var.inventory]
}

run "an_alarm_after_a_minute" {
  command = plan

  variables {
    alarm = { minutes = 1 }
  }

  expect_failures = [var.alarm]
}

run "statements_of_others_past_the_limit_of_s3" {
  command = plan

  variables {
    policy_documents = [jsonencode({
      Version = "2012-10-17"
      Statement = [{
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:DeleteObject"
        Resource  = [for number in range(700) : format("arn:aws:s3:::acme-events/%05d/*", number)]
      }]
    })]
  }

  expect_failures = [aws_s3_bucket_policy.this]
}

run "two_statements_with_one_sid" {
  command = plan

  variables {
    policy_documents = [for number in range(2) : jsonencode({ Statement = { Sid = "DenyInsecureTransport", Effect = "Deny", Principal = "*", Action = "s3:*", Resource = "*" } })]
  }

  expect_failures = [aws_s3_bucket_policy.this]
}
