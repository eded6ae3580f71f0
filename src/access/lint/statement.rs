//! Faults that one statement shows by itself.

use super::{Fault, Rule};
use crate::access::evaluate::{Part, matches_action, prove};
use crate::access::policy::{Effect, Policy, Statement};

/// What a right of S3 is about.
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

/// What AWS refuses to store, and the policy with it.
fn unusable(statement: &Statement, policy: &Policy, faults: &mut Vec<Fault>) {
    let mut push = |rule, member: &str, message: String, fix: &str| {
        let fix = format!("{fix}: AWS refuses to store this policy");
        faults.push(fault(rule, statement, member, message, fix));
    };
    if policy.is_of_resource() && statement.principals.is_none() {
        let message = "it names no principal, and other statements do".to_owned();
        push(Rule::BadPrincipal, "", message, "say whom it binds with `Principal`");
    }
    for (part, error) in prove(statement) {
        let (rule, name, negated, fix) = match part {
            Part::Principal => {
                let negated = statement.principals.as_ref().is_some_and(|scope| scope.negated);
                (Rule::BadPrincipal, "Principal", negated, "write the ARN of a role, a user or an account's root")
            }
            Part::Action => (
                Rule::BadAction,
                "Action",
                statement.actions.negated,
                "write a service and a right, as in `s3:PutObject`",
            ),
            Part::Resource => {
                let negated = statement.resources.as_ref().is_some_and(|scope| scope.negated);
                (Rule::BadResource, "Resource", negated, "write `*` or an ARN, as in `arn:aws:s3:::BUCKET/*`")
            }
            Part::Condition => (Rule::BadCondition, "Condition", false, "write an operator and a value that AWS takes"),
        };
        let member = match (part, &statement.resources) {
            (Part::Resource, None) => String::new(),
            _ if negated => format!("Not{name}"),
            _ => name.to_owned(),
        };
        push(rule, &member, error.to_string(), fix);
    }
}

pub(super) fn fault(rule: Rule, statement: &Statement, member: &str, message: String, fix: String) -> Fault {
    let pointer = match member {
        "" => format!("/Statement/{}", statement.index),
        member => format!("/Statement/{}/{member}", statement.index),
    };
    Fault { rule, pointer, message: format!("{}: {message}", statement.name()), fix }
}

fn sid(statement: &Statement, policy: &Policy, faults: &mut Vec<Fault>) {
    let Some(sid) = statement.sid.as_deref().filter(|sid| !sid.is_empty()) else {
        let fix = "give it a Sid, so that messages and diffs can name it".to_owned();
        faults.push(fault(Rule::NoSid, statement, "", "it has no Sid".to_owned(), fix));
        return;
    };
    if policy.statements[..statement.index].iter().any(|other| other.sid.as_deref() == Some(sid)) {
        let message = "another statement has this Sid too".to_owned();
        faults.push(fault(Rule::DuplicateSid, statement, "Sid", message, "give each its own".to_owned()));
    }
}

/// Rights on resources that they cannot have: AWS stores them and they grant nothing.
fn resources(statement: &Statement, faults: &mut Vec<Fault>) {
    let Some(resources) = statement.resources.as_ref().filter(|resources| !resources.negated) else { return };
    if statement.actions.negated {
        return;
    }
    let all = |is: fn(&str) -> bool| resources.patterns.iter().all(|resource| is(resource));
    for action in &statement.actions.patterns {
        let lower = action.to_ascii_lowercase();
        let mut push = |rule, message: &str, fix: &str| {
            let message = format!("`{}` {message}", action.escape_debug());
            faults.push(fault(rule, statement, "Resource", message, fix.to_owned()));
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

/// The level of a right that is named in full.
pub(super) fn level(action: &str) -> Option<Level> {
    let name = action.strip_prefix("s3:").filter(|name| !name.contains(['*', '?']))?;
    match name {
        "listallmybuckets" => Some(Level::Account),
        "abortmultipartupload" | "listmultipartuploadparts" => Some(Level::Objects),
        // `ObjectOwnerOverrideToBucketOwner` speaks of both.
        name if name.starts_with("object") => Some(Level::Objects),
        name if name.contains("accesspoint") || name.contains("job") => None,
        name if name.contains("bucket") || name.ends_with("configuration") => Some(Level::Bucket),
        name if name.contains("object") => Some(Level::Objects),
        _ => None,
    }
}

fn is_s3(resource: &str) -> bool {
    resource.split(':').nth(2) == Some("s3")
}

/// What stands behind `arn:aws:s3:::`.
fn s3_name(resource: &str) -> Option<&str> {
    is_s3(resource).then(|| resource.splitn(6, ':').nth(5)).flatten()
}

fn is_objects(resource: &str) -> bool {
    s3_name(resource).is_some_and(|name| name.contains('/'))
}

fn is_bucket(resource: &str) -> bool {
    s3_name(resource).is_some_and(|name| !name.contains(['/', '*', '?', '$']))
}

/// Reading an object takes `kms:Decrypt`, writing one `kms:GenerateDataKey`.
fn data_key(statement: &Statement, policy: &Policy, faults: &mut Vec<Fault>) {
    let allows = |one: &Statement, action: &str| {
        let matches = |text: &String| matches_action(text, action);
        one.effect == Effect::Allow && !one.actions.negated && one.actions.patterns.iter().any(matches)
    };
    let grants = |action: &str| policy.statements.iter().any(|one| allows(one, action));
    if allows(statement, "kms:Decrypt") && grants("s3:PutObject") && !grants("kms:GenerateDataKey") {
        let message =
            "whoever puts objects encrypted with a key needs kms:GenerateDataKey, which nothing grants".to_owned();
        let fix = "allow kms:GenerateDataKey next to kms:Decrypt on the key's ARN".to_owned();
        faults.push(fault(Rule::NoDataKey, statement, "Action", message, fix));
    }
}
