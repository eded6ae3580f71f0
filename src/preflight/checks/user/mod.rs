//! The IAM user whose access key mParticle has.

pub(in crate::preflight) mod access_key;
pub(in crate::preflight) mod boundary;
pub(in crate::preflight) mod key_owner;
pub(in crate::preflight) mod simulation;
pub(in crate::preflight) mod user_policy;
