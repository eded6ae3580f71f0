//! Finds and removes the objects of runs that were killed.

use std::collections::BTreeMap;

use super::readback::list_all;
use super::run_id::{PREFIX, RunId};
use crate::store::{Store, StoreError};

/// The objects of a run that was killed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leftover {
    /// The run.
    pub run: RunId,
    /// The keys of the objects.
    pub keys: Vec<String>,
    /// The stored bytes of the objects.
    pub bytes: u64,
}

/// The objects of all runs in the bucket, the oldest run first. This includes runs that are still active. Keys that
/// only resemble those of a run are not included.
///
/// # Errors
/// If the bucket cannot be listed.
pub async fn leftovers(store: &dyn Store) -> Result<Vec<Leftover>, StoreError> {
    let mut runs: BTreeMap<RunId, Leftover> = BTreeMap::new();
    for object in list_all(store, PREFIX).await? {
        let Some(run) = object.key.split_once('/').and_then(|(folder, _)| folder.parse::<RunId>().ok()) else {
            continue;
        };
        let left = runs.entry(run).or_insert_with(|| Leftover { run, keys: Vec::new(), bytes: 0 });
        left.bytes += object.size;
        left.keys.push(object.key);
    }
    Ok(runs.into_values().collect())
}

/// Removes the objects of a run.
///
/// # Errors
/// If a key cannot be deleted: the first such key.
pub async fn remove(store: &dyn Store, left: &Leftover) -> Result<(), StoreError> {
    for key in &left.keys {
        store.delete(key).await?;
    }
    Ok(())
}
