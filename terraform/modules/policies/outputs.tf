output "bucket_policy" {
  description = "The bucket's policy as JSON. For `access = \"user\"` it only requires TLS 1.2, and is null unless the edition is `strict`."
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
  description = "mParticle's role that uploads files, of the first pod; null for `access = \"user\"`."
  value       = local.by_role ? local.writers[0].writer_role_arn : null
}

output "verify_role_arn" {
  description = "mParticle's role that uploads the verification object, of the first pod; null for `access = \"user\"`."
  value       = local.by_role ? local.writers[0].verify_role_arn : null
}

output "home_region" {
  description = "The AWS region of the first pod; null without a pod."
  value       = try(local.catalogue.pods[local.pods[0]].home_region, null)
}

output "catalogue_date" {
  description = "The month of the known accounts and roles, `yyyy-mm`."
  value       = local.catalogue.date
}

output "mparticle_form" {
  description = "The values for mParticle's forms, by the names in the forms, without the access key; with several folders, for the first."
  value       = local.forms[local.connections[0].folder][0]
}

output "mparticle_forms" {
  description = "The values for mParticle's forms for each folder, by the folder."
  value       = { for folder, forms in local.forms : folder => forms[0] }
}

output "settings" {
  description = "A settings file (JSON) for `mp-forwarding preflight` and `conform`, with the pod; with several folders or pods, for the first."
  value       = local.settings[local.connections[0].folder]
}

output "settings_by_folder" {
  description = "A settings file (JSON) for each folder, by the folder."
  value       = local.settings
}
