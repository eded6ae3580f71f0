//! The exit codes of the program.

use std::error::Error;

use crate::report::model::{Report, Verdict};

/// The exit codes of every command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitCode {
    /// No findings.
    Good = 0,
    /// The work was done, and there are findings: a failed check or a quarantined line.
    Findings = 1,
    /// The command line, a settings file or an input cannot be used as given.
    Usage = 2,
    /// The target could not be reached or refused the work. Undelivered events are pending.
    Target = 3,
    /// A generated file differs from what the program would write.
    Drift = 4,
}

impl ExitCode {
    /// The code for a report. An early end has priority over findings.
    pub(crate) fn of<T>(report: &Report<T>) -> Self {
        match report.verdict() {
            _ if report.incomplete.is_some() => Self::Target,
            Verdict::Ok => Self::Good,
            _ => Self::Findings,
        }
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code as u8)
    }
}

/// The error of a command that could not do its work, with the exit code.
#[derive(Debug)]
pub struct Failure {
    /// The exit code of the program.
    pub code: ExitCode,
    /// The error. It is printed on stderr with its causes.
    pub error: Box<dyn Error + Send + Sync>,
}

impl Failure {
    /// The command line, a settings file or an input cannot be used (exit code 2).
    pub fn usage(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { code: ExitCode::Usage, error: error.into() }
    }

    /// Prints the error with its causes, and returns the exit code.
    pub(super) fn print(self) -> ExitCode {
        say!("error: {}", super::chain(self.error.as_ref()));
        self.code
    }

    /// The target is unreachable or refused the work (exit code 3).
    pub fn target(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { code: ExitCode::Target, error: error.into() }
    }
}
