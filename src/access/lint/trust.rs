//! Faults of the trust policy of a role: who may assume it.

use super::fault::{Expectations, Fault};
use super::rule::Rule;
use crate::access::policy::{Condition, Effect, Policy, Principals, Statement};
use crate::access::refusal::is_unique_id;
use crate::arn::account_of;

pub(super) fn check(policy: &Policy, expected: &Expectations, faults: &mut Vec<Fault>) {
    for statement in policy.statements.iter().filter(|one| one.effect == Effect::Allow) {
        external_id(statement, expected, faults);
        for condition in &statement.conditions {
            subject(statement, condition, faults);
        }
    }
}

/// Another account that may assume the role without an external id. If it serves several customers, one of them could make
/// it assume the role of another (the confused deputy).
fn external_id(statement: &Statement, expected: &Expectations, faults: &mut Vec<Fault>) {
    let is_set = statement.conditions.iter().any(|condition| {
        let operator = condition.operator.to_ascii_lowercase();
        condition.key.eq_ignore_ascii_case("sts:ExternalId")
            && !operator.contains("not")
            && !operator.contains("ifexists")
    });
    let is_own = |account: &str| expected.owner.as_ref().is_some_and(|owner| owner.as_str() == account);
    let entries = statement.principals.iter().filter(|scope| !scope.negated).flat_map(|scope| &scope.patterns);
    let mut others: Vec<String> = entries
        .filter_map(|entry| match entry {
            Principals::Aws(text) if !is_unique_id(entry) => Some(account_of(text)).filter(|account| !is_own(account)),
            _ => None,
        })
        .map(|account| format!("`{}`", account.escape_debug()))
        .collect();
    others.dedup();
    if is_set || others.is_empty() {
        return;
    }
    let message = format!("principals of {} may assume the role without an external id", others.join(" and "));
    let own = if expected.owner.is_none() { "; if it is your own account, give it with --owner" } else { "" };
    let remedy =
        format!("add `StringEquals: {{\"sts:ExternalId\": \"…\"}}` with the id that the third party gave you{own}");
    faults.push(Fault::of_statement(Rule::TrustExternalId, statement, "Condition", message, remedy));
}

/// A subject of an OIDC provider, such as GitHub Actions, that more than one repository has.
fn subject(statement: &Statement, condition: &Condition, faults: &mut Vec<Fault>) {
    if !condition.key.to_ascii_lowercase().ends_with(":sub") || condition.operator.to_ascii_lowercase().contains("not")
    {
        return;
    }
    let is_pattern = |text: &str| text.contains(['*', '?']);
    let is_broad = |value: &&String| match value.strip_prefix("repo:") {
        // `repo:ORGANISATION/REPOSITORY:…`
        Some(rest) => rest.split_once('/').is_none_or(|(organisation, rest)| {
            is_pattern(organisation) || is_pattern(rest.split(':').next().unwrap_or_default())
        }),
        None => value.split(':').next().is_some_and(is_pattern),
    };
    let operator = condition.operator.to_ascii_lowercase();
    if !operator.contains("like") {
        return;
    }
    if let Some(value) = condition.values.iter().find(is_broad) {
        let message = format!(
            "`{}` of `{}` matches more than one repository, and any of their workflows may assume the role",
            value.escape_debug(),
            condition.key.escape_debug()
        );
        let remedy = "name the repository and the branch, as in `repo:ORGANISATION/REPOSITORY:ref:refs/heads/main`";
        let member = format!("Condition/{}/{}", condition.operator, condition.key);
        faults.push(Fault::of_statement(Rule::TrustSubject, statement, &member, message, remedy));
    }
}
