//! What the policies allow.

pub(in crate::preflight) mod exposure;
pub(in crate::preflight) mod may_write;
pub(in crate::preflight) mod policy_drift;
pub(in crate::preflight) mod policy_lint;
pub(in crate::preflight) mod reader_role;
pub(in crate::preflight) mod tls;
