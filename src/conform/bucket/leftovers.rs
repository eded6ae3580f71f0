//! What runs that were killed have left in somebody's bucket.

use std::collections::BTreeMap;

use super::readback::list_all;
use super::run_id::{PREFIX, RunId};
use crate::store::{Store, StoreError};

/// What is left of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leftover {
    /// The run.
    pub run: RunId,
    /// Its keys.
    pub keys: Vec<String>,
    /// Their bytes as stored.
    pub bytes: u64,
}

/// What is left of any run, the oldest first. A run that is still at work is among them. Keys that only look like a run's
/// are not.
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

/// Removes what is left of a run.
///
/// # Errors
/// With the first key that cannot be deleted.
pub async fn remove(store: &dyn Store, left: &Leftover) -> Result<(), StoreError> {
    for key in &left.keys {
        store.delete(key).await?;
    }
    Ok(())
}
