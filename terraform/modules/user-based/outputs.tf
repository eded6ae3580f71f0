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
  description = "The secrets of the access keys, by name; empty unless `output_secrets` asks for them."
  value       = { for name, key in aws_iam_access_key.this : name => key.secret if var.output_secrets }
  sensitive   = true
}

output "mparticle_form" {
  description = "What to type into mParticle's forms, by the names that they show; the two parts of the key besides."
  value = {
    "S3 Bucket Name"                = var.bucket_name
    "Folder Name"                   = trim(var.folder, "/")
    "AWS Region Endpoint"           = var.aws_region
    "Server Side Encryption Method" = "None"
    "Store Data In Folders By Date" = var.date_folders
  }
}

output "settings" {
  description = "The same as a settings file (JSON) that `mp-forwarding preflight` and `conform` read; the key is not in it."
  value = jsonencode({
    configuration = { aws_region = var.aws_region }
    connection = merge(
      { s3_bucket_name = var.bucket_name, store_data_in_folders_by_date = var.date_folders },
      trim(var.folder, "/") == "" ? {} : { folder_name = trim(var.folder, "/") },
    )
  })
}
