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

  mock_data "aws_region" {
    defaults = {
      id = "eu-west-1"
    }
  }
}

variables {
  bucket_name = "mp-forwarding-acme"
  pod         = "eu1"
}

run "least_privilege_by_default" {
  command = plan

  assert {
    condition     = [for statement in jsondecode(output.bucket_policy).Statement : statement.Sid] == ["MParticleWriterPutsObjects", "MParticleVerifierPutsObjects", "DenyInsecureTransport", "DenyTlsBelow12"]
    error_message = "The policy does not grant what mParticle needs, or TLS is not required."
  }

  assert {
    condition     = output.key_policy == null && output.kms_key_arn == ""
    error_message = "There is a key that was not requested."
  }

  assert {
    condition     = jsondecode(output.settings).engine == { pod = "eu1", default_encryption = "AES256" }
    error_message = "The settings file does not name the bucket's default encryption."
  }
}

run "the_policy_of_a_new_key" {
  command = plan

  variables {
    encryption = "aws:kms"
  }

  assert {
    condition     = jsondecode(output.key_policy).Statement[0].Principal.AWS == "arn:aws:iam::111122223333:root"
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
    condition     = jsondecode(output.bucket_policy).Statement[0].Sid == "Theirs"
    error_message = "The other statements are lost."
  }

  assert {
    condition     = output.mparticle_form["AWS Region Endpoint"] == "eu-west-1" && jsondecode(output.settings).configuration.aws_region == "eu-west-1"
    error_message = "The provider's region is not in the form."
  }

  assert {
    condition     = !can(jsondecode(output.settings).engine.default_encryption)
    error_message = "The settings file names a default encryption that this module does not set."
  }
}

run "a_folder" {
  command = plan

  variables {
    folder = "exports"
  }

  assert {
    condition     = output.mparticle_form["Folder Name"] == "exports"
    error_message = "The folder is not in the form."
  }
}

run "two_pods_and_two_folders" {
  command = plan

  variables {
    pods    = ["us1"]
    folders = ["exports/eu", "exports/us"]
  }

  assert {
    condition     = length([for statement in jsondecode(output.bucket_policy).Statement : statement if statement.Sid == "MParticleWriterPutsObjects"]) == 1
    error_message = "Two statements have the same Sid."
  }

  assert {
    condition     = keys(output.settings_by_folder) == ["exports/eu", "exports/us"] && keys(output.mparticle_forms) == ["exports/eu", "exports/us"]
    error_message = "Each folder does not have its settings file and its form."
  }
}

run "a_bucket_without_the_prefix" {
  command = plan

  variables {
    bucket_name = "acme-events"
  }

  expect_failures = [var.bucket_name]
}

run "a_partition_that_the_provider_does_not_work_in" {
  command = plan

  variables {
    partition = "aws-cn"
  }

  expect_failures = [data.aws_partition.current]
}

run "a_key_that_exists" {
  command = plan

  variables {
    encryption     = "aws:kms"
    create_kms_key = false
    kms_key_arn    = "arn:aws:kms:eu-central-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  assert {
    condition     = output.kms_key_arn == var.kms_key_arn
    error_message = "A second key is created."
  }

  assert {
    condition     = jsondecode(output.settings).engine == { pod = "eu1", default_encryption = "aws:kms", default_key = var.kms_key_arn }
    error_message = "The settings file does not name the bucket's default key."
  }

  assert {
    condition     = jsondecode(output.key_policy).Statement[0].Principal.AWS == "arn:aws:iam::444455556666:root"
    error_message = "The key's policy is not for the account that owns it."
  }
}

run "inputs_of_the_bucket" {
  command = plan

  variables {
    bucket = { versioning = null, keep_kms_key = true, lifecycle_days = { export = 400 } }
  }

  assert {
    condition     = length(jsondecode(module.bucket.bucket_policy).Statement) == 4
    error_message = "Inputs of the bucket change its policy."
  }
}

run "a_misspelled_input_of_the_bucket" {
  command = plan

  variables {
    bucket = { lifecyle_days = { export = 400 } }
  }

  expect_failures = [var.bucket]
}

run "inputs_of_the_bucket_that_are_no_object" {
  command = plan

  variables {
    bucket = "versioning"
  }

  expect_failures = [var.bucket]
}
