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

variable "bucket" {
  description = "Other inputs of the module `bucket`, by name, as in `{ versioning = false, lifecycle_days = { export = 400 } }`."
  type        = any
  default     = {}
  nullable    = false

  # An object type would ignore a misspelled name.
  validation {
    condition     = try(length(setsubtract(keys(var.bucket), keys(local.bucket_defaults))) == 0, false)
    error_message = "Use an object with inputs of the module `bucket`: ${join(", ", keys(local.bucket_defaults))}. The others are inputs of this module."
  }
}

variable "tags" {
  description = "Tags for all resources."
  type        = map(string)
  default     = {}
  nullable    = false
}
