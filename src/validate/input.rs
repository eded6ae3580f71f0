//! One body of lines that is to be checked: a file, standard input, an object of a bucket.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
#[cfg(feature = "store")]
use std::sync::Arc;

#[cfg(feature = "store")]
use super::bucket::Bucket;
#[cfg(feature = "store")]
use crate::store::{ObjectMeta, StoreError};

/// One body of lines.
#[derive(Debug, Clone)]
pub struct Input {
    /// What messages call it: the path as it was given or found, or `s3://bucket/key`.
    pub name: String,
    /// Its object key, were the place that was asked for the bucket; `None` for standard input.
    pub key: Option<String>,
    place: Place,
}

#[derive(Debug, Clone)]
enum Place {
    Stdin,
    File(PathBuf),
    #[cfg(feature = "store")]
    Object(Arc<Bucket>, ObjectMeta),
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
    /// Somebody wrote to it meanwhile: what was read is not what is there.
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
    /// An object cannot be read.
    #[cfg(feature = "store")]
    #[error("cannot read `{name}`")]
    Object {
        /// The object.
        name: String,
        /// What the target said.
        #[source]
        source: Box<StoreError>,
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
    #[error("`{pattern}` matches no file: `*` stands for anything within one name, `**` for any folders")]
    NoMatch {
        /// The pattern.
        pattern: String,
    },
    /// A pattern that is none.
    #[error("`{pattern}` is no pattern of paths: {reason}")]
    Pattern {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        reason: &'static str,
    },
}

impl InputError {
    /// Whether the bucket is the cause: it cannot be reached, or it refuses.
    #[cfg(feature = "store")]
    pub fn is_of_target(&self) -> bool {
        self.store_error().is_some()
    }

    /// Whether the next inputs would fail as well: the bucket cannot be reached, or it takes no request of ours.
    pub(super) fn is_final(&self) -> bool {
        #[cfg(feature = "store")]
        return self.store_error().is_some_and(|error| !Bucket::is_about_one_object(error));
        #[cfg(not(feature = "store"))]
        false
    }

    #[cfg(feature = "store")]
    fn store_error(&self) -> Option<&StoreError> {
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
        Self { name: "-".to_owned(), key: None, place: Place::Stdin }
    }

    /// A file, with its key as seen from `root`.
    pub(super) fn file(path: &Path, root: &Path) -> Self {
        let below = path.strip_prefix(root).ok().filter(|below| !below.as_os_str().is_empty());
        let key = below.or_else(|| path.file_name().map(Path::new)).map(slashed);
        Self { name: path.display().to_string(), key, place: Place::File(path.to_owned()) }
    }

    /// An object of a bucket.
    #[cfg(feature = "store")]
    pub(super) fn object(name: String, bucket: Arc<Bucket>, meta: ObjectMeta) -> Self {
        Self { name, key: Some(meta.key.clone()), place: Place::Object(bucket, meta) }
    }

    /// Whether it lies in a bucket, so that its key is what it was written under.
    pub fn is_object(&self) -> bool {
        #[cfg(feature = "store")]
        return matches!(self.place, Place::Object(..));
        #[cfg(not(feature = "store"))]
        false
    }

    /// Its path, if it is a local file.
    pub fn path(&self) -> Option<&Path> {
        match &self.place {
            Place::File(path) => Some(path),
            _ => None,
        }
    }

    /// Opens it; `None` if it is an object that has been deleted since it was listed.
    ///
    /// # Errors
    /// If it is gone or may not be read.
    pub fn open(&self) -> Result<Option<Box<dyn Read + Send>>, InputError> {
        let name = || self.name.clone();
        match &self.place {
            Place::Stdin => Ok(Some(Box::new(io::stdin()))),
            // As far as it goes now: who waited for the end of a file that grows might wait for ever.
            Place::File(path) => match File::open(path).and_then(|file| Ok((file.metadata()?, file))) {
                // Some systems show files of no size that hold something.
                Ok((now, file)) if now.is_file() && now.len() > 0 => Ok(Some(Box::new(file.take(now.len())))),
                Ok((_, file)) => Ok(Some(Box::new(file))),
                Err(source) => Err(InputError::Open { name: name(), source }),
            },
            #[cfg(feature = "store")]
            Place::Object(bucket, meta) => match bucket.open(meta) {
                Ok(reader) => Ok(reader.map(|reader| Box::new(reader) as Box<dyn Read + Send>)),
                Err(source) => Err(InputError::Object { name: name(), source: Box::new(source) }),
            },
        }
    }

    /// What is wrong if it is a file that no longer has the size that it had before it was opened.
    pub(super) fn changed_since(&self, before: Option<u64>) -> Option<InputError> {
        let Place::File(path) = &self.place else { return None };
        let (before, now) = (before?, std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file)?.len());
        (now != before).then(|| InputError::Changed { name: self.name.clone(), before, after: now })
    }

    /// Its stored bytes, as far as that is known beforehand.
    pub fn size(&self) -> Option<u64> {
        match &self.place {
            Place::Stdin => None,
            Place::File(path) => std::fs::metadata(path).ok().map(|metadata| metadata.len()),
            #[cfg(feature = "store")]
            Place::Object(_, meta) => Some(meta.size),
        }
    }
}

/// A path as a key: its segments between slashes on every system.
fn slashed(path: &Path) -> String {
    path.iter().map(|segment| segment.to_string_lossy()).collect::<Vec<_>>().join("/")
}
