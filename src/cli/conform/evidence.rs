//! `--evidence FILE.tar.gz`: a run as somebody else can check it.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;
use std::sync::PoisonError;

use tokio::io::AsyncReadExt;

use super::super::Failure;
use super::engine::Ledgers;
use crate::conform::{Scenario, list_all, shown_settings};
use crate::contract::object_key::is_verification_object;
use crate::report::ConformanceReport;
use crate::report::evidence::{Evidence, ObjectEntry, pack, sha256};

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Reports")]
pub(super) struct EvidenceArgs {
    /// Write settings, report, ledgers, keys with their hashes and versions into a bundle, which `conform verify` checks
    #[arg(long, value_name = "FILE.tar.gz")]
    pub(super) evidence: Option<PathBuf>,
    /// Put the objects into it as well; they hold the values of events
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

/// A bundle that is open for writing, and what it is gathered from.
pub(super) struct Bundle {
    path: PathBuf,
    file: File,
    has_values: bool,
    pub(super) ledgers: Ledgers,
}

impl EvidenceArgs {
    /// Opens the file before the run, so that one that cannot be written is told in time.
    pub(super) fn open(&self) -> Result<Option<Bundle>, Failure> {
        let Some(path) = self.evidence.clone() else { return Ok(None) };
        let failed = |source| Failure::usage(EvidenceError { path: path.clone(), source });
        let file = File::create(&path).map_err(failed)?;
        let has_values = self.evidence_values;
        Ok(Some(Bundle { path, file, has_values, ledgers: Ledgers::default() }))
    }
}

impl Bundle {
    /// Looks at every object once more and writes the bundle. Objects are held one by one, or all where they go into it.
    pub(super) async fn write(mut self, report: &ConformanceReport, scenarios: &[Scenario]) -> Result<(), Failure> {
        let mut evidence = Evidence {
            ledgers: std::mem::take(&mut *self.ledgers.lock().unwrap_or_else(PoisonError::into_inner)),
            ..Evidence::default()
        };
        for scenario in scenarios {
            let settings = shown_settings(&scenario.settings.connection);
            let settings: BTreeMap<String, String> =
                settings.into_iter().map(|(setting, value)| (setting.to_string(), value)).collect();
            evidence.settings.insert(scenario.name.clone(), settings);
            self.look(scenario, &mut evidence).await?;
        }
        let written = pack(report, &evidence, &mut self.file);
        written.map_err(|source| Failure::target(EvidenceError { path: self.path, source }))
    }

    async fn look(&self, scenario: &Scenario, evidence: &mut Evidence) -> Result<(), Failure> {
        let folder = scenario.settings.connection.folder_name.as_ref().map(|folder| folder.as_str());
        let store = scenario.store.as_ref();
        for meta in list_all(store, &scenario.root).await.map_err(Failure::target)? {
            if is_verification_object(&meta.key, folder) {
                continue;
            }
            let mut bytes = Vec::new();
            let mut body = store.get(&meta.key).await.map_err(Failure::target)?;
            body.read_to_end(&mut bytes).await.map_err(Failure::target)?;
            let hash = sha256(&bytes);
            evidence.objects.push(ObjectEntry {
                case: scenario.name.clone(),
                key: meta.key,
                bytes: bytes.len() as u64,
                sha256: hash.clone(),
            });
            if self.has_values {
                evidence.data.insert(hash, bytes);
            }
        }
        Ok(())
    }
}
