locals {
  # Written by `mp-forwarding policy terraform write` from the templates of the program.
  catalogue = jsondecode(file("${path.module}/generated/pods.json"))
  templates = "${path.module}/generated"

  by_role = var.access == "role"
  pods    = distinct([for pod in compact(concat([var.pod], var.pods)) : lower(pod)])
  folders = distinct([for folder in concat(compact([var.folder]), var.folders) : trim(folder, "/")])

  # mParticle's roles, one entry for each pod.
  writers = !local.by_role ? [{ writer_role_arn = "", verify_role_arn = "" }] : [
    for pod in length(local.pods) == 0 ? [""] : local.pods : {
      for kind in ["writer_role", "verify_role"] :
      "${kind}_arn" => join("", [
        "arn:${var.partition}:iam::${coalesce(var.account_id, try(local.catalogue.pods[pod].account, null), "-")}:role/",
        coalesce(kind == "writer_role" ? var.writer_role : var.verify_role, try(local.catalogue.pods[pod][kind], null), "-"),
      ])
    }
  ]

  key_owner = var.key_owner_account_id != "" ? var.key_owner_account_id : try(split(":", var.kms_key_arn)[4], "")

  # A template is rendered for each pod and folder.
  connections = [for pair in setproduct(local.writers, length(local.folders) == 0 ? [""] : local.folders) : merge(pair[0], {
    partition    = var.partition
    bucket       = var.bucket_name
    folder       = pair[1]
    source_vpces = var.source_vpce_ids
  })]

  # The bucket's policy does not name the key: it is known when Terraform plans, even if the key is created in the same configuration.
  keys = { bucket = {}, user = { kms_key_arn = var.kms_key_arn }, key = { kms_key_arn = var.kms_key_arn, owner_account = local.key_owner } }

  statements = {
    for kind, template in { bucket = "bucket.${var.edition}", user = "user.${var.edition}", key = "key.strict" } :
    kind => flatten([for values in local.connections : jsondecode(templatefile("${local.templates}/${template}.json.tftpl", merge(values, local.keys[kind]))).Statement])
  }

  # Statements of one Sid are joined: S3 refuses a second statement with the same Sid.
  names = { for kind, statements in local.statements : kind => [for statement in statements : try(statement.Sid, jsonencode(statement))] }
  alike = { for kind, statements in local.statements : kind => { for number, statement in statements : local.names[kind][number] => statement... } }
  documents = {
    for kind, names in local.names : kind => jsonencode({
      Version = "2012-10-17"
      Statement = [for same in [for name in distinct(names) : local.alike[kind][name]] : [
        same[0],
        merge(same[0], { for argument, value in {
          Resource  = distinct(flatten(same[*].Resource))
          Principal = try({ AWS = distinct(flatten(same[*].Principal.AWS)) }, null)
          Condition = try({ StringLike = { "s3:prefix" = distinct(flatten([for one in same : one.Condition.StringLike["s3:prefix"]])) } }, null)
        } : argument => value if value != null }),
      ][min(length(same), 2) - 1]]
    })
  }

  # Nothing but the user's own policy lets mParticle write: the bucket's policy then only denies.
  denials = jsonencode({
    Version   = "2012-10-17"
    Statement = [for statement in local.statements.bucket : statement if statement.Effect == "Deny"]
  })

  has_key       = local.by_role && var.edition == "strict" && local.key_owner != ""
  bucket_arn    = "arn:${var.partition}:s3:::${var.bucket_name}"
  bucket_policy = local.by_role ? local.documents.bucket : var.edition == "strict" ? local.denials : null
  user_policy   = local.by_role ? null : local.documents.user
  key_policy    = local.has_key ? local.documents.key : null

  # The text of mParticle's form for each.
  date_folders_shown = {
    none                       = "None"
    event_time                 = "Store data in folders by the event time"
    upload_time                = "Store data in folders by upload time"
    first_event_or_upload_time = "Store data in folders by first event time or upload time if no events"
  }

  forms = { for values in local.connections : values.folder => {
    "S3 Bucket Name"                = var.bucket_name
    "Folder Name"                   = values.folder
    "AWS Region Endpoint"           = var.aws_region
    "Server Side Encryption Method" = "None"
    "Store Data In Folders By Date" = local.date_folders_shown[var.date_folders]
  }... }
  settings = { for folder in keys(local.forms) : folder => jsonencode({
    configuration = { aws_region = var.aws_region }
    connection = merge(
      { s3_bucket_name = var.bucket_name, store_data_in_folders_by_date = var.date_folders },
      folder == "" ? {} : { folder_name = folder },
    )
    engine = length(local.pods) == 0 ? {} : { pod = local.pods[0] }
  }) }
}
