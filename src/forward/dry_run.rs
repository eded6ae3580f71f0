//! A dry run: the whole engine without a bucket. The output is counted and discarded.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use jiff::Timestamp;

use crate::report::{DryRun, Folder};
use crate::settings::Settings;
use crate::store::{Fetched, Object, ObjectMeta, Page, Store, StoreError};

use super::clock::FixedClock;
use super::engine::{Engine, EngineError, Summary};
use super::input::Input;
use super::ledger::LedgerSink;
use super::source::{NdjsonSource, SourceError};

/// Why a dry run has no result.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DryRunError {
    /// An input cannot be read completely. The counts of a part would be misleading.
    #[error(transparent)]
    Input(#[from] SourceError),
    /// The engine failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// Runs the engine on `inputs` at the fixed time `clock` and counts the output. Because time does not advance, no file
/// closes by age.
///
/// # Errors
/// If an input cannot be read to its end.
pub async fn dry_run(settings: &Settings, inputs: &[Input], clock: Timestamp) -> Result<DryRun, DryRunError> {
    let store = Arc::new(DryRunStore::default());
    let summary = run(settings, inputs, clock, store.clone(), None).await?;
    Ok(DryRun {
        settings: String::new(),
        fates: summary.fates.to_report(),
        batches: summary.records,
        lines: summary.lines,
        text_bytes: summary.text_bytes,
        folders: store.take_folders(),
    })
}

/// Runs the engine with `store`, and writes the fate of every event to `sink`.
pub(super) async fn run(
    settings: &Settings,
    inputs: &[Input],
    clock: Timestamp,
    store: Arc<dyn Store>,
    sink: Option<&mut dyn LedgerSink>,
) -> Result<Summary, DryRunError> {
    let max_line_bytes = usize::try_from(settings.engine.max_line_bytes).unwrap_or(usize::MAX);
    let mut source = NdjsonSource::start(inputs, max_line_bytes)?;
    let engine = Engine::builder(settings.clone(), store).clock(FixedClock(clock)).build();
    let forever = std::future::pending();
    let mut summary = match sink {
        Some(sink) => engine.run_with_ledger(&mut source, sink, forever).await?,
        None => engine.run(&mut source, forever).await?,
    };
    if let Some(fault) = summary.fault.take() {
        return Err(fault.into());
    }
    match summary.input_errors.pop() {
        Some(error) => Err(error.into()),
        None => Ok(summary),
    }
}

/// A bucket that accepts everything and keeps nothing, for a run that only counts.
pub fn nowhere() -> Arc<dyn Store> {
    Arc::new(DryRunStore::default())
}

/// A store that counts objects, and keeps their bodies on request.
#[derive(Debug, Default)]
pub(super) struct DryRunStore {
    folders: Mutex<BTreeMap<String, Folder>>,
    bodies: Option<Mutex<HashMap<String, Bytes>>>,
}

impl DryRunStore {
    /// Keeps each body until it is taken.
    pub(super) fn with_bodies() -> Self {
        Self { bodies: Some(Mutex::default()), ..Self::default() }
    }

    /// Removes and returns the body of an object.
    pub(super) fn take_body(&self, key: &str) -> Bytes {
        let bodies = self.bodies.as_ref().map(|bodies| bodies.lock().unwrap_or_else(PoisonError::into_inner));
        bodies.and_then(|mut bodies| bodies.remove(key)).unwrap_or_default()
    }

    fn take_folders(&self) -> BTreeMap<String, Folder> {
        std::mem::take(&mut *self.folders.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl Store for DryRunStore {
    fn name(&self) -> String {
        "a dry run".to_owned()
    }

    async fn put(&self, object: &Object) -> Result<(), StoreError> {
        let folder = object.key.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = folders.entry(folder.to_owned()).or_default();
        folder.files += 1;
        folder.stored_bytes += object.body.len() as u64;
        if let Some(bodies) = &self.bodies {
            bodies.lock().unwrap_or_else(PoisonError::into_inner).insert(object.key.clone(), object.body.clone());
        }
        Ok(())
    }

    async fn get(&self, key: &str) -> Result<Fetched, StoreError> {
        Err(StoreError::answered("GetObject", key, 404, Some("NoSuchKey"), "a dry run keeps nothing"))
    }

    async fn head(&self, _: &str) -> Result<Option<ObjectMeta>, StoreError> {
        Ok(None)
    }

    async fn list(&self, _: &str, _: Option<&str>) -> Result<Page, StoreError> {
        Ok(Page::default())
    }

    async fn delete(&self, _: &str) -> Result<(), StoreError> {
        Ok(())
    }

    async fn create_bucket(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
