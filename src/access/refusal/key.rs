//! The rules of KMS for the policy of a key. KMS answers MalformedPolicyDocumentException.

use super::refused::{Refusal, Terms};
use crate::access::evaluate::{Context, Identity, Policies, Principal, Request, decide};
use crate::access::policy::{Effect, Policy, Principals};
use crate::access::probe;
use crate::arn::account_of;

/// The longest key policy that KMS allows, in bytes.
const LONGEST: usize = 32 * 1024;
/// The action that KMS asks about before it stores a policy.
const CHANGE: &str = "kms:PutKeyPolicy";

pub(super) fn refusals(policy: &Policy, terms: &Terms<'_>) -> Vec<Refusal> {
    let mut found = Vec::new();
    if let Some(bytes) = terms.bytes
        && bytes > LONGEST
    {
        let message = format!("it has {bytes} bytes, more than the {LONGEST} that KMS allows for a key policy");
        found.push(Refusal::of_policy(message, "join statements"));
    }
    if !someone_may_change(policy) {
        let message =
            "no principal may change it (The new key policy will not allow you to update the key policy in the future)";
        let remedy = format!(
            "allow `{CHANGE}` to an administrator, or `kms:*` to the account's root as `mp-forwarding policy render key` does"
        );
        found.push(Refusal::of_policy(message, remedy));
    }
    found
}

/// Whether any principal that the policy allows may change the policy, in any context that it names.
fn someone_may_change(policy: &Policy) -> bool {
    let allowing = policy.statements.iter().filter(|one| one.effect == Effect::Allow);
    let named = allowing.flat_map(|one| &one.principals).flat_map(|scope| &scope.patterns);
    let mut callers: Vec<Principal> = named
        .filter_map(|entry| match entry {
            Principals::Anyone => Some(Principal::Anonymous),
            Principals::Aws(text) if crate::arn::is_account(text) => format!("arn:aws:iam::{text}:root").parse().ok(),
            Principals::Aws(text) => text.parse().ok(),
            _ => None,
        })
        .collect();
    // `NotPrincipal` allows principals that no statement names.
    callers.extend(probe::callers([policy]));
    let mut contexts: Vec<Option<(&str, String)>> = vec![None];
    contexts.extend(probe::contexts([policy]).into_iter().map(Some));
    callers.into_iter().any(|caller| {
        let owner = caller.account().unwrap_or(probe::NO_OWNER).to_owned();
        let keys = policy.statements.iter().flat_map(|one| &one.resources).flat_map(|scope| &scope.patterns);
        let own = keys.filter(|arn| arn.contains(":key/") && !arn.contains(['*', '?', '$']));
        let mut resources: Vec<String> = own.filter(|arn| account_of(arn) == owner).cloned().collect();
        resources.push(format!("arn:aws:kms:us-east-1:{owner}:key/sample"));
        resources
            .iter()
            .any(|resource| contexts.iter().any(|given| may_change(policy, &caller, &owner, resource, given.as_ref())))
    })
}

fn may_change(
    policy: &Policy,
    caller: &Principal,
    owner: &str,
    resource: &str,
    given: Option<&(&str, String)>,
) -> bool {
    let mut context = Context::of(caller);
    if let Some((key, value)) = given {
        context.set(key, [value.clone()]);
    }
    let request =
        Request { principal: caller.clone(), action: CHANGE.to_owned(), resource: resource.to_owned(), context };
    let policies = Policies { identity: Identity::Assumed, resource: Some(policy), owner: Some(owner) };
    decide(&request, &policies).is_ok_and(|decision| decision.is_allowed())
}
