//! Compares a validation with an earlier report.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::validation::Validation;
use crate::report::model::{Finding, Outcome, Report};

/// An earlier report with known findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// The file of the report.
    pub file: String,
    /// The number of its findings.
    pub findings: u64,
    /// The number of its findings that were not found again.
    pub gone: u64,
}

impl Report<Validation> {
    /// Marks findings that are also in an earlier report as known, unless they have more places than then and more than `most`.
    /// A check passes if all of its findings are known. Faults that are not listed are never known.
    pub fn compare_with(&mut self, file: String, earlier: &Self, most: u64) {
        for finding in &mut self.findings {
            if let Some(known) = earlier.findings.iter().find(|known| known.is_like(finding)) {
                finding.known = finding.count <= known.count.max(most);
                finding.baseline_count = (!finding.known).then_some(known.count);
            }
        }
        let is_new = |id: &str| {
            self.summary.unlisted.contains_key(id)
                || self.findings.iter().any(|finding| finding.check == id && !finding.known)
        };
        for check in &mut self.checks {
            if check.outcome == Outcome::Fail && !is_new(&check.id) {
                check.outcome = Outcome::Pass;
                check.seen += ", all known";
            }
        }
        let gone = |known: &&Finding| !self.findings.iter().any(|finding| finding.is_like(known));
        let gone = earlier.findings.iter().filter(gone).count() as u64;
        self.summary.baseline = Some(Baseline { file, findings: earlier.findings.len() as u64, gone });
    }
}
