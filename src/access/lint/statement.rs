//! Faults of a single statement.

use super::fault::Fault;
use super::rule::Rule;
use crate::access::evaluate::{Part, invalid_parts, matches_action};
use crate::access::policy::{Effect, Policy, Statement};
use crate::arn::Arn;

/// The kind of resource that an S3 action needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Account,
    Bucket,
    Objects,
}

pub(super) fn check(statement: &Statement, policy: &Policy, faults: &mut Vec<Fault>) {
    sid(statement, policy, faults);
    unusable(statement, policy, faults);
    resources(statement, faults);
    if statement.effect == Effect::Allow {
        data_key(statement, policy, faults);
    }
}

/// Finds parts for which AWS refuses to store the policy.
fn unusable(statement: &Statement, policy: &Policy, faults: &mut Vec<Fault>) {
    let mut push = |rule, member: &str, message: String, remedy: &str| {
        let remedy = format!("{remedy}: AWS refuses to store this policy");
        faults.push(Fault::of_statement(rule, statement, member, message, remedy));
    };
    if policy.is_of_resource() && statement.principals.is_none() {
        let message = "it names no principal, but other statements do";
        push(Rule::BadPrincipal, "", message.to_owned(), "name the principals in `Principal`");
    }
    for (part, error) in invalid_parts(statement) {
        let (rule, name, negated, remedy) = match part {
            Part::Principal => {
                let negated = statement.principals.as_ref().is_some_and(|scope| scope.negated);
                (Rule::BadPrincipal, "Principal", negated, "write the ARN of a role, a user or an account's root")
            }
            Part::Action => (
                Rule::BadAction,
                "Action",
                statement.actions.negated,
                "write a service and an action, as in `s3:PutObject`",
            ),
            Part::Resource => {
                let negated = statement.resources.as_ref().is_some_and(|scope| scope.negated);
                (Rule::BadResource, "Resource", negated, "write `*` or an ARN, as in `arn:aws:s3:::BUCKET/*`")
            }
            Part::Condition => (Rule::BadCondition, "Condition", false, "write a valid operator and value"),
        };
        let member = match (part, &statement.resources) {
            (Part::Resource, None) => String::new(),
            _ if negated => format!("Not{name}"),
            _ => name.to_owned(),
        };
        push(rule, &member, error.to_string(), remedy);
    }
}

fn sid(statement: &Statement, policy: &Policy, faults: &mut Vec<Fault>) {
    let Some(sid) = statement.sid.as_deref().filter(|sid| !sid.is_empty()) else {
        let remedy = "add a Sid, so that messages and diffs can name the statement";
        faults.push(Fault::of_statement(Rule::NoSid, statement, "", "it has no Sid", remedy));
        return;
    };
    if policy.statements[..statement.index].iter().any(|other| other.sid.as_deref() == Some(sid)) {
        let message = "another statement has this Sid too";
        faults.push(Fault::of_statement(Rule::DuplicateSid, statement, "Sid", message, "give each statement its own"));
    }
}

/// Finds actions on resources that do not support them. AWS stores such statements, but they allow nothing.
fn resources(statement: &Statement, faults: &mut Vec<Fault>) {
    let Some(resources) = statement.resources.as_ref().filter(|resources| !resources.negated) else { return };
    if statement.actions.negated {
        return;
    }
    let all = |is: fn(&str) -> bool| resources.patterns.iter().all(|resource| is(resource));
    for action in &statement.actions.patterns {
        let lower = action.to_ascii_lowercase();
        let mut push = |rule, message: &str, remedy: &str| {
            let message = format!("`{}` {message}", action.escape_debug());
            faults.push(Fault::of_statement(rule, statement, "Resource", message, remedy));
        };
        if lower.starts_with("kms:") && all(is_s3) {
            push(
                Rule::KmsOnS3Arn,
                "on an ARN of S3 has no effect",
                "grant it on the ARN of the KMS key, in a statement of its own",
            );
        }
        if lower.starts_with("kms:") && resources.patterns.iter().any(|resource| resource.contains(":alias/")) {
            push(
                Rule::KmsAlias,
                "on an alias has no effect",
                "write the key's ARN, which `aws kms describe-key` shows",
            );
        }
        match level(&lower) {
            Some(Level::Bucket) if all(is_objects) => {
                push(
                    Rule::BucketActionOnObjects,
                    "on objects has no effect",
                    "grant it on the bucket's ARN, without `/*`",
                );
            }
            Some(Level::Objects) if all(is_bucket) => {
                push(
                    Rule::ObjectActionOnBucket,
                    "on a bucket has no effect",
                    "grant it on the objects' ARN, with `/*`",
                );
            }
            Some(Level::Account) if !resources.patterns.iter().any(|resource| resource == "*") => {
                push(Rule::AccountActionOnArn, "has no resource", "write `*` as the resource");
            }
            _ => {}
        }
    }
}

/// The level of an action without wildcards.
pub(super) fn level(action: &str) -> Option<Level> {
    let name = action.strip_prefix("s3:").filter(|name| !name.contains(['*', '?']))?;
    match name {
        "listallmybuckets" => Some(Level::Account),
        "abortmultipartupload" | "listmultipartuploadparts" => Some(Level::Objects),
        // `ObjectOwnerOverrideToBucketOwner` contains both words.
        name if name.starts_with("object") => Some(Level::Objects),
        name if name.contains("accesspoint") || name.contains("job") => None,
        name if name.contains("bucket") || name.ends_with("configuration") => Some(Level::Bucket),
        name if name.contains("object") => Some(Level::Objects),
        _ => None,
    }
}

fn is_s3(resource: &str) -> bool {
    s3_name(resource).is_some()
}

/// The part after `arn:aws:s3:::`.
fn s3_name(resource: &str) -> Option<&str> {
    Arn::parse(resource).ok().filter(|arn| arn.service == "s3").map(|arn| arn.resource)
}

fn is_objects(resource: &str) -> bool {
    s3_name(resource).is_some_and(|name| name.contains('/'))
}

fn is_bucket(resource: &str) -> bool {
    s3_name(resource).is_some_and(|name| !name.contains(['/', '*', '?', '$']))
}

/// Checks that a writer has `kms:GenerateDataKey`. Reading an object needs `kms:Decrypt`, writing needs
/// `kms:GenerateDataKey`.
fn data_key(statement: &Statement, policy: &Policy, faults: &mut Vec<Fault>) {
    let allows = |one: &Statement, action: &str| {
        let matches = |text: &String| matches_action(text, action);
        one.effect == Effect::Allow && !one.actions.negated && one.actions.patterns.iter().any(matches)
    };
    let grants = |action: &str| policy.statements.iter().any(|one| allows(one, action));
    if allows(statement, "kms:Decrypt") && grants("s3:PutObject") && !grants("kms:GenerateDataKey") {
        let message =
            "putting objects that are encrypted with a key needs kms:GenerateDataKey, which no statement allows";
        let remedy = "allow kms:GenerateDataKey next to kms:Decrypt on the key's ARN";
        faults.push(Fault::of_statement(Rule::NoDataKey, statement, "Action", message, remedy));
    }
}
