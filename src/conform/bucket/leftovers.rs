//! Finds and removes the objects of runs that were killed.

use std::collections::BTreeMap;

use super::readback::list_all;
use super::run_id::{PREFIX, RunId};
use crate::settings::FolderName;
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

/// What is left of any run below `base` or at the bucket's root, the oldest first. A run that is still at work is among them. Keys
/// that only look like a run's are not.
///
/// # Errors
/// If the bucket cannot be listed.
pub async fn leftovers(store: &dyn Store, base: Option<&FolderName>) -> Result<Vec<Leftover>, StoreError> {
    let mut runs: BTreeMap<RunId, Leftover> = BTreeMap::new();
    let base = base.map(|base| format!("{base}/")).unwrap_or_default();
    for object in list_all(store, &format!("{base}{PREFIX}")).await? {
        let below = object.key.strip_prefix(&base).unwrap_or_default();
        let Some(run) = below.split_once('/').and_then(|(folder, _)| folder.parse::<RunId>().ok()) else {
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
