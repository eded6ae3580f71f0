//! `--evidence FILE.tar.gz`: a run as a bundle that another person can check.

use std::fs::File;
use std::path::PathBuf;

use super::super::Failure;
use crate::conform::{Scenario, collect_evidence};
use crate::engine_subject::Ledgers;
use crate::report::evidence::pack;
use crate::report::model::Report;
use crate::report::summary::Conformance;

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Report")]
pub(super) struct EvidenceArgs {
    /// Write settings, report, ledgers, and keys with hashes to a bundle; `conform verify` checks it
    #[arg(long, value_name = "FILE.tar.gz")]
    pub(super) evidence: Option<PathBuf>,
    /// Add the objects to the bundle; they contain values of events
    #[arg(long, requires = "evidence")]
    evidence_values: bool,
}

/// The bundle cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the evidence `{}`", path.display())]
struct EvidenceError {
    path: PathBuf,
    #[source]
    source: std::io::Error,
}

/// A bundle that is open for writing.
pub(super) struct Bundle {
    path: PathBuf,
    file: File,
    has_values: bool,
    pub(super) ledgers: Ledgers,
}

impl EvidenceArgs {
    /// Opens the file before the run, so that an error is reported immediately.
    pub(super) fn open(&self) -> Result<Option<Bundle>, Failure> {
        let Some(path) = self.evidence.clone() else { return Ok(None) };
        let failed = |source| Failure::usage(EvidenceError { path: path.clone(), source });
        let mut options = File::options();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(failed)?;
        // A file that was there keeps its mode; one with values is for its owner alone.
        #[cfg(unix)]
        if self.evidence_values && file.metadata().is_ok_and(|found| found.is_file()) {
            file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600)).map_err(failed)?;
        }
        Ok(Some(Bundle { path, file, has_values: self.evidence_values, ledgers: Ledgers::default() }))
    }
}

impl Bundle {
    pub(super) async fn write(mut self, report: &Report<Conformance>, scenarios: &[Scenario]) -> Result<(), Failure> {
        let evidence = collect_evidence(report, scenarios, self.ledgers.take(), self.has_values).await;
        let written = pack(report, &evidence.map_err(Failure::target)?, &mut self.file);
        written.map_err(|source| Failure::target(EvidenceError { path: self.path, source }))
    }
}
