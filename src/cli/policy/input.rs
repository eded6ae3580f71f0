//! Policies from files and stdin.

use std::error::Error;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use crate::access::{Policy, PolicyError, canonical, documents};
use crate::bounded;
use crate::cli::Failure;

/// A file that cannot be used as a policy.
#[derive(Debug, thiserror::Error)]
#[error("failed to read the policy `{}`", path.display())]
pub(in crate::cli) struct InputFailure {
    path: PathBuf,
    source: Box<dyn Error + Send + Sync>,
}

/// A policy of a file.
pub(in crate::cli) struct Given {
    /// The file, and the resource of Terraform if the file is a plan or a state.
    pub(in crate::cli) name: String,
    pub(in crate::cli) policy: Policy,
    /// The length of the text without white space, in bytes.
    pub(in crate::cli) bytes: usize,
}

/// The text of a file, or of stdin for `-`.
pub(super) fn text_of(path: &Path) -> io::Result<String> {
    match path == Path::new("-") {
        true => bounded::read_text(io::stdin().lock(), bounded::POLICY),
        false => bounded::read_text(File::open(path)?, bounded::POLICY),
    }
}

/// The policies of a file: a policy, the output of the AWS CLI, or of `terraform show -json`.
pub(in crate::cli) fn policies(path: &Path) -> Result<Vec<Given>, Failure> {
    let failed = |source: Box<dyn Error + Send + Sync>| Failure::usage(InputFailure { path: path.to_owned(), source });
    let text = text_of(path).map_err(|error| failed(error.into()))?;
    let documents = documents(&text).map_err(|error| failed(error.into()))?;
    for unknown in &documents.unknown {
        say!(
            "warning: the policy of `{unknown}` is known only after the apply, so it is not read: use `terraform show -json` without a plan then"
        );
    }
    if documents.found.is_empty() {
        let message = "no policy of the plan is known before the apply".to_owned();
        return Err(failed(PolicyError::Form { pointer: String::new(), message }.into()));
    }
    let file = if path == Path::new("-") { "stdin".to_owned() } else { path.display().to_string() };
    let read = documents.found.into_iter().map(|one| {
        let name = one.name.map_or_else(|| file.clone(), |resource| format!("{file}: {resource}"));
        let policy = Policy::from_value(&one.value).map_err(|error| failed(error.into()))?;
        Ok(Given { name, policy, bytes: canonical(&one.value).len() })
    });
    read.collect()
}
