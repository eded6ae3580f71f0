output "role_name" {
  description = "The role's name."
  value       = aws_iam_role.this.name
}

output "role_arn" {
  description = "The role's ARN."
  value       = aws_iam_role.this.arn
}

output "reader_policy" {
  description = "What the role may, as JSON."
  value       = local.reader_policy
}

output "trust_policy" {
  description = "Who may take the role, as JSON."
  value       = local.trust_policy
}

output "settings" {
  description = "A settings file (JSON) that `mp-forwarding conform` and `preflight` read, for the conformance folder if there is one, else for the export's."
  value = jsonencode({
    configuration = { aws_region = var.aws_region }
    connection = merge(
      { s3_bucket_name = var.bucket_name, store_data_in_folders_by_date = var.date_folders },
      local.settings_folder == "" ? {} : { folder_name = local.settings_folder },
    )
  })
}
