//! Lists and reads the objects of a bucket under a prefix.

use std::io::Read;
use std::sync::Arc;

use tokio::io::AsyncReadExt;
use tokio::task::JoinSet;

use super::budget::Budget;
use crate::contract::object_key::is_verification_object;
use crate::ndjson::{Compression, Decoded};
use crate::store::{Headers, Listing, ObjectMeta, RetryPolicy, Store, StoreError};

/// The number of objects that are read at the same time.
const AT_ONCE: usize = 8;
/// How many times an object is read if the connection breaks.
const ATTEMPTS: u32 = 3;

const BUFFER: usize = 64 << 10;

/// The largest total of text bytes that is held. Each line counts as 128 bytes more, which its comparison needs. Further objects
/// are reported but not read.
pub const MOST_TEXT: u64 = 256 << 20;

/// What a line costs in memory beside its text.
const LINE: usize = 128;

/// The largest number of keys that is held: more than a run writes.
const MOST_KEYS: usize = 250_000;

/// The largest total of their bytes.
const MOST_KEY_BYTES: usize = 64 << 20;

/// An object that was read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Its key.
    pub key: String,
    /// Its bytes as stored.
    pub size: u64,
    /// How the object is stored, from its first bytes.
    pub compression: Compression,
    /// The headers of the object; `None` if the store does not report them.
    pub headers: Option<Headers>,
    /// The text, or why there is none.
    pub text: Result<Vec<u8>, String>,
}

/// Every object whose key begins with `prefix`, in the order of the listing. Keys that are not UTF-8 are omitted.
///
/// # Errors
/// If the bucket cannot be listed, or has more than 250,000 such keys or 64 MiB of them.
pub async fn list_all(store: &dyn Store, prefix: &str) -> Result<Vec<ObjectMeta>, StoreError> {
    Ok(list(store, prefix).await?.0)
}

/// The objects, and the keys that are not UTF-8.
async fn list(store: &dyn Store, prefix: &str) -> Result<(Vec<ObjectMeta>, Vec<String>), StoreError> {
    let (mut objects, mut not_utf8) = (Vec::new(), Vec::new());
    let mut listing = Listing::new(store, prefix);
    let mut bytes = 0;
    while let Some(page) = listing.next_page().await? {
        bytes += page
            .objects
            .iter()
            .map(|object| object.key.len())
            .chain(page.not_utf8.iter().map(String::len))
            .sum::<usize>();
        objects.extend(page.objects);
        not_utf8.extend(page.not_utf8);
        if objects.len() + not_utf8.len() > MOST_KEYS {
            return Err(StoreError::too_many_keys(prefix, &format!("{MOST_KEYS} keys")));
        }
        if bytes > MOST_KEY_BYTES {
            return Err(StoreError::too_many_keys(prefix, &format!("{} MiB of keys", MOST_KEY_BYTES >> 20)));
        }
    }
    Ok((objects, not_utf8))
}

/// Reads every object whose key begins with `prefix`, except verification objects (ACC-6), in the order of their keys.
/// An object that cannot be read (deleted after the listing, larger than [`MOST_TEXT`], truncated gzip) has a reason
/// instead of a text.
///
/// # Errors
/// If the bucket cannot be listed or an object may not be read.
pub async fn read_back(store: &Arc<dyn Store>, prefix: &str, folder: Option<&str>) -> Result<Vec<Object>, StoreError> {
    let objects = read_all(store, prefix, MOST_TEXT).await?;
    Ok(objects.into_iter().filter(|object| !is_verification_object(&object.key, folder)).collect())
}

/// Like [`read_back`], but with verification objects and with this limit of text bytes.
///
/// # Errors
/// As [`read_back`].
pub async fn read_all(store: &Arc<dyn Store>, prefix: &str, most_text: u64) -> Result<Vec<Object>, StoreError> {
    let (metas, not_utf8) = list(store.as_ref(), prefix).await?;
    let unread =
        |key: String| Object::without_text(key, 0, "its key is not UTF-8, so it cannot be requested".to_owned());
    let mut objects: Vec<Object> = not_utf8.into_iter().map(unread).collect();
    let mut reading = JoinSet::new();
    let budget = Arc::new(Budget::of(most_text));
    for meta in metas {
        while reading.len() >= AT_ONCE {
            collect(&mut reading, &mut objects).await?;
        }
        let (store, budget) = (store.clone(), budget.clone());
        reading.spawn(async move { read(store.as_ref(), meta, &budget).await });
    }
    while !reading.is_empty() {
        collect(&mut reading, &mut objects).await?;
    }
    objects.sort_unstable_by(|a, b| a.key.cmp(&b.key));
    // If objects are written during the listing, a key can be on two pages.
    objects.dedup_by(|a, b| a.key == b.key);
    Ok(objects)
}

