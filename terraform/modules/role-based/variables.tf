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
  description = "The pod that hosts your organisation: `us1`, `us2`, `eu1` or `au1`."
  type        = string
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

  validation {
    condition     = var.create_bucket || var.encryption != "aws:kms" || var.kms_key_arn != ""
    error_message = "With `create_bucket = false` only the policy is managed, and a new key would not be used. Set `kms_key_arn` to the bucket's key, for the output `key_policy`."
  }
}

variable "force_destroy" {
  description = "Whether `terraform destroy` deletes a bucket that still holds data."
  type        = bool
  default     = false
  nullable    = false
}

variable "folder" {
  description = "Restricts mParticle to this folder, and to the verification object at the bucket's root. Empty for the whole bucket."
  type        = string
  default     = ""
  nullable    = false
}

variable "date_folders" {
  description = "How the export is sorted into folders: `none`, `event_time`, `upload_time` or `first_event_or_upload_time`."
  type        = string
  default     = "upload_time"
  nullable    = false

  validation {
    condition     = contains(["none", "event_time", "upload_time", "first_event_or_upload_time"], var.date_folders)
    error_message = "Use `none`, `event_time`, `upload_time` or `first_event_or_upload_time`."
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

variable "kms_key_arn" {
  description = "An existing KMS key, which needs the output `key_policy`. Empty to create one for `encryption = \"aws:kms\"`."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.kms_key_arn == "" || var.encryption == "aws:kms"
    error_message = "A key is used with `encryption = \"aws:kms\"` only."
  }
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

  validation {
    condition     = alltrue([for document in var.policy_documents_of_others : try(alltrue([for statement in flatten([jsondecode(document).Statement]) : contains(["Allow", "Deny"], statement.Effect)]), false)])
    error_message = "Each must be a policy as JSON, whose `Statement` has statements with an `Effect`."
  }
}

variable "versioning" {
  description = "Whether the bucket keeps overwritten and deleted objects as old versions."
  type        = bool
  default     = true
  nullable    = false
}

variable "lifecycle_days" {
  description = "Days until deletion: of unfinished uploads, of old versions, and (if given) of the export."
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

  validation {
    condition     = var.create_bucket || (var.lifecycle_days.abort_uploads == 7 && var.lifecycle_days.noncurrent_versions == 30 && var.lifecycle_days.export == null)
    error_message = "With `create_bucket = false` only the policy is managed: remove `lifecycle_days`, and set the lifecycle where the bucket is created."
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
    condition     = var.access_logs == null || var.create_bucket
    error_message = "With `create_bucket = false` only the policy is managed: remove `access_logs`, and set the logs where the bucket is created."
  }

  validation {
    condition     = try(var.access_logs.bucket != var.bucket_name, true)
    error_message = "Access logs in the bucket itself would be logged again and mixed with the export: use another bucket."
  }
}

variable "eventbridge" {
  description = "Whether S3 sends an event to EventBridge for every new object."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = var.create_bucket || !var.eventbridge
    error_message = "With `create_bucket = false` only the policy is managed: remove `eventbridge`, and turn it on where the bucket is created."
  }
}

variable "tags" {
  description = "Tags for all resources."
  type        = map(string)
  default     = {}
  nullable    = false
}
