variable "bucket_name" {
  description = "The bucket of the export."
  type        = string
  nullable    = false
}

variable "role_name" {
  description = "The role's name."
  type        = string
  default     = "mparticle-export-reader"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", var.role_name))
    error_message = "IAM accepts 1 to 64 letters, digits and `+=,.@_-`."
  }
}

variable "name_prefix" {
  description = "The beginning of the role's name, in place of `role_name`: AWS adds characters, so that the names of several readers differ."
  type        = string
  default     = null

  validation {
    condition     = var.name_prefix == null || can(regex("^[A-Za-z0-9+=,.@_-]{1,38}$", var.name_prefix))
    error_message = "IAM accepts 1 to 38 letters, digits and `+=,.@_-` before the characters that AWS adds."
  }
}

variable "path" {
  description = "The role's path in IAM."
  type        = string
  default     = "/"
  nullable    = false

  validation {
    condition     = can(regex("^/([A-Za-z0-9+=,.@_-]+/)*$", var.path))
    error_message = "A path begins and ends with `/`, as in `/data/`."
  }
}

variable "permissions_boundary" {
  description = "The ARN of the policy that limits the role's permissions, if your organisation requires one."
  type        = string
  default     = null
}

variable "partition" {
  description = "The AWS partition of all ARNs: `aws`, `aws-cn` or `aws-us-gov`."
  type        = string
  default     = "aws"
  nullable    = false
}

variable "folder" {
  description = "Restricts the reader to this folder. Empty for the whole bucket."
  type        = string
  default     = ""
  nullable    = false
}

variable "kms_key_arn" {
  description = "The KMS key that the export is encrypted with. Empty for none."
  type        = string
  default     = ""
  nullable    = false
}

variable "trusted_principal_arns" {
  description = "Roles and users that may assume this role. With `external_id` also a whole account, as Fivetran asks for."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.trusted_principal_arns : can(regex("^arn:(aws|aws-cn|aws-us-gov):iam::[0-9]{12}:((role|user)/[A-Za-z0-9+=,.@_/-]+|root)$", arn)) && (!endswith(arn, ":root") || var.external_id != null)])
    error_message = "Use ARNs of roles or users. A whole account (`:root`) is accepted with `external_id` only, and wildcards are refused."
  }

  validation {
    condition     = length(var.trusted_principal_arns) > 0 || var.oidc != null
    error_message = "No principal may assume the role: set `trusted_principal_arns`, or `oidc` for CI."
  }

  validation {
    condition     = var.external_id == null || length(var.trusted_principal_arns) > 0
    error_message = "An external id is for `trusted_principal_arns`: a CI job does not send one."
  }
}

variable "external_id" {
  description = "The external id that a third party (Snowflake, Databricks, Fivetran) gave you. The trusted principals must send it. Without it, other customers of that party could have it read your bucket."
  type        = string
  default     = null

  validation {
    condition     = var.external_id == null || (can(regex("^[A-Za-z0-9+=,.@:/_-]+$", var.external_id)) && try(length(var.external_id) >= 2 && length(var.external_id) <= 1224, false))
    error_message = "An external id has 2 to 1224 letters, digits and `+=,.@:/_-`."
  }
}

variable "oidc" {
  description = "CI jobs that may assume this role: the ARN of the OIDC provider in IAM, the host in the names of its claims, the audience, and the subjects (exact, or with `*` after a repository, as in `repo:acme/export:*`)."
  type = object({
    provider_arn = string
    host         = string
    audience     = optional(string, "sts.amazonaws.com")
    subjects     = list(string)
  })
  default = null

  validation {
    condition     = var.oidc == null || try(length(var.oidc.subjects) > 0 && alltrue([for subject in var.oidc.subjects : can(regex("^([^*?]+|[^*?:]+:[^*?:]+/[^*?:/]+:.*)$", subject))]), false)
    error_message = "Give each subject in full, or as `repo:ORG/REPO:` before a wildcard: otherwise jobs of other repositories could assume the role."
  }

  validation {
    condition     = var.oidc == null || try(can(regex("^arn:(aws|aws-cn|aws-us-gov):iam::[0-9]{12}:oidc-provider/", var.oidc.provider_arn)) && endswith(var.oidc.provider_arn, ":oidc-provider/${var.oidc.host}"), false)
    error_message = "Use the provider's ARN, `arn:aws:iam::ACCOUNT:oidc-provider/HOST`, and the same host without `https://`: the names of the claims begin with it."
  }

  validation {
    condition     = var.oidc == null || try(can(regex("^[^*?]+$", var.oidc.audience)), false)
    error_message = "Use one audience of the provider, without a wildcard: it is compared literally and matches no job."
  }
}

variable "conformance_folder" {
  description = "A folder in which a conformance job may also write and delete. Empty for none."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9 !'()+,./=@_-]*$", var.conformance_folder))
    error_message = "A folder in a policy may have letters, digits, spaces and `!'()+,-./=@_` only: other characters have a meaning in IAM."
  }

  validation {
    condition     = var.conformance_folder == "" || alltrue([for segment in split("/", trim(var.conformance_folder, "/")) : !contains(["", ".", ".."], segment)])
    error_message = "A folder has no empty segment, and no `.` or `..`."
  }

  validation {
    condition = var.conformance_folder == "" || var.folder == "" || !anytrue([
      startswith("${trim(var.conformance_folder, "/")}/", "${trim(var.folder, "/")}/"),
      startswith("${trim(var.folder, "/")}/", "${trim(var.conformance_folder, "/")}/"),
    ])
    error_message = "One of the conformance folder and the export's folder contains the other: a job could delete the export, or its files could be read as data."
  }
}

variable "preflight" {
  description = "Whether the role may also run `mp-forwarding preflight`, which reads the configuration of the bucket and writes the verification object."
  type        = bool
  default     = false
  nullable    = false
}

variable "preflight_user" {
  description = "The IAM user whose access key mParticle uses, which `preflight` reads too. Empty for role-based access."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9+=,.@_-]{0,64}$", var.preflight_user)) && (var.preflight_user == "" || var.preflight)
    error_message = "Use the name of the user without its path, together with `preflight = true`."
  }
}

variable "tags" {
  description = "Tags for all resources."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "aws_region" {
  description = "The bucket's region, for the settings file; mParticle's own default if not given."
  type        = string
  default     = "us-east-1"
  nullable    = false
}

variable "date_folders" {
  description = "How the export is sorted into folders, for the settings file: `none`, `event_time`, `upload_time` or `first_event_or_upload_time`."
  type        = string
  default     = "upload_time"
  nullable    = false
}
