//! Checks policies: each fault has a reason and a remedy.
//!
//! Some faults are found in the text of a statement, for instance a permission on a resource that cannot have it.
//! Others are found by evaluating the requests that mParticle sends, for instance a Deny that matches mParticle, a
//! missing role or no requirement of TLS. Evaluation finds these faults in any spelling.

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
