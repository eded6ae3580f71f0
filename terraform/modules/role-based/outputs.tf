output "bucket_name" {
  description = "The bucket's name."
  value       = local.bucket_id
}

output "bucket_arn" {
  description = "The bucket's ARN."
  value       = module.policies.bucket_arn
}

output "bucket_policy" {
  description = "The bucket's policy, as JSON."
  value       = local.bucket_policy
}

output "key_policy" {
  description = "The policy of the KMS key as JSON: a key of yours needs this policy. Null without a key."
  value       = module.policies.key_policy
}

output "kms_key_arn" {
  description = "The KMS key's ARN; empty without one."
  value       = local.key_arn
}

output "mparticle_form" {
  description = "The values for mParticle's forms, by the names in the forms. Both parts of the access key stay blank."
  value       = merge(module.policies.mparticle_form, { "Access Key ID" = "", "Secret Access Key" = "" })
}

output "settings" {
  description = "A settings file (JSON) for `mp-forwarding preflight` and `conform`."
  value       = module.policies.settings
}
