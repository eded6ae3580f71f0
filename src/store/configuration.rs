//! How a bucket is set up, as far as it can be read. Nothing here changes anything.

use async_trait::async_trait;

use super::StoreError;

/// Reads a bucket's configuration. What is not configured is `None`, which is not an error.
#[async_trait]
pub trait BucketConfiguration: Send + Sync {
    /// Whether the bucket is there, and where (`HeadBucket`). AWS tells the region even to those who may not ask for the
    /// rest (`x-amz-bucket-region`).
    async fn whereabouts(&self) -> Result<Whereabouts, StoreError>;

    /// The region by the bucket's own account of it (`GetBucketLocation`).
    async fn location(&self) -> Result<String, StoreError>;

    /// The bucket policy's text.
    async fn policy(&self) -> Result<Option<String>, StoreError>;

    /// The four switches that keep the public out.
    async fn public_access_block(&self) -> Result<Option<PublicAccessBlock>, StoreError>;

    /// Who owns an object: `BucketOwnerEnforced`, `BucketOwnerPreferred` or `ObjectWriter`.
    async fn ownership(&self) -> Result<Option<String>, StoreError>;

    /// The encryption of objects that ask for none.
    async fn default_encryption(&self) -> Result<Option<DefaultEncryption>, StoreError>;

    /// The rules that are in force; none if there is no lifecycle configuration.
    async fn lifecycle(&self) -> Result<Vec<LifecycleRule>, StoreError>;
}

/// Whether a bucket is there for those who ask, and its region if the answer told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whereabouts {
    /// Whether it is there.
    pub presence: Presence,
    /// `x-amz-bucket-region`
    pub region: Option<String>,
}

/// Whether a bucket is there for those who ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It is.
    There,
    /// There is none of that name.
    Missing,
    /// It is there, or is not: those who ask may not know.
    Hidden,
    /// It is there, in another region than was asked.
    Elsewhere,
}

/// The four switches that keep the public out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PublicAccessBlock {
    /// New public ACLs are refused.
    pub block_public_acls: bool,
    /// Public ACLs have no effect.
    pub ignore_public_acls: bool,
    /// A public bucket policy is refused.
    pub block_public_policy: bool,
    /// A public bucket policy opens the bucket to nobody outside the account.
    pub restrict_public_buckets: bool,
}

/// The encryption of objects that ask for none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefaultEncryption {
    /// `AES256`, `aws:kms` or `aws:kms:dsse`.
    pub method: String,
    /// The KMS key; without one it is the account's own for S3 (`aws/s3`).
    pub key_id: Option<String>,
    /// Whether S3 keeps a key for the bucket and asks KMS less often.
    pub bucket_key: bool,
}

/// One rule of a lifecycle that is in force.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LifecycleRule {
    /// Its name.
    pub id: String,
    /// It is about the keys that begin so.
    pub prefix: String,
    /// Whether it is about objects with certain tags only, which mParticle's have not.
    pub needs_tags: bool,
    /// It is about objects larger than this many bytes.
    pub larger_than: Option<u64>,
    /// It is about objects smaller than this many bytes.
    pub smaller_than: Option<u64>,
    /// When objects are deleted.
    pub expiry: Option<Expiry>,
    /// After how many days objects go to which storage class: those that must be restored before they are read.
    pub archives: Vec<(u64, String)>,
    /// After how many days the parts of an upload that never ended are removed.
    pub abort_uploads_after_days: Option<u64>,
}

/// When objects are deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expiry {
    /// So many days after they were made.
    Days(u64),
    /// All at once on this day, RFC 3339.
    Date(String),
}
