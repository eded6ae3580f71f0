output "bucket_name" {
  description = "The bucket's name."
  value       = module.bucket.bucket_name
}

output "bucket_arn" {
  description = "The bucket's ARN."
  value       = module.policies.bucket_arn
}

output "bucket_policy" {
  description = "The bucket's policy, as JSON."
  value       = module.bucket.bucket_policy
}

output "key_policy" {
  description = "The policy of the KMS key as JSON: a key of yours needs this policy. Null without a key."
  value       = var.encryption == "aws:kms" ? module.policies.key_policy : null
}

output "kms_key_arn" {
  description = "The ARN of the KMS key that the bucket encrypts with; empty without one."
  value       = module.bucket.kms_key_arn
}

output "mparticle_form" {
  description = "The values for mParticle's forms, by the names in the forms. Both parts of the access key stay blank. With several folders, for the first."
  value       = merge(module.policies.mparticle_form, { "Access Key ID" = "", "Secret Access Key" = "" })
}

output "settings" {
  description = "A settings file (JSON) for `mp-forwarding preflight` and `conform`, with the pod and the bucket's default encryption; with several folders, for the first."
  value       = jsonencode(merge(jsondecode(module.policies.settings), { engine = merge(jsondecode(module.policies.settings).engine, local.engine) }))
}

output "mparticle_forms" {
  description = "The values for mParticle's forms for each folder, by the folder."
  value       = { for folder, form in module.policies.mparticle_forms : folder => merge(form, { "Access Key ID" = "", "Secret Access Key" = "" }) }
}

output "settings_by_folder" {
  description = "A settings file (JSON) for each folder, by the folder."
  value       = { for folder, settings in module.policies.settings_by_folder : folder => jsonencode(merge(jsondecode(settings), { engine = merge(jsondecode(settings).engine, local.engine) })) }
}
