//! The summary of `policy check`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::report::Format;
use crate::report::model::{Report, Summary, counted};

/// The policies that were checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Policies {
    /// The files, in the order of the arguments; `stdin` for standard input.
    pub files: Vec<String>,
}

impl Policies {
    /// The summary for these files.
    pub fn new(files: Vec<String>) -> Self {
        Self { files }
    }
}

impl Summary for Policies {
    const COMMAND: &'static str = "policy check";
    const SUITE: &'static str = "mp-forwarding.policy";
    const OTHER_RULES: Option<&'static str> = Some("AWS");
    const FORMATS: &'static [Format] = &[
        Format::Human,
        Format::Json,
        Format::Jsonl,
        Format::Junit,
        Format::Markdown,
        Format::Html,
        Format::Sarif,
        Format::Github,
    ];
    const LISTS_PASSES: bool = false;

    fn headline(report: &Report<Self>) -> String {
        format!("policy check of {}", report.target)
    }

    fn extent(report: &Report<Self>) -> String {
        counted(report.summary.files.len(), "policy", "policies")
    }
}
