//! Permissions on the embedded S3: who signs a request, what it needs, what the policies decide, and a log of the decisions.

mod authorizer;
mod identity_store;
mod log;
mod permissions;
mod rules;

pub(super) use authorizer::{AllRules, Authorizer};
pub(super) use identity_store::IdentityStore;
pub use log::{AccessLog, AccessRecord};
pub use rules::{Identity, Key, Ownership, Rules, Transport};
