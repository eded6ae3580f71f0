//! One body of lines to check: a file, standard input, an object of a bucket, or any reader.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use crate::paths::{NotFound, files_of};
use crate::report::model::counted;
use crate::validate::contents::hash_of;

/// One body of lines.
#[derive(Debug, Clone)]
pub struct Input {
    /// Its name in messages: the path as it was given or found, or `s3://bucket/key`.
    pub name: String,
    /// Its object key, or the path below the folder that was given; `None` for standard input and readers.
    pub key: Option<String>,
    origin: Origin,
    /// Whether the key is that of an object.
    is_key_of_object: bool,
    /// Whether only its headers are read.
    is_headers_only: bool,
}

#[derive(Clone)]
enum Origin {
    Stdin,
    File(PathBuf),
    #[cfg_attr(not(feature = "store"), allow(dead_code, reason = "only a bucket has objects"))]
    Object(Arc<dyn Source>),
    Reader(Arc<Mutex<Option<Reader>>>),
}

/// Reads the bytes of an input.
pub(super) type Reader = Box<dyn Read + Send>;

/// An object that is opened when it is its turn.
pub(super) trait Source: Send + Sync {
    /// Its stored bytes, if they are known before it is opened.
    fn size(&self) -> Option<u64>;

    /// When it was last written, if that is known before it is opened.
    fn modified_at(&self) -> Option<Timestamp>;

    /// Identifies this version of the object, if it was listed.
    fn version(&self) -> Option<String>;

    /// Opens it; `None` if it was deleted since it was listed.
    fn open(&self) -> Result<Option<(Reader, StoredAs)>, ObjectError>;

    /// Asks for its headers alone; `None` if it was deleted since it was listed.
    fn head(&self) -> Result<Option<StoredAs>, ObjectError>;
}

/// The headers of a stored object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::validate) struct StoredAs {
    /// The method of the encryption.
    pub(in crate::validate) encryption: Option<String>,
    pub(in crate::validate) content_type: Option<String>,
    pub(in crate::validate) content_encoding: Option<String>,
}

/// An object cannot be listed or read.
#[derive(Debug)]
pub struct ObjectError {
    /// Whether the next objects would fail as well: the target is gone, or refuses every request.
    pub(super) is_final: bool,
    pub(super) source: Box<dyn std::error::Error + Send + Sync>,
}

impl fmt::Display for ObjectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source.fmt(f)
    }
}

impl std::error::Error for ObjectError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.source()
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdin => f.write_str("Stdin"),
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
            Self::Object(_) => f.write_str("Object"),
            Self::Reader(_) => f.write_str("Reader"),
        }
    }
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
    /// It was written to while it was read.
    #[error(
        "`{name}` was written to while it was read, from {before} to {after} bytes: check it again when it is complete"
    )]
    Changed {
        /// The input.
        name: String,
        /// Its bytes when it was opened.
        before: u64,
        /// Its bytes when it had been read.
        after: u64,
    },
    /// An object cannot be listed or read.
    #[error("cannot read `{name}`")]
    Object {
        /// The object.
        name: String,
        /// The error of the target.
        #[source]
        source: ObjectError,
    },
    /// A folder or a prefix with nothing in it.
    #[error("there is nothing to check in `{name}`: {hint}")]
    Empty {
        /// What was named.
        name: String,
        /// What may be wrong.
        hint: &'static str,
    },
    /// A pattern that nothing matches.
    #[error("`{pattern}` matches no file: `*` matches any text within one name, `**` matches any folders")]
    NoMatch {
        /// The pattern.
        pattern: String,
    },
    /// Threads of this program panicked. What they held is not checked.
    #[error(
        "{} failed, so not every line was checked: this is a bug of this program, please report it",
        counted(*.threads, "thread", "threads")
    )]
    Failed {
        /// How many.
        threads: u64,
    },
    /// An error of another run, as a partial report has it.
    #[error("{message}")]
    Recorded {
        /// The error with its causes.
        message: String,
        /// Whether the target caused it.
        is_of_target: bool,
    },
    /// An invalid pattern.
    #[error("invalid glob `{pattern}`: {reason}")]
    Pattern {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        reason: &'static str,
    },
}

