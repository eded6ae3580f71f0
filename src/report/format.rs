//! The forms that a report can take.

use std::path::Path;
use std::str::FromStr;

/// A form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// A table for a person.
    #[default]
    Human,
    /// One JSON document.
    Json,
    /// One JSON object a line.
    Jsonl,
}

/// A form that we cannot write.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is no form of a report; there are {known}")]
pub struct UnknownForm {
    given: String,
    known: &'static str,
}

impl FromStr for Form {
    type Err = UnknownForm;

    fn from_str(name: &str) -> Result<Self, UnknownForm> {
        match name {
            "human" => Ok(Self::Human),
            "json" => Ok(Self::Json),
            "jsonl" => Ok(Self::Jsonl),
            _ => Err(UnknownForm { given: name.to_owned(), known: "`human`, `json` and `jsonl`" }),
        }
    }
}

impl Form {
    /// The form of a report file, told by its extension.
    ///
    /// # Errors
    /// If no form has that extension.
    pub fn of_file(path: &Path) -> Result<Self, UnknownForm> {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("json") => Ok(Self::Json),
            Some("jsonl" | "ndjson") => Ok(Self::Jsonl),
            Some("txt") => Ok(Self::Human),
            _ => Err(UnknownForm { given: path.display().to_string(), known: "`.json`, `.jsonl` and `.txt`" }),
        }
    }
}
