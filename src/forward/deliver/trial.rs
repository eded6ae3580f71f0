//! Finds out whether a store refuses a key that is taken.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::time::timeout;

use crate::store::{Advice, Object, Store};

use super::read_back::LONGEST_READ_BACK;

/// Finds out whether a store refuses a key that is taken, if that is not known. The first object that was written is sent again:
/// whatever the answer is, the same bytes are under its key, and no other object is needed.
#[derive(Debug, Default)]
pub(crate) struct Trial {
    made: AtomicBool,
    refuses: OnceLock<bool>,
}

impl Trial {
    /// Whether the store refuses a key that is taken; `None` if that was not found out.
    pub(crate) fn refuses(&self) -> Option<bool> {
        self.refuses.get().copied()
    }

    pub(super) async fn make(&self, store: &dyn Store, object: &Object) {
        if !store.may_ignore_conditions() || self.made.swap(true, Ordering::Relaxed) {
            return;
        }
        let refuses = match timeout(LONGEST_READ_BACK, store.put(object)).await {
            Ok(Ok(())) => {
                tracing::warn!(
                    "the server ignores `If-None-Match`: an upload replaces an object of the same name, so of two files with \
                     one name the second replaces the first"
                );
                false
            }
            Ok(Err(error)) if error.advice == Advice::Exists => true,
            // Nothing is known: the next object may show it.
            _ => return self.made.store(false, Ordering::Relaxed),
        };
        let _ = self.refuses.set(refuses);
    }
}
