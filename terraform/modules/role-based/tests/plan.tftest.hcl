# Plans with a mocked provider: nothing is created.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = {
      account_id = "111122223333"
    }
  }

  mock_data "aws_partition" {
    defaults = {
      partition = "aws"
    }
  }

  mock_data "aws_s3_bucket" {
    defaults = {
      id     = "mp-forwarding-acme"
      region = "eu-west-1"
    }
  }
}

variables {
  bucket_name = "mp-forwarding-acme"
  pod         = "eu1"
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
    error_message = "ACLs are not disabled."
  }

  assert {
    condition     = one(aws_s3_bucket_versioning.this[0].versioning_configuration).status == "Enabled"
    error_message = "Versions are not kept."
  }

  assert {
    condition     = length(aws_kms_key.this) == 0 && length(aws_s3_bucket_logging.this) == 0 && length(aws_s3_bucket_notification.this) == 0
    error_message = "A resource was created without a setting for it."
  }

  assert {
    condition     = contains([for statement in jsondecode(output.bucket_policy).Statement : statement.Sid], "DenyInsecureTransport")
    error_message = "TLS is not required."
  }
}

run "a_key_of_its_own" {
  command = plan

  variables {
    encryption = "aws:kms"
  }

  assert {
    condition     = length(aws_kms_key.this) == 1 && aws_kms_key.this[0].enable_key_rotation
    error_message = "No key with rotation is created."
  }

  assert {
    condition     = jsondecode(aws_kms_key.this[0].policy).Statement[0].Principal.AWS == "arn:aws:iam::111122223333:root"
    error_message = "The account does not administer its key."
  }
}

run "a_bucket_that_exists" {
  command = plan

  variables {
    create_bucket              = false
    policy_documents_of_others = ["{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"Theirs\",\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"s3:DeleteObject\",\"Resource\":\"arn:aws:s3:::mp-forwarding-acme/*\"}]}"]
  }

  assert {
    condition     = length(aws_s3_bucket.this) == 0 && length(aws_s3_bucket_public_access_block.this) == 0
    error_message = "More than the policy of the bucket is managed."
  }

  assert {
    condition     = jsondecode(output.bucket_policy).Statement[0].Sid == "Theirs"
    error_message = "The other statements are lost."
  }

  assert {
    condition     = output.mparticle_form["AWS Region Endpoint"] == "eu-west-1" && jsondecode(output.settings).configuration.aws_region == "eu-west-1"
    error_message = "The outputs do not have the bucket's region."
  }
}

run "everything_asked_for" {
  command = plan

  variables {
    access_logs    = { bucket = "acme-logs" }
    eventbridge    = true
    lifecycle_days = { export = 400 }
    folder         = "exports"
  }

  assert {
    condition     = aws_s3_bucket_logging.this[0].target_prefix == "s3-access/" && aws_s3_bucket_notification.this[0].eventbridge
    error_message = "Logs or notifications are missing."
  }

  assert {
    condition     = output.mparticle_form["Folder Name"] == "exports"
    error_message = "The form does not have the folder."
  }
}

run "a_bucket_without_the_prefix" {
  command = plan

  variables {
    bucket_name = "acme-events"
  }

  expect_failures = [var.bucket_name]
}

run "date_folders_that_do_not_exist" {
  command = plan

  variables {
    date_folders = "hourly"
  }

  expect_failures = [var.date_folders]
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
    kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  expect_failures = [var.kms_key_arn]
}

run "a_document_that_is_no_policy" {
  command = plan

  variables {
    policy_documents_of_others = ["{}"]
  }

  expect_failures = [var.policy_documents_of_others]
}

run "days_that_are_none" {
  command = plan

  variables {
    lifecycle_days = { abort_uploads = 0 }
  }

  expect_failures = [var.lifecycle_days]
}

run "a_key_that_exists" {
  command = plan

  variables {
    encryption  = "aws:kms"
    kms_key_arn = "arn:aws:kms:eu-central-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  assert {
    condition     = length(aws_kms_key.this) == 0 && output.kms_key_arn == var.kms_key_arn
    error_message = "A second key is created."
  }

  assert {
    condition     = jsondecode(output.key_policy).Statement[0].Principal.AWS == "arn:aws:iam::444455556666:root"
    error_message = "The key's policy is not for the account that owns it."
  }
}

run "a_partition_that_the_provider_does_not_work_in" {
  command = plan

  variables {
    partition = "aws-cn"
  }

  expect_failures = [data.aws_partition.current]
}

run "statements_of_others_past_the_limit_of_s3" {
  command = plan

  variables {
    policy_documents_of_others = [jsonencode({
      Version = "2012-10-17"
      Statement = [{
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:DeleteObject"
        Resource  = [for number in range(500) : format("arn:aws:s3:::mp-forwarding-acme/%05d/*", number)]
      }]
    })]
  }

  expect_failures = [aws_s3_bucket_policy.this]
}

run "a_document_whose_statement_is_none" {
  command = plan

  variables {
    policy_documents_of_others = ["{\"Statement\":\"foo\"}"]
  }

  expect_failures = [var.policy_documents_of_others]
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

  expect_failures = [var.access_logs]
}

run "logs_into_the_bucket_itself" {
  command = plan

  variables {
    access_logs = { bucket = "mp-forwarding-acme" }
  }

  expect_failures = [var.access_logs]
}

run "events_of_a_bucket_that_exists" {
  command = plan

  variables {
    create_bucket = false
    eventbridge   = true
  }

  expect_failures = [var.eventbridge]
}

run "days_for_a_bucket_that_exists" {
  command = plan

  variables {
    create_bucket  = false
    lifecycle_days = { export = 400 }
  }

  expect_failures = [var.lifecycle_days]
}

run "statements_that_are_ours_already" {
  command = plan

  variables {
    create_bucket = false
    policy_documents_of_others = [jsonencode({
      Statement = { Sid = "DenyInsecureTransport", Effect = "Deny", Principal = "*", Action = "s3:*", Resource = "*" }
    })]
  }

  expect_failures = [aws_s3_bucket_policy.this]
}
