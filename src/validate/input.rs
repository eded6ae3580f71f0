//! What is to be checked: files, the files of folders, standard input.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// One body of lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// What messages call it: the path as it was given or found.
    pub name: String,
    /// Its object key, were the place that was asked for the bucket; `None` for standard input.
    pub key: Option<String>,
    path: Option<PathBuf>,
}

/// Why an input cannot be checked, or not to its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InputError {
    /// It cannot be opened, listed or found.
    #[error("cannot open `{name}`")]
    Open {
        /// The input.
        name: String,
        /// The reason.
        #[source]
        source: io::Error,
    },
    /// Reading broke off.
    #[error("cannot read `{name}` after line {line}")]
    Read {
        /// The input.
        name: String,
        /// The last line that was read whole.
        line: u64,
        /// The reason.
        #[source]
        source: io::Error,
    },
}

impl Input {
    /// Standard input.
    pub fn stdin() -> Self {
        Self { name: "-".to_owned(), key: None, path: None }
    }

    /// What a user named: a file, the files of a folder in the order of their names, or `-` for standard input.
    /// Symbolic links are followed, each folder is entered once. What cannot be listed is told beside the rest.
    pub fn from_argument(argument: &Path) -> (Vec<Self>, Vec<InputError>) {
        if argument == Path::new("-") {
            return (vec![Self::stdin()], Vec::new());
        }
        let mut walk = Folder { root: argument, entered: HashSet::new(), found: Vec::new(), errors: Vec::new() };
        walk.visit(argument);
        (walk.found, walk.errors)
    }

    /// Opens it.
    ///
    /// # Errors
    /// If it is gone or may not be read.
    pub fn open(&self) -> Result<Box<dyn Read + Send>, InputError> {
        match &self.path {
            None => Ok(Box::new(io::stdin())),
            Some(path) => match File::open(path) {
                Ok(file) => Ok(Box::new(file)),
                Err(source) => Err(InputError::Open { name: self.name.clone(), source }),
            },
        }
    }

    /// Its stored bytes, as far as that is known beforehand.
    pub fn size(&self) -> Option<u64> {
        self.path.as_ref().and_then(|path| std::fs::metadata(path).ok()).map(|metadata| metadata.len())
    }
}

struct Folder<'a> {
    root: &'a Path,
    entered: HashSet<PathBuf>,
    found: Vec<Input>,
    errors: Vec<InputError>,
}

impl Folder<'_> {
    fn visit(&mut self, path: &Path) {
        if let Err(source) = self.try_visit(path) {
            self.errors.push(InputError::Open { name: path.display().to_string(), source });
        }
    }

    fn try_visit(&mut self, path: &Path) -> io::Result<()> {
        if !std::fs::metadata(path)?.is_dir() {
            let below = path.strip_prefix(self.root).ok().filter(|below| !below.as_os_str().is_empty());
            let key = below.or_else(|| path.file_name().map(Path::new)).map(slashed);
            self.found.push(Input { name: path.display().to_string(), key, path: Some(path.to_owned()) });
            return Ok(());
        }
        if !self.entered.insert(std::fs::canonicalize(path)?) {
            return Ok(());
        }
        let mut paths = std::fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
        paths.sort_unstable();
        paths.iter().for_each(|path| self.visit(path));
        Ok(())
    }
}

/// A path as a key: its segments between slashes on every system.
fn slashed(path: &Path) -> String {
    path.iter().map(|segment| segment.to_string_lossy()).collect::<Vec<_>>().join("/")
}
