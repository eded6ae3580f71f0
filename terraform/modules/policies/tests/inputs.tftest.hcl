# One refused input for each validation.

variables {
  bucket_name = "mp-forwarding-acme"
  pod         = "eu1"
}

run "the_least_is_enough" {
  command = plan

  assert {
    condition     = output.writer_role_arn == "arn:aws:iam::583371261087:role/Prod-Role-DG12-Default"
    error_message = "The writer is not the pod's."
  }

  assert {
    condition     = output.home_region == "eu-central-1" && output.catalogue_date == "2023-10" && output.bucket_arn == "arn:aws:s3:::mp-forwarding-acme"
    error_message = "The catalogue or the ARN is wrong."
  }

  assert {
    condition     = output.user_policy == null && output.key_policy == null && output.bucket_policy != null
    error_message = "Role-based access has a bucket policy, and nothing else unless a key is named."
  }
}

run "access_is_role_or_user" {
  command = plan

  variables {
    access = "both"
  }

  expect_failures = [var.access]
}

run "a_bucket_without_the_prefix" {
  command = plan

  variables {
    bucket_name = "acme-events"
  }

  expect_failures = [var.bucket_name]
}

run "a_bucket_with_a_dot" {
  command = plan

  variables {
    bucket_name = "mp-forwarding-acme.events"
  }

  expect_failures = [var.bucket_name]
}

run "a_bucket_in_upper_case" {
  command = plan

  variables {
    bucket_name = "mp-forwarding-Acme"
  }

  expect_failures = [var.bucket_name]
}

run "a_bucket_of_64_characters" {
  command = plan

  variables {
    bucket_name = "mp-forwarding-12345678901234567890123456789012345678901234567890"
  }

  expect_failures = [var.bucket_name]
}

run "a_bucket_that_ends_with_a_hyphen" {
  command = plan

  variables {
    bucket_name = "mp-forwarding-acme-"
  }

  expect_failures = [var.bucket_name]
}

run "a_bucket_with_a_reserved_suffix" {
  command = plan

  variables {
    bucket_name = "mp-forwarding-acme-s3alias"
  }

  expect_failures = [var.bucket_name]
}

run "a_pod_that_does_not_exist" {
  command = plan

  variables {
    pod = "eu2"
  }

  expect_failures = [var.pod]
}

run "no_pod_and_not_all_values" {
  command = plan

  variables {
    pod        = null
    account_id = "111122223333"
  }

  expect_failures = [var.pod]
}

run "an_account_that_is_none" {
  command = plan

  variables {
    account_id = "1234"
  }

  expect_failures = [var.account_id]
}

run "a_writer_role_that_would_be_a_pattern" {
  command = plan

  variables {
    writer_role = "Prod-*"
  }

  expect_failures = [var.writer_role]
}

run "a_verify_role_that_would_end_the_string" {
  command = plan

  variables {
    verify_role = "x\",\"*"
  }

  expect_failures = [var.verify_role]
}

run "a_partition_that_does_not_exist" {
  command = plan

  variables {
    partition = "aws-eu"
  }

  expect_failures = [var.partition]
}

run "an_edition_that_does_not_exist" {
  command = plan

  variables {
    edition = "relaxed"
  }

  expect_failures = [var.edition]
}

run "a_folder_with_a_variable" {
  command = plan

  variables {
    folder = "a/$${aws:username}"
  }

  expect_failures = [var.folder]
}

run "a_folder_with_an_empty_segment" {
  command = plan

  variables {
    folder = "a//b"
  }

  expect_failures = [var.folder]
}

run "a_folder_in_the_documented_edition" {
  command = plan

  variables {
    folder  = "exports"
    edition = "documented"
  }

  expect_failures = [var.folder]
}

run "an_alias_for_a_key" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:alias/exports"
  }

  expect_failures = [var.kms_key_arn]
}

run "a_key_that_is_no_arn" {
  command = plan

  variables {
    kms_key_arn = "1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  expect_failures = [var.kms_key_arn]
}

run "a_key_that_would_be_a_pattern" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/*"
  }

  expect_failures = [var.kms_key_arn]
}

run "a_key_of_another_partition" {
  command = plan

  variables {
    kms_key_arn = "arn:aws-cn:kms:cn-north-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  expect_failures = [var.kms_key_arn]
}

run "a_key_in_the_documented_edition" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    edition     = "documented"
  }

  expect_failures = [var.kms_key_arn]
}

run "an_endpoint_that_is_none" {
  command = plan

  variables {
    source_vpce_ids = ["vpc-1a2b3c4d"]
  }

  expect_failures = [var.source_vpce_ids]
}

run "an_endpoint_for_a_user" {
  command = plan

  variables {
    access          = "user"
    source_vpce_ids = ["vpce-1a2b3c4d"]
  }

  expect_failures = [var.source_vpce_ids]
}

run "a_key_owner_that_is_no_account" {
  command = plan

  variables {
    key_owner_account_id = "root"
  }

  expect_failures = [var.key_owner_account_id]
}

run "a_policy_past_the_limit_of_s3" {
  command = plan

  variables {
    source_vpce_ids = [for number in range(1000) : format("vpce-%017x", number)]
  }

  expect_failures = [output.bucket_policy]
}

run "a_region_that_is_none" {
  command = plan

  variables {
    aws_region = "Frankfurt"
  }

  expect_failures = [var.aws_region]
}

run "date_folders_that_do_not_exist" {
  command = plan

  variables {
    date_folders = "hourly"
  }

  expect_failures = [var.date_folders]
}

run "a_key_of_another_owner" {
  command = plan

  variables {
    kms_key_arn          = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    key_owner_account_id = "999999999999"
  }

  expect_failures = [var.key_owner_account_id]
}

run "one_of_several_pods_that_does_not_exist" {
  command = plan

  variables {
    pods = ["eu2"]
  }

  expect_failures = [var.pods]
}

run "values_of_one_pod_for_two" {
  command = plan

  variables {
    pods       = ["us2"]
    account_id = "111122223333"
  }

  expect_failures = [var.pod]
}

run "one_of_several_folders_that_is_a_pattern" {
  command = plan

  variables {
    folders = ["exports", "exports*"]
  }

  expect_failures = [var.folders]
}

run "several_folders_in_the_documented_edition" {
  command = plan

  variables {
    edition = "documented"
    folders = ["exports"]
  }

  expect_failures = [var.folders]
}
