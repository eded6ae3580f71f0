//! The bucket and its configuration.

pub(in crate::preflight) mod acl;
pub(in crate::preflight) mod home_region;
pub(in crate::preflight) mod name;
pub(in crate::preflight) mod ownership;
pub(in crate::preflight) mod policy_status;
pub(in crate::preflight) mod presence;
pub(in crate::preflight) mod public_access;
pub(in crate::preflight) mod region;
pub(in crate::preflight) mod requester_pays;