impl From<NotFound> for InputError {
    fn from(error: NotFound) -> Self {
        let name = |path: &Path| path.display().to_string();
        match error {
            NotFound::Open { path, source } => Self::Open { name: name(&path), source },
            NotFound::Empty(path) => {
                let hint = "the folder holds no files; names that begin with a dot are skipped";
                Self::Empty { name: name(&path), hint }
            }
            NotFound::NoMatch(pattern) => Self::NoMatch { pattern },
            NotFound::Pattern { pattern, reason } => Self::Pattern { pattern, reason },
        }
    }
}

impl InputError {
    /// Whether the target caused it: it is unreachable, or refuses.
    pub fn is_of_target(&self) -> bool {
        matches!(self, Self::Recorded { is_of_target: true, .. }) || self.object_error().is_some()
    }

    /// Whether there is nothing to read: an empty folder or prefix, or a pattern without a match.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Empty { .. } | Self::NoMatch { .. })
    }

    /// Whether the next objects would fail as well.
    pub(in crate::validate) fn is_final(&self) -> bool {
        self.object_error().is_some_and(|error| error.is_final)
    }

    fn object_error(&self) -> Option<&ObjectError> {
        match self {
            Self::Object { source, .. } => Some(source),
            Self::Read { source, .. } => source.get_ref().and_then(|inner| inner.downcast_ref()),
            _ => None,
        }
    }
}

impl Input {
    /// Standard input.
    pub fn stdin() -> Self {
        Self::of("-".to_owned(), None, Origin::Stdin)
    }

    /// The inputs of an argument: a file, the files of a folder in the order of their names, the files that a pattern matches
    /// (`*`, `?`, `[…]`, `**`), or `-` for standard input.
    ///
    /// Symbolic links are followed, and each folder is entered once. In a folder, names that begin with a dot are skipped, and
    /// so is everything that is neither a file nor a folder. Errors are returned beside the inputs that were found.
    pub fn from_argument(argument: &Path) -> (Vec<Self>, Vec<InputError>) {
        if argument == Path::new("-") {
            return (vec![Self::stdin()], Vec::new());
        }
        let (files, errors) = files_of(argument);
        let inputs = files.iter().map(|file| Self::file(&file.path, &file.root)).collect();
        (inputs, errors.into_iter().map(InputError::from).collect())
    }

    /// A reader, which is read once. `name` is its name in messages.
    pub fn reader(name: impl Into<String>, reader: impl Read + Send + 'static) -> Self {
        let reader: Reader = Box::new(reader);
        let origin = Origin::Reader(Arc::new(Mutex::new(Some(reader))));
        Self::of(name.into(), None, origin)
    }

    fn of(name: String, key: Option<String>, origin: Origin) -> Self {
        Self { name, key, origin, is_key_of_object: false, is_headers_only: false }
    }

    /// The same input under this object key: its name and folder are then checked.
    #[must_use]
    pub fn with_key(mut self, key: String) -> Self {
        self.key = Some(key);
        self
    }

    /// A file, with its key as seen from `root`.
    pub(in crate::validate) fn file(path: &Path, root: &Path) -> Self {
        let below = path.strip_prefix(root).ok().filter(|below| !below.as_os_str().is_empty());
        let key = below.or_else(|| path.file_name().map(Path::new)).map(slashed);
        let origin = Origin::File(path.to_owned());
        Self::of(path.display().to_string(), key, origin)
    }

    /// The file `path` in place of this input, under the same key.
    pub(in crate::validate) fn copied_to(&self, path: &Path) -> Self {
        let origin = Origin::File(path.to_owned());
        Self { name: path.display().to_string(), origin, ..self.clone() }
    }

    /// An object of a bucket.
    #[cfg(feature = "store")]
    pub(super) fn object(name: String, key: String, source: impl Source + 'static) -> Self {
        Self { is_key_of_object: true, ..Self::of(name, Some(key), Origin::Object(Arc::new(source))) }
    }

    /// Whether its key is the one it was written under: it is an object of a bucket, or the corrected copy of one.
    pub(in crate::validate) fn has_key_of_object(&self) -> bool {
        self.is_key_of_object
    }

    /// The same object, of which only the headers are read: its encryption is checked (SSE-1), and nothing else.
    #[must_use]
    pub fn only_headers(self) -> Self {
        Self { is_headers_only: true, ..self }
    }

