//! What AWS would decide about one request, and by which statement. It uses no network and no clock.
//!
//! [`decide`] follows the documented order: any Deny refuses; within one account an Allow of either side is enough; across
//! accounts both sides must allow. Service control policies, permission boundaries, session policies and ACLs are not
//! modelled. Whether an action exists and accepts this kind of resource is checked by the lint, not here.

mod condition;
mod context;
mod decide;
mod error;
mod pattern;
mod principal;
mod validity;

pub use context::Context;
pub use decide::{By, Decision, Identity, Policies, Reason, Request, Side, absent_keys, decide};
pub use error::EvaluateError;
pub use pattern::{matches_action, matches_resource};
pub use principal::{Principal, UnknownPrincipal};
pub use validity::{Part, invalid_parts, is_action, is_resource};
