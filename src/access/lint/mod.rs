//! What is wrong with a policy, why, and what to write instead.
//!
//! Faults of the text (a right on a resource that it cannot have) are seen in each statement. Faults of the effect (a
//! Deny that locks mParticle out, a missing role, nothing that asks for TLS) are found by asking the evaluation about
//! the very requests that mParticle makes, so they are found however the policy is written.

mod effect;
mod rule;
mod statement;
mod target;

use super::pods::{Partition, Roles};
use super::policy::Policy;
use crate::settings::{BucketName, FolderName, ServerSideEncryption};

pub use rule::{Rule, Severity};

/// What a policy is meant for. What is not given is read from the policy itself where it says it, else not checked.
#[derive(Debug, Clone, Default)]
pub struct Expectations {
    /// The bucket.
    pub bucket: Option<BucketName>,
    /// mParticle's roles.
    pub roles: Option<Roles>,
    /// The folder that mParticle writes to.
    pub folder: Option<FolderName>,
    /// The encryption that mParticle asks for with each object (`None` by default).
    pub encryption: Option<ServerSideEncryption>,
}

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The rule that is broken.
    pub rule: Rule,
    /// The JSON Pointer to the place; a lone statement counts as a list of one.
    pub pointer: String,
    /// What is wrong, with the statement's name.
    pub message: String,
    /// What to do.
    pub fix: String,
}

/// The roles of the pod whose account the policy allows first; None if it allows no account of mParticle's.
pub fn roles_named(policy: &Policy, partition: Partition) -> Option<Roles> {
    target::roles_in(policy, partition.as_str())
}

/// Every fault of a policy whose text has so many bytes without white space: first those of its statements in order,
/// then those of its effect.
pub fn lint(policy: &Policy, bytes: usize, expected: &Expectations) -> Vec<Fault> {
    let mut faults = Vec::new();
    effect::check_document(policy, bytes, &mut faults);
    for one in &policy.statements {
        statement::check(one, policy, &mut faults);
    }
    if let Some(target) = target::Target::of(policy, expected) {
        target::check(policy, &target, expected, &mut faults);
        effect::check(policy, &target, &mut faults);
    }
    faults
}
