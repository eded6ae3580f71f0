//! The report of the tester's test of itself.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Tool;
use super::human::{BAD, DIM, GOOD};

/// Liars, and whether each was caught.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SelfTestReport {
    /// The program that wrote this.
    pub tool: Tool,
    /// The honest subject, in whose place the liars stood.
    pub subject: String,
    /// The honest subject on each of the cases.
    pub honest: Vec<Honest>,
    /// The liars.
    pub liars: Vec<Tested>,
    /// How long everything took, in milliseconds.
    pub milliseconds: u64,
}

/// An honest subject on one case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Honest {
    /// The case.
    pub case: String,
    /// The checks that failed; none should.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<Noticed>,
}

/// A liar on the case that shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tested {
    /// Its name.
    pub name: String,
    /// What it does wrong.
    pub does: String,
    /// The case.
    pub case: String,
    /// The name of the check that must catch it.
    pub check: String,
    /// The clause that the check rests on.
    pub clause: String,
    /// What that check found; absent if it missed the liar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caught: Option<Noticed>,
    /// Other checks that noticed it, each declared as a consequence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub consequences: Vec<Noticed>,
    /// Other checks that noticed it and should not have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unexplained: Vec<Noticed>,
}

/// A check that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Noticed {
    /// Its name.
    pub check: String,
    /// The first thing that it found.
    pub finding: String,
}

impl Tested {
    /// Whether its own check caught it, and no other did but as a declared consequence.
    pub fn is_ok(&self) -> bool {
        self.caught.is_some() && self.unexplained.is_empty()
    }
}

impl SelfTestReport {
    /// Whether each liar was caught by its own check, and the honest subject by none.
    pub fn is_ok(&self) -> bool {
        self.liars.iter().all(Tested::is_ok) && self.honest.iter().all(|case| case.failed.is_empty())
    }
}

/// Writes one line a liar, what went wrong under it, and one line to end with.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_self_test(report: &SelfTestReport, out: &mut dyn Write) -> io::Result<()> {
    let width = |of: fn(&Tested) -> &str| report.liars.iter().map(|liar| of(liar).len()).max().unwrap_or_default();
    let (names, checks, clauses) = (width(|liar| &liar.name), width(|liar| &liar.check), width(|liar| &liar.clause));
    for liar in &report.liars {
        let (style, verdict) = match (&liar.caught, liar.unexplained.is_empty()) {
            (Some(_), true) => (GOOD, "caught"),
            (Some(_), false) => (BAD, "blurred"),
            (None, _) => (BAD, "missed"),
        };
        let Tested { name, check, clause, does, .. } = liar;
        write!(out, "{name:names$}  {check:checks$}  {clause:clauses$}  {style}{verdict:7}{style:#}")?;
        writeln!(out, "  {DIM}{does}{DIM:#}")?;
        for Noticed { check, finding } in &liar.unexplained {
            writeln!(out, "  {BAD}{check}{BAD:#} noticed it too: {finding}")?;
        }
    }
    for Honest { case, failed } in &report.honest {
        for Noticed { check, finding } in failed {
            writeln!(out, "{BAD}{check}{BAD:#} accuses {} on the case `{case}`: {finding}", report.subject)?;
        }
    }
    let caught = report.liars.iter().filter(|liar| liar.is_ok()).count();
    let honest = report.honest.iter().filter(|case| case.failed.is_empty()).count();
    let (style, verdict) = if report.is_ok() { (GOOD, "ok") } else { (BAD, "FAILED") };
    writeln!(
        out,
        "{style}{verdict}{style:#}: {caught} of {} liars caught by their own checks; {} honest on {honest} of {} cases; {:.1} s",
        report.liars.len(),
        report.subject,
        report.honest.len(),
        report.milliseconds as f64 / 1000.0,
    )
}
