output "user_name" {
  description = "The IAM user's name."
  value       = aws_iam_user.this.name
}

output "user_arn" {
  description = "The IAM user's ARN."
  value       = aws_iam_user.this.arn
}

output "user_policy" {
  description = "The user's policy as JSON."
  value       = module.policies.user_policy
}

output "access_key_ids" {
  description = "The ids of the access keys, by name."
  value       = { for name, key in aws_iam_access_key.this : name => key.id }
}

output "secret_access_keys" {
  description = "The secrets of the access keys, by name; empty unless `output_secrets` is true."
  value       = { for name, key in aws_iam_access_key.this : name => key.secret if var.output_secrets }
  sensitive   = true
}

output "encrypted_secrets" {
  description = "The secrets of the access keys, encrypted with `pgp_key`, by name; empty without it."
  value       = { for name, key in aws_iam_access_key.this : name => key.encrypted_secret if var.pgp_key != null }
}

output "secret_names" {
  description = "The names of the access keys in Secrets Manager, by the keys' names; empty without `secrets_manager`."
  value       = { for name, secret in aws_secretsmanager_secret.this : name => secret.name }
}

output "bucket_policy" {
  description = "A bucket policy that requires TLS 1.2, as JSON. The module `bucket` has the same by default."
  value       = module.policies.bucket_policy
}

output "mparticle_form" {
  description = "The values for mParticle's forms, by the names in the forms. `Secret Access Key` is in `secret_access_keys` or Secrets Manager. With several folders, for the first."
  value       = merge(module.policies.mparticle_form, { "Access Key ID" = try(local.key.id, "") })
}

output "settings" {
  description = "A settings file (JSON) for `mp-forwarding preflight` and `conform`, with the user's name, and with mParticle's key if `output_secrets` is true."
  value = jsonencode(merge(local.settings, {
    configuration = merge(
      local.settings.configuration,
      local.secret ? { access_key_id = local.key.id, secret_access_key = local.key.secret } : {},
    )
    engine = { iam_user = aws_iam_user.this.name }
  }))
  sensitive = true
}

output "mparticle_forms" {
  description = "The values for mParticle's forms for each folder, by the folder."
  value       = { for folder, form in module.policies.mparticle_forms : folder => merge(form, { "Access Key ID" = try(local.key.id, "") }) }
}
