//! An earlier report, whose findings do not fail a run.

use std::path::{Path, PathBuf};

use crate::bounded;
use crate::cli::value::number;
use crate::report::Validation;
use crate::report::model::Report;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct BaselineArgs {
    /// An earlier JSON report: its findings do not fail this run
    #[arg(id = "baseline", long, value_name = "FILE")]
    pub(in crate::cli) file: Option<PathBuf>,
    /// With --baseline: let a known cause have up to N findings, whatever the baseline counts
    #[arg(long = "baseline-max", value_name = "N", default_value_t = 0, value_parser = number::<u64>(0..=u64::MAX), requires = "baseline")]
    most: u64,
}

/// The baseline cannot be used.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum BaselineError {
    #[error("cannot read the baseline `{}`", path.display())]
    Read { path: PathBuf, source: std::io::Error },
    #[error("`{}` is no report that this version can read: write a new one with `validate … --report FILE.json`", path.display())]
    Other { path: PathBuf, source: serde_json::Error },
}

impl BaselineArgs {
    /// Reads the earlier report, if one is given.
    pub(in crate::cli) fn read(&self) -> Result<Option<Report<Validation>>, BaselineError> {
        self.file.as_deref().map(read).transpose()
    }

    /// Marks what is known.
    pub(in crate::cli) fn compare(&self, report: &mut Report<Validation>, baseline: Option<&Report<Validation>>) {
        if let (Some(path), Some(baseline)) = (&self.file, baseline) {
            report.compare_with(path.display().to_string(), baseline, self.most);
        }
    }
}

fn read(path: &Path) -> Result<Report<Validation>, BaselineError> {
    let text = bounded::read_file(path, bounded::REPORT)
        .map_err(|source| BaselineError::Read { path: path.to_owned(), source })?;
    serde_json::from_slice(&text).map_err(|source| BaselineError::Other { path: path.to_owned(), source })
}
