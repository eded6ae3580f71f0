# The outputs of the module.

variables {
  bucket_name = "mp-forwarding-acme"
  pod         = "us1"
}

run "strict_bucket_policy" {
  command = plan

  variables {
    folder          = "/exports/eu/"
    source_vpce_ids = ["vpce-1a2b3c4d"]
  }

  assert {
    condition     = jsondecode(output.bucket_policy).Statement[0].Resource == "arn:aws:s3:::mp-forwarding-acme/exports/eu/*"
    error_message = "The writer is not restricted to the folder."
  }

  assert {
    condition     = [for statement in jsondecode(output.bucket_policy).Statement : statement.Sid] == ["MParticleWriterPutsObjects", "MParticleVerifierPutsObjects", "MParticleVerifiesAtTheRoot", "DenyReadsOutsideEndpoints", "DenyInsecureTransport", "DenyTlsBelow12"]
    error_message = "The statements are not those of the strict edition."
  }

  assert {
    condition     = output.verify_role_arn == "arn:aws:iam::338661164609:role/role-lambda-verifyrequest"
    error_message = "The verify role has another name on us1."
  }
}

run "user_policy_with_a_key" {
  command = plan

  variables {
    access      = "user"
    bucket_name = "acme-events"
    pod         = null
    kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  assert {
    condition     = output.bucket_policy == null && output.key_policy == null && output.writer_role_arn == null
    error_message = "User-based access must have only the user's policy."
  }

  assert {
    condition     = one([for statement in jsondecode(output.user_policy).Statement : statement.Resource if statement.Sid == "EncryptObjects"]) == var.kms_key_arn
    error_message = "The key is not granted on its own ARN."
  }
}

run "key_policy_for_roles" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  assert {
    condition     = jsondecode(output.key_policy).Statement[0].Principal.AWS == "arn:aws:iam::111122223333:root"
    error_message = "The key's account does not administer it."
  }
}

run "values_that_mparticle_gave_instead" {
  command = plan

  variables {
    pod         = null
    partition   = "aws-us-gov"
    account_id  = "111122223333"
    writer_role = "team/writer"
    verify_role = "verifier"
  }

  assert {
    condition     = output.writer_role_arn == "arn:aws-us-gov:iam::111122223333:role/team/writer" && output.verify_role_arn == "arn:aws-us-gov:iam::111122223333:role/verifier"
    error_message = "The given values were not used."
  }
}

run "what_to_type_and_the_settings_file" {
  command = plan

  variables {
    folder       = "/exports/"
    aws_region   = "eu-central-1"
    date_folders = "event_time"
  }

  assert {
    condition = output.mparticle_form == {
      "S3 Bucket Name"                = "mp-forwarding-acme"
      "Folder Name"                   = "exports"
      "AWS Region Endpoint"           = "eu-central-1"
      "Server Side Encryption Method" = "None"
      "Store Data In Folders By Date" = "Store data in folders by the event time"
    }
    error_message = "The values of the form are wrong."
  }

  assert {
    condition     = jsondecode(output.settings).connection == { s3_bucket_name = "mp-forwarding-acme", store_data_in_folders_by_date = "event_time", folder_name = "exports" }
    error_message = "The values of the settings file are wrong."
  }
}
