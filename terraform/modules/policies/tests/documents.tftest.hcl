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
    condition     = output.key_policy == null && output.writer_role_arn == null
    error_message = "User-based access has no key policy and no role of mParticle."
  }

  assert {
    condition     = jsondecode(output.bucket_policy).Statement[*].Effect == ["Deny", "Deny"]
    error_message = "The bucket's policy does more than require TLS 1.2."
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

  assert {
    condition     = jsondecode(output.settings).engine.pod == "us1"
    error_message = "The settings file does not name the pod."
  }
}

run "several_pods_and_folders_in_one_bucket" {
  command = plan

  variables {
    pod     = "us1"
    pods    = ["EU1", "us1"]
    folder  = "exports/us"
    folders = ["/exports/eu/"]
  }

  assert {
    condition     = length(distinct(jsondecode(output.bucket_policy).Statement[*].Sid)) == length(jsondecode(output.bucket_policy).Statement)
    error_message = "Two statements have the same Sid, which S3 refuses."
  }

  assert {
    condition = one([for statement in jsondecode(output.bucket_policy).Statement : statement if statement.Sid == "MParticleWriterPutsObjects"]) == {
      Sid       = "MParticleWriterPutsObjects"
      Effect    = "Allow"
      Principal = { AWS = ["arn:aws:iam::338661164609:role/Prod-Role-DG12-Default", "arn:aws:iam::583371261087:role/Prod-Role-DG12-Default"] }
      Action    = ["s3:PutObject", "s3:PutObjectAcl"]
      Resource  = ["arn:aws:s3:::mp-forwarding-acme/exports/us/*", "arn:aws:s3:::mp-forwarding-acme/exports/eu/*"]
    }
    error_message = "The writers of both pods do not have both folders."
  }

  assert {
    condition     = { for folder, form in output.mparticle_forms : folder => form["Folder Name"] } == { "exports/us" = "exports/us", "exports/eu" = "exports/eu" }
    error_message = "Each folder does not have its form."
  }

  assert {
    condition     = jsondecode(output.settings).connection.folder_name == "exports/us" && jsondecode(output.settings_by_folder["exports/eu"]).connection.folder_name == "exports/eu"
    error_message = "Each folder does not have its settings file."
  }
}

run "several_folders_of_a_user" {
  command = plan

  variables {
    access      = "user"
    bucket_name = "acme-events"
    pod         = null
    folders     = ["a", "b"]
  }

  assert {
    condition     = one([for statement in jsondecode(output.user_policy).Statement : statement.Condition.StringLike["s3:prefix"] if statement.Sid == "ListBucket"]) == ["a", "a/*", "b", "b/*"]
    error_message = "The user cannot list both folders."
  }
}
