module "policies" {
  source = "../policies"

  access      = "user"
  bucket_name = var.bucket_name
  partition   = var.partition
  folder      = var.folder
  kms_key_arn = var.kms_key_arn
}

resource "aws_iam_user" "this" {
  # checkov:skip=CKV_AWS_273:user-based access means an IAM user, whose key mParticle has; the module role-based needs none
  name = var.user_name
  tags = var.tags
}

# A policy of its own: one that is written into a user may have 2,048 characters only.
resource "aws_iam_policy" "this" {
  name        = var.user_name
  description = "What mParticle needs to write its export to ${var.bucket_name}"
  policy      = module.policies.user_policy
  tags        = var.tags

  lifecycle {
    precondition {
      condition     = length(module.policies.user_policy) <= 6144
      error_message = "The policy is longer than the 6,144 characters that IAM takes."
    }
  }
}

resource "aws_iam_user_policy_attachment" "this" {
  # checkov:skip=CKV_AWS_40:the user stands alone; a group of one would hide what it may
  user       = aws_iam_user.this.name
  policy_arn = aws_iam_policy.this.arn
}

resource "aws_iam_access_key" "this" {
  for_each = var.access_keys

  user = aws_iam_user.this.name
}
