//! Runs every rule on a policy.

use std::collections::BTreeSet;

use super::fault::{Expectations, Fault};
use super::rule::Rule;
use super::{breadth, effect, key, statement, target};
use crate::access::pods::{Partition, Roles};
use crate::access::policy::Policy;
use crate::access::render::Kind;

/// The roles of the pod whose account the policy allows first; None if it allows no account of mParticle's.
pub fn roles_named(policy: &Policy, partition: Partition) -> Option<Roles> {
    target::roles_in(policy, partition.as_str())
}

/// The accounts that the policy allows by name, except mParticle's.
pub fn accounts_let_in(policy: &Policy, roles: Option<&Roles>) -> BTreeSet<String> {
    target::accounts_let_in(policy, roles)
}

/// All faults of a policy: first those of its statements in order, then those of its effect. `bytes` is the length of
/// its text without white space. If AWS would not store the policy, only that is reported.
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
        let remedy = "correct the condition: see the user guide of IAM";
        faults.push(Fault::of_policy(Rule::BadCondition, error.to_string(), remedy));
    }
    faults
}
