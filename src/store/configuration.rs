//! The configuration of a bucket, read only.

use async_trait::async_trait;

use super::StoreError;

/// Reads a bucket's configuration. What is not configured is `None`, which is not an error.
#[async_trait]
pub trait BucketConfiguration: Send + Sync {
    /// Whether the bucket exists, and its region (`HeadBucket`). AWS returns the region even without permissions
    /// (`x-amz-bucket-region`).
    async fn whereabouts(&self) -> Result<Whereabouts, StoreError>;

    /// The region (`GetBucketLocation`).
    async fn location(&self) -> Result<String, StoreError>;

    /// The bucket policy's text.
    async fn policy(&self) -> Result<Option<String>, StoreError>;

    /// The four switches of the public access block.
    async fn public_access_block(&self) -> Result<Option<PublicAccessBlock>, StoreError>;

    /// Who owns an object: `BucketOwnerEnforced`, `BucketOwnerPreferred` or `ObjectWriter`.
    async fn ownership(&self) -> Result<Option<String>, StoreError>;

    /// The default encryption.
    async fn default_encryption(&self) -> Result<Option<DefaultEncryption>, StoreError>;

    /// The rules that are in force; none if there is no lifecycle configuration.
    async fn lifecycle(&self) -> Result<Vec<LifecycleRule>, StoreError>;
}

/// Whether a bucket exists for the caller, and its region if the answer has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whereabouts {
    /// Whether it exists.
    pub presence: Presence,
    /// `x-amz-bucket-region`
    pub region: Option<String>,
}

/// Whether a bucket exists for the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It exists.
    There,
    /// No bucket has that name.
    Missing,
    /// The caller may not know whether it exists.
    Hidden,
    /// It exists in another region.
    Elsewhere,
}

/// The four switches of the public access block.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PublicAccessBlock {
    /// New public ACLs are refused.
    pub block_public_acls: bool,
    /// Public ACLs have no effect.
    pub ignore_public_acls: bool,
    /// A public bucket policy is refused.
    pub block_public_policy: bool,
    /// A public bucket policy has no effect outside the account.
    pub restrict_public_buckets: bool,
}

/// The default encryption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefaultEncryption {
    /// `AES256`, `aws:kms` or `aws:kms:dsse`.
    pub method: String,
    /// The KMS key; without one it is the account's own for S3 (`aws/s3`).
    pub key_id: Option<String>,
    /// Whether S3 keeps a bucket key, and calls KMS less often.
    pub bucket_key: bool,
}

/// One rule of a lifecycle that is in force.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LifecycleRule {
    /// Its name.
    pub id: String,
    /// It applies to keys with this prefix.
    pub prefix: String,
    /// Whether it applies only to objects with tags, which mParticle's do not have.
    pub needs_tags: bool,
    /// It applies to objects larger than this many bytes.
    pub larger_than: Option<u64>,
    /// It applies to objects smaller than this many bytes.
    pub smaller_than: Option<u64>,
    /// When objects are deleted.
    pub expiry: Option<Expiry>,
    /// After how many days objects move to which archive class, which must be restored before reading.
    pub archives: Vec<(u64, String)>,
    /// After how many days the parts of an unfinished upload are removed.
    pub abort_uploads_after_days: Option<u64>,
}

/// When objects are deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expiry {
    /// This many days after their creation.
    Days(u64),
    /// On this day, RFC 3339.
    Date(String),
}
