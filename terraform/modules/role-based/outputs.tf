output "bucket_name" {
  description = "The bucket's name."
  value       = local.bucket_id
}

output "bucket_arn" {
  description = "The bucket's ARN."
  value       = module.policies.bucket_arn
}

output "bucket_policy" {
  description = "The policy that the bucket has, as JSON."
  value       = local.bucket_policy
}

output "key_policy" {
  description = "The policy that the KMS key has, or that a key of yours must have, as JSON; null without a key."
  value       = module.policies.key_policy
}

output "kms_key_arn" {
  description = "The KMS key's ARN; empty without one."
  value       = local.key_arn
}

output "mparticle_form" {
  description = "What to type into mParticle's forms, by the names that they show; the parts of a key stay blank."
  value       = merge(module.policies.mparticle_form, { "Access Key ID" = "", "Secret Access Key" = "" })
}

output "settings" {
  description = "The same as a settings file (JSON) that `mp-forwarding preflight` and `conform` read."
  value       = module.policies.settings
}
