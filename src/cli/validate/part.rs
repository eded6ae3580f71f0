//! What one part of a run leaves for `report merge`.

use std::fs::File;
use std::path::PathBuf;

use crate::cli::output_file::OutputFile;
use crate::cli::{ExitCode, Failure, chain};
use crate::report::Validation;
use crate::report::model::{Report, Verdict};
use crate::validate::{Partial, Shard};

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Shards")]
pub(in crate::cli) struct PartArgs {
    /// Check only one of N parts of the files, `1/N` to `N/N`, chosen by the hashes of the keys
    #[arg(long, value_name = "I/N", conflicts_with_all = ["sample", "repair", "max_errors", "all_places"])]
    pub(super) shard: Option<Shard>,
    /// Write what was found to FILE, for `report merge`
    #[arg(long, value_name = "FILE", conflicts_with_all = ["sample", "repair", "max_errors", "all_places"])]
    pub(super) partial: Option<PathBuf>,
}

/// The partial cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the partial `{}`", path.display())]
pub(in crate::cli) struct PartialFileError {
    path: PathBuf,
    #[source]
    source: std::io::Error,
}

/// The file of a partial, which was found to be writable.
pub(in crate::cli) struct PartialFile {
    file: OutputFile,
    direct: Option<File>,
}

impl PartialFile {
    /// Checks before the work that the file can be written.
    pub(in crate::cli) fn open(path: PathBuf) -> Result<Self, Failure> {
        let file = OutputFile(path);
        match file.open() {
            Ok(direct) => Ok(Self { file, direct }),
            Err(source) => Err(Failure::usage(PartialFileError { path: file.0, source })),
        }
    }

    /// Writes the partial. The exit code is `code`, or that of an error, which is printed.
    pub(in crate::cli) fn write(self, bytes: &[u8], code: ExitCode) -> ExitCode {
        let Err(source) = self.file.write(self.direct, bytes) else { return code };
        say!("error: {}", chain(&PartialFileError { path: self.file.0, source }));
        if code == ExitCode::Target { code } else { ExitCode::Usage }
    }
}

/// Why a validation is not complete, as far as it matters for the exit code.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::cli) struct Ended {
    /// The target caused one of the errors.
    of_target: bool,
    is_cancelled: bool,
    is_missing: bool,
}

impl Ended {
    pub(in crate::cli) fn of(partial: &Partial) -> Self {
        Self {
            of_target: partial.errors().iter().any(|error| error.is_of_target()),
            is_cancelled: partial.is_cancelled(),
            is_missing: partial.missing_shards().is_some(),
        }
    }

    /// The exit code of the report of the whole.
    pub(in crate::cli) fn code_of_whole(self, report: &Report<Validation>) -> ExitCode {
        match (self.code(report), self.is_missing) {
            (ExitCode::Usage, true) if report.summary.errors.is_empty() => ExitCode::Findings,
            (code, _) => code,
        }
    }

    /// The exit code of a report.
    pub(in crate::cli) fn code(self, report: &Report<Validation>) -> ExitCode {
        match (report.summary.errors.is_empty(), report.verdict()) {
            (false, _) if self.of_target => ExitCode::Target,
            (false, _) => ExitCode::Usage,
            (true, _) if self.is_cancelled => ExitCode::Target,
            (true, Verdict::Failed) => ExitCode::Findings,
            (true, Verdict::Incomplete) => ExitCode::Usage,
            (true, Verdict::Ok) => ExitCode::Good,
        }
    }
}

/// Prints the errors of a report, and why it is incomplete. Many equal errors would hide the rest.
pub(in crate::cli) fn print_errors(report: &Report<Validation>) {
    const PRINTED: usize = 10;
    let errors = &report.summary.errors;
    for error in errors.iter().take(PRINTED) {
        say!("error: {error}");
    }
    let more = errors.len().saturating_sub(PRINTED) as u64 + report.summary.more_errors;
    if more > 0 {
        say!("error: and {more} more; a JSON report has the first thousand");
    }
    if let (true, Some(reason)) = (errors.is_empty() && report.verdict() == Verdict::Incomplete, &report.incomplete) {
        say!("error: {reason}");
    }
}
