//! What can be typed in a settings file: three tables, every value under its id.

use serde::Deserialize;

use super::connection::{ConfigurationTable, ConnectionTable};
use super::declare::Table;
use super::engine::EngineTable;

/// A settings file in its canonical form: ids only, null as unset, nothing checked yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SettingsFile {
    /// mParticle's configuration settings, which belong to an account. Defaults to role-based access in `us-east-1`.
    pub configuration: ConfigurationTable,
    /// mParticle's connection settings. Two of them must be chosen.
    pub connection: ConnectionTable,
    /// The options of the engine, which are not mParticle's. Defaults to a plain upload to AWS.
    pub engine: EngineTable,
}

impl SettingsFile {
    /// What a table is for.
    pub(super) fn about(table: Table) -> &'static str {
        match table {
            Table::Configuration => "mParticle's configuration settings, which belong to an account.",
            Table::Connection => "mParticle's connection settings. Two of them must be chosen.",
            Table::Engine => "The options of the engine, which are not mParticle's.",
        }
    }
}
