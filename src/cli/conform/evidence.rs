//! `--evidence FILE.tar.gz`: a run as a bundle that another person can check.

use std::fs::File;
use std::path::PathBuf;

use super::super::Failure;
use super::super::output_file::OutputFile;
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

/// The bundle that a run writes at its end.
pub(super) struct Bundle {
    file: OutputFile,
    direct: Option<File>,
    has_values: bool,
    pub(super) ledgers: Ledgers,
}

impl EvidenceArgs {
    /// Checks before the run that the file can be written.
    pub(super) fn open(&self) -> Result<Option<Bundle>, Failure> {
        let Some(path) = self.evidence.clone() else { return Ok(None) };
        let file = OutputFile(path.clone());
        let direct = file.open().map_err(|source| Failure::usage(EvidenceError { path, source }))?;
        Ok(Some(Bundle { file, direct, has_values: self.evidence_values, ledgers: Ledgers::default() }))
    }
}

impl Bundle {
    pub(super) async fn write(self, report: &Report<Conformance>, scenarios: &[Scenario]) -> Result<(), Failure> {
        let Self { file, direct, has_values, ledgers } = self;
        let evidence =
            collect_evidence(report, scenarios, ledgers.take(), has_values).await.map_err(Failure::target)?;
        // A file that was there keeps its mode, unless the new one has values.
        let is_private = has_values || !file.0.exists();
        let written = file.write_with(direct, is_private, |file| pack(report, &evidence, file));
        written.map_err(|source| Failure::usage(EvidenceError { path: file.0, source }))
    }
}
