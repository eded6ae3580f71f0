//! Why a state cannot be used.

use std::io;
use std::path::PathBuf;

/// Why a state cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// The folder or the file in it cannot be made, opened or read.
    #[error("cannot use the state `{}`", path.display())]
    Open {
        /// The folder.
        path: PathBuf,
        /// The reason.
        #[source]
        source: io::Error,
    },
    /// The folder has files, and none of them is a state.
    #[error("`{}` is not empty and has no state: give a new folder or that of an earlier run", .0.display())]
    NotAState(PathBuf),
    /// Another process has the state.
    #[error("another process uses the state `{}`: wait until it ends, or give another folder", .0.display())]
    InUse(PathBuf),
    /// The state was begun by another version.
    #[error(
        "the state `{}` was begun by version {version}, and only that version makes the same objects: finish the run with \
         version {version}, or give a new folder", path.display()
    )]
    Version {
        /// The folder.
        path: PathBuf,
        /// The version that began it.
        version: String,
    },
    /// The state belongs to another run.
    #[error(
        "the state `{}` belongs to another run: {reason}; repeat the command of that run, or give a new folder for this one",
        path.display()
    )]
    OtherRun {
        /// The folder.
        path: PathBuf,
        /// The first difference.
        reason: String,
    },
    /// The state cannot be read or written.
    #[error("the state `{}` cannot be read or written", path.display())]
    Database {
        /// The folder.
        path: PathBuf,
        /// The reason.
        #[source]
        source: std::sync::Arc<redb::Error>,
    },
    /// An input cannot be read to find out which one it is.
    #[error("cannot read the input `{}`", path.display())]
    Input {
        /// The input.
        path: PathBuf,
        /// The reason.
        #[source]
        source: io::Error,
    },
}