    /// Whether only the headers of this object are read.
    pub(in crate::validate) fn is_headers_only(&self) -> bool {
        self.is_headers_only && self.is_object()
    }

    /// The headers of an object; `None` if it was deleted since it was listed, or is no object.
    pub(in crate::validate) fn headers(&self) -> Result<Option<StoredAs>, InputError> {
        let Origin::Object(object) = &self.origin else { return Ok(None) };
        object.head().map_err(|source| InputError::Object { name: self.name.clone(), source })
    }

    /// Whether it is an object of a bucket.
    pub fn is_object(&self) -> bool {
        matches!(self.origin, Origin::Object(_))
    }

    /// Its path, if it is a local file.
    pub fn path(&self) -> Option<&Path> {
        match &self.origin {
            Origin::File(path) => Some(path),
            _ => None,
        }
    }

    /// Opens it; `None` if it is an object that was deleted since it was listed, or a reader that was read before.
    ///
    /// # Errors
    /// If it is gone or may not be read.
    pub fn open(&self) -> Result<Option<Box<dyn Read + Send>>, InputError> {
        Ok(self.open_stored()?.map(|(reader, _)| reader))
    }

    /// The same with the headers of an object.
    pub(in crate::validate) fn open_stored(&self) -> Result<Option<(Reader, Option<StoredAs>)>, InputError> {
        let name = || self.name.clone();
        let plain = |reader: Reader| Ok(Some((reader, None)));
        match &self.origin {
            Origin::Stdin => plain(Box::new(io::stdin())),
            // Up to its present end: a file that grows may have no end.
            Origin::File(path) => match File::open(path).and_then(|file| Ok((file.metadata()?, file))) {
                // Some systems show files of size 0 that hold something.
                Ok((now, file)) if now.is_file() && now.len() > 0 => plain(Box::new(file.take(now.len()))),
                Ok((_, file)) => plain(Box::new(file)),
                Err(source) => Err(InputError::Open { name: name(), source }),
            },
            Origin::Object(object) => match object.open() {
                Ok(opened) => Ok(opened.map(|(reader, stored)| (reader, Some(stored)))),
                Err(source) => Err(InputError::Object { name: name(), source }),
            },
            Origin::Reader(reader) => {
                Ok(reader.lock().unwrap_or_else(PoisonError::into_inner).take().map(|reader| (reader, None)))
            }
        }
    }

    /// The error of a file whose size changed since it was opened.
    pub(in crate::validate) fn changed_since(&self, before: Option<u64>) -> Option<InputError> {
        let (path, before) = (self.path()?, before?);
        let now = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file)?.len();
        (now != before).then(|| InputError::Changed { name: self.name.clone(), before, after: now })
    }

    /// When it was last written, if that is known beforehand.
    pub(in crate::validate) fn modified_at(&self) -> Option<Timestamp> {
        match &self.origin {
            Origin::Stdin | Origin::Reader(_) => None,
            Origin::File(path) => Timestamp::try_from(std::fs::metadata(path).ok()?.modified().ok()?).ok(),
            Origin::Object(object) => object.modified_at(),
        }
    }

    /// A number that identifies this version of it, if it is known beforehand: a hash of its name, and of the size and
    /// time of a file, or the ETag of an object.
    pub fn version(&self) -> Option<u64> {
        let version = match &self.origin {
            Origin::Stdin | Origin::Reader(_) => return None,
            Origin::File(_) => format!("{}\0{}", self.size()?, self.modified_at()?),
            Origin::Object(object) => object.version()?,
        };
        Some(hash_of(format!("{}\0{version}", self.name).as_bytes()))
    }

    /// Its stored bytes, if they are known beforehand.
    pub fn size(&self) -> Option<u64> {
        match &self.origin {
            Origin::Stdin | Origin::Reader(_) => None,
            Origin::File(path) => std::fs::metadata(path).ok().map(|metadata| metadata.len()),
            Origin::Object(object) => object.size(),
        }
    }
}

/// A path as a key: slashes between its segments on every system.
fn slashed(path: &Path) -> String {
    path.iter().map(|segment| segment.to_string_lossy()).collect::<Vec<_>>().join("/")
}
