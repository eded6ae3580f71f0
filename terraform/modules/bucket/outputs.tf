output "bucket_name" {
  description = "The bucket's name."
  value       = aws_s3_bucket_policy.this.bucket
}

output "bucket_arn" {
  description = "The bucket's ARN."
  value       = module.policies.bucket_arn
}

output "bucket_policy" {
  description = "The bucket's policy, as JSON."
  value       = local.bucket_policy
}

output "kms_key_arn" {
  description = "The ARN of the KMS key that the bucket encrypts with; empty without one."
  value       = local.default_key
}

output "kept_kms_key_arn" {
  description = "The ARN of the KMS key that this module created, in use or kept; null without one."
  value       = one(aws_kms_key.this[*].arn)
}
