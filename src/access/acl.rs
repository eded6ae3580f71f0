//! The ACL of an upload. It is not documented which one mParticle sends (U-2).

/// The condition key of the ACL.
pub(crate) const KEY: &str = "s3:x-amz-acl";
/// The ACL that S3 accepts in every bucket of another account (ACC-7).
pub(crate) const OWNER_HAS_CONTROL: &str = "bucket-owner-full-control";
/// What is not known of mParticle's requests.
pub(crate) const UNKNOWN: &str = "it is not documented which ACL mParticle sends (U-2)";
/// How to let in both requests.
pub(crate) const ALLOW_BOTH: &str =
    "allow both: remove the condition on `s3:x-amz-acl`, and set the bucket's ownership to BucketOwnerEnforced";
