variable "bucket_name" {
  description = "The bucket's name."
  type        = string
  nullable    = false
}

variable "create_bucket" {
  description = "Whether to create the bucket. If not, only its policy is managed."
  type        = bool
  default     = true
  nullable    = false

  validation {
    condition     = var.create_bucket || var.encryption != "aws:kms" || !var.create_kms_key
    error_message = "With `create_bucket = false` only the policy is managed, and a new key would not be used. Set `create_kms_key = false`, and `kms_key_arn` to the bucket's key."
  }

  validation {
    condition     = var.create_bucket || (var.access_logs == null && var.inventory == null && var.alarm == null && !var.eventbridge && length(concat(var.notify.queues, var.notify.topics)) == 0)
    error_message = "With `create_bucket = false` only the policy is managed: remove `access_logs`, `inventory`, `alarm`, `eventbridge` and `notify`, and set them where the bucket is created."
  }

  validation {
    condition     = var.create_bucket || (var.lifecycle_days.abort_uploads == 7 && var.lifecycle_days.noncurrent_versions == 30 && var.lifecycle_days.export == null && length(var.lifecycle_folders) == 0)
    error_message = "With `create_bucket = false` only the policy is managed: remove `lifecycle_days` and `lifecycle_folders`, and set the lifecycle where the bucket is created."
  }
}

variable "force_destroy" {
  description = "Whether `terraform destroy` deletes a bucket that still holds data."
  type        = bool
  default     = false
  nullable    = false
}

variable "partition" {
  description = "The AWS partition of all ARNs: `aws`, `aws-cn` or `aws-us-gov`."
  type        = string
  default     = "aws"
  nullable    = false
}

variable "object_ownership" {
  description = "Who owns new objects. `BucketOwnerEnforced` turns ACLs off: S3 then accepts no ACL from mParticle but `bucket-owner-full-control`. `BucketOwnerPreferred` accepts any."
  type        = string
  default     = "BucketOwnerEnforced"
  nullable    = false

  validation {
    condition     = contains(["BucketOwnerEnforced", "BucketOwnerPreferred"], var.object_ownership)
    error_message = "Use `BucketOwnerEnforced` or `BucketOwnerPreferred`: with `ObjectWriter`, mParticle would own the objects."
  }
}

variable "encryption" {
  description = "The bucket's default encryption: `AES256`, or `aws:kms` with a key."
  type        = string
  default     = "AES256"
  nullable    = false

  validation {
    condition     = contains(["AES256", "aws:kms"], var.encryption)
    error_message = "The bucket's default encryption is `AES256` or `aws:kms`."
  }
}

variable "create_kms_key" {
  description = "Whether `encryption = \"aws:kms\"` creates a key. If not, `kms_key_arn` is used."
  type        = bool
  default     = true
  nullable    = false
}

variable "kms_key_arn" {
  description = "The ARN of your own key, with `create_kms_key = false`; the key may be created in the same configuration. Not an id or an alias: for another account, S3 looks for these in that account."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.kms_key_arn == "" || (var.encryption == "aws:kms" && !var.create_kms_key)
    error_message = "Your own key is used with `encryption = \"aws:kms\"` and `create_kms_key = false` only."
  }

  validation {
    condition     = var.encryption != "aws:kms" || var.create_kms_key || can(regex("^arn:(aws|aws-cn|aws-us-gov):kms:[a-z0-9-]+:[0-9]{12}:key/[a-z0-9-]+$", var.kms_key_arn))
    error_message = "Use the ARN of a KMS key, `arn:aws:kms:REGION:ACCOUNT:key/ID`, which `aws kms describe-key` shows."
  }
}

variable "keep_kms_key" {
  description = "What happens to the key that this module created when the bucket no longer encrypts with it: `true` keeps it, `false` deletes it after 30 days. Without a value, such a change is refused, because objects that are encrypted with a deleted key cannot be read."
  type        = bool
  default     = null
}

variable "key_policy" {
  description = "The policy of the key that is created, as JSON; null for AWS's default, which lets the account administer it."
  type        = string
  default     = null
}

variable "policy_documents" {
  description = "Policies as JSON, whose statements make the bucket's policy. Null for a policy that only requires TLS 1.2."
  type        = list(string)
  default     = null

  validation {
    condition     = alltrue([for document in coalesce(var.policy_documents, []) : try(alltrue([for statement in flatten([jsondecode(document).Statement]) : contains(["Allow", "Deny"], statement.Effect)]), false)])
    error_message = "Each must be a policy as JSON, whose `Statement` has statements with an `Effect`."
  }
}

variable "versioning" {
  description = "Whether the bucket keeps overwritten and deleted objects as old versions."
  type        = bool
  default     = true
  nullable    = false
}

variable "folders" {
  description = "The export's folders, for `lifecycle_days.export`. Empty for the whole bucket."
  type        = list(string)
  default     = []
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

  validation {
    condition     = alltrue([for days in values(var.lifecycle_days) : days == null || try(days >= 1 && floor(days) == days, false)])
    error_message = "Days are whole numbers from 1."
  }
}

variable "lifecycle_folders" {
  description = "The lifecycle of single folders, in place of `lifecycle_days.export`: days until deletion, and days until a storage class such as `STANDARD_IA` or `GLACIER_IR`. The folder `\"\"` is the whole bucket."
  type = map(object({
    expire      = optional(number)
    transitions = optional(map(number), {})
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue(flatten([for tier in values(var.lifecycle_folders) : [for days in concat([tier.expire], values(tier.transitions)) : days == null || try(days >= 1 && floor(days) == days, false)]]))
    error_message = "Days are whole numbers from 1."
  }

  validation {
    condition     = alltrue([for tier in values(var.lifecycle_folders) : tier.expire != null || length(tier.transitions) > 0])
    error_message = "Give each folder `expire`, `transitions` or both: S3 refuses a rule that does nothing."
  }
}

variable "access_logs" {
  description = "The bucket and prefix for S3 access logs; null for no logs."
  type = object({
    bucket = string
    prefix = optional(string, "s3-access/")
  })
  default = null

  validation {
    condition     = try(var.access_logs.bucket != var.bucket_name, true)
    error_message = "Access logs in the bucket itself would be logged again and mixed with the export: use another bucket."
  }
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

  validation {
    condition     = var.inventory == null || try(contains(["Daily", "Weekly"], var.inventory.frequency), false)
    error_message = "Use `Daily` or `Weekly`."
  }
}

variable "alarm" {
  description = "An alarm when no object was written for so many minutes, and what it notifies, such as the ARN of an SNS topic. It uses S3's request metrics, which cost money. Null for none."
  type = object({
    minutes = optional(number, 60)
    actions = optional(list(string), [])
  })
  default = null

  validation {
    condition     = var.alarm == null || try(var.alarm.minutes >= 5 && var.alarm.minutes <= 1440 && floor(var.alarm.minutes) == var.alarm.minutes, false)
    error_message = "Use 5 to 1440 whole minutes."
  }
}

variable "tags" {
  description = "Tags for all resources."
  type        = map(string)
  default     = {}
  nullable    = false
}