impl Object {
    fn without_text(key: String, size: u64, reason: String) -> Self {
        Self { key, size, compression: Compression::Plain, headers: None, text: Err(reason) }
    }
}

async fn collect(
    reading: &mut JoinSet<Result<Object, StoreError>>,
    objects: &mut Vec<Object>,
) -> Result<(), StoreError> {
    match reading.join_next().await {
        None => Ok(()),
        Some(Ok(object)) => {
            objects.push(object?);
            Ok(())
        }
        Some(Err(error)) => Err(StoreError::unsendable("GetObject", "reading back", error.to_string())),
    }
}

async fn read(store: &dyn Store, meta: ObjectMeta, budget: &Budget) -> Result<Object, StoreError> {
    let mut retries = RetryPolicy::attempts(ATTEMPTS).start();
    loop {
        match read_once(store, &meta, budget).await {
            Ok(object) => return Ok(object),
            Err(error) if error.status == Some(404) && error.code.as_deref() != Some("NoSuchBucket") => {
                let reason = "it was deleted between listing and reading: another program deletes objects here";
                return Ok(Object::without_text(meta.key, meta.size, reason.to_owned()));
            }
            Err(error) => retries.wait_after(error).await?,
        }
    }
}

async fn read_once(store: &dyn Store, meta: &ObjectMeta, budget: &Budget) -> Result<Object, StoreError> {
    let too_large = || {
        let (left, most) = (budget.left(), budget.most());
        let reason =
            format!("it is not read: of {most} bytes of text that a case can hold {left} are left, and it holds more");
        Ok(Object::without_text(meta.key.clone(), meta.size, reason))
    };
    if meta.size > budget.left() {
        return too_large();
    }
    let (mut stored, mut hold) = (Vec::new(), budget.hold());
    let mut body = store.get(&meta.key).await?.body;
    let mut buffer = vec![0; BUFFER];
    loop {
        let read = body.read(&mut buffer).await;
        match read.map_err(|error| StoreError::of_content(&meta.key, &error))? {
            0 => break,
            read if stored.len() as u64 + read as u64 > meta.size => {
                let reason = format!("the answer has more than the {} bytes of the listing", meta.size);
                return Ok(Object::without_text(meta.key.clone(), meta.size, reason));
            }
            read if hold.more(read) => stored.extend_from_slice(&buffer[..read]),
            _ => return too_large(),
        }
    }
    let headers = store.head(&meta.key).await?.and_then(|meta| meta.headers);
    let size = stored.len() as u64;
    let object = |compression, text| Object { key: meta.key.clone(), size, compression, headers, text };
    let mut decoded = match Decoded::new(&stored[..]) {
        Err(error) => return Ok(object(Compression::Plain, Err(error.to_string()))),
        Ok(decoded) if decoded.compression() == Compression::Plain => {
            drop(decoded);
            if !hold.more(lines_of(&stored) * LINE) {
                return too_large();
            }
            hold.keep();
            return Ok(object(Compression::Plain, Ok(stored)));
        }
        Ok(decoded) => decoded,
    };
    let compression = decoded.compression();
    let (mut text, mut hold) = (Vec::new(), budget.hold());
    loop {
        match decoded.read(&mut buffer) {
            Err(error) => return Ok(object(compression, Err(error.to_string()))),
            Ok(0) => break,
            Ok(read) if hold.more(read + lines_of(&buffer[..read]) * LINE) => text.extend_from_slice(&buffer[..read]),
            Ok(_) => return too_large(),
        }
    }
    hold.keep();
    Ok(object(compression, Ok(text)))
}

fn lines_of(text: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', text).count()
}
