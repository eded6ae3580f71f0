//! The rules of IAM for the policy of a user, a group or a role. IAM answers MalformedPolicyDocument.

use super::refused::Refusal;
use crate::access::policy::Policy;
use crate::arn::Arn;

pub(super) fn refusals(policy: &Policy) -> Vec<Refusal> {
    let mut found = sids(policy);
    let mut partition: Option<&str> = None;
    let mut is_mixed = false;
    for statement in &policy.statements {
        for text in statement.resources.iter().flat_map(|scope| &scope.patterns) {
            let Ok(arn) = Arn::parse(text) else { continue };
            let negated = statement.resources.as_ref().is_some_and(|scope| scope.negated);
            let member = if negated { "NotResource" } else { "Resource" };
            let mut push = |message: String, remedy: &str| {
                found.push(Refusal::of_statement(statement, member, message, "", remedy));
            };
            let shown = text.escape_debug();
            if arn.partition.contains(['*', '?']) {
                continue;
            }
            match partition {
                None => partition = Some(arn.partition),
                Some(own) if own != arn.partition && !is_mixed => {
                    is_mixed = true;
                    push(
                        format!("`{shown}` is of the partition `{}`, and others are of `{own}`", arn.partition),
                        "name the resources of one partition: a user exists only in one",
                    );
                }
                Some(_) => {}
            }
            // An access point, a job or a grant has a region and an account. A bucket has neither.
            let is_bucket = arn.service == "s3"
                && !arn.resource.split_once('/').is_some_and(|(kind, _)| {
                    ["accesspoint", "job", "storage-lens", "storage-lens-group", "access-grants", "async-request"]
                        .contains(&kind)
                });
            if is_bucket && !(arn.region.is_empty() && arn.account.is_empty()) {
                push(
                    format!("`{shown}` is the ARN of a bucket, which has neither a region nor an account"),
                    "leave both empty, as in `arn:aws:s3:::BUCKET/*`",
                );
            }
        }
    }
    found
}

/// Sids that IAM does not accept, or that occur twice.
pub(super) fn sids(policy: &Policy) -> Vec<Refusal> {
    let mut found = Vec::new();
    for statement in &policy.statements {
        let Some(sid) = statement.sid.as_deref().filter(|sid| !sid.is_empty()) else { continue };
        if let Some(bad) = sid.chars().find(|character| !character.is_ascii_alphanumeric()) {
            let message = format!("the Sid contains `{}`", bad.escape_debug());
            let words = "Statement IDs (SID) must be alpha-numeric";
            found.push(Refusal::of_statement(statement, "Sid", message, words, "use only letters and digits"));
        } else if policy.statements[..statement.index].iter().any(|other| other.sid.as_deref() == Some(sid)) {
            let words = "Statement IDs (SID) in a single policy must be unique";
            let message = "another statement has this Sid too";
            found.push(Refusal::of_statement(statement, "Sid", message, words, "give each statement its own"));
        }
    }
    found
}
