//! Checks policies: each fault has a reason and a remedy.
//!
//! Some faults are found in the text of a statement, for instance a permission on a resource that cannot have it.
//! Others are found by evaluating the requests that mParticle and others send, for instance a Deny that matches mParticle,
//! a missing role, an outsider or no requirement of TLS. Evaluation finds these faults in any spelling. If AWS refuses to
//! store the policy ([`super::refusal`]), that is the only fault.

mod breadth;
mod effect;
mod fault;
mod key;
mod more;
mod reach;
#[cfg(feature = "report")]
mod report;
mod requests;
mod rule;
mod run;
mod statement;
mod target;
mod tls;
mod trust;

pub use fault::{Expectations, Fault};
#[cfg(feature = "report")]
pub use report::{NamedPolicy, check_policies};
pub use rule::Rule;
pub use run::{lint, roles_named};
