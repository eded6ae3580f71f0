output "role_name" {
  description = "The role's name."
  value       = aws_iam_role.this.name
}

output "role_arn" {
  description = "The role's ARN."
  value       = aws_iam_role.this.arn
}

output "reader_policy" {
  description = "The permissions of the role, as JSON."
  value       = local.reader_policy
}

output "trust_policy" {
  description = "The principals that may assume the role, as JSON."
  value       = local.trust_policy
}

output "key_statement" {
  description = "The statement (JSON) that the policy of a KMS key in another account needs, so that the role may decrypt; null without `kms_key_arn`."
  value = var.kms_key_arn == "" ? null : jsonencode({
    Sid       = "ReaderDecrypts"
    Effect    = "Allow"
    Principal = { AWS = aws_iam_role.this.arn }
    Action    = ["kms:Decrypt"]
    Resource  = "*"
  })
}

output "settings" {
  description = "A settings file (JSON) of the export, for `mp-forwarding preflight` and `validate`."
  value       = module.policies.settings
}

output "conformance_settings" {
  description = "A settings file (JSON) of the conformance folder, for `mp-forwarding conform`; null without that folder."
  value = local.conform == "" ? null : jsonencode({
    configuration = { aws_region = var.aws_region }
    connection    = { s3_bucket_name = var.bucket_name, store_data_in_folders_by_date = var.date_folders }
    engine        = { conform_folder = local.conform }
  })
}
