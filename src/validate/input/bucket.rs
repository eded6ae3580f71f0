//! The objects of a bucket as inputs. Requests that can be repeated are repeated until a deadline.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::runtime::Handle;

use super::object_reader::{ObjectReader, REPLACED};
use super::source::{Input, InputError, ObjectError, Reader, Source, StoredAs};
use crate::store::{Fetched, Listing, ObjectMeta, RetryPolicy, Store, StoreError, TimeLimited};

/// A bucket whose objects are to be checked. Requests run on the caller's runtime; readers block.
pub struct Bucket {
    pub(super) store: Arc<dyn Store>,
    pub(super) runtime: Handle,
    name: String,
    retry: RetryPolicy,
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bucket").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Bucket {
    /// The bucket `name` behind `store`. A request whose error may pass is repeated until `deadline` has passed, and no answer is
    /// waited for longer.
    ///
    /// Its inputs must not be listed or read on a thread of `runtime`.
    pub fn new(name: impl Into<String>, store: Arc<dyn Store>, runtime: Handle, deadline: Duration) -> Arc<Self> {
        let store = Arc::new(TimeLimited::new(store, deadline));
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
    pub(super) fn retry<T>(&self, mut attempt: impl AsyncFnMut() -> Result<T, StoreError>) -> Result<T, StoreError> {
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

    /// How long requests are repeated, at least a second.
    pub(super) fn deadline(&self) -> Duration {
        self.retry.deadline.max(Duration::from_secs(1))
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

    fn modified_at(&self) -> Option<Timestamp> {
        self.listed.as_ref().and_then(|listed| listed.modified_at)
    }

    fn version(&self) -> Option<String> {
        let listed = self.listed.as_ref()?;
        let etag = listed.etag.as_deref().unwrap_or_default();
        Some(format!("{}\0{etag}\0{}", listed.size, listed.modified_at.map(|at| at.to_string()).unwrap_or_default()))
    }

    fn open(&self) -> Result<Option<(Reader, StoredAs)>, ObjectError> {
        let bucket = &self.bucket;
        match bucket.retry(async || bucket.store.get(&self.key).await) {
            Ok(Fetched { meta, body }) => {
                let stored = StoredAs::of(&meta);
                // It may have been replaced since it was listed.
                let object = match &self.listed {
                    Some(listed) if meta.size == 0 || meta.etag == listed.etag => listed.clone(),
                    _ => meta,
                };
                Ok(Some((Box::new(ObjectReader::new(bucket.clone(), object, body)), stored)))
            }
            Err(error) if error.status == Some(404) && error.code.as_deref() != Some("NoSuchBucket") => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn head(&self) -> Result<Option<StoredAs>, ObjectError> {
        let head = self.bucket.retry(async || self.bucket.store.head(&self.key).await)?;
        Ok(head.as_ref().map(StoredAs::of))
    }
}

impl StoredAs {
    fn of(meta: &ObjectMeta) -> Self {
        let headers = meta.headers.clone().unwrap_or_default();
        Self {
            encryption: headers.encryption.map(|encryption| encryption.method),
            content_type: headers.content_type,
            content_encoding: headers.content_encoding,
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
        // The answer to a HEAD has no body, and so no code.
        let is_refused_head = error.operation == "HeadObject" && error.status == Some(403);
        Self { is_final: !is_about_one_object && !is_refused_head, source: Box::new(error) }
    }
}

impl From<StoreError> for io::Error {
    fn from(error: StoreError) -> Self {
        Self::other(ObjectError::from(error))
    }
}
