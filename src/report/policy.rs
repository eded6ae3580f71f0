//! The report of a check of policies.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Place, Tool};

/// What a check of policies found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyReport {
    /// The program that wrote this.
    pub tool: Tool,
    /// The files that were checked.
    pub files: Vec<String>,
    /// Every fault, file by file.
    pub faults: Vec<PolicyFault>,
}

/// One fault of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyFault {
    /// The id of the rule.
    pub rule: String,
    /// What the rule demands.
    pub title: String,
    /// How bad it is.
    pub severity: FaultSeverity,
    /// The clause that the rule rests on, if it is not one of AWS alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<String>,
    /// The file, and the JSON Pointer into it.
    pub place: Place,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub fix: String,
}

/// How bad a fault is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FaultSeverity {
    /// A matter of order.
    Note,
    /// It works, and less safely than it could.
    Warning,
    /// Something does not work, or is open to those whom it should not be open to.
    Error,
}

impl FaultSeverity {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    pub(super) fn style(self) -> Style {
        match self {
            Self::Note => Style::new().dimmed(),
            Self::Warning => AnsiColor::Yellow.on_default(),
            Self::Error => AnsiColor::Red.on_default().bold(),
        }
    }
}

impl PolicyReport {
    /// How many faults are that bad.
    pub fn count(&self, severity: FaultSeverity) -> usize {
        self.faults.iter().filter(|fault| fault.severity == severity).count()
    }
}

/// Writes the faults for a person, each with its fix, and one line to end with.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_policies(report: &PolicyReport, out: &mut dyn Write) -> io::Result<()> {
    for fault in &report.faults {
        let (style, severity) = (fault.severity.style(), fault.severity.as_str());
        let clause = fault.clause.as_ref().map(|clause| format!(", {clause}")).unwrap_or_default();
        writeln!(out, "{style}{severity}{style:#}[{}{clause}] {}", fault.rule, fault.message)?;
        writeln!(out, "  at  {}", fault.place)?;
        writeln!(out, "  fix {}", fault.fix)?;
    }
    writeln!(
        out,
        "{} policies: {} errors, {} warnings, {} notes",
        report.files.len(),
        report.count(FaultSeverity::Error),
        report.count(FaultSeverity::Warning),
        report.count(FaultSeverity::Note),
    )
}
