//! Limits how much of a bucket is held in memory.

use std::sync::atomic::{AtomicU64, Ordering};

/// The bytes that all readers together may hold.
#[derive(Debug)]
pub(super) struct Budget {
    most: u64,
    left: AtomicU64,
}

/// The bytes that one reader holds. They are released when this is dropped, unless they are kept.
#[derive(Debug)]
pub(super) struct Hold<'a> {
    budget: &'a Budget,
    bytes: u64,
}

impl Budget {
    pub(super) fn of(most: u64) -> Self {
        Self { most, left: AtomicU64::new(most) }
    }

    pub(super) fn most(&self) -> u64 {
        self.most
    }

    pub(super) fn left(&self) -> u64 {
        self.left.load(Ordering::Relaxed)
    }

    pub(super) fn hold(&self) -> Hold<'_> {
        Hold { budget: self, bytes: 0 }
    }
}

impl Hold<'_> {
    /// Whether this number of additional bytes may be held.
    pub(super) fn more(&mut self, bytes: usize) -> bool {
        let bytes = bytes as u64;
        let taken =
            self.budget.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(bytes)).is_ok();
        if taken {
            self.bytes += bytes;
        }
        taken
    }

    /// Keeps the bytes for the rest of the run.
    pub(super) fn keep(mut self) {
        self.bytes = 0;
    }
}

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        self.budget.left.fetch_add(self.bytes, Ordering::Relaxed);
    }
}
