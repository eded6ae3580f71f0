//! Reads the configuration of a bucket.

use async_trait::async_trait;

use super::StoreError;

/// Reads the configuration of a bucket. A configuration that is not set is `None`, not an error.
#[async_trait]
pub trait BucketConfiguration: Send + Sync {
    /// Whether the bucket exists, and its region (`HeadBucket`). AWS returns the region even without permissions
    /// (`x-amz-bucket-region`).
    async fn whereabouts(&self) -> Result<Whereabouts, StoreError>;

    /// The region (`GetBucketLocation`).
    async fn location(&self) -> Result<String, StoreError>;

    /// The text of the bucket policy.
    async fn policy(&self) -> Result<Option<String>, StoreError>;

    /// The four switches of the public access block.
    async fn public_access_block(&self) -> Result<Option<PublicAccessBlock>, StoreError>;

    /// The object ownership: `BucketOwnerEnforced`, `BucketOwnerPreferred` or `ObjectWriter`.
    async fn ownership(&self) -> Result<Option<String>, StoreError>;

    /// The default encryption.
    async fn default_encryption(&self) -> Result<Option<DefaultEncryption>, StoreError>;

    /// The enabled lifecycle rules; empty if there is no lifecycle configuration.
    async fn lifecycle(&self) -> Result<Vec<LifecycleRule>, StoreError>;

    /// Whether the requester pays, so that requests without the header `x-amz-request-payer` are refused.
    async fn requester_pays(&self) -> Result<bool, StoreError>;

    /// The grants of the bucket's ACL, except those to its owner.
    async fn grants(&self) -> Result<Vec<Grant>, StoreError>;

    /// Whether S3 itself regards the bucket policy as public. None without a policy.
    async fn policy_is_public(&self) -> Result<Option<bool>, StoreError>;

    /// Whether objects are locked, and for how long by default. None without object lock.
    async fn object_lock(&self) -> Result<Option<ObjectLock>, StoreError>;

    /// Whether overwritten and deleted versions are kept.
    async fn is_versioned(&self) -> Result<bool, StoreError>;
}

/// A grant of the bucket's ACL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The URI of a group, such as everyone, or the canonical id of a user.
    pub grantee: String,
    /// `READ`, `WRITE`, `READ_ACP`, `WRITE_ACP` or `FULL_CONTROL`.
    pub permission: String,
}

/// The object lock of a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectLock {
    /// The mode of the default retention, `GOVERNANCE` or `COMPLIANCE`, if there is one.
    pub mode: Option<String>,
    /// How many days objects are kept by default.
    pub days: u64,
}

/// Whether a bucket exists, and its region if the answer has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whereabouts {
    /// Whether it exists.
    pub presence: Presence,
    /// The region in the header `x-amz-bucket-region`.
    pub region: Option<String>,
}

/// Whether a bucket exists for the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It exists.
    There,
    /// No bucket has that name.
    Missing,
    /// The caller may not see whether it exists.
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
    /// A public bucket policy has an effect only within the account.
    pub restrict_public_buckets: bool,
}

/// The default encryption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefaultEncryption {
    /// `AES256`, `aws:kms` or `aws:kms:dsse`.
    pub method: String,
    /// The KMS key; `None` means the account's own key for S3 (`aws/s3`).
    pub key_id: Option<String>,
    /// Whether the bucket has a bucket key, with which S3 calls KMS less often.
    pub bucket_key: bool,
}

/// An enabled lifecycle rule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LifecycleRule {
    /// The rule's id.
    pub id: String,
    /// The prefix of the keys that the rule applies to.
    pub prefix: String,
    /// Whether it applies only to objects with tags, which mParticle's do not have.
    pub needs_tags: bool,
    /// Applies only to objects larger than this number of bytes.
    pub larger_than: Option<u64>,
    /// Applies only to objects smaller than this number of bytes.
    pub smaller_than: Option<u64>,
    /// When objects are deleted.
    pub expiry: Option<Expiry>,
    /// The days after which objects move to an archive class, and the class. Archived objects must be restored before
    /// reading.
    pub archives: Vec<(u64, String)>,
    /// The days after which versions that are no longer current are deleted.
    pub noncurrent_days: Option<u64>,
    /// The days after which the parts of an incomplete upload are removed.
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
