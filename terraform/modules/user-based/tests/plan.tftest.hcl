# Plans with a mocked provider: nothing is created.

mock_provider "aws" {
  # The provider wants an ARN where the policy is attached.
  mock_resource "aws_iam_policy" {
    defaults = {
      arn = "arn:aws:iam::111122223333:policy/mparticle-export"
    }
  }
}

variables {
  bucket_name = "acme-events"
  aws_region  = "eu-central-1"
}

run "no_key_unless_asked_for" {
  command = plan

  assert {
    condition     = length(aws_iam_access_key.this) == 0 && length(output.access_key_ids) == 0
    error_message = "A key was created without a name in `access_keys`."
  }

  assert {
    condition     = contains([for statement in jsondecode(output.user_policy).Statement : statement.Sid], "DenyInsecureTransport")
    error_message = "TLS is not required."
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

  assert {
    condition     = output.mparticle_form["Access Key ID"] == ""
    error_message = "The form has a key although `mparticle_key` is not set."
  }
}

run "three_keys" {
  command = plan

  variables {
    access_keys = ["blue", "green", "red"]
  }

  expect_failures = [var.access_keys]
}

run "a_user_that_iam_does_not_take" {
  command = plan

  variables {
    user_name = "mparticle export"
  }

  expect_failures = [var.user_name]
}

run "the_key_that_mparticle_has" {
  command = plan

  variables {
    access_keys   = ["blue", "green"]
    mparticle_key = "green"
  }

  assert {
    condition     = local.key_name == "green"
    error_message = "The form or the settings file does not have the key in `mparticle_key`."
  }

  assert {
    condition     = jsondecode(output.settings).engine.iam_user == aws_iam_user.this.name
    error_message = "The settings file does not name the IAM user."
  }

  assert {
    condition     = !can(jsondecode(output.settings).configuration.secret_access_key)
    error_message = "A secret is an output without `output_secrets`."
  }
}

run "a_key_that_is_not_there" {
  command = plan

  variables {
    access_keys   = ["blue"]
    mparticle_key = "green"
  }

  expect_failures = [var.mparticle_key]
}

run "a_key_in_secrets_manager" {
  command = plan

  variables {
    access_keys     = ["blue"]
    secrets_manager = { prefix = "data/" }
  }

  assert {
    condition     = output.secret_names == { blue = "data/mparticle-export/blue" } && length(aws_secretsmanager_secret_version.this) == 1
    error_message = "The key is not in Secrets Manager."
  }

  assert {
    condition     = length(output.secret_access_keys) == 0
    error_message = "A secret is an output that was not requested."
  }
}

run "a_key_encrypted_with_pgp" {
  command = plan

  variables {
    access_keys = ["blue"]
    pgp_key     = "keybase:acme"
  }

  assert {
    condition     = keys(output.encrypted_secrets) == ["blue"] && aws_iam_access_key.this["blue"].pgp_key == "keybase:acme"
    error_message = "The secret is not encrypted."
  }
}

run "an_encrypted_key_in_secrets_manager" {
  command = plan

  variables {
    access_keys     = ["blue"]
    pgp_key         = "keybase:acme"
    secrets_manager = {}
  }

  expect_failures = [var.secrets_manager]
}

run "an_encrypted_key_as_an_output" {
  command = plan

  variables {
    access_keys    = ["blue"]
    pgp_key        = "keybase:acme"
    output_secrets = true
  }

  expect_failures = [var.output_secrets]
}
