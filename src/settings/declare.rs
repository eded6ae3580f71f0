//! What a setting or an engine option is declared with. The declarations are in `connection` and `engine`, one line each:
//! the typed table, the checked struct, the schema, the names, the template and the defaults are made from them.

use std::fmt::{self, Display, Formatter};

use serde_json::{Value, json};

use super::kind::Kind;

/// A table of a settings file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Table {
    /// mParticle's configuration settings, which belong to an account.
    Configuration,
    /// mParticle's connection settings.
    Connection,
    /// The options of the engine, which are not mParticle's.
    Engine,
}

impl Table {
    /// Every table.
    pub const ALL: [Self; 3] = [Self::Configuration, Self::Connection, Self::Engine];

    /// The table's name in a settings file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Connection => "connection",
            Self::Engine => "engine",
        }
    }
}

impl Display for Table {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A setting or an engine option as it is declared.
#[derive(Debug)]
pub(super) struct Declared {
    pub(super) table: Table,
    /// The name in a settings file.
    pub(super) name: &'static str,
    /// The name that mParticle's form shows; empty for an engine option.
    pub(super) shown_name: &'static str,
    pub(super) kind: Kind,
    /// What it does, with its bounds and the clauses that define it.
    pub(super) about: &'static str,
    /// The default as text: `unset` or `empty` where there is none.
    pub(super) default: &'static str,
    /// The schema of the values that are accepted, apart from those that are unset.
    pub(super) accepted: fn() -> Value,
}

impl Declared {
    /// Whether it has no usable default (U-24).
    pub(super) fn is_required(&self) -> bool {
        matches!(self.name, "s3_bucket_name" | "store_data_in_folders_by_date")
    }
}

/// A declared default as a settings file holds it.
pub(super) fn default_value(text: &str) -> Value {
    match text {
        "unset" => Value::Null,
        "empty" => json!([]),
        "true" => json!(true),
        "false" => json!(false),
        _ => text.parse::<u64>().map_or_else(|_| json!(text), Value::from),
    }
}
