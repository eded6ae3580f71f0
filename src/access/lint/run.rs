//! Runs every rule on a policy.

use super::fault::{Expectations, Fault};
use super::rule::Rule;
use super::{breadth, effect, key, more, reach, statement, target, trust};
use crate::access::PolicyKind;
use crate::access::evaluate::EvaluateError;
use crate::access::pods::{Partition, Roles};
use crate::access::policy::Policy;
use crate::access::refusal::{Terms, refused};
use crate::settings::BucketName;

/// The roles of the pod whose account the policy allows first; None if it allows no account of mParticle's.
pub fn roles_named(policy: &Policy, partition: Partition) -> Option<Roles> {
    target::roles_in(policy, partition.as_str())
}

/// All faults of a policy: first those of its statements in order, then those of its effect. `bytes` is the length of
/// its text without white space. If AWS would not store the policy, that is the only fault: the policy has no effect.
pub fn lint(policy: &Policy, bytes: usize, expected: &Expectations) -> Vec<Fault> {
    let terms = Terms { bucket: expected.bucket.as_ref().map(BucketName::as_str), bytes: Some(bytes), is_new: false };
    if let Some(refused) = refused(policy, &terms) {
        let (pointer, remedy) = (refused.pointer().to_owned(), refused.remedy());
        return vec![Fault { rule: Rule::Refused, pointer, message: refused.to_string(), remedy }];
    }
    let mut faults = Vec::new();
    effect::check_document(policy, bytes, &mut faults);
    for one in &policy.statements {
        statement::check(one, policy, &mut faults);
        breadth::check(one, policy, expected, &mut faults);
    }
    if let Err(error) = evaluated(policy, expected, &mut faults) {
        // Only a request can show this, for instance a variable in a value that is not a number.
        let remedy = "correct the condition: see the user guide of IAM";
        faults.push(Fault::of_policy(Rule::Refused, error.to_string(), remedy));
    }
    faults
}

fn evaluated(policy: &Policy, expected: &Expectations, faults: &mut Vec<Fault>) -> Result<(), EvaluateError> {
    if policy.kind() == PolicyKind::Trust {
        trust::check(policy, expected, faults);
        return Ok(());
    }
    let Some(target) = target::Target::of(policy, expected) else {
        return more::by_user(policy, expected, faults);
    };
    match policy.kind() {
        PolicyKind::Key => key::check(policy, expected, faults)?,
        _ => {
            target::check(policy, &target, expected, faults);
            effect::check(policy, &target, expected, faults)?;
        }
    }
    match policy.is_of_resource() {
        true => {
            if let Some(roles) = &target.roles {
                more::by_roles(policy, roles, &target, faults)?;
            }
            reach::check(policy, expected, faults)
        }
        false => more::by_user(policy, expected, faults),
    }
}
