# Plans with a mocked provider: nothing is created.

mock_provider "aws" {}

variables {
  bucket_name = "mp-forwarding-acme"
}

run "date_folders_are_projected" {
  command = plan

  variables {
    folder = "/exports/"
    since  = "2024-05-06"
  }

  assert {
    condition     = output.table_names == { dated = "mparticle_export_dated" } && output.database_name == "mparticle"
    error_message = "There is not one table of the date folders."
  }

  assert {
    condition     = aws_glue_catalog_table.this["dated"].parameters["storage.location.template"] == "s3://mp-forwarding-acme/exports/$${folder_date}/" && aws_glue_catalog_table.this["dated"].parameters["projection.folder_date.range"] == "2024-05-06,NOW+1DAYS"
    error_message = "The partitions are not those of the date folders."
  }

  assert {
    condition     = one(aws_glue_catalog_table.this["dated"].storage_descriptor).location == "s3://mp-forwarding-acme/exports/" && one(aws_glue_catalog_table.this["dated"].partition_keys).name == "folder_date"
    error_message = "The table is not in the folder."
  }

  assert {
    condition     = one([for column in one(aws_glue_catalog_table.this["dated"].storage_descriptor).columns : column.type if column.name == "mpid"]) == "string"
    error_message = "A 64-bit integer is not read as text."
  }
}

run "event_time_has_a_base_folder_too" {
  command = plan

  variables {
    date_folders  = "event_time"
    raw_data_feed = true
    table         = "raw"
  }

  assert {
    condition     = output.table_names == { dated = "raw_dated", undated = "raw_undated" }
    error_message = "There are not two tables."
  }

  assert {
    condition     = length(aws_glue_catalog_table.this["undated"].partition_keys) == 0
    error_message = "The base folder has partitions."
  }

  assert {
    condition     = tolist(one(aws_glue_catalog_table.this["undated"].storage_descriptor).columns[*].name) == tolist(local.columns[*].name) && length(local.columns) > 10
    error_message = "The columns are not those of the raw data feed."
  }
}

run "no_date_folders" {
  command = plan

  variables {
    date_folders    = "none"
    create_database = false
    database_name   = "lake"
  }

  assert {
    condition     = output.table_names == { undated = "mparticle_export_undated" } && output.database_name == "lake" && length(aws_glue_catalog_database.this) == 0
    error_message = "There is not one table in the database that exists."
  }
}

run "a_database_that_athena_does_not_take" {
  command = plan

  variables {
    database_name = "my-lake"
  }

  expect_failures = [var.database_name]
}

run "a_table_that_ddl_does_not_take" {
  command = plan

  variables {
    table = "1export"
  }

  expect_failures = [var.table]
}

run "a_day_that_does_not_exist" {
  command = plan

  variables {
    since = "2024-02-31"
  }

  expect_failures = [var.since]
}
