variable "access" {
  description = "How mParticle writes: `role` with its own AWS roles, `user` with the access key of your IAM user."
  type        = string
  default     = "role"
  nullable    = false

  validation {
    condition     = contains(["role", "user"], var.access)
    error_message = "Use `role` or `user`."
  }
}

variable "bucket_name" {
  description = "The bucket's name."
  type        = string
  nullable    = false

  validation {
    condition     = length(var.bucket_name) >= 3 && length(var.bucket_name) <= 63
    error_message = "The bucket's name has ${length(var.bucket_name)} characters; 3 to 63 are allowed."
  }

  validation {
    condition     = !strcontains(var.bucket_name, ".")
    error_message = "A dot in the bucket's name breaks TLS, because S3's certificate covers one host label; use hyphens."
  }

  validation {
    condition     = can(regex("^[a-z0-9.-]*$", var.bucket_name))
    error_message = "Only lower-case letters, digits and hyphens are allowed in the bucket's name."
  }

  validation {
    condition     = !startswith(var.bucket_name, "-") && !endswith(var.bucket_name, "-")
    error_message = "The bucket's name must begin and end with a letter or a digit."
  }

  validation {
    condition = !anytrue(concat(
      [for prefix in ["xn--", "sthree-", "amzn-s3-demo-"] : startswith(var.bucket_name, prefix)],
      [for suffix in ["-s3alias", "--ol-s3", "--x-s3", "--table-s3"] : endswith(var.bucket_name, suffix)],
    ))
    error_message = "S3 reserves the prefixes `xn--`, `sthree-` and `amzn-s3-demo-` and the suffixes `-s3alias`, `--ol-s3`, `--x-s3` and `--table-s3`."
  }

  validation {
    condition     = var.access != "role" || startswith(var.bucket_name, "mp-forwarding-")
    error_message = "mParticle's roles write only to a bucket whose name begins with `mp-forwarding-`; rename it, or use `access = \"user\"`."
  }
}

variable "pod" {
  description = "The pod that hosts your organisation: `us1`, `us2`, `eu1` or `au1`. Not needed for `access = \"user\"`, or if all values of mParticle are given."
  type        = string
  default     = null

  validation {
    condition     = var.pod == null || contains(["us1", "us2", "eu1", "au1"], lower(coalesce(var.pod, "none")))
    error_message = "Use `us1`, `us2`, `eu1` or `au1`."
  }

  validation {
    condition     = var.access != "role" || var.pod != null || length(var.pods) > 0 || (var.account_id != null && var.writer_role != null && var.verify_role != null)
    error_message = "Set `pod` or `pods`, or set `account_id`, `writer_role` and `verify_role`."
  }

  validation {
    condition     = length(distinct(compact(concat([var.pod], var.pods)))) < 2 || (var.account_id == null && var.writer_role == null && var.verify_role == null)
    error_message = "`account_id`, `writer_role` and `verify_role` replace the values of one pod: with several pods they are refused."
  }
}

variable "pods" {
  description = "More pods, whose roles may write too: for several organisations with one bucket."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for pod in var.pods : contains(["us1", "us2", "eu1", "au1"], lower(pod))])
    error_message = "Use `us1`, `us2`, `eu1` or `au1`."
  }
}

variable "account_id" {
  description = "mParticle's AWS account, instead of the pod's."
  type        = string
  default     = null

  validation {
    condition     = var.account_id == null || can(regex("^[0-9]{12}$", var.account_id))
    error_message = "An AWS account is 12 digits."
  }
}

variable "writer_role" {
  description = "The name of the role that uploads files, instead of the pod's."
  type        = string
  default     = null

  validation {
    condition     = var.writer_role == null || can(regex("^[A-Za-z0-9+=,.@_-]{1,64}(/[A-Za-z0-9+=,.@_-]{1,64})*$", var.writer_role))
    error_message = "The name of a role is 1 to 64 letters, digits and `+=,.@_-`, after a path such as `team/`."
  }
}

variable "verify_role" {
  description = "The name of the role that uploads the verification object, instead of the pod's."
  type        = string
  default     = null

  validation {
    condition     = var.verify_role == null || can(regex("^[A-Za-z0-9+=,.@_-]{1,64}(/[A-Za-z0-9+=,.@_-]{1,64})*$", var.verify_role))
    error_message = "The name of a role is 1 to 64 letters, digits and `+=,.@_-`, after a path such as `team/`."
  }
}

