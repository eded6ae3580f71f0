//! Finds the lines with a mark in a bucket.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Read};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use memchr::memmem;
use tokio::io::AsyncReadExt;

use crate::contract::object_key::{folder_date, is_verification_object};
use crate::ndjson::{Compression, DEFAULT_MAX_LINE_BYTES, Decoded, Lines};
use crate::settings::{DateFolders, Settings};
use crate::store::{Headers, Listing, ObjectMeta, Store, StoreError};

/// The tolerated difference between the clocks of this machine and of the store.
const SKEW: SignedDuration = SignedDuration::from_mins(5);
/// The largest stored size of an object that is read, and the largest ratio of its text to this size.
const MOST_BYTES: u64 = 256 << 20;
const EXPANSION: u64 = 200;
/// The largest total of the lines with the mark, in bytes. Their values take up to forty times as much memory.
const MOST_MARKED: usize = 8 << 20;
/// The largest number of objects that are remembered.
const MOST_OBJECTS: usize = 250_000;

/// An object with at least one marked line.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// The object's key.
    pub key: String,
    /// The lines with the mark, in order.
    pub lines: Vec<String>,
    /// How the object is stored.
    pub compression: Compression,
    /// The headers, if they can be read.
    pub headers: Option<Headers>,
    /// When the object was readable for the first time.
    pub found_at: Timestamp,
}

impl Arrival {
    /// Whether the object has an event with this mark.
    pub fn holds(&self, mark: &str) -> bool {
        let quoted = format!("\"{mark}\"");
        self.lines.iter().any(|line| line.contains(&quoted))
    }
}

/// Why the bucket cannot be watched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WatchError {
    /// The bucket cannot be listed or read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Finds a mark in the objects that are written after a given time.
pub struct Watch {
    store: Arc<dyn Store>,
    base: String,
    prefixes: Vec<String>,
    since: Timestamp,
    mark: String,
    seen: HashSet<u64>,
    hasher: RandomState,
    /// The bytes of lines that may still be found.
    left: usize,
    /// Objects that could not be read, with the reason.
    pub unreadable: Vec<(String, String)>,
}

impl Watch {
    /// Watches the folders in which batches sent at `since` can be, according to `settings` (LAY-1 to LAY-3).
    pub fn new(store: Arc<dyn Store>, settings: &Settings, mark: &str, since: Timestamp) -> Self {
        let base = settings.connection.folder_name.as_ref().map(|folder| format!("{folder}/")).unwrap_or_default();
        let day = |offset: i64| folder_date(since.as_millisecond() + offset * 86_400_000);
        let prefixes = match settings.connection.store_data_in_folders_by_date {
            DateFolders::None => vec![base.clone()],
            _ => (-1..=1).filter_map(day).map(|date| format!("{base}{date}/")).collect(),
        };
        Self {
            store,
            base,
            prefixes,
            since,
            mark: mark.to_owned(),
            seen: HashSet::new(),
            hasher: RandomState::new(),
            left: MOST_MARKED,
            unreadable: Vec::new(),
        }
    }

    /// From now on, watches everything in the folder of the settings, to find objects in a wrong folder.
    pub fn watch_whole_folder(&mut self) {
        self.prefixes = vec![self.base.clone()];
    }

    /// The objects with the mark that have appeared since the last call.
    ///
    /// # Errors
    /// If the bucket cannot be listed, or an object cannot be requested.
    pub async fn poll(&mut self) -> Result<Vec<Arrival>, WatchError> {
        let mut arrivals = Vec::new();
        for object in self.new_objects().await? {
            let found_at = Timestamp::now();
            let Some(bytes) = self.bytes(&object).await? else { continue };
            let (mark, left) = (self.mark.clone(), self.left);
            let read = tokio::task::spawn_blocking(move || marked_lines(&bytes, mark.as_bytes(), left)).await;
            match read.unwrap_or_else(|error| Err(io::Error::other(error))) {
                Ok((_, lines)) if lines.is_empty() => {}
                Ok((compression, lines)) => {
                    self.left = self.left.saturating_sub(lines.iter().map(String::len).sum());
                    // The object was read, so s3:GetObject is allowed. HEAD needs the same permission.
                    let headers = self.store.head(&object.key).await?.and_then(|meta| meta.headers);
                    arrivals.push(Arrival { key: object.key, lines, compression, headers, found_at });
                }
                Err(error) => self.unreadable.push((object.key, error.to_string())),
            }
        }
        Ok(arrivals)
    }

    /// The objects that were modified after the first request and not read yet.
    async fn new_objects(&mut self) -> Result<Vec<ObjectMeta>, WatchError> {
        let mut new = Vec::new();
        let oldest = self.since - SKEW;
        for prefix in &self.prefixes {
            let mut listing = Listing::new(self.store.as_ref(), prefix);
            while let Some(page) = listing.next_page().await? {
                for object in page.objects {
                    let is_old = object.modified_at.is_some_and(|modified| modified < oldest);
                    if is_old || object.size == 0 || is_verification_object(&object.key, None) {
                        continue;
                    }
                    if self.seen.insert(self.hasher.hash_one((&object.key, &object.etag))) {
                        new.push(object);
                    }
                    if self.seen.len() > MOST_OBJECTS {
                        return Err(StoreError::too_many_keys(prefix, &format!("{MOST_OBJECTS} keys")).into());
                    }
                }
            }
        }
        Ok(new)
    }

    /// The stored bytes; `None` if the object was deleted or is too large.
    async fn bytes(&mut self, object: &ObjectMeta) -> Result<Option<Vec<u8>>, WatchError> {
        if object.size > MOST_BYTES {
            self.unreadable.push((object.key.clone(), format!("it has {} bytes", object.size)));
            return Ok(None);
        }
        let body = match self.store.get(&object.key).await {
            Ok(fetched) => fetched.body,
            Err(error) if error.status == Some(404) && error.code.as_deref() != Some("NoSuchBucket") => {
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        let mut bytes = Vec::new();
        if let Err(error) = body.take(MOST_BYTES).read_to_end(&mut bytes).await {
            // It is read again at the next poll.
            self.seen.remove(&self.hasher.hash_one((&object.key, &object.etag)));
            tracing::warn!(%error, "an object could not be read");
            return Ok(None);
        }
        Ok(Some(bytes))
    }
}

/// The lines with the mark, of at most `left` bytes, and how the object is stored.
fn marked_lines(bytes: &[u8], mark: &[u8], mut left: usize) -> io::Result<(Compression, Vec<String>)> {
    let most = (bytes.len() as u64).saturating_mul(EXPANSION).max(64 << 20);
    let decoded = Decoded::new(bytes)?;
    let compression = decoded.compression();
    let mut lines = Lines::new(decoded.take(most), DEFAULT_MAX_LINE_BYTES);
    let mut marked = Vec::new();
    while let Some(line) = lines.next_line()? {
        if memmem::find(line.bytes, mark).is_some() {
            let Some(rest) = left.checked_sub(line.bytes.len()) else {
                let reason = format!("the lines with the mark have more than {} MiB, the limit", MOST_MARKED >> 20);
                return Err(io::Error::new(io::ErrorKind::FileTooLarge, reason));
            };
            left = rest;
            marked.push(String::from_utf8_lossy(line.bytes).into_owned());
        }
    }
    Ok((compression, marked))
}
