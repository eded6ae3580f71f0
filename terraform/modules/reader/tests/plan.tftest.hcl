# Plans with a mocked provider: nothing is created.

mock_provider "aws" {}

variables {
  bucket_name            = "mp-forwarding-acme"
  trusted_principal_arns = ["arn:aws:iam::111122223333:role/loader"]
}

run "reads_and_nothing_else" {
  command = plan

  assert {
    condition     = toset(flatten([for statement in jsondecode(output.reader_policy).Statement : statement.Action if statement.Effect == "Allow"])) == toset(["s3:GetBucketLocation", "s3:ListBucket", "s3:GetObject"])
    error_message = "The reader has more permissions than reading."
  }

  assert {
    condition     = jsondecode(output.trust_policy).Statement[0].Principal.AWS == ["arn:aws:iam::111122223333:role/loader"]
    error_message = "Another principal can assume the role."
  }
}

run "confined_to_a_folder_with_a_key" {
  command = plan

  variables {
    folder      = "/exports/"
    kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  assert {
    condition     = one([for statement in jsondecode(output.reader_policy).Statement : statement.Resource if statement.Sid == "ReadExport"]) == ["arn:aws:s3:::mp-forwarding-acme/exports/*"]
    error_message = "The reader is not restricted to the folder."
  }

  assert {
    condition     = one([for statement in jsondecode(output.reader_policy).Statement : statement.Action if statement.Sid == "Decrypt"]) == ["kms:Decrypt"]
    error_message = "A reader must have only kms:Decrypt."
  }
}

run "ci_by_oidc" {
  command = plan

  variables {
    trusted_principal_arns = []
    folder                 = "exports"
    conformance_folder     = "conformance"
    oidc = {
      provider_arn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
      host         = "token.actions.githubusercontent.com"
      subjects     = ["repo:acme/export:ref:refs/heads/main"]
    }
  }

  assert {
    condition     = jsondecode(output.settings).connection.folder_name == "exports" && jsondecode(output.conformance_settings).engine.conform_folder == "conformance"
    error_message = "The settings files have the wrong folders."
  }

  assert {
    condition     = jsondecode(output.trust_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:aud"] == ["sts.amazonaws.com"]
    error_message = "The audience is not required."
  }
}

run "preflight" {
  command = plan

  variables {
    kms_key_arn    = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    preflight      = true
    preflight_user = "mparticle-export"
  }

  assert {
    condition     = [for statement in jsondecode(aws_iam_role_policy.preflight[0].policy).Statement : statement.Sid if statement.Effect == "Allow"] == ["InspectBucket", "WriteVerificationObject", "InspectKey", "InspectUser", "InspectGroups", "InspectOwnRole", "InspectManagedPolicies"]
    error_message = "The role does not have the rights of preflight."
  }
}

run "no_preflight_unless_asked" {
  command = plan

  assert {
    condition     = length(aws_iam_role_policy.preflight) == 0
    error_message = "The role has the rights of preflight, which nobody asked for."
  }

  assert {
    condition     = output.key_statement == null
    error_message = "There is a statement for a key that was not given."
  }
}

run "a_user_without_preflight" {
  command = plan

  variables {
    preflight_user = "mparticle-export"
  }

  expect_failures = [var.preflight_user]
}

run "a_role_for_nobody" {
  command = plan

  variables {
    trusted_principal_arns = []
  }

  expect_failures = [var.trusted_principal_arns]
}

run "a_role_for_a_whole_account" {
  command = plan

  variables {
    trusted_principal_arns = ["arn:aws:iam::111122223333:root"]
  }

  expect_failures = [var.trusted_principal_arns]
}

run "ci_of_anyone" {
  command = plan

  variables {
    oidc = {
      provider_arn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
      host         = "token.actions.githubusercontent.com"
      subjects     = ["repo:acm*"]
    }
  }

  expect_failures = [var.oidc]
}

run "a_role_name_that_iam_does_not_take" {
  command = plan

  variables {
    role_name = "the reader"
  }

  expect_failures = [var.role_name]
}

run "a_conformance_folder_that_is_a_pattern" {
  command = plan

  variables {
    conformance_folder = "*"
  }

  expect_failures = [var.conformance_folder]
}

run "a_policy_past_the_limit_of_iam" {
  command = plan

  variables {
    conformance_folder = join("/", [for number in range(1000) : format("%010d", number)])
  }

  expect_failures = [aws_iam_role_policy.this]
}

run "ci_of_any_repository_of_an_owner" {
  command = plan

  variables {
    oidc = {
      provider_arn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
      host         = "token.actions.githubusercontent.com"
      subjects     = ["repo:acme/*"]
    }
  }

  expect_failures = [var.oidc]
}

run "a_provider_that_is_no_arn" {
  command = plan

  variables {
    oidc = {
      provider_arn = "not-an-arn"
      host         = "token.actions.githubusercontent.com"
      subjects     = ["repo:acme/export:*"]
    }
  }

  expect_failures = [var.oidc]
}

run "a_host_with_its_scheme" {
  command = plan

  variables {
    oidc = {
      provider_arn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
      host         = "https://token.actions.githubusercontent.com"
      subjects     = ["repo:acme/export:*"]
    }
  }

  expect_failures = [var.oidc]
}

run "any_audience" {
  command = plan

  variables {
    oidc = {
      provider_arn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
      host         = "token.actions.githubusercontent.com"
      audience     = "*"
      subjects     = ["repo:acme/export:*"]
    }
  }

  expect_failures = [var.oidc]
}

run "a_conformance_folder_that_leads_out" {
  command = plan

  variables {
    conformance_folder = "a/.."
  }

  expect_failures = [var.conformance_folder]
}

run "one_folder_for_both" {
  command = plan

  variables {
    folder             = "exports"
    conformance_folder = "/exports"
  }

  expect_failures = [var.conformance_folder]
}

run "a_conformance_folder_above_the_export" {
  command = plan

  variables {
    folder             = "data/exports"
    conformance_folder = "data"
  }

  expect_failures = [var.conformance_folder]
}

run "ci_of_one_repository_by_a_pattern" {
  command = plan

  variables {
    oidc = {
      provider_arn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
      host         = "token.actions.githubusercontent.com"
      subjects     = ["repo:acme/export:*"]
    }
    folder             = "exports"
    conformance_folder = "exports-conformance"
  }

  assert {
    condition     = one([for statement in jsondecode(output.trust_policy).Statement : statement.Condition.StringLike if statement.Sid == "ContinuousIntegration"])["token.actions.githubusercontent.com:sub"] == ["repo:acme/export:*"]
    error_message = "The repository is not required."
  }
}

run "a_third_party_with_its_external_id" {
  command = plan

  variables {
    trusted_principal_arns = ["arn:aws:iam::444455556666:root"]
    external_id            = "ACME_SFCRole=2_abc="
    name_prefix            = "snowflake-"
    path                   = "/data/"
    permissions_boundary   = "arn:aws:iam::111122223333:policy/boundary"
  }

  assert {
    condition     = jsondecode(output.trust_policy).Statement[0].Condition.StringEquals["sts:ExternalId"] == ["ACME_SFCRole=2_abc="]
    error_message = "The external id is not required."
  }

  assert {
    condition     = aws_iam_role.this.name_prefix == "snowflake-" && aws_iam_role.this.path == "/data/" && aws_iam_role.this.permissions_boundary == "arn:aws:iam::111122223333:policy/boundary"
    error_message = "The role does not have its prefix, path and boundary."
  }
}

run "an_external_id_with_a_space" {
  command = plan

  variables {
    external_id = "acme export"
  }

  expect_failures = [var.external_id]
}

run "an_external_id_for_ci" {
  command = plan

  variables {
    trusted_principal_arns = []
    external_id            = "acme"
    oidc = {
      provider_arn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
      host         = "token.actions.githubusercontent.com"
      subjects     = ["repo:acme/export:*"]
    }
  }

  expect_failures = [var.trusted_principal_arns]
}

run "a_path_without_slashes" {
  command = plan

  variables {
    path = "data"
  }

  expect_failures = [var.path]
}

run "a_prefix_that_leaves_no_room" {
  command = plan

  variables {
    name_prefix = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
  }

  expect_failures = [var.name_prefix]
}
