//! The option `--keep`: a folder for the objects of the built-in S3.

use std::fs;
use std::io;
use std::path::Path;

use super::Failure;

/// Refuses what is neither new nor an empty folder.
pub(crate) fn check_keep(folder: Option<&Path>) -> Result<(), Failure> {
    let Some(folder) = folder else { return Ok(()) };
    let refused =
        |why: &str| Err(Failure::usage(format!("`{}` {why}: use a new folder with --keep", folder.display())));
    match fs::read_dir(folder).map(|mut entries| entries.next().is_none()) {
        Ok(false) => refused("is not empty"),
        Err(error) if error.kind() != io::ErrorKind::NotFound => refused(&format!("cannot be used ({error})")),
        _ => Ok(()),
    }
}
