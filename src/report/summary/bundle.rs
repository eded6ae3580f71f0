//! The summary of `conform verify`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::report::model::{Report, Section, Summary, counted};

/// Facts about an evidence bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// The SHA-256 of the whole bundle, in hexadecimal. `conform verify` cannot detect a bundle that was rebuilt from
    /// scratch: compare this hash with one that you received separately.
    pub sha256: String,
    /// The number of files in the bundle.
    pub files: u64,
    /// The verdict of the report in the bundle, if it can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<String>,
}

impl Summary for Bundle {
    const COMMAND: &'static str = "conform verify";
    const SUITE: &'static str = "mp-forwarding.bundle";

    fn headline(report: &Report<Self>) -> String {
        format!("evidence bundle {}", report.target)
    }

    fn extent(report: &Report<Self>) -> String {
        counted(report.summary.files, "file", "files")
    }

    fn sections(report: &Report<Self>) -> Vec<Section> {
        let verdict = report.summary.verdict.iter().map(|verdict| ("report in it", verdict));
        let facts = [("sha256", &report.summary.sha256)].into_iter().chain(verdict);
        let facts = facts.map(|(name, value)| (name.to_owned(), value.clone())).collect();
        vec![Section::Facts { title: String::new(), facts }]
    }
}