variable "partition" {
  description = "The AWS partition of all ARNs: `aws`, `aws-cn` or `aws-us-gov`."
  type        = string
  default     = "aws"
  nullable    = false

  validation {
    condition     = contains(["aws", "aws-cn", "aws-us-gov"], var.partition)
    error_message = "Use `aws`, `aws-cn` or `aws-us-gov`."
  }
}

variable "edition" {
  description = "`documented` is what mParticle publishes, `strict` fixes its faults, `minio` is the nearest that a MinIO server accepts."
  type        = string
  default     = "strict"
  nullable    = false

  validation {
    condition     = contains(["documented", "strict", "minio"], var.edition)
    error_message = "Use `documented`, `strict` or `minio`."
  }
}

variable "folder" {
  description = "Restricts mParticle to this folder, and to the verification object at the bucket's root. Empty for the whole bucket."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9 !'()+,./=@_-]*$", var.folder))
    error_message = "A folder in a policy may have letters, digits, spaces and `!'()+,-./=@_` only: other characters have a meaning in IAM."
  }

  validation {
    condition     = length(var.folder) <= 512 && (var.folder == "" || alltrue([for segment in split("/", trim(var.folder, "/")) : !contains(["", ".", ".."], segment)]))
    error_message = "A folder has at most 512 characters, no empty segment, and no `.` or `..`."
  }

  validation {
    condition     = var.folder == "" || var.edition != "documented"
    error_message = "The documented policies support no folder; use `edition = \"strict\"`."
  }
}

variable "folders" {
  description = "More folders that mParticle may write to: for several connections with one bucket."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([for folder in var.folders : alltrue([
      can(regex("^[A-Za-z0-9 !'()+,./=@_-]*$", folder)),
      length(folder) <= 512,
      alltrue([for segment in split("/", trim(folder, "/")) : !contains(["", ".", ".."], segment)]),
    ])])
    error_message = "A folder has at most 512 letters, digits, spaces and `!'()+,-./=@_`, no empty segment, and no `.` or `..`."
  }

  validation {
    condition     = length(var.folders) == 0 || var.edition != "documented"
    error_message = "The documented policies support no folder; use `edition = \"strict\"`."
  }
}

variable "kms_key_arn" {
  description = "The KMS key that objects are encrypted with. Empty for none."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = !strcontains(var.kms_key_arn, "alias/")
    error_message = "An alias grants nothing in a policy: use the key's ARN, which `aws kms describe-key` shows."
  }

  validation {
    condition     = var.kms_key_arn == "" || strcontains(var.kms_key_arn, "alias/") || can(regex("^arn:(aws|aws-cn|aws-us-gov):kms:[a-z0-9-]+:[0-9]{12}:key/[a-z0-9-]+$", var.kms_key_arn))
    error_message = "Use the ARN of a KMS key, `arn:aws:kms:REGION:ACCOUNT:key/ID`."
  }

  validation {
    condition     = var.kms_key_arn == "" || var.edition == "strict"
    error_message = "Only the strict policies support a key; use `edition = \"strict\"`."
  }

  validation {
    condition     = var.kms_key_arn == "" || startswith(var.kms_key_arn, "arn:${var.partition}:")
    error_message = "The key is in another partition: a policy works in one partition only."
  }
}

variable "source_vpce_ids" {
  description = "VPC endpoints. Reading is allowed through these only. Writing is not restricted, because mParticle writes from the Internet."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.source_vpce_ids : can(regex("^vpce-[0-9a-f]{8,17}$", id))])
    error_message = "The id of a VPC endpoint is `vpce-` and hexadecimal digits."
  }

  validation {
    condition     = length(var.source_vpce_ids) == 0 || (var.access == "role" && var.edition == "strict")
    error_message = "VPC endpoints are supported in the strict bucket policy only."
  }
}

variable "key_owner_account_id" {
  description = "The account that owns the KMS key. Needed for the key's policy only; empty for the account in `kms_key_arn`."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.key_owner_account_id == "" || can(regex("^[0-9]{12}$", var.key_owner_account_id))
    error_message = "An AWS account is 12 digits."
  }

  validation {
    condition     = !can(regex("^[0-9]{12}$", var.key_owner_account_id)) || try(split(":", var.kms_key_arn)[4] == var.key_owner_account_id, true)
    error_message = "`kms_key_arn` names another account as the owner of the key: correct one of them."
  }
}

variable "aws_region" {
  description = "The bucket's region, for mParticle's form and the settings file; mParticle's own default if not given."
  type        = string
  default     = "us-east-1"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]+(-[a-z]+)+-[0-9]+$", var.aws_region))
    error_message = "Use the code of the region, such as `us-east-1`."
  }
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
