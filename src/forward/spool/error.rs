//! Why a spool cannot be used.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

/// The spool cannot be read or written, for instance because the disk is full.
#[derive(Debug, Clone, thiserror::Error)]
#[error("cannot use the spool `{}`", path.display())]
pub struct SpoolError {
    /// The folder or the file.
    pub path: PathBuf,
    /// The reason.
    #[source]
    pub source: Arc<io::Error>,
}
