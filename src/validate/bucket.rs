//! The objects of a bucket as inputs: listed page by page, opened and read with retries.

use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, sink};
use tokio::runtime::Handle;

use super::input::{Input, InputError};
use crate::store::{Advice, Body, ObjectMeta, RetryPolicy, Store, StoreError};

/// A bucket whose objects are to be checked. Its requests are made on a runtime of the caller's; the readers block.
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

    /// The objects whose keys begin with `prefix`, in the order of their keys. `progress` is told how many there are so
    /// far. Empty objects whose keys end in a slash are left out: consoles make them to show a folder.
    ///
    /// # Errors
    /// If the bucket cannot be listed, or if nothing has that prefix.
    pub fn list(self: &Arc<Self>, prefix: &str, progress: &dyn Fn(usize)) -> Result<Vec<Input>, InputError> {
        let url = |key: &str| format!("s3://{}/{key}", self.name);
        let mut inputs = Vec::new();
        let mut continuation: Option<String> = None;
        loop {
            let page = self
                .retry(async || self.store.list(prefix, continuation.as_deref()).await)
                .map_err(|source| InputError::Object { name: url(prefix), source: Box::new(source) })?;
            let objects = page.objects.into_iter().filter(|object| object.size > 0 || !object.key.ends_with('/'));
            inputs.extend(objects.map(|object| Input::object(url(&object.key), self.clone(), object)));
            progress(inputs.len());
            continuation = page.continuation;
            if continuation.is_none() {
                break;
            }
        }
        match inputs.is_empty() {
            true => {
                let hint =
                    "no key begins so; keys are told apart by case, and the prefix stands without the bucket's name";
                Err(InputError::Empty { name: url(prefix), hint })
            }
            false => Ok(inputs),
        }
    }

    /// Opens an object; `None` if it is no longer there.
    pub(super) fn open(self: &Arc<Self>, object: &ObjectMeta) -> Result<Option<ObjectReader>, StoreError> {
        match self.retry(async || self.store.get(&object.key).await) {
            Ok(body) => {
                Ok(Some(ObjectReader { bucket: self.clone(), object: object.clone(), body, read: 0, broken: 0 }))
            }
            Err(error) if error.code.as_deref() == Some("NoSuchBucket") => Err(error),
            Err(error) if error.status == Some(404) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether the refusal may be of one object alone: others may have other owners, keys or storage classes.
    pub(super) fn is_about_one_object(error: &StoreError) -> bool {
        error.operation == "GetObject"
            && error.code.as_deref().is_some_and(|code| {
                matches!(code, "AccessDenied" | "InvalidObjectState" | REPLACED) || code.starts_with("KMS.")
            })
    }

    /// Makes a request, and repeats it if its error may pass.
    fn retry<T>(&self, attempt: impl AsyncFn() -> Result<T, StoreError>) -> Result<T, StoreError> {
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

/// Our own word for an object that is another one than a moment ago.
const REPLACED: &str = "Replaced";

/// So often is an object opened again without a byte gained.
const MOST_BROKEN: u32 = 5;

/// Reads an object to its end, whatever the connection does.
pub(super) struct ObjectReader {
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
                return Err(io::Error::other(error));
            }
            tracing::warn!(%error, "it will be read on");
            self.body = self.bucket.retry(async || self.reopen().await).map_err(io::Error::other)?;
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
        let body = store.get(key).await?;
        let mut passed = body.take(self.read);
        match tokio::io::copy(&mut passed, &mut sink()).await {
            Ok(count) if count == self.read => Ok(passed.into_inner()),
            Ok(_) => Err(StoreError::unanswered("GetObject", key, true, "the answer ended early")),
            Err(error) => Err(StoreError::unanswered("GetObject", key, true, error.to_string())),
        }
    }
}
