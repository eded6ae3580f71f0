//! The bytes of an object, from a server that may break off, be silent, or send for ever.

use std::io::{self, Read};
use std::sync::Arc;
use std::time::Instant;

use tokio::io::{AsyncReadExt, sink};

use super::bucket::Bucket;
use crate::store::{Advice, Body, ObjectMeta, StoreError};

/// The code of the error for an object that was replaced while it was read.
pub(super) const REPLACED: &str = "Replaced";

/// How often an object is opened again without reading a byte.
const MOST_BROKEN: u32 = 5;

/// Reads an object to its end, opening it again when the connection breaks.
pub(super) struct ObjectReader {
    bucket: Arc<Bucket>,
    object: ObjectMeta,
    body: Body,
    /// Bytes that were handed out.
    read: u64,
    /// How often it broke off since the last byte, and when it did first.
    broken: u32,
    broken_since: Option<Instant>,
}

impl ObjectReader {
    pub(super) fn new(bucket: Arc<Bucket>, object: ObjectMeta, body: Body) -> Self {
        Self { bucket, object, body, read: 0, broken: 0, broken_since: None }
    }
}

impl Read for ObjectReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let detail = match self.read_body(into) {
                Ok(0) if self.read >= self.object.size || into.is_empty() => return Ok(0),
                Ok(0) => format!("the answer ended after {} of {} bytes", self.read, self.object.size),
                Ok(read) => {
                    self.read += read as u64;
                    (self.broken, self.broken_since) = (0, None);
                    if self.object.size > 0 && self.read > self.object.size {
                        return Err(self.longer().into());
                    }
                    return Ok(read);
                }
                Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                    return Err(StoreError::of_content(&self.object.key, &error).into());
                }
                Err(error) => error.to_string(),
            };
            self.broken += 1;
            let since = *self.broken_since.get_or_insert_with(Instant::now);
            let error = StoreError::unanswered("GetObject", &self.object.key, true, detail);
            if self.broken > MOST_BROKEN || since.elapsed() > self.bucket.deadline() {
                return Err(error.into());
            }
            tracing::warn!(%error, "reading on after a broken connection");
            self.body = self.bucket.retry(async || self.reopen().await)?;
        }
    }
}

impl ObjectReader {
    fn read_body(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.bucket.runtime.block_on(self.body.read(into))
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
            Err(error) => Err(StoreError::of_content(key, &error)),
        }
    }
}
