//! What is wrong with a policy, why, and what to write instead.
//!
//! Faults of the text (a permission on a resource that it cannot have) are found in each statement. Faults of the effect (a
//! Deny that matches mParticle, a missing role, no requirement of TLS) are found by evaluating the requests that mParticle
//! sends, so they are found however the policy is written.

mod breadth;
mod effect;
mod fault;
mod key;
#[cfg(feature = "report")]
mod report;
mod requests;
mod rule;
mod run;
mod statement;
mod target;
mod tls;

pub use fault::{Expectations, Fault};
#[cfg(feature = "report")]
pub use report::{NamedPolicy, check_policies};
pub use rule::Rule;
pub use run::{accounts_let_in, lint, roles_named};
