//! Object stores: a trait, an implementation with the AWS SDK, and an S3 server in this process for tests.
//!
//! [`BucketConfiguration`] reads the configuration of a bucket and never changes it. A [`Session`] has the credentials
//! and the connection for it and for other AWS services.
//!
//! A store makes one attempt per call. The caller repeats it with a [`RetryPolicy`] after errors whose
//! [`StoreError::advice`] is to retry. The table of advice is in [`mod@error`].

mod advice;
#[cfg(feature = "s3")]
mod answer_limit;
mod configuration;
#[cfg(feature = "embedded")]
mod embedded;
pub mod error;
mod listing;
mod object;
mod percent;
mod retry;
#[cfg(feature = "s3")]
mod s3;
#[cfg(feature = "s3")]
mod s3_configuration;
#[cfg(feature = "s3")]
mod session;
#[cfg(feature = "embedded")]
mod temporary;
mod time_limited;

pub use configuration::{
    BucketConfiguration, DefaultEncryption, Expiry, Grant, LifecycleRule, ObjectLock, Presence, PublicAccessBlock,
    Whereabouts,
};
#[cfg(feature = "embedded")]
pub use embedded::{
    AccessLog, AccessRecord, Embedded, EmbeddedError, Fault, Identity, Key, Ownership, Rules, Transport, UnknownFault,
};
pub use error::{Advice, StoreError};
pub use listing::Listing;
pub use object::{Acl, Encryption, Headers, Object, ObjectMeta, Page, StoredEncryption};
#[cfg(feature = "cli")]
pub(crate) use percent::decode as percent_decoded;
pub use retry::{Retries, RetryPolicy};
#[cfg(feature = "s3")]
pub(crate) use s3::failure;
#[cfg(feature = "s3")]
pub use s3::{AssumeRole, Conditions, CredentialSource, S3Config, S3Store};
#[cfg(feature = "s3")]
pub use s3_configuration::S3BucketConfiguration;
#[cfg(feature = "s3")]
pub use session::Session;
#[cfg(feature = "embedded")]
pub(crate) use temporary::{OF_A_SUBJECT, is_in_use, remove_temporary_folders, temporary_folder, temporary_folders};

pub use time_limited::TimeLimited;

use std::pin::Pin;

use async_trait::async_trait;
use tokio::io::AsyncRead;

/// The bytes of an object as they are received.
pub type Body = Pin<Box<dyn AsyncRead + Send>>;

/// An object that is being received.
pub struct Fetched {
    /// Its metadata, with the headers of the answer.
    pub meta: ObjectMeta,
    /// Its bytes.
    pub body: Body,
}

impl std::fmt::Debug for Fetched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fetched").field("meta", &self.meta).finish_non_exhaustive()
    }
}

/// One bucket.
#[async_trait]
pub trait Store: Send + Sync {
    /// The name in messages: the bucket, and the endpoint or the region.
    fn name(&self) -> String;

    /// Creates `object` in one request, unless an object with that key exists (`If-None-Match: *`).
    async fn put(&self, object: &Object) -> Result<(), StoreError>;

    /// Whether it is not known that the store refuses a key that is taken. A caller may find out with an object of its own.
    fn may_ignore_conditions(&self) -> bool {
        false
    }

    /// Opens an object for reading.
    async fn get(&self, key: &str) -> Result<Fetched, StoreError>;

    /// The metadata of an object; `None` if there is no such object.
    async fn head(&self, key: &str) -> Result<Option<ObjectMeta>, StoreError>;

    /// A page of the keys with this prefix, in the order of their UTF-8 bytes.
    async fn list(&self, prefix: &str, continuation: Option<&str>) -> Result<Page, StoreError>;

    /// Deletes an object. It is not an error if it does not exist.
    async fn delete(&self, key: &str) -> Result<(), StoreError>;

    /// Creates the bucket. It is not an error if the caller already owns it.
    async fn create_bucket(&self) -> Result<(), StoreError>;
}
