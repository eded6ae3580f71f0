//! Permissions on the built-in S3: the signer of a request, the needed permissions, the decision of the policies, and a
//! log.

mod authorizer;
mod identity_store;
mod log;
mod permissions;
mod rules;

pub(super) use authorizer::{AllRules, Authorizer};
pub(super) use identity_store::IdentityStore;
pub use log::{AccessLog, AccessRecord};
pub use rules::{Identity, Key, Ownership, Rules, Transport};
