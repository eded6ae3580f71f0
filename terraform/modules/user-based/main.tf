locals {
  # If there is one key, mParticle uses it.
  key_name = var.mparticle_key != null ? var.mparticle_key : length(var.access_keys) == 1 ? one(var.access_keys) : null
  key      = try(aws_iam_access_key.this[local.key_name], null)
  settings = jsondecode(module.policies.settings)
  secret   = var.output_secrets && local.key_name != null
}

module "policies" {
  source = "../policies"

  access      = "user"
  bucket_name = var.bucket_name
  partition   = var.partition
  folder      = var.folder
  kms_key_arn = var.kms_key_arn

  aws_region   = var.aws_region
  date_folders = var.date_folders
}

resource "aws_iam_user" "this" {
  # checkov:skip=CKV_AWS_273:user-based access means an IAM user, whose key mParticle has; the module role-based needs none
  name = var.user_name
  tags = var.tags
}

# A managed policy can have 6,144 characters, which is enough for any input. An inline policy of a user can have only
# 2,048.
resource "aws_iam_policy" "this" {
  name        = var.user_name
  description = "What mParticle needs to write its export to ${var.bucket_name}"
  policy      = module.policies.user_policy
  tags        = var.tags
}

resource "aws_iam_user_policy_attachment" "this" {
  # checkov:skip=CKV_AWS_40:there is one user; a group of one would hide its permissions
  user       = aws_iam_user.this.name
  policy_arn = aws_iam_policy.this.arn
}

resource "aws_iam_access_key" "this" {
  for_each = var.access_keys

  user = aws_iam_user.this.name
}
