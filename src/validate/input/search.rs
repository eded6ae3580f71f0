//! The files that a path on the command line means: a file, the files of a folder, the files that a pattern matches.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

use super::source::{Input, InputError};

/// Characters of a pattern.
const WILDCARDS: [char; 3] = ['*', '?', '['];

impl Input {
    /// The inputs of an argument: a file, the files of a folder in the order of their names, the files that a pattern matches
    /// (`*`, `?`, `[…]`, `**`), or `-` for standard input.
    ///
    /// Symbolic links are followed, and each folder is entered once. In a folder, names that begin with a dot are skipped, and
    /// so is everything that is neither a file nor a folder. Errors are returned beside the inputs that were found.
    pub fn from_argument(argument: &Path) -> (Vec<Self>, Vec<InputError>) {
        if argument == Path::new("-") {
            return (vec![Self::stdin()], Vec::new());
        }
        let mut search = Search::default();
        match argument.to_str().filter(|text| text.contains(WILDCARDS) && std::fs::symlink_metadata(argument).is_err())
        {
            Some(pattern) => search.matches(pattern),
            None => search.visit(argument, argument),
        }
        (search.found, search.errors)
    }
}

#[derive(Default)]
struct Search {
    entered: HashSet<PathBuf>,
    found: Vec<Input>,
    errors: Vec<InputError>,
}

impl Search {
    fn matches(&mut self, pattern: &str) {
        // As in a shell: a wildcard matches neither a leading dot nor a slash.
        let options = glob::MatchOptions {
            case_sensitive: true,
            require_literal_separator: true,
            require_literal_leading_dot: true,
        };
        let paths = match glob::glob_with(pattern, options) {
            Ok(paths) => paths,
            Err(error) => {
                return self.errors.push(InputError::Pattern { pattern: pattern.to_owned(), reason: error.msg });
            }
        };
        let root = before_wildcards(pattern);
        let mut any = false;
        for path in paths {
            any = true;
            match path {
                Ok(path) => self.visit(&path, &root),
                Err(error) => {
                    let name = error.path().display().to_string();
                    self.errors.push(InputError::Open { name, source: error.into() });
                }
            }
        }
        if !any {
            self.errors.push(InputError::NoMatch { pattern: pattern.to_owned() });
        }
    }

    /// A path that was given.
    fn visit(&mut self, path: &Path, root: &Path) {
        let before = (self.found.len(), self.errors.len());
        self.try_visit(path, root);
        if (self.found.len(), self.errors.len()) == before {
            let hint = "the folder holds no files; names that begin with a dot are skipped";
            self.errors.push(InputError::Empty { name: path.display().to_string(), hint });
        }
    }

    fn try_visit(&mut self, path: &Path, root: &Path) {
        let entries = match std::fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => self.enter(path),
            Ok(_) => return self.found.push(Input::file(path, root)),
            Err(error) => Err(error),
        };
        match entries {
            Ok(paths) => paths.iter().for_each(|path| self.try_visit(path, root)),
            Err(source) => self.errors.push(InputError::Open { name: path.display().to_string(), source }),
        }
    }

    /// The paths in a folder; empty if it was entered before.
    fn enter(&mut self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        if !self.entered.insert(std::fs::canonicalize(folder)?) {
            return Ok(Vec::new());
        }
        let mut paths = Vec::new();
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
            // A pipe or a socket may never end.
            if !hidden && (kind.is_file() || kind.is_dir() || kind.is_symlink()) {
                paths.push(entry.path());
            }
        }
        paths.sort_unstable();
        Ok(paths)
    }
}

/// The folder that a pattern names before its first wildcard.
fn before_wildcards(pattern: &str) -> PathBuf {
    Path::new(pattern)
        .components()
        .take_while(|component| !component.as_os_str().to_string_lossy().contains(WILDCARDS))
        .collect()
}
