//! Faults of a single statement.

use super::fault::Fault;
use super::rule::Rule;
use crate::access::actions::{Level, Table};
use crate::access::evaluate::matches_action;
use crate::access::policy::{Effect, Policy, Statement};
use crate::access::refusal::is_unique_id;
use crate::arn::Arn;

pub(super) fn check(statement: &Statement, policy: &Policy, faults: &mut Vec<Fault>) {
    sid(statement, policy, faults);
    deleted(statement, faults);
    unknown(statement, faults);
    resources(statement, faults);
    if statement.effect == Effect::Allow {
        data_key(statement, policy, faults);
    }
}

/// Finds principals that AWS shows by their unique id.
fn deleted(statement: &Statement, faults: &mut Vec<Fault>) {
    let principals = statement.principals.iter().flat_map(|scope| &scope.patterns);
    let ids: Vec<String> = principals
        .filter(|entry| is_unique_id(entry))
        .map(|entry| format!("`{}`", entry.text().escape_debug()))
        .collect();
    if !ids.is_empty() {
        let message = format!(
            "{} is the unique id of a role or user that was deleted, also if one of that name was made again: the statement does not apply to it",
            ids.join(" and ")
        );
        let remedy = "write the principal's ARN again: S3 refuses a new policy with such an id";
        faults.push(Fault::of_statement(Rule::DeletedPrincipal, statement, "Principal", message, remedy));
    }
}

/// Finds actions of S3, KMS and STS that do not exist. IAM and KMS store them, but they allow nothing.
fn unknown(statement: &Statement, faults: &mut Vec<Fault>) {
    let table = Table::built_in();
    for text in &statement.actions.patterns {
        let Some((service, name)) = text.split_once(':') else { continue };
        if table.service(service).is_none() || name.contains(['*', '?']) || table.action(text).is_some() {
            continue;
        }
        let message =
            format!("`{}` is not an action (list of {}), so it has no effect", text.escape_debug(), table.date);
        let remedy = match table.nearest_action(&service.to_ascii_lowercase(), text) {
            Some(near) => format!("write `{near}`"),
            None => "remove it".to_owned(),
        };
        faults.push(Fault::of_statement(Rule::UnknownAction, statement, "Action", message, remedy));
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
        let Some(known) = Table::built_in().action(&lower).filter(|action| action.name.starts_with("s3:")) else {
            continue;
        };
        let on = |level| known.is_on(level);
        if on(Level::Bucket) && !on(Level::Object) && all(is_objects) {
            push(Rule::BucketActionOnObjects, "on objects has no effect", "grant it on the bucket's ARN, without `/*`");
        } else if on(Level::Object) && !on(Level::Bucket) && all(is_bucket) {
            push(Rule::ObjectActionOnBucket, "on a bucket has no effect", "grant it on the objects' ARN, with `/*`");
        } else if known.has_no_resource() && !resources.patterns.iter().any(|resource| resource == "*") {
            push(Rule::AccountActionOnArn, "has no resource", "write `*` as the resource");
        }
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
