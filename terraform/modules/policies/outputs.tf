output "bucket_policy" {
  description = "The bucket's policy as JSON; null for `access = \"user\"`."
  value       = local.bucket_policy

  precondition {
    condition     = length(coalesce(local.bucket_policy, "-")) <= 20480
    error_message = "The bucket policy is longer than the 20 KB that S3 accepts."
  }
}

output "user_policy" {
  description = "The IAM user's policy as JSON; null for `access = \"role\"`."
  value       = local.user_policy
}

output "key_policy" {
  description = "The KMS key's policy as JSON; null without a key, or if the key's owner is not known, or for `access = \"user\"`."
  value       = local.key_policy
}

output "bucket_arn" {
  description = "The bucket's ARN."
  value       = local.bucket_arn
}

output "writer_role_arn" {
  description = "mParticle's role that uploads files; null for `access = \"user\"`."
  value       = local.by_role ? local.writer_role_arn : null
}

output "verify_role_arn" {
  description = "mParticle's role that uploads the verification object; null for `access = \"user\"`."
  value       = local.by_role ? local.verify_role_arn : null
}

output "home_region" {
  description = "The AWS region of the pod; null without a pod."
  value       = try(local.pod.home_region, null)
}

output "catalogue_date" {
  description = "The month of the known accounts and roles, `yyyy-mm`."
  value       = local.catalogue.date
}

output "mparticle_form" {
  description = "The values for mParticle's forms, by the names in the forms, without the access key."
  value = {
    "S3 Bucket Name"                = var.bucket_name
    "Folder Name"                   = local.folder
    "AWS Region Endpoint"           = var.aws_region
    "Server Side Encryption Method" = "None"
    "Store Data In Folders By Date" = local.date_folders_shown[var.date_folders]
  }
}

output "settings" {
  description = "A settings file (JSON) for `mp-forwarding preflight` and `conform`."
  value = jsonencode({
    configuration = { aws_region = var.aws_region }
    connection = merge(
      { s3_bucket_name = var.bucket_name, store_data_in_folders_by_date = var.date_folders },
      local.folder == "" ? {} : { folder_name = local.folder },
    )
  })
}
