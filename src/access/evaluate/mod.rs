//! Decides about one request as AWS would, and names the deciding statement. It uses no network and no clock.
//!
//! [`decide`] follows the documented order. Any Deny refuses the request. Within one account an Allow of one side is
//! enough. Across accounts both sides must allow it. Service control policies, permission boundaries, session policies
//! and ACLs are not modelled. The lint, not this module, checks whether an action exists and accepts this kind of
//! resource.

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
pub(in crate::access) use pattern::without_variables;
pub use pattern::{matches_action, matches_resource};
pub use principal::{Principal, UnknownPrincipal};
pub use validity::{Part, invalid_parts, is_action, is_resource};
