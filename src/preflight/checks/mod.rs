//! The checks, one file a subject. Each is a function of what was seen and asks nothing.

pub(super) mod access_key;
pub(super) mod bucket;
pub(super) mod bucket_name;
pub(super) mod encryption;
pub(super) mod exposure;
pub(super) mod home_region;
pub(super) mod key;
pub(super) mod lifecycle;
pub(super) mod may_write;
pub(super) mod ownership;
pub(super) mod policy_drift;
pub(super) mod policy_lint;
pub(super) mod public_access;
pub(super) mod region;
pub(super) mod simulation;
pub(super) mod stored;
pub(super) mod tls;
pub(super) mod user;
pub(super) mod user_policy;
pub(super) mod write;
