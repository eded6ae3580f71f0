//! One broken promise: which, where, what was expected and what was seen.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A broken promise of the contract. Not an error: an error means that we could not tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The clause that is broken, for instance `NAME-1`.
    pub clause: String,
    /// The id of the setting that the finding is about, if it is about one (never its shown name).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setting: Option<String>,
    /// Where it was seen.
    pub place: Place,
    /// What was expected and what was seen instead. Values of events in it are masked.
    pub message: String,
}

/// Where a finding was seen, as precisely as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The case of the suite that was running.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario: Option<String>,
    /// A local file's path or an S3 object key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// The line in it, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The JSON Pointer (RFC 6901) into that line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if let Some(object) = &self.object {
            parts.push(match self.line {
                Some(line) => format!("{object}:{line}"),
                None => object.clone(),
            });
        }
        if let Some(pointer) = &self.pointer {
            parts.push(if pointer.is_empty() { "the whole line".to_owned() } else { pointer.clone() });
        }
        if let Some(scenario) = &self.scenario {
            parts.push(format!("case {scenario}"));
        }
        f.write_str(&parts.join(", "))
    }
}
