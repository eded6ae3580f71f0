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
