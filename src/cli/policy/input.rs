//! Policies from files and stdin.

use std::error::Error;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use crate::access::PolicyError;
use crate::bounded;
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
    match path == Path::new("-") {
        true => bounded::read_text(io::stdin().lock(), bounded::POLICY),
        false => bounded::read_text(File::open(path)?, bounded::POLICY),
    }
}

/// The text of a policy.
pub(in crate::cli) fn read(path: &Path) -> Result<String, Failure> {
    text_of(path).map_err(|error| Failure::usage(InputFailure { path: path.to_owned(), source: error.into() }))
}
