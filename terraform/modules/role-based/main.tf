locals {
  # The inputs of the module `bucket` that this module only hands on. Null is their default in that module.
  bucket_defaults = {
    access_logs       = null
    alarm             = null
    eventbridge       = null
    force_destroy     = null
    inventory         = null
    keep_kms_key      = null
    lifecycle_days    = null
    lifecycle_folders = null
    notify            = null
    object_ownership  = null
    versioning        = null
  }

  # `try` would make the whole of an input unknown, of which only a part is not known yet.
  bucket = merge(local.bucket_defaults, var.bucket)

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

  bucket_name      = var.bucket_name
  create_bucket    = var.create_bucket
  partition        = var.partition
  encryption       = var.encryption
  create_kms_key   = var.create_kms_key
  kms_key_arn      = var.kms_key_arn
  key_policy       = module.policies.key_policy
  policy_documents = concat(var.policy_documents_of_others, [module.policies.bucket_policy])
  folders          = compact(concat([var.folder], var.folders))
  tags             = var.tags

  access_logs       = local.bucket.access_logs
  alarm             = local.bucket.alarm
  eventbridge       = local.bucket.eventbridge
  force_destroy     = local.bucket.force_destroy
  inventory         = local.bucket.inventory
  keep_kms_key      = local.bucket.keep_kms_key
  lifecycle_days    = local.bucket.lifecycle_days
  lifecycle_folders = local.bucket.lifecycle_folders
  notify            = local.bucket.notify
  object_ownership  = local.bucket.object_ownership
  versioning        = local.bucket.versioning
}
