//! Compares a stored object with the one that was sent.

use std::fmt::Write as _;
use std::time::Duration;

use md5::{Digest, Md5};
use tokio::io::AsyncReadExt;
use tokio::time::{sleep, timeout};

use crate::store::{Object, RetryPolicy, Store, StoreError};

/// The timeout for reading an object back.
pub(super) const LONGEST_READ_BACK: Duration = Duration::from_secs(10);
/// The number of attempts to read an object back.
const READ_BACKS: u32 = 3;

/// What is stored under a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stored {
    Ours,
    Other,
    Nothing,
    /// The object cannot be read.
    Unknown,
}

/// Compares the stored object with this one, within `longest`.
pub(super) async fn read_back(store: &dyn Store, object: &Object, longest: Duration) -> Stored {
    let read = async {
        let mut retries = RetryPolicy::attempts(READ_BACKS).start();
        loop {
            match compare(store, object).await {
                Ok(stored) => return stored,
                Err(error) => match retries.pause_after(&error) {
                    Some(pause) => sleep(pause).await,
                    None => return Stored::Unknown,
                },
            }
        }
    };
    timeout(longest, read).await.unwrap_or(Stored::Unknown)
}

/// The length and the entity tag decide. Where the tag is no hash of the bytes, as with a KMS key, the bytes are read.
async fn compare(store: &dyn Store, object: &Object) -> Result<Stored, StoreError> {
    let Some(meta) = store.head(&object.key).await? else { return Ok(Stored::Nothing) };
    if meta.size != object.body.len() as u64 {
        return Ok(Stored::Other);
    }
    if meta.etag.is_some_and(|etag| etag.eq_ignore_ascii_case(&md5_of(&object.body))) {
        return Ok(Stored::Ours);
    }
    let mut body = match store.get(&object.key).await {
        Err(error) if error.status == Some(404) => return Ok(Stored::Nothing),
        fetched => fetched?.body,
    };
    let mut rest = &object.body[..];
    let mut buffer = vec![0; 64 << 10];
    loop {
        let read = body.read(&mut buffer).await;
        let read = read.map_err(|error| StoreError::unanswered("GetObject", &object.key, false, error.to_string()))?;
        match (read, rest.strip_prefix(&buffer[..read])) {
            (0, _) if rest.is_empty() => return Ok(Stored::Ours),
            (0, _) | (_, None) => return Ok(Stored::Other),
            (_, Some(after)) => rest = after,
        }
    }
}

fn md5_of(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(32);
    for byte in Md5::digest(bytes) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
