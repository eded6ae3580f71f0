//! The bytes of an object, from a server that may break off, be silent, or send for ever.

use std::io::{self, Read};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, sink};
use tokio::time::timeout;

use super::bucket::Bucket;
use crate::store::{Advice, Body, ObjectMeta, StoreError};

/// The code of the error for an object that was replaced while it was read.
pub(super) const REPLACED: &str = "Replaced";

/// How often an object is opened again without reading a byte.
const MOST_BROKEN: u32 = 5;

/// The slowest answer that is waited for, in bytes a second.
const SLOWEST: u64 = 1 << 10;

/// Reads an object to its end, opening it again when the connection breaks.
pub(super) struct ObjectReader {
    bucket: Arc<Bucket>,
    object: ObjectMeta,
    body: Body,
    /// Bytes that were handed out.
    read: u64,
    /// How often it broke off since the last byte.
    broken: u32,
    /// How long the server was waited for, and the bytes that it sent in that time; begun anew at the deadline.
    waited: (Duration, u64),
}

impl ObjectReader {
    pub(super) fn new(bucket: Arc<Bucket>, object: ObjectMeta, body: Body) -> Self {
        Self { bucket, object, body, read: 0, broken: 0, waited: (Duration::ZERO, 0) }
    }
}

impl Read for ObjectReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let detail = match self.wait(into)? {
                Ok(0) if self.read >= self.object.size || into.is_empty() => return Ok(0),
                Ok(0) => format!("the answer ended after {} of {} bytes", self.read, self.object.size),
                Ok(read) => {
                    self.read += read as u64;
                    self.broken = 0;
                    if self.object.size > 0 && self.read > self.object.size {
                        return Err(self.longer().into());
                    }
                    return Ok(read);
                }
                Err(error) => error.to_string(),
            };
            self.broken += 1;
            let error = StoreError::unanswered("GetObject", &self.object.key, true, detail);
            if self.broken > MOST_BROKEN {
                return Err(error.into());
            }
            tracing::warn!(%error, "reading on after a broken connection");
            self.body = self.bucket.retry("GetObject", async || self.reopen().await)?;
        }
    }
}

impl ObjectReader {
    /// Waits for bytes. A server that sends less than [`SLOWEST`] until the deadline is given up.
    fn wait(&mut self, into: &mut [u8]) -> Result<io::Result<usize>, StoreError> {
        let patience = self.bucket.patience();
        loop {
            let begun = Instant::now();
            let left = patience.saturating_sub(self.waited.0);
            let read = self.bucket.runtime.block_on(async { timeout(left, self.body.read(into)).await });
            self.waited.0 += begun.elapsed();
            if let Ok(Ok(read)) = read {
                self.waited.1 += read as u64;
            }
            if self.waited.0 >= patience {
                let (waited, sent) = std::mem::take(&mut self.waited);
                if sent < SLOWEST.saturating_mul(waited.as_secs()) {
                    let detail = format!("the server sent {sent} bytes in {} s", waited.as_secs());
                    let error = StoreError::unanswered("GetObject", &self.object.key, true, detail);
                    return Err(StoreError { advice: Advice::Park, ..error });
                }
            }
            if let Ok(read) = read {
                return Ok(read);
            }
        }
    }

    fn longer(&self) -> StoreError {
        let detail = format!("the answer has more than the {} bytes of the object", self.object.size);
        let error = StoreError::answered("GetObject", &self.object.key, 412, Some(REPLACED), detail);
        StoreError { advice: Advice::Park, remedy: "check it again", ..error }
    }

    /// The rest of the object, if it is still the same one.
    async fn reopen(&self) -> Result<Body, StoreError> {
        let (store, key) = (&self.bucket.store, &self.object.key);
        let now = store.head(key).await?;
        if now.is_none_or(|now| now.size != self.object.size || now.etag != self.object.etag) {
            let detail = "it was replaced or deleted while it was read";
            let error = StoreError::answered("GetObject", key, 412, Some(REPLACED), detail);
            return Err(StoreError { advice: Advice::Park, remedy: "check it again", ..error });
        }
        let body = store.get(key).await?.body;
        let mut passed = body.take(self.read);
        match tokio::io::copy(&mut passed, &mut sink()).await {
            Ok(count) if count == self.read => Ok(passed.into_inner()),
            Ok(_) => Err(StoreError::unanswered("GetObject", key, true, "the answer ended early")),
            Err(error) => Err(StoreError::unanswered("GetObject", key, true, error.to_string())),
        }
    }
}
