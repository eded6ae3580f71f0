locals {
  # The built-in S3 of `mp-forwarding conform` then encrypts by default as the bucket does.
  engine = merge(
    var.create_bucket ? { default_encryption = var.encryption } : {},
    var.create_bucket && var.encryption == "aws:kms" ? { default_key = module.bucket.kms_key_arn } : {},
  )
}

# Its checks run before anything is created.
# tflint-ignore: terraform_unused_declarations
data "aws_partition" "current" {
  lifecycle {
    postcondition {
      condition     = self.partition == var.partition
      error_message = "The provider works in the partition `${self.partition}`: set `partition = \"${self.partition}\"`, or the ARNs in the policy do not exist."
    }
  }
}

# A bucket is configured through its own region, so the provider's region is the bucket's.
data "aws_region" "current" {}

data "aws_caller_identity" "current" {}

module "policies" {
  source = "../policies"

  access               = "role"
  bucket_name          = var.bucket_name
  pod                  = var.pod
  pods                 = var.pods
  account_id           = var.mparticle.account_id
  writer_role          = var.mparticle.writer_role
  verify_role          = var.mparticle.verify_role
  partition            = var.partition
  folder               = var.folder
  folders              = var.folders
  kms_key_arn          = var.kms_key_arn
  key_owner_account_id = var.create_kms_key ? data.aws_caller_identity.current.account_id : ""
  source_vpce_ids      = var.source_vpce_ids
  aws_region           = data.aws_region.current.id
  date_folders         = var.date_folders
}

module "bucket" {
  source = "../bucket"

  bucket_name       = var.bucket_name
  create_bucket     = var.create_bucket
  force_destroy     = var.force_destroy
  partition         = var.partition
  object_ownership  = var.object_ownership
  encryption        = var.encryption
  create_kms_key    = var.create_kms_key
  kms_key_arn       = var.kms_key_arn
  keep_kms_key      = var.keep_kms_key
  key_policy        = module.policies.key_policy
  policy_documents  = concat(var.policy_documents_of_others, [module.policies.bucket_policy])
  versioning        = var.versioning
  folders           = compact(concat([var.folder], var.folders))
  lifecycle_days    = var.lifecycle_days
  lifecycle_folders = var.lifecycle_folders
  access_logs       = var.access_logs
  notify            = var.notify
  eventbridge       = var.eventbridge
  inventory         = var.inventory
  alarm             = var.alarm
  tags              = var.tags
}
