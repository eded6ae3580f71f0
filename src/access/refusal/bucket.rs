//! The rules of S3 for the policy of a bucket. S3 answers 400 MalformedPolicy, with the quoted words.

use super::refused::{Refusal, Terms};
use crate::access::actions::{Action, Level, Table};
use crate::access::policy::{Policy, Scope, Statement};
use crate::access::render::LONGEST_BUCKET_POLICY;
use crate::arn::Arn;

const ACTION: &str = "Policy has invalid action";
const RESOURCE: &str = "Policy has invalid resource";
const LEVEL: &str = "Action does not apply to any resource(s) in statement";
const KEY: &str = "Policy has an invalid condition key";
const CONDITION: &str = "Conditions do not apply to combination of actions and resources in statement";

pub(super) fn refusals(policy: &Policy, terms: &Terms<'_>) -> Vec<Refusal> {
    let mut found = Vec::new();
    if let Some(bytes) = terms.bytes
        && bytes > LONGEST_BUCKET_POLICY
    {
        let message =
            format!("it has {bytes} bytes, more than the {LONGEST_BUCKET_POLICY} that S3 allows for a bucket policy");
        found
            .push(Refusal::of_policy(message, "join statements, or use wildcards where many resources share a prefix"));
    }
    let bucket = terms.bucket.or_else(|| named(policy));
    for statement in &policy.statements {
        let before = found.len();
        found.extend(statement.actions.patterns.iter().filter_map(|action| unknown(statement, action)));
        let resources = statement.resources.iter().flat_map(|scope| &scope.patterns);
        found.extend(resources.filter_map(|text| elsewhere(statement, text, bucket)));
        found.extend(keys(statement));
        if found.len() == before {
            found.extend(unfitting(statement));
        }
    }
    found
}

/// The bucket that the policy names most often in full, so that a single typo is not taken for the bucket.
fn named(policy: &Policy) -> Option<&str> {
    let resources = policy.statements.iter().flat_map(|one| &one.resources).flat_map(|scope| &scope.patterns);
    let buckets = resources.filter_map(|text| Arn::parse(text).ok()?.bucket());
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for bucket in buckets.filter(|bucket| !bucket.is_empty() && !bucket.contains(['*', '?', '$'])) {
        match counts.iter_mut().find(|(known, _)| *known == bucket) {
            Some((_, count)) => *count += 1,
            None => counts.push((bucket, 1)),
        }
    }
    let most = counts.iter().map(|(_, count)| *count).max();
    counts.into_iter().find(|(_, count)| Some(*count) == most).map(|(bucket, _)| bucket)
}

/// An action of another service, or one that S3 does not have.
fn unknown(statement: &Statement, action: &str) -> Option<Refusal> {
    let member = if statement.actions.negated { "NotAction" } else { "Action" };
    let shown = action.escape_debug();
    let (service, name) = action.split_once(':')?;
    let refuse =
        |message: String, remedy: String| Some(Refusal::of_statement(statement, member, message, ACTION, remedy));
    if service == "*" {
        return None;
    }
    if !service.eq_ignore_ascii_case("s3") {
        let remedy = match service.to_ascii_lowercase().as_str() {
            "kms" => {
                "remove it here, and allow it in the key's own policy: see `mp-forwarding policy render key`".to_owned()
            }
            _ => "remove it here, and allow it in a policy of that service or of the user or role".to_owned(),
        };
        return refuse(format!("`{shown}` is not an action of S3"), remedy);
    }
    let table = Table::built_in();
    let is_pattern = name.contains(['*', '?']);
    if if is_pattern { !table.matching("s3", action).is_empty() } else { table.action(action).is_some() } {
        return None;
    }
    let remedy = match table.nearest_action("s3", action) {
        Some(near) => format!("write `{near}`"),
        None => "remove it, or write an action of S3".to_owned(),
    };
    let what = if is_pattern { "matches no action of S3" } else { "is not an action of S3" };
    refuse(format!("`{shown}` {what} (list of {})", table.date), remedy)
}

