locals {
  # Written by `mp-forwarding policy terraform write` from the templates of the program.
  catalogue = jsondecode(file("${path.module}/generated/pods.json"))

  by_role = var.access == "role"
  pod     = try(local.catalogue.pods[lower(var.pod)], null)

  account_id      = try(coalesce(var.account_id, try(local.pod.account, null)), "")
  role_arn_prefix = "arn:${var.partition}:iam::${local.account_id}:role/"
  writer_role_arn = local.by_role ? "${local.role_arn_prefix}${coalesce(var.writer_role, try(local.pod.writer_role, null))}" : ""
  verify_role_arn = local.by_role ? "${local.role_arn_prefix}${coalesce(var.verify_role, try(local.pod.verify_role, null))}" : ""

  key_owner = var.key_owner_account_id != "" ? var.key_owner_account_id : try(split(":", var.kms_key_arn)[4], "")

  folder = trim(var.folder, "/")

  values = {
    partition       = var.partition
    bucket          = var.bucket_name
    folder          = local.folder
    writer_role_arn = local.writer_role_arn
    verify_role_arn = local.verify_role_arn
    kms_key_arn     = var.kms_key_arn
    owner_account   = local.key_owner
    source_vpces    = var.source_vpce_ids
  }

  templates  = "${path.module}/generated"
  has_key    = local.by_role && var.edition == "strict" && local.key_owner != ""
  bucket_arn = "arn:${var.partition}:s3:::${var.bucket_name}"

  # Decoded and encoded, so that the result is JSON in one spelling, or an error.
  bucket_policy = local.by_role ? jsonencode(jsondecode(templatefile("${local.templates}/bucket.${var.edition}.json.tftpl", local.values))) : null
  user_policy   = local.by_role ? null : jsonencode(jsondecode(templatefile("${local.templates}/user.${var.edition}.json.tftpl", local.values)))
  key_policy    = local.has_key ? jsonencode(jsondecode(templatefile("${local.templates}/key.strict.json.tftpl", local.values))) : null

  # The text of mParticle's form for each.
  date_folders_shown = {
    none                       = "None"
    event_time                 = "Store data in folders by the event time"
    upload_time                = "Store data in folders by upload time"
    first_event_or_upload_time = "Store data in folders by first event time or upload time if no events"
  }
}
