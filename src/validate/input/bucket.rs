//! The objects of a bucket as inputs. Requests that can be repeated are repeated until a deadline.

use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, sink};
use tokio::runtime::Handle;

use super::source::{Input, InputError, ObjectError, Reader, Source};
use crate::store::{Advice, Body, Fetched, Listing, ObjectMeta, RetryPolicy, Store, StoreError};

/// A bucket whose objects are to be checked. Requests run on the caller's runtime; readers block.
pub struct Bucket {
    store: Arc<dyn Store>,
    runtime: Handle,
    name: String,
    retry: RetryPolicy,
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bucket").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Bucket {
    /// The bucket `name` behind `store`. A request whose error may pass is repeated until `deadline` has passed.
    ///
    /// Its inputs must not be listed or read on a thread of `runtime`.
    pub fn new(name: impl Into<String>, store: Arc<dyn Store>, runtime: Handle, deadline: Duration) -> Arc<Self> {
        Arc::new(Self { store, runtime, name: name.into(), retry: RetryPolicy::until(deadline) })
    }

    /// The objects whose keys begin with `prefix`, in the order of their keys. `progress` gets their number so
    /// far. Empty objects whose keys end in a slash are left out: consoles make them to show a folder.
    ///
    /// # Errors
    /// If the bucket cannot be listed, or if nothing has that prefix.
    pub fn list(self: &Arc<Self>, prefix: &str, progress: &dyn Fn(usize)) -> Result<Vec<Input>, InputError> {
        let url = |key: &str| format!("s3://{}/{key}", self.name);
        let mut inputs = Vec::new();
        let mut listing = Listing::new(self.store.as_ref(), prefix);
        while let Some(page) = self
            .retry(async || listing.next_page().await)
            .map_err(|error| InputError::Object { name: url(prefix), source: error.into() })?
        {
            let objects = page.objects.into_iter().filter(|object| object.size > 0 || !object.key.ends_with('/'));
            inputs.extend(objects.map(|object| {
                let (name, key) = (url(&object.key), object.key.clone());
                Input::object(name, key.clone(), Object { bucket: self.clone(), key, listed: Some(object) })
            }));
            progress(inputs.len());
        }
        match inputs.is_empty() {
            true => {
                let hint = "no key begins with it; keys are case-sensitive, and the prefix has no bucket name in it";
                Err(InputError::Empty { name: url(prefix), hint })
            }
            false => Ok(inputs),
        }
    }

    /// The objects with these keys, which are not listed before they are opened.
    pub fn objects(self: &Arc<Self>, keys: impl IntoIterator<Item = String>) -> Vec<Input> {
        let input = |key: String| {
            let name = format!("s3://{}/{key}", self.name);
            Input::object(name, key.clone(), Object { bucket: self.clone(), key, listed: None })
        };
        keys.into_iter().map(input).collect()
    }

    /// Makes a request, and repeats it if its error may pass.
    fn retry<T>(&self, mut attempt: impl AsyncFnMut() -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.runtime.block_on(async {
            let mut retries = self.retry.clone().start();
            loop {
                match attempt().await {
                    Ok(answer) => return Ok(answer),
                    Err(error) => retries.wait_after(error).await?,
                }
            }
        })
    }
}

struct Object {
    bucket: Arc<Bucket>,
    key: String,
    /// As it was listed, if it was.
    listed: Option<ObjectMeta>,
}

impl Source for Object {
    fn size(&self) -> Option<u64> {
        self.listed.as_ref().map(|listed| listed.size)
    }

    fn open(&self) -> Result<Option<Reader>, ObjectError> {
        let bucket = &self.bucket;
        match bucket.retry(async || bucket.store.get(&self.key).await) {
            Ok(Fetched { meta, body }) => {
                let object = self.listed.clone().unwrap_or(meta);
                Ok(Some(Box::new(ObjectReader { bucket: bucket.clone(), object, body, read: 0, broken: 0 })))
            }
            Err(error) if error.status == Some(404) && error.code.as_deref() != Some("NoSuchBucket") => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

impl From<StoreError> for ObjectError {
    fn from(error: StoreError) -> Self {
        // A refusal may be about this object alone: others may have other owners, keys or storage classes.
        let is_about_one_object = error.operation == "GetObject"
            && error.code.as_deref().is_some_and(|code| {
                matches!(code, "AccessDenied" | "InvalidObjectState" | REPLACED) || code.starts_with("KMS.")
            });
        Self { is_final: !is_about_one_object, source: Box::new(error) }
    }
}

impl From<StoreError> for io::Error {
    fn from(error: StoreError) -> Self {
        Self::other(ObjectError::from(error))
    }
}

/// The code of the error for an object that was replaced while it was read.
const REPLACED: &str = "Replaced";

/// How often an object is opened again without reading a byte.
const MOST_BROKEN: u32 = 5;

/// Reads an object to its end, opening it again when the connection breaks.
struct ObjectReader {
    bucket: Arc<Bucket>,
    object: ObjectMeta,
    body: Body,
    /// Bytes that were handed out.
    read: u64,
    /// How often it broke off since the last byte.
    broken: u32,
}

impl Read for ObjectReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let detail = match self.bucket.runtime.block_on(self.body.read(into)) {
                Ok(0) if self.read >= self.object.size || into.is_empty() => return Ok(0),
                Ok(0) => format!("the answer ended after {} of {} bytes", self.read, self.object.size),
                Ok(read) => {
                    self.read += read as u64;
                    self.broken = 0;
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
            self.body = self.bucket.retry(async || self.reopen().await)?;
        }
    }
}

impl ObjectReader {
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
