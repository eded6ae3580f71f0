locals {
  # If there is one key, mParticle uses it.
  key_name = var.mparticle_key != null ? var.mparticle_key : length(var.access_keys) == 1 ? one(var.access_keys) : null
  key      = try(aws_iam_access_key.this[local.key_name], null)
  settings = jsondecode(module.policies.settings)
  secret   = var.output_secrets && var.pgp_key == null && local.key_name != null
}

module "policies" {
  source = "../policies"

  access      = "user"
  bucket_name = var.bucket_name
  partition   = var.partition
  folder      = var.folder
  folders     = var.folders
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

  user    = aws_iam_user.this.name
  pgp_key = var.pgp_key
}

resource "aws_secretsmanager_secret" "this" {
  # checkov:skip=CKV2_AWS_57:mParticle's form takes the key by hand, so no function can rotate it; `access_keys` rotates it
  for_each = var.secrets_manager == null ? [] : var.access_keys

  name        = "${var.secrets_manager.prefix}${var.user_name}/${each.key}"
  description = "The access key ${each.key} of the IAM user ${var.user_name}, for mParticle's form"
  kms_key_id  = var.secrets_manager.kms_key_arn
  tags        = var.tags
}

resource "aws_secretsmanager_secret_version" "this" {
  for_each = aws_secretsmanager_secret.this

  secret_id = each.value.id
  secret_string = jsonencode({
    access_key_id     = aws_iam_access_key.this[each.key].id
    secret_access_key = aws_iam_access_key.this[each.key].secret
  })
}
