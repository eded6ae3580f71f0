//! The state of a run, in a folder. With it, the same command goes on after a kill, a signal or an error, loses nothing and
//! writes nothing twice.
//!
//! A state begins with the [`RunIdentity`]: what the keys and bytes of the run depend on. The same identity gives the same objects
//! again. Before the first attempt to store an object, its key, its length and its hash are recorded, and afterwards that it is
//! stored. All of this is in one file of redb, which syncs each change before it reports it.

mod changes;
mod error;
mod identity;
mod objects;
mod run_state;
mod state_file;

pub use error::StateError;
pub use identity::{InputIdentity, RunIdentity};
pub(crate) use objects::{ObjectRecord, sha256};
pub(crate) use run_state::first_object;
pub use run_state::{RunOptions, RunState};
#[cfg(feature = "events-api")]
pub(crate) use state_file::{StateFile, unusable};
