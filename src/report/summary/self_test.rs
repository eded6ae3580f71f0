//! The summary of `conform self-test`: which mutants were caught, and whether the correct subject passes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::report::model::{Cell, Report, Section, Summary, Tone, counted};

/// The results for the mutants and for the correct subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SelfTest {
    /// The correct subject. Each mutant is this subject with one change.
    pub subject: String,
    /// The correct subject's result in each case.
    pub correct: Vec<CorrectCase>,
    /// The mutants.
    pub mutants: Vec<TestedMutant>,
}

/// The correct subject's result in one case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectCase {
    /// The name of the case.
    pub case: String,
    /// The failed checks; there should be none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<FailedCheck>,
}

/// The result of a mutant in the case that reveals it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TestedMutant {
    /// The mutant's name.
    pub name: String,
    /// What the mutant does wrong.
    pub does: String,
    /// The name of the case.
    pub case: String,
    /// The id of the check that must catch it.
    pub check: String,
    /// The clause of that check.
    pub clause: String,
    /// What that check found; absent if it did not catch the mutant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caught: Option<String>,
    /// Other checks that failed as declared.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub consequences: Vec<FailedCheck>,
    /// Other failed checks that are not declared.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unexplained: Vec<FailedCheck>,
}

/// A check that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FailedCheck {
    /// The check's id.
    pub check: String,
    /// The check's first finding.
    pub finding: String,
}

impl TestedMutant {
    /// Whether its own check caught it and every other failed check is declared.
    pub fn is_ok(&self) -> bool {
        self.caught.is_some() && self.unexplained.is_empty()
    }

    fn result(&self) -> Cell {
        match (&self.caught, self.unexplained.is_empty()) {
            (Some(_), true) => Cell::text("caught").tone(Tone::Good),
            (Some(_), false) => Cell::text("not alone").tone(Tone::Bad),
            (None, _) => Cell::text("missed").tone(Tone::Bad),
        }
    }
}

impl Summary for SelfTest {
    const COMMAND: &'static str = "conform self-test";
    const SUITE: &'static str = "mp-forwarding.self-test";
    const LISTS_PASSES: bool = false;

    fn headline(report: &Report<Self>) -> String {
        format!("mutants of {} on the built-in S3", report.summary.subject)
    }

    fn extent(report: &Report<Self>) -> String {
        let Self { subject, correct, mutants } = &report.summary;
        let caught = mutants.iter().filter(|mutant| mutant.is_ok()).count();
        let passed = correct.iter().filter(|case| case.failed.is_empty()).count();
        format!(
            "{caught} of {} caught by their own checks, {subject} passes {passed} of {}",
            counted(mutants.len() as u64, "mutant", "mutants"),
            counted(correct.len() as u64, "case", "cases"),
        )
    }

    fn sections(report: &Report<Self>) -> Vec<Section> {
        let row = |mutant: &TestedMutant| {
            let text = |text: &String| Cell::text(text.as_str());
            vec![
                text(&mutant.name),
                text(&mutant.check),
                text(&mutant.clause),
                mutant.result(),
                text(&mutant.does).tone(Tone::Dim),
            ]
        };
        let columns = ["mutant", "check", "clause", "result", "what it does"].map(str::to_owned).to_vec();
        let rows = report.summary.mutants.iter().map(row).collect();
        vec![Section::Table { title: "mutants".to_owned(), columns, rows }]
    }
}
