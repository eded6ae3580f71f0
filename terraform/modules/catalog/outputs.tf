output "database_name" {
  description = "The database's name."
  value       = var.create_database ? aws_glue_catalog_database.this[0].name : var.database_name
}

output "table_names" {
  description = "The tables' names: `dated` for the date folders, `undated` for the base folder."
  value       = { for kind, table in aws_glue_catalog_table.this : kind => table.name }
}
