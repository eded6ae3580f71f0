# Plans only, with a mocked provider: nothing is made.

mock_provider "aws" {}

variables {
  bucket_name = "acme-events"
  aws_region  = "eu-central-1"
}

run "no_key_unless_asked_for" {
  command = plan

  assert {
    condition     = length(aws_iam_access_key.this) == 0 && length(output.access_key_ids) == 0
    error_message = "A key was made that nobody asked for."
  }

  assert {
    condition     = contains([for statement in jsondecode(output.user_policy).Statement : statement.Sid], "DenyInsecureTransport")
    error_message = "TLS is not demanded."
  }
}

run "two_keys_to_rotate" {
  command = plan

  variables {
    access_keys = ["blue", "green"]
  }

  assert {
    condition     = length(aws_iam_access_key.this) == 2 && length(output.secret_access_keys) == 0
    error_message = "There are not two keys, or their secrets are outputs."
  }
}

run "three_keys" {
  command = plan

  variables {
    access_keys = ["blue", "green", "red"]
  }

  expect_failures = [var.access_keys]
}

run "a_region_that_is_none" {
  command = plan

  variables {
    aws_region = "Frankfurt"
  }

  expect_failures = [var.aws_region]
}

run "a_user_that_iam_does_not_take" {
  command = plan

  variables {
    user_name = "mparticle export"
  }

  expect_failures = [var.user_name]
}

run "date_folders_that_do_not_exist" {
  command = plan

  variables {
    date_folders = "hourly"
  }

  expect_failures = [var.date_folders]
}
