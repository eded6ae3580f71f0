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
  description = "The AWS partition of everything: `aws`, `aws-cn` or `aws-us-gov`."
  type        = string
  default     = "aws"
  nullable    = false
}

variable "create_bucket" {
  description = "Whether to make the bucket. If not, only its policy is managed, and nothing else of it is touched."
  type        = bool
  default     = true
  nullable    = false

  validation {
    condition     = var.create_bucket || var.encryption != "aws:kms" || var.kms_key_arn != ""
    error_message = "A key would be made that nothing uses: of a bucket that exists only the policy is managed. Name its key in `kms_key_arn`, for the output `key_policy`."
  }
}

variable "force_destroy" {
  description = "Whether `terraform destroy` deletes a bucket that still holds data."
  type        = bool
  default     = false
  nullable    = false
}

variable "folder" {
  description = "Confines mParticle to this folder, and to the verification object at the bucket's root. Empty for the whole bucket."
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
    error_message = "There are `none`, `event_time`, `upload_time` and `first_event_or_upload_time`."
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
  description = "A KMS key that exists; empty to make one for `encryption = \"aws:kms\"`. Give that key the output `key_policy`."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.kms_key_arn == "" || var.encryption == "aws:kms"
    error_message = "A key is used with `encryption = \"aws:kms\"` only."
  }
}

variable "source_vpce_ids" {
  description = "VPC endpoints through which the bucket must be read. Writing is not restricted: mParticle writes from elsewhere."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "policy_documents_of_others" {
  description = "Bucket policies as JSON whose statements are kept beside mParticle's. A bucket has one policy: what is not here, is gone."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for document in var.policy_documents_of_others : try(alltrue([for statement in flatten([jsondecode(document).Statement]) : contains(["Allow", "Deny"], statement.Effect)]), false)])
    error_message = "Each is a policy as JSON, whose `Statement` has statements with an `Effect`."
  }
}

variable "versioning" {
  description = "Whether the bucket keeps what is overwritten or deleted."
  type        = bool
  default     = true
  nullable    = false
}

variable "lifecycle_days" {
  description = "After how many days what goes: unfinished uploads, versions that are not current, and (if given) the export itself."
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
    error_message = "Of a bucket that exists only the policy is managed: leave `lifecycle_days` out, and set its lifecycle where the bucket is made."
  }
}

variable "access_logs" {
  description = "Where S3 logs access to the bucket; null for nowhere."
  type = object({
    bucket = string
    prefix = optional(string, "s3-access/")
  })
  default = null

  validation {
    condition     = var.access_logs == null || var.create_bucket
    error_message = "Of a bucket that exists only the policy is managed: leave `access_logs` out, and set its logs where the bucket is made."
  }

  validation {
    condition     = try(var.access_logs.bucket != var.bucket_name, true)
    error_message = "Logs of access to the bucket, written into it, would be logged again, and lie among the export: name another bucket."
  }
}

variable "eventbridge" {
  description = "Whether S3 sends an event to EventBridge for every new object."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = var.create_bucket || !var.eventbridge
    error_message = "Of a bucket that exists only the policy is managed: leave `eventbridge` out, and turn it on where the bucket is made."
  }
}

variable "tags" {
  description = "Tags of all that can be tagged."
  type        = map(string)
  default     = {}
  nullable    = false
}
