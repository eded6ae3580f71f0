//! The columns of the tables that the Terraform module `catalog` makes in the Glue catalog.

use serde_json::{Value, json};

use super::column::Column;
use super::dialect::Dialect;
use crate::contract::schema::Form;

/// The columns of a batch for Glue, with the types of Athena: those of mParticle's batches under `outbound`, those of the raw data
/// feed under `inbound`. Each has a name, a type and a comment.
pub fn glue_columns() -> Value {
    let columns = |form| Column::of_batch(form).iter().map(glue_column).collect::<Vec<_>>();
    json!({ "outbound": columns(Form::Outbound), "inbound": columns(Form::Inbound) })
}

fn glue_column(column: &Column) -> Value {
    // Athena parses the text of a statement, but the types of Glue as they are, and these have no spaces.
    let kind = Dialect::Athena.stored(&column.kind).replace(' ', "");
    json!({ "name": column.name, "type": kind, "comment": column.about })
}
