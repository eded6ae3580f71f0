//! Policies from files and stdin.

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};

use crate::access::PolicyError;
use crate::cli::Failure;

/// A file that cannot be used as a policy.
#[derive(Debug, thiserror::Error)]
#[error("failed to read the policy `{}`", path.display())]
pub(in crate::cli) struct InputFailure {
    path: PathBuf,
    source: Box<dyn Error + Send + Sync>,
}

impl InputFailure {
    pub(in crate::cli) fn policy(path: &Path, source: PolicyError) -> Failure {
        Failure::usage(Self { path: path.to_owned(), source: source.into() })
    }
}

/// The text of a file, or of stdin for `-`.
pub(super) fn text_of(path: &Path) -> io::Result<String> {
    if path == Path::new("-") { io::read_to_string(io::stdin().lock()) } else { std::fs::read_to_string(path) }
}

/// The text of a policy.
pub(in crate::cli) fn read(path: &Path) -> Result<String, Failure> {
    text_of(path).map_err(|error| Failure::usage(InputFailure { path: path.to_owned(), source: error.into() }))
}
