variable "bucket_name" {
  description = "The bucket of the export."
  type        = string
  nullable    = false
}

variable "folder" {
  description = "The folder of the export. Empty for the whole bucket."
  type        = string
  default     = ""
  nullable    = false
}

variable "date_folders" {
  description = "How the export is sorted into folders: `none`, `event_time`, `upload_time` or `first_event_or_upload_time`."
  type        = string
  default     = "upload_time"
  nullable    = false
}

variable "raw_data_feed" {
  description = "Whether the export is mParticle's raw data feed, whose batches have other columns."
  type        = bool
  default     = false
  nullable    = false
}

variable "database_name" {
  description = "The database in the Glue catalog."
  type        = string
  default     = "mparticle"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9_]{1,128}$", var.database_name))
    error_message = "Athena accepts 1 to 128 lower-case letters, digits and underscores."
  }
}

variable "create_database" {
  description = "Whether to create the database. If not, it must exist."
  type        = bool
  default     = true
  nullable    = false
}

variable "table" {
  description = "The beginning of the tables' names, as in `mp-forwarding ddl --table`, whose views read these tables."
  type        = string
  default     = "mparticle_export"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9_]{0,63}$", var.table))
    error_message = "Use 1 to 64 lower-case letters, digits and underscores that begin with a letter."
  }
}

variable "since" {
  description = "The first date folder that is read, `yyyy-mm-dd`: partition projection needs a range."
  type        = string
  default     = "2020-01-01"
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", var.since)) && can(timeadd("${var.since}T00:00:00Z", "0s"))
    error_message = "Use a date such as `2024-01-31`."
  }
}
