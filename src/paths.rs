//! The files that a path on the command line means: a file, the files of a folder, the files that a pattern matches.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

/// Characters of a pattern.
const WILDCARDS: [char; 3] = ['*', '?', '['];

/// A file that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoundFile {
    pub(crate) path: PathBuf,
    /// The path that was given, or the folder before the first wildcard.
    pub(crate) root: PathBuf,
}

/// Why a path on the command line means no file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NotFound {
    /// A path cannot be opened.
    #[error("cannot open `{}`", path.display())]
    Open {
        /// The path.
        path: PathBuf,
        /// The reason.
        #[source]
        source: io::Error,
    },
    /// A folder without files.
    #[error("there is no file in `{}`: names that begin with a dot are skipped", .0.display())]
    Empty(PathBuf),
    /// A pattern that nothing matches.
    #[error("`{0}` matches no file: `*` matches any text within one name, `**` matches any folders")]
    NoMatch(String),
    /// An invalid pattern.
    #[error("invalid glob `{pattern}`: {reason}")]
    Pattern {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        reason: &'static str,
    },
}

/// The files that an argument means: a file, the files of a folder in the order of their names, or the files that a pattern matches
/// (`*`, `?`, `[…]`, `**`).
///
/// Symbolic links are followed, and each folder is entered once. In a folder, names that begin with a dot are skipped, and
/// so is everything that is neither a file nor a folder. Errors are returned beside the files that were found.
pub(crate) fn files_of(argument: &Path) -> (Vec<FoundFile>, Vec<NotFound>) {
    let mut search = Search::default();
    match pattern_of(argument) {
        Some(pattern) => search.matches(pattern),
        None => search.visit(argument, argument),
    }
    (search.found, search.errors)
}

/// The argument as a pattern. A file of this name comes first.
fn pattern_of(argument: &Path) -> Option<&str> {
    argument.to_str().filter(|text| text.contains(WILDCARDS) && std::fs::symlink_metadata(argument).is_err())
}

#[derive(Default)]
struct Search {
    entered: HashSet<PathBuf>,
    found: Vec<FoundFile>,
    errors: Vec<NotFound>,
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
                return self.errors.push(NotFound::Pattern { pattern: pattern.to_owned(), reason: error.msg });
            }
        };
        let root = before_wildcards(pattern);
        let mut any = false;
        for path in paths {
            any = true;
            match path {
                Ok(path) => self.visit(&path, &root),
                Err(error) => {
                    let path = error.path().to_owned();
                    self.errors.push(NotFound::Open { path, source: error.into() });
                }
            }
        }
        if !any {
            self.errors.push(NotFound::NoMatch(pattern.to_owned()));
        }
    }

    /// A path that was given.
    fn visit(&mut self, path: &Path, root: &Path) {
        let before = (self.found.len(), self.errors.len());
        self.try_visit(path, root);
        if (self.found.len(), self.errors.len()) == before {
            self.errors.push(NotFound::Empty(path.to_owned()));
        }
    }

    fn try_visit(&mut self, path: &Path, root: &Path) {
        let entries = match std::fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => self.enter(path),
            Ok(_) => return self.found.push(FoundFile { path: path.to_owned(), root: root.to_owned() }),
            Err(error) => Err(error),
        };
        match entries {
            Ok(paths) => paths.iter().for_each(|path| self.try_visit(path, root)),
            Err(source) => self.errors.push(NotFound::Open { path: path.to_owned(), source }),
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