/// A resource that is not this bucket or its objects.
fn elsewhere(statement: &Statement, text: &str, bucket: Option<&str>) -> Option<Refusal> {
    let negated = statement.resources.as_ref().is_some_and(|scope| scope.negated);
    let member = if negated { "NotResource" } else { "Resource" };
    let arn = Arn::parse(text).ok().and_then(|arn| arn.bucket());
    let own = bucket.unwrap_or("BUCKET");
    let is_own = match (arn, bucket) {
        // S3 compares the beginning of the text. Within the name of the bucket a wildcard is refused.
        (Some(_), Some(bucket)) => {
            let resource = Arn::parse(text).map_or("", |arn| arn.resource);
            resource.strip_prefix(bucket).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '*', '?']))
        }
        (Some(named), None) => !named.contains(['*', '?', '$']),
        (None, _) => false,
    };
    if is_own {
        return None;
    }
    let shown = text.escape_debug();
    let message = match arn {
        Some(named) if !named.contains(['*', '?', '$']) => {
            format!("the resource `{shown}` is of the bucket `{}` instead of `{own}`", named.escape_debug())
        }
        Some(_) => format!("the resource `{shown}` does not name the bucket in full"),
        None => format!("the resource `{shown}` is not the bucket or its objects"),
    };
    let partition = Arn::parse(text).map_or("aws", |arn| arn.partition);
    let remedy =
        format!("write `arn:{partition}:s3:::{own}` for the bucket, `arn:{partition}:s3:::{own}/*` for its objects");
    Some(Refusal::of_statement(statement, member, message, RESOURCE, remedy))
}

/// Condition keys that S3 does not have, and those that an action of the statement does not have. S3 does not compare keys
/// with actions that have a wildcard.
fn keys(statement: &Statement) -> Vec<Refusal> {
    let table = Table::built_in();
    let mut found = Vec::new();
    for condition in &statement.conditions {
        let key = &condition.key;
        if table.is_global_key(key) {
            continue;
        }
        let shown = key.escape_debug();
        let mut push = |message: String, words: &str, remedy: String| {
            let member = format!("Condition/{}/{key}", condition.operator);
            found.push(Refusal::of_statement(statement, &member, message, words, remedy));
        };
        if !table.is_key_of("s3", key) {
            let remedy = match table.nearest_key("s3", key) {
                Some(near) => format!("write `{near}`"),
                None => "remove it, or write a condition key of S3 or one that begins with `aws:`".to_owned(),
            };
            push(format!("`{shown}` is not a condition key of S3 (list of {})", table.date), KEY, remedy);
            continue;
        }
        let plain = statement.actions.patterns.iter().filter_map(|text| table.action(text));
        let without: Vec<&str> =
            plain.filter(|action| !table.has_key(action, key)).map(|action| action.name.as_str()).collect();
        if !without.is_empty() && !statement.actions.negated {
            push(
                format!("requests for {} have no `{shown}`", without.join(" and ")),
                CONDITION,
                format!("move {} to a statement without this condition", without.join(" and ")),
            );
        }
    }
    found
}

/// An action that none of the statement's resources can have.
fn unfitting(statement: &Statement) -> Option<Refusal> {
    let resources = statement.resources.as_ref().filter(|scope| !scope.negated)?;
    if statement.actions.negated {
        return None;
    }
    let table = Table::built_in();
    let levels = levels(resources);
    for text in &statement.actions.patterns {
        let matched = match text.contains(['*', '?']) {
            true => table.matching("s3", text),
            false => table.action(text).into_iter().collect(),
        };
        // A bucket policy belongs to a bucket that exists, so it cannot allow its creation.
        let can_fit = |action: &&&Action| action.name != "s3:CreateBucket";
        let fits = matched.iter().filter(can_fit).any(|action| levels.iter().any(|level| action.is_on(*level)));
        if matched.is_empty() || fits {
            continue;
        }
        let shown = text.escape_debug();
        let of_bucket = |level: &&Level| matches!(level, Level::Bucket | Level::Object);
        let level = matched.iter().filter(can_fit).flat_map(|action| &action.levels).find(of_bucket);
        let (message, remedy) = match level {
            Some(Level::Object) => (
                format!("`{shown}` is an action on objects, and the statement names only the bucket"),
                "add the ARN of the objects, with `/*`, to `Resource`",
            ),
            Some(_) => (
                format!("`{shown}` is an action on the bucket, and the statement names only objects"),
                "add the ARN of the bucket, without `/*`, to `Resource`",
            ),
            None => (
                format!("`{shown}` applies neither to a bucket nor to its objects"),
                "remove it here, and allow it in the policy of the user or role",
            ),
        };
        return Some(Refusal::of_statement(statement, "Action", message, LEVEL, remedy));
    }
    None
}

/// What the resources can be. A wildcard in the place of the first slash matches the bucket and its objects.
fn levels(resources: &Scope<String>) -> Vec<Level> {
    let mut found = Vec::new();
    for text in &resources.patterns {
        let resource = Arn::parse(text).map_or(text.as_str(), |arn| arn.resource);
        let is_open = !resource.contains('/') && resource.contains(['*', '?']);
        if !resource.contains('/') && !found.contains(&Level::Bucket) {
            found.push(Level::Bucket);
        }
        if (resource.contains('/') || is_open) && !found.contains(&Level::Object) {
            found.push(Level::Object);
        }
    }
    found
}
