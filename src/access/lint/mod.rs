//! What is wrong with a policy, why, and what to write instead.
//!
//! Faults of the text (a right on a resource that it cannot have) are seen in each statement. Faults of the effect (a
//! Deny that locks mParticle out, a missing role, nothing that asks for TLS) are found by asking the evaluation about
//! the very requests that mParticle makes, so they are found however the policy is written.

mod breadth;
mod effect;
mod key;
mod rule;
mod statement;
mod target;
mod tls;

use std::collections::BTreeSet;

use super::input::Account;
use super::pods::{Partition, Roles};
use super::policy::Policy;
use super::render::Kind;
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
    /// The account that owns the bucket or the key.
    pub owner: Option<Account>,
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

/// The accounts that the policy lets in by name, but for mParticle's.
pub fn accounts_let_in(policy: &Policy, roles: Option<&Roles>) -> BTreeSet<String> {
    target::accounts_let_in(policy, roles)
}

/// Every fault of a policy whose text has so many bytes without white space: first those of its statements in order,
/// then those of its effect. What AWS would not store has no effect, and is told as such.
pub fn lint(policy: &Policy, bytes: usize, expected: &Expectations) -> Vec<Fault> {
    let mut faults = Vec::new();
    effect::check_document(policy, bytes, &mut faults);
    for one in &policy.statements {
        statement::check(one, policy, &mut faults);
        breadth::check(one, policy, expected, &mut faults);
    }
    if faults.iter().any(|fault| fault.rule.is_refused_by_aws()) {
        return faults;
    }
    let asked = match policy.kind() {
        Kind::Key => key::check(policy, expected, &mut faults),
        _ => match target::Target::of(policy, expected) {
            Some(target) => {
                target::check(policy, &target, expected, &mut faults);
                effect::check(policy, &target, expected, &mut faults)
            }
            None => Ok(()),
        },
    };
    if let Err(error) = asked {
        // No answer is never a good one.
        let fix = "write what AWS takes: see the user guide of IAM".to_owned();
        faults.push(Fault { rule: Rule::BadCondition, pointer: String::new(), message: error.to_string(), fix });
    }
    faults
}
