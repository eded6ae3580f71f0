//! What AWS would decide about one request, and by which statement: no network, no clock, only what is handed in.
//!
//! [`decide`] follows the documented order: a Deny anywhere refuses; within one account an Allow of either side is
//! enough; across accounts both sides must allow. What it does not know, it does not guess: service control policies,
//! permission boundaries, session policies and ACLs are not modelled, and whether an action exists or takes a resource
//! of this kind is not its question (the lint asks that).

mod condition;
mod context;
mod decide;
mod pattern;
mod principal;
mod proof;

pub use context::Context;
pub use decide::{By, Decision, EvaluateError, Identity, Policies, Reason, Request, Side, absent_keys, decide};
pub use pattern::{matches_action, matches_resource};
pub use principal::{Principal, UnknownPrincipal};
pub use proof::{Part, is_action, is_resource, prove};
