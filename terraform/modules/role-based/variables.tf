variable "bucket_name" {
  description = "The bucket's name; it begins with `mp-forwarding-`."
  type        = string
  nullable    = false

  validation {
    condition     = startswith(var.bucket_name, "mp-forwarding-")
    error_message = "mParticle's roles write only to a bucket whose name begins with `mp-forwarding-`; rename it, or use the module user-based."
  }
}

variable "pod" {
  description = "The pod that hosts your organisation: `us1`, `us2`, `eu1` or `au1`. Not needed with `pods`."
  type        = string
  default     = null
}

variable "pods" {
  description = "More pods, whose roles may write too: for several organisations with one bucket."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "mparticle" {
  description = "mParticle's account and roles, if mParticle gave you other values than the pod's."
  type = object({
    account_id  = optional(string)
    writer_role = optional(string)
    verify_role = optional(string)
  })
  default  = {}
  nullable = false
}

variable "partition" {
  description = "The AWS partition of all ARNs: `aws`, `aws-cn` or `aws-us-gov`."
  type        = string
  default     = "aws"
  nullable    = false
}

variable "create_bucket" {
  description = "Whether to create the bucket. If not, only its policy is managed."
  type        = bool
  default     = true
  nullable    = false
}

variable "force_destroy" {
  description = "Whether `terraform destroy` deletes a bucket that still holds data."
  type        = bool
  default     = false
  nullable    = false
}

variable "object_ownership" {
  description = "Who owns new objects. `BucketOwnerEnforced` turns ACLs off: S3 then accepts no ACL from mParticle but `bucket-owner-full-control`. `BucketOwnerPreferred` accepts any."
  type        = string
  default     = "BucketOwnerEnforced"
  nullable    = false
}

variable "folder" {
  description = "Restricts mParticle to this folder, and to the verification object at the bucket's root. Empty for the whole bucket."
  type        = string
  default     = ""
  nullable    = false
}

variable "folders" {
  description = "More folders that mParticle may write to: for several connections with one bucket."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "date_folders" {
  description = "How the export is sorted into folders: `none`, `event_time`, `upload_time` or `first_event_or_upload_time`."
  type        = string
  default     = "upload_time"
  nullable    = false
}

variable "encryption" {
  description = "The bucket's default encryption: `AES256`, or `aws:kms` with a key."
  type        = string
  default     = "AES256"
  nullable    = false
}

variable "create_kms_key" {
  description = "Whether `encryption = \"aws:kms\"` creates a key. If not, `kms_key_arn` is used."
  type        = bool
  default     = true
  nullable    = false
}

variable "kms_key_arn" {
  description = "The ARN of your own key, with `create_kms_key = false`; the key may be created in the same configuration, and needs the output `key_policy`. Not an id or an alias: for another account, S3 looks for these in that account."
  type        = string
  default     = ""
  nullable    = false
}

variable "keep_kms_key" {
  description = "What happens to the key that this module created when the bucket no longer encrypts with it: `true` keeps it, `false` deletes it after 30 days. Without a value, such a change is refused, because objects that are encrypted with a deleted key cannot be read."
  type        = bool
  default     = null
}

variable "source_vpce_ids" {
  description = "VPC endpoints. Reading is allowed through these only. Writing is not restricted, because mParticle writes from the Internet."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "policy_documents_of_others" {
  description = "Bucket policies as JSON, whose statements are added to mParticle's. A bucket has one policy: statements not listed here are deleted."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "versioning" {
  description = "Whether the bucket keeps overwritten and deleted objects as old versions."
  type        = bool
  default     = true
  nullable    = false
}

variable "lifecycle_days" {
  description = "Days until deletion: of unfinished uploads, of old versions, and (if given) of the export in its folders."
  type = object({
    abort_uploads       = optional(number, 7)
    noncurrent_versions = optional(number, 30)
    export              = optional(number)
  })
  default  = {}
  nullable = false
}

variable "lifecycle_folders" {
  description = "The lifecycle of single folders, in place of `lifecycle_days.export`: days until deletion, and days until a storage class such as `STANDARD_IA` or `GLACIER_IR`. The folder `\"\"` is the whole bucket."
  type = map(object({
    expire      = optional(number)
    transitions = optional(map(number), {})
  }))
  default  = {}
  nullable = false
}

variable "access_logs" {
  description = "The bucket and prefix for S3 access logs; null for no logs."
  type = object({
    bucket = string
    prefix = optional(string, "s3-access/")
  })
  default = null
}

variable "notify" {
  description = "SQS queues and SNS topics that S3 notifies of every new object. Their policies must let S3 send to them before the module is applied."
  type = object({
    queues = optional(list(object({ arn = string, prefix = optional(string), suffix = optional(string) })), [])
    topics = optional(list(object({ arn = string, prefix = optional(string), suffix = optional(string) })), [])
  })
  default  = {}
  nullable = false
}

variable "eventbridge" {
  description = "Whether S3 sends an event to EventBridge for every new object."
  type        = bool
  default     = false
  nullable    = false
}

variable "inventory" {
  description = "Where S3 writes a list of all objects, as Parquet: `Daily` or `Weekly`. The policy of that bucket must let S3 write. Null for none."
  type = object({
    bucket_arn = string
    prefix     = optional(string, "s3-inventory")
    frequency  = optional(string, "Daily")
  })
  default = null
}

variable "alarm" {
  description = "An alarm when no object was written for so many minutes, and what it notifies, such as the ARN of an SNS topic. It uses S3's request metrics, which cost money. Null for none."
  type = object({
    minutes = optional(number, 60)
    actions = optional(list(string), [])
  })
  default = null
}

variable "tags" {
  description = "Tags for all resources."
  type        = map(string)
  default     = {}
  nullable    = false
}
