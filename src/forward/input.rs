//! The inputs of a run, as the user gives them.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::source::SourceError;
use crate::paths::files_of;

/// One input of newline-delimited JSON, plain or gzip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Standard input.
    Stdin,
    /// A file. It is read up to the size that it has when it is opened.
    File(PathBuf),
    /// The first bytes of a file, which may have grown since.
    Beginning {
        /// The file.
        path: PathBuf,
        /// The bytes to read.
        bytes: u64,
    },
    /// Text in memory.
    Text {
        /// The name in messages.
        name: String,
        /// The bytes.
        text: Arc<[u8]>,
    },
}

impl Input {
    /// The input for a user's argument. `-` is standard input.
    pub fn from_argument(argument: &Path) -> Self {
        if argument == Path::new("-") { Self::Stdin } else { Self::File(argument.to_owned()) }
    }

    /// The inputs for a user's argument: a file, the files of a folder in the order of their names, or the files that a pattern
    /// matches. `-` is standard input.
    ///
    /// # Errors
    /// If there is no such file, or a folder cannot be read.
    pub fn all_of_argument(argument: &Path) -> Result<Vec<Self>, SourceError> {
        if argument == Path::new("-") {
            return Ok(vec![Self::Stdin]);
        }
        let (files, errors) = files_of(argument);
        match errors.into_iter().next() {
            Some(error) => Err(error.into()),
            None => Ok(files.into_iter().map(|file| Self::File(file.path)).collect()),
        }
    }

    /// The name in messages.
    pub fn name(&self) -> String {
        match self {
            Self::Stdin => "-".to_owned(),
            Self::File(path) | Self::Beginning { path, .. } => path.display().to_string(),
            Self::Text { name, .. } => name.clone(),
        }
    }

    /// The path and the stored bytes to read, if the input is a file that can be read twice.
    pub fn size(&self) -> Option<(&Path, u64)> {
        match self {
            Self::Stdin | Self::Text { .. } => None,
            Self::Beginning { path, bytes } => Some((path, *bytes)),
            Self::File(path) => {
                let metadata = std::fs::metadata(path).ok()?;
                metadata.is_file().then_some((path.as_path(), metadata.len()))
            }
        }
    }

    /// The same input, up to its present size.
    #[must_use]
    pub fn up_to_now(&self) -> Self {
        match self.size() {
            // Some systems show files of size 0 that hold something.
            Some((path, bytes)) if bytes > 0 => Self::Beginning { path: path.to_owned(), bytes },
            _ => self.clone(),
        }
    }

    /// Opens the input.
    ///
    /// # Errors
    /// If it is a directory, does not exist or cannot be read.
    pub fn open(&self) -> Result<Box<dyn Read + Send>, SourceError> {
        match self {
            Self::Stdin => Ok(Box::new(io::stdin())),
            Self::Text { text, .. } => Ok(Box::new(io::Cursor::new(text.clone()))),
            Self::File(path) => Ok(Box::new(open_file(path)?)),
            Self::Beginning { path, bytes } => Ok(Box::new(open_file(path)?.take(*bytes))),
        }
    }

    /// The error of a file whose size is no longer the one that was read.
    pub(super) fn changed(&self) -> Option<SourceError> {
        let Self::Beginning { path, bytes } = self else { return None };
        let now = std::fs::metadata(path).ok()?.len();
        (now != *bytes).then(|| SourceError::Changed { input: self.name(), before: *bytes, after: now })
    }
}

fn open_file(path: &Path) -> Result<File, SourceError> {
    let open = |source| SourceError::Open { path: path.to_owned(), source };
    let file = File::open(path).map_err(open)?;
    match file.metadata().map_err(open)?.is_dir() {
        true => Err(SourceError::Directory(path.to_owned())),
        false => Ok(file),
    }
}
