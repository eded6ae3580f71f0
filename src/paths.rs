//! The files that a path on the command line means: a file, the files of a folder, the files that a pattern matches.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

/// Characters of a pattern.
const WILDCARDS: [char; 3] = ['*', '?', '['];

/// As in a shell: a wildcard matches neither a leading dot nor a slash.
const OPTIONS: glob::MatchOptions =
    glob::MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };

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

/// Whether [`files_of`] would find a file at `path`, which may not exist yet, in the folder or with the pattern of the argument.
#[cfg(feature = "cli")]
pub(crate) fn would_find(argument: &Path, path: &Path) -> bool {
    let path = resolved(path);
    let is_shown = |below: &Path| !below.components().any(|name| name.as_os_str().as_encoded_bytes().starts_with(b"."));
    let Some(pattern) = pattern_of(argument) else {
        let below = path.strip_prefix(resolved(argument)).ok();
        return below.is_some_and(|below| !below.as_os_str().is_empty() && is_shown(below));
    };
    let root = before_wildcards(pattern);
    let rest = Path::new(pattern).strip_prefix(&root).ok().and_then(Path::to_str).map(glob::Pattern::new);
    let (Some(Ok(rest)), Ok(below)) = (rest, path.strip_prefix(resolved(&root))) else { return false };
    // What matches may be a folder.
    below
        .ancestors()
        .any(|matched| rest.matches_path_with(matched, OPTIONS) && below.strip_prefix(matched).is_ok_and(is_shown))
}

/// The path without symbolic links, as far as it exists.
#[cfg(feature = "cli")]
fn resolved(path: &Path) -> PathBuf {
    let known = path.ancestors().find_map(|folder| {
        let existing = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        Some(existing.canonicalize().ok()?.join(path.strip_prefix(folder).ok()?))
    });
    known.unwrap_or_else(|| path.to_owned())
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
        let paths = match glob::glob_with(pattern, OPTIONS) {
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

#[cfg(all(test, feature = "cli"))]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_does_not_exist_yet_is_in_a_folder_or_matches() {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        std::fs::create_dir_all(at("in/deep")).unwrap();
        for (argument, path, is_found) in [
            ("in", "in/state/run.redb", true),
            ("in", "in/deep/a.jsonl", true),
            ("in", "in/.state/run.redb", false),
            ("in", "in", false),
            ("in", "inside", false),
            ("in/*.ndjson", "in/bad.ndjson", true),
            ("in/*.ndjson", "in/ledger.jsonl", false),
            ("in/*.ndjson", "in/deep/bad.ndjson", false),
            ("*", "in/ledger.jsonl", true),
            ("**/*.ndjson", "in/deep/bad.ndjson", true),
        ] {
            assert_eq!(would_find(&at(argument), &at(path)), is_found, "{argument}: {path}");
        }
    }
}
