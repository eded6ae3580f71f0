//! The options that the parts of one whole have in common.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::contract::schema::{Edition, Form};
use crate::settings::ServerSideEncryption;
use crate::validate::contents::hash_of;
use crate::validate::options::Options;

/// The options of a run that decide what it finds. Parts are merged only if they have the same ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::validate) struct Terms {
    /// The schema that lines were checked against, such as `batch.strict`.
    pub(in crate::validate) schema: String,
    /// Whether limits were checked.
    pub(in crate::validate) limits: bool,
    /// Whether names of files were checked.
    pub(in crate::validate) names: bool,
    /// Whether contents were counted.
    pub(in crate::validate) summary: bool,
    /// Whether a run without a line of data is complete.
    pub(in crate::validate) allow_empty: bool,
    /// Whether every file with faults is listed.
    pub(in crate::validate) all_files: bool,
    /// The longest line in bytes.
    pub(in crate::validate) max_line_bytes: u64,
    /// The largest ratio of gzip expansion.
    pub(in crate::validate) max_expansion: u64,
    /// A hash of the settings of the connection, in hexadecimal digits; absent if there were none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::validate) settings: Option<String>,
    /// Whether the settings ask for encryption.
    #[serde(default)]
    pub(in crate::validate) encrypted: bool,
    /// The first date that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::validate) since: Option<String>,
    /// The last date that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::validate) until: Option<String>,
}

impl Terms {
    pub(in crate::validate) fn of(options: &Options) -> Self {
        // The text for developers has every setting.
        let settings = options.connection.as_ref().map(|connection| format!("{connection:?}{:?}", options.app_name));
        Self {
            schema: schema_name(options.edition).to_owned(),
            limits: options.limits,
            names: options.names,
            summary: options.summary,
            allow_empty: options.allow_empty,
            all_files: options.all_files,
            max_line_bytes: options.max_line_bytes as u64,
            max_expansion: options.max_expansion,
            settings: settings.map(|settings| format!("{:016x}", hash_of(settings.as_bytes()))),
            encrypted: options
                .connection
                .as_ref()
                .is_some_and(|connection| connection.server_side_encryption_method != ServerSideEncryption::None),
            since: None,
            until: None,
        }
    }

    /// The first option in which both differ, with both values.
    pub(super) fn difference(&self, other: &Self) -> Option<(&'static str, String, String)> {
        let shown = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
        let values = |terms: &Self| {
            [
                ("the schema", terms.schema.clone()),
                ("--limits", terms.limits.to_string()),
                ("--names", terms.names.to_string()),
                ("the count of contents", terms.summary.to_string()),
                ("--allow-empty", terms.allow_empty.to_string()),
                ("--show files", terms.all_files.to_string()),
                ("--max-line-bytes", terms.max_line_bytes.to_string()),
                ("--max-expansion", terms.max_expansion.to_string()),
                ("the hash of --settings", shown(&terms.settings)),
                ("--since", shown(&terms.since)),
                ("--until", shown(&terms.until)),
            ]
        };
        let both = values(self).into_iter().zip(values(other));
        both.into_iter().find(|(one, two)| one != two).map(|((name, one), (_, two))| (name, one, two))
    }
}

/// The name under which the schema of an edition is published.
fn schema_name(edition: Edition) -> &'static str {
    match (edition.form, edition.strict) {
        (Form::Outbound, false) => "batch",
        (Form::Outbound, true) => "batch.strict",
        (Form::Inbound, false) => "raw-batch",
        (Form::Inbound, true) => "raw-batch.strict",
    }
}
