locals {
  folder = trim(var.folder, "/")
  base   = "s3://${var.bucket_name}/${local.folder == "" ? "" : "${local.folder}/"}"

  # Written from the types of a batch, as the statements of `mp-forwarding ddl --for athena` are.
  columns = jsondecode(file("${path.module}/generated/columns.json"))[var.raw_data_feed ? "inbound" : "outbound"]

  # With date folders by event time, batches without a time are in the base folder.
  tables = merge(
    var.date_folders == "none" ? {} : {
      dated = {
        description = "Batches in date folders"
        partitions  = ["folder_date"]
        parameters = {
          "projection.enabled"            = "true"
          "projection.folder_date.type"   = "date"
          "projection.folder_date.format" = "yyyy-MM-dd"
          "projection.folder_date.range"  = "${var.since},NOW+1DAYS"
          "storage.location.template"     = "${local.base}$${folder_date}/"
        }
      }
    },
    !contains(["none", "event_time"], var.date_folders) ? {} : {
      undated = {
        description = "Batches in the base folder, and in the folders below it: the views of `mp-forwarding ddl` leave these out"
        partitions  = []
        parameters  = {}
      }
    },
  )
}

# It checks the inputs that all modules share.
module "policies" {
  source = "../policies"

  access       = "user"
  bucket_name  = var.bucket_name
  folder       = var.folder
  date_folders = var.date_folders
}

################################################################################
# Database
################################################################################

resource "aws_glue_catalog_database" "this" {
  count = var.create_database ? 1 : 0

  name        = var.database_name
  description = "mParticle's export in ${var.bucket_name}"
}

################################################################################
# Tables
################################################################################

resource "aws_glue_catalog_table" "this" {
  for_each = local.tables

  database_name = var.create_database ? aws_glue_catalog_database.this[0].name : var.database_name
  name          = "${var.table}_${each.key}"
  description   = each.value.description
  table_type    = "EXTERNAL_TABLE"
  parameters    = merge({ EXTERNAL = "TRUE", classification = "json" }, each.value.parameters)

  storage_descriptor {
    location      = local.base
    input_format  = "org.apache.hadoop.mapred.TextInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"

    ser_de_info {
      serialization_library = "org.openx.data.jsonserde.JsonSerDe"
      parameters            = { "case.insensitive" = "false" }
    }

    dynamic "columns" {
      for_each = local.columns

      content {
        name    = columns.value.name
        type    = columns.value.type
        comment = columns.value.comment
      }
    }
  }

  dynamic "partition_keys" {
    for_each = each.value.partitions

    content {
      name    = partition_keys.value
      type    = "string"
      comment = "The date folder"
    }
  }
}
