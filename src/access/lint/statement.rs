//! Faults that one statement shows by itself.

use super::{Fault, Rule};
use crate::access::evaluate::{Principal, prove};
use crate::access::policy::{Condition, Effect, Policy, Principals, Statement};

/// Keys that make `Principal: "*"` mean somebody in particular.
const CONFINING: [&str; 11] = [
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceip",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:userid",
    "s3:dataaccesspointaccount",
];

/// What a right of S3 is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Account,
    Bucket,
    Objects,
}

pub(super) fn check(statement: &Statement, policy: &Policy, faults: &mut Vec<Fault>) {
    sid(statement, policy, faults);
    for condition in &statement.conditions {
        if let Err(error) = prove(condition) {
            let fix = "write an operator and a value that AWS takes: it refuses to store this policy".to_owned();
            faults.push(fault(Rule::BadCondition, statement, "Condition", format!("{error}"), fix));
        }
    }
    resources(statement, faults);
    if statement.effect == Effect::Allow {
        everyone(statement, faults);
        breadth(statement, faults);
        data_key(statement, policy, faults);
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
fn level(action: &str) -> Option<Level> {
    let name = action.strip_prefix("s3:").filter(|name| !name.contains(['*', '?']))?;
    match name {
        "listallmybuckets" => Some(Level::Account),
        "abortmultipartupload" | "listmultipartuploadparts" => Some(Level::Objects),
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

fn everyone(statement: &Statement, faults: &mut Vec<Fault>) {
    let Some(principals) = &statement.principals else { return };
    if principals.negated {
        let message = "it allows everyone but the named".to_owned();
        let fix = "name those who may in `Principal`".to_owned();
        faults.push(fault(Rule::AllowNot, statement, "NotPrincipal", message, fix));
    } else if principals.patterns.contains(&Principals::Anyone) && !statement.conditions.iter().any(confines) {
        let message = "it allows everyone, with or without a signature".to_owned();
        let fix = "name the roles that may, or confine it, for instance by `aws:PrincipalOrgID`".to_owned();
        faults.push(fault(Rule::WildcardPrincipal, statement, "Principal", message, fix));
    }
}

fn confines(condition: &Condition) -> bool {
    let operator = condition.operator.to_ascii_lowercase();
    let is_positive = !operator.contains("not") && !operator.contains("ifexists") && !operator.starts_with("forall");
    let is_open = |value: &String| matches!(value.as_str(), "*" | "0.0.0.0/0" | "::/0");
    is_positive
        && CONFINING.contains(&condition.key.to_ascii_lowercase().as_str())
        && !condition.values.iter().any(is_open)
}

fn breadth(statement: &Statement, faults: &mut Vec<Fault>) {
    for (negated, member) in [
        (statement.actions.negated, "NotAction"),
        (statement.resources.as_ref().is_some_and(|resources| resources.negated), "NotResource"),
    ] {
        if negated {
            let message = format!("it allows all that `{member}` leaves out, now and whenever AWS adds something");
            faults.push(fault(Rule::AllowNot, statement, member, message, "name what is allowed".to_owned()));
        }
    }
    let of_account = statement.principals.as_ref().is_some_and(|principals| {
        principals
            .patterns
            .iter()
            .all(|entry| matches!(entry, Principals::Aws(text) if matches!(text.parse(), Ok(Principal::Root(_)))))
    });
    for action in &statement.actions.patterns {
        if matches!(action.as_str(), "*" | "*:*" | "s3:*" | "kms:*") && !statement.actions.negated && !of_account {
            let message = format!("`{action}` allows every action");
            let fix = "name the actions: mParticle needs s3:PutObject and s3:PutObjectAcl".to_owned();
            faults.push(fault(Rule::BroadAction, statement, "Action", message, fix));
        }
    }
}

/// Reading an object takes `kms:Decrypt`, writing one `kms:GenerateDataKey`.
fn data_key(statement: &Statement, policy: &Policy, faults: &mut Vec<Fault>) {
    let grants = |action: &str| {
        let is_it = |text: &String| text.eq_ignore_ascii_case(action);
        policy
            .statements
            .iter()
            .any(|one| one.effect == Effect::Allow && !one.actions.negated && one.actions.patterns.iter().any(is_it))
    };
    let decrypts = !statement.actions.negated
        && statement.actions.patterns.iter().any(|action| action.eq_ignore_ascii_case("kms:Decrypt"));
    if decrypts && grants("s3:PutObject") && !grants("kms:GenerateDataKey") && !grants("kms:GenerateDataKey*") {
        let message =
            "whoever puts objects encrypted with a key needs kms:GenerateDataKey, which nothing grants".to_owned();
        let fix = "allow kms:GenerateDataKey next to kms:Decrypt on the key's ARN".to_owned();
        faults.push(fault(Rule::NoDataKey, statement, "Action", message, fix));
    }
}
