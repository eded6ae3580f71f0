variable "bucket_name" {
  description = "The bucket that mParticle writes to. The module `bucket` creates one."
  type        = string
  nullable    = false
}

variable "aws_region" {
  description = "The bucket's region, for mParticle's form and the settings file."
  type        = string
  nullable    = false
}

variable "user_name" {
  description = "The IAM user's name."
  type        = string
  default     = "mparticle-export"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", var.user_name))
    error_message = "IAM accepts 1 to 64 letters, digits and `+=,.@_-`."
  }
}

variable "partition" {
  description = "The AWS partition of all ARNs: `aws`, `aws-cn` or `aws-us-gov`."
  type        = string
  default     = "aws"
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

variable "kms_key_arn" {
  description = "The KMS key that the bucket encrypts with. Empty for none."
  type        = string
  default     = ""
  nullable    = false
}

variable "access_keys" {
  description = "Names of the access keys to create, none by default. To rotate without a gap, add a second name, enter its key in mParticle's form, then remove the first. Terraform stores the secret of a key in its state."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(var.access_keys) <= 2
    error_message = "A user has at most two access keys."
  }
}

variable "mparticle_key" {
  description = "The name of the access key that mParticle uses now, if there are two; null if there is one."
  type        = string
  default     = null

  validation {
    condition     = var.mparticle_key == null || contains(var.access_keys, coalesce(var.mparticle_key, "-"))
    error_message = "Use one of the names in `access_keys`."
  }
}

variable "secrets_manager" {
  description = "Writes each access key into Secrets Manager, as `PREFIX` + `USER_NAME/KEY_NAME`, encrypted with the account's key or with `kms_key_arn`. Null to write none."
  type = object({
    prefix      = optional(string, "")
    kms_key_arn = optional(string)
  })
  default = null

  validation {
    condition     = var.secrets_manager == null || var.pgp_key == null
    error_message = "With `pgp_key` only the owner of the PGP key can read the secret, so it cannot be written to Secrets Manager: use one of them."
  }
}

variable "pgp_key" {
  description = "A PGP key, as base64 or `keybase:NAME`, to encrypt the secrets of the access keys with. The state then has no secret in plain text. Null for none."
  type        = string
  default     = null
}

variable "output_secrets" {
  description = "Whether the keys' secrets are outputs, in `secret_access_keys` and `settings`."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !var.output_secrets || var.pgp_key == null
    error_message = "With `pgp_key` the secrets are known to the owner of the PGP key only; the output `encrypted_secrets` has them."
  }
}

variable "tags" {
  description = "Tags for all resources."
  type        = map(string)
  default     = {}
  nullable    = false
}
