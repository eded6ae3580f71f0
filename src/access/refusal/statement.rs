//! The rules for one statement of any kind of policy: its form, its principals and its variables.

use super::refused::{Refusal, Terms};
use super::template::unfilled;
use crate::access::evaluate::{EvaluateError, Part, invalid_parts};
use crate::access::policy::{Policy, Principals, Statement};
use crate::access::policy_kind::PolicyKind;
use crate::arn::{Arn, account_of};

/// The account in the ARN of an origin access identity of CloudFront.
pub(super) const CLOUDFRONT: &str = "cloudfront";

pub(super) fn refusals(statement: &Statement, policy: &Policy, kind: PolicyKind, terms: &Terms<'_>) -> Vec<Refusal> {
    let mut found = Vec::new();
    if kind != PolicyKind::Identity && statement.principals.is_none() {
        let message = match policy.is_of_resource() {
            true => "it names no principal, but other statements do",
            false => "it names no principal",
        };
        let words = if kind == PolicyKind::Bucket { "Missing required field Principal" } else { "" };
        found.push(Refusal::of_statement(statement, "", message, words, "name the principals in `Principal`"));
    }
    match unfilled(statement) {
        Some((place, message)) => {
            let remedy = "fill in the template first, for instance with `terraform show -json PLAN`";
            found.push(Refusal::of_statement(statement, &place, message, "", remedy));
        }
        None => found.extend(form(statement, kind)),
    }
    found.extend(principals(statement, policy, kind, terms));
    found
}

/// The member with this name, or its `Not` form.
pub(super) fn member(negated: bool, name: &str) -> String {
    if negated { format!("Not{name}") } else { name.to_owned() }
}

fn form(statement: &Statement, kind: PolicyKind) -> Vec<Refusal> {
    let mut found = Vec::new();
    for (part, error) in invalid_parts(statement) {
        // `principals` says so.
        if matches!(&error, EvaluateError::Principal(text) if text.contains(char::is_whitespace)) {
            continue;
        }
        if kind == PolicyKind::Trust && error == EvaluateError::NoResource {
            continue;
        }
        let is_bucket = kind == PolicyKind::Bucket;
        let (place, words, remedy) = match part {
            Part::Principal => (
                member(statement.principals.as_ref().is_some_and(|scope| scope.negated), "Principal"),
                "Invalid principal in policy",
                "write the ARN of a role, a user or an account's root, without blanks and wildcards",
            ),
            Part::Action => (
                member(statement.actions.negated, "Action"),
                if is_bucket { "Policy has invalid action" } else { "" },
                "write a service and an action, as in `s3:PutObject`",
            ),
            Part::Resource => (
                match &statement.resources {
                    None => String::new(),
                    Some(scope) => member(scope.negated, "Resource"),
                },
                if is_bucket { "Policy has invalid resource" } else { "" },
                "write an ARN, as in `arn:aws:s3:::BUCKET/*`",
            ),
            Part::Condition => {
                ("Condition".to_owned(), "", "write a valid operator and value: see the user guide of IAM")
            }
        };
        found.push(Refusal::of_statement(statement, &place, error, words, remedy));
    }
    found
}

/// Principals that do not exist for this policy. Names with a valid form are not looked up.
fn principals(statement: &Statement, policy: &Policy, kind: PolicyKind, terms: &Terms<'_>) -> Vec<Refusal> {
    let Some(scope) = &statement.principals else { return Vec::new() };
    let member = if scope.negated { "NotPrincipal" } else { "Principal" };
    let partition = partition_of(policy);
    let mut found = Vec::new();
    for entry in &scope.patterns {
        let text = entry.text();
        let shown = text.escape_debug();
        let mut push = |message: String, remedy: &str| {
            let words = "Invalid principal in policy";
            found.push(Refusal::of_statement(statement, member, message, words, remedy));
        };
        let arn = Arn::parse(text).ok();
        if text.contains(char::is_whitespace) && account_of(text) != CLOUDFRONT {
            push(format!("the principal `{shown}` contains a blank"), "remove the blank");
        } else if let (Some(arn), Some(own)) = (arn, partition)
            && arn.partition != own
        {
            push(
                format!(
                    "the principal `{shown}` is of the partition `{}`, and the resources are of `{own}`",
                    arn.partition
                ),
                "name a principal of the same partition: no permission crosses it",
            );
        } else if matches!(entry, Principals::Canonical(_)) && kind != PolicyKind::Bucket {
            push(
                format!("`{shown}` is a canonical user id, which only the policy of a bucket can name"),
                "write the ARN of the user, or of the account's root",
            );
        } else if terms.is_new && is_unique_id(entry) {
            push(
                format!("`{shown}` is the unique id of a principal that was deleted or made again"),
                "write the principal's ARN, or remove the statement",
            );
        }
    }
    found
}

/// Whether the entry is the unique id of a role or a user. AWS shows it in the place of a principal that was deleted.
pub(in crate::access) fn is_unique_id(entry: &Principals) -> bool {
    matches!(entry, Principals::Aws(text) if ["AROA", "AIDA"].iter().any(|start| text.starts_with(start)))
}

/// Whether the statement names only such principals, so that it applies to no principal.
pub(in crate::access) fn names_only_deleted(statement: &Statement) -> bool {
    statement.principals.as_ref().is_some_and(|scope| !scope.negated && scope.patterns.iter().all(is_unique_id))
}

/// The partition of the resources, else of the first principal.
fn partition_of(policy: &Policy) -> Option<&str> {
    let resources = policy.statements.iter().flat_map(|one| &one.resources).flat_map(|scope| &scope.patterns);
    let principals = policy.statements.iter().flat_map(|one| &one.principals).flat_map(|scope| &scope.patterns);
    let texts = resources.map(String::as_str).chain(principals.map(Principals::text));
    texts.filter_map(|text| Arn::parse(text).ok()).map(|arn| arn.partition).find(|text| !text.contains(['*', '?']))
}
