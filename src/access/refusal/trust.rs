//! The rules of IAM for the trust policy of a role: who may assume it. IAM answers MalformedPolicyDocument.

use super::identity;
use super::refused::{Refusal, Terms};
use crate::access::actions::Table;
use crate::access::evaluate::matches_action;
use crate::access::policy::{Effect, Policy, Principals, Statement};

/// The longest trust policy that IAM allows after its quota was raised, in bytes.
const LONGEST: usize = 8_192;
/// The actions that a trust policy can have. The others of STS need no role.
const ACTIONS: [&str; 6] = [
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:SetContext",
    "sts:SetSourceIdentity",
    "sts:TagSession",
];
/// The identity provider of GitHub Actions, and its claim that IAM requires.
const GITHUB: &str = "token.actions.githubusercontent.com";

pub(super) fn refusals(policy: &Policy, terms: &Terms<'_>) -> Vec<Refusal> {
    let mut found = identity::sids(policy);
    if let Some(bytes) = terms.bytes
        && bytes > LONGEST
    {
        let message = format!("it has {bytes} bytes, more than the {LONGEST} that IAM allows for a trust policy");
        found.push(Refusal::of_policy(message, "join statements"));
    }
    for statement in &policy.statements {
        if let Some(scope) = &statement.resources {
            let member = if scope.negated { "NotResource" } else { "Resource" };
            let message = "a trust policy belongs to its role and names no resource";
            let words = "Has prohibited field Resource";
            found.push(Refusal::of_statement(statement, member, message, words, "remove `Resource`"));
        }
        found.extend(statement.actions.patterns.iter().filter_map(|action| foreign(statement, action)));
        found.extend(without_subject(statement));
    }
    found
}

fn foreign(statement: &Statement, action: &str) -> Option<Refusal> {
    let is_pattern = action.contains(['*', '?']);
    let is_known = ACTIONS.iter().any(|known| matches_action(action, known));
    if is_known && (action.contains(':') || !is_pattern) {
        return None;
    }
    let member = if statement.actions.negated { "NotAction" } else { "Action" };
    let words = "AssumeRole policy may only specify STS AssumeRole actions";
    let remedy = match Table::built_in().nearest_action("sts", action).filter(|near| ACTIONS.contains(near)) {
        Some(near) => format!("write `{near}`"),
        None => "write `sts:AssumeRole`, or the form of it for SAML or web identities".to_owned(),
    };
    let message = format!("`{}` is not an action of a trust policy", action.escape_debug());
    Some(Refusal::of_statement(statement, member, message, words, remedy))
}

/// A statement that lets workflows of every repository assume the role.
fn without_subject(statement: &Statement) -> Option<Refusal> {
    let trusts = |entry: &Principals| matches!(entry, Principals::Federated(text) if text.ends_with(GITHUB));
    let principals = statement.principals.as_ref().filter(|scope| !scope.negated)?;
    if statement.effect == Effect::Deny || !principals.patterns.iter().any(trusts) {
        return None;
    }
    let key = format!("{GITHUB}:sub");
    let is_evaluated = statement.conditions.iter().any(|condition| {
        let is_open = |value: &String| value.chars().all(|one| matches!(one, '*' | '?'));
        condition.key.eq_ignore_ascii_case(&key) && !condition.values.iter().any(is_open)
    });
    if is_evaluated {
        return None;
    }
    let message = format!("it has no condition on `{key}`, so every repository of GitHub could assume the role");
    let remedy = format!("add `StringLike: {{\"{key}\": \"repo:ORGANISATION/REPOSITORY:ref:refs/heads/main\"}}`");
    Some(Refusal::of_statement(statement, "Condition", message, "", remedy))
}
