//! Builds requests to evaluate policies with: every principal, condition value and action that a policy names, and an
//! outsider. Testing all of them prevents a single exception from hiding the rest.

use std::collections::BTreeSet;

use super::evaluate::{Principal, matches_action};
use super::policy::{Policy, Scope};
use crate::arn::{account_of, is_account};

/// Account ids that do not exist: for an unknown owner and for an outsider.
pub(super) const NO_OWNER: &str = "000000000000";
const OUTSIDER: &str = "arn:aws:iam::000000000001:user/outsider";
/// The largest number of values of each kind.
const MOST: usize = 24;

/// Actions of mParticle, of readers and of others.
const ON_OBJECTS: [&str; 4] = ["s3:GetObject", "s3:PutObject", "s3:PutObjectAcl", "s3:DeleteObject"];
const ON_BUCKET: [&str; 3] = ["s3:ListBucket", "s3:GetBucketPolicy", "s3:PutBucketPolicy"];

/// An outsider, an anonymous caller, and every principal in the policies, in `Principal` or in a condition. For
/// an account: its root and a user.
pub(super) fn callers<'a>(policies: impl IntoIterator<Item = &'a Policy>) -> Vec<Principal> {
    let statements: Vec<_> = policies.into_iter().flat_map(|policy| &policy.statements).collect();
    let named = statements.iter().flat_map(|one| &one.principals).flat_map(|scope| &scope.patterns);
    let named = named.map(|entry| entry.text().to_owned());
    let values = statements.iter().flat_map(|one| &one.conditions).flat_map(|condition| &condition.values);
    let mut texts: BTreeSet<String> = BTreeSet::new();
    for text in named.chain(values.map(|value| sample(value))) {
        let account = match text.parse() {
            Ok(Principal::Root(_)) => account_of(&text),
            _ => text.as_str(),
        };
        if is_account(account) {
            texts.insert(format!("arn:aws:iam::{account}:user/outsider"));
        }
        texts.insert(text);
    }
    let known = texts.iter().filter_map(|text| text.parse().ok()).filter(|one| *one != Principal::Anonymous);
    let known = known.map(|one: Principal| one.in_session("session"));
    [OUTSIDER.parse().ok(), Some(Principal::Anonymous)].into_iter().flatten().chain(known.take(MOST)).collect()
}

/// Every condition key in the policies, with each value.
pub(super) fn contexts<'a>(policies: impl IntoIterator<Item = &'a Policy>) -> Vec<(&'a str, String)> {
    let conditions = policies.into_iter().flat_map(|policy| &policy.statements).flat_map(|one| &one.conditions);
    let pairs = conditions.flat_map(|one| one.values.iter().map(|value| (one.key.as_str(), sample(value))));
    let all: BTreeSet<_> = pairs.filter(|(_, value)| !value.contains("${")).collect();
    all.into_iter().take(MOST).collect()
}

/// One text that the pattern matches, or one address in the network.
pub(super) fn sample(pattern: &str) -> String {
    let address = pattern.split_once('/').filter(|(address, _)| address.parse::<std::net::IpAddr>().is_ok());
    if let Some((address, _)) = address {
        return address.to_owned();
    }
    pattern.replacen("_Verification_*", "_Verification_20260101-000000", 1).replace('*', "sample.txt").replace('?', "x")
}

/// Actions that the scope matches and that the resource supports. For a pattern: the known actions that it matches, and
/// an unknown one.
pub(super) fn actions(scope: &Scope<String>, resource: &str) -> Vec<String> {
    let of_this: &[&str] = if resource.contains('/') { &ON_OBJECTS } else { &ON_BUCKET };
    let mut all = BTreeSet::new();
    for pattern in &scope.patterns {
        if !pattern.contains(['*', '?']) {
            all.insert(pattern.clone());
            continue;
        }
        all.extend(of_this.iter().filter(|action| matches_action(pattern, action)).map(|action| (*action).to_owned()));
        let unknown =
            if pattern == "*" { "s3:Sample".to_owned() } else { pattern.replace('*', "Sample").replace('?', "x") };
        all.insert(unknown);
    }
    all.into_iter().collect()
}

/// The actions on objects and s3:ListBucket, each with its resource.
pub(super) fn object_actions(bucket: &str) -> Vec<(&'static str, String)> {
    let object = format!("{bucket}/file.txt");
    let on_objects = ON_OBJECTS.into_iter().map(|action| (action, object.clone()));
    on_objects.chain([(ON_BUCKET[0], bucket.to_owned())]).collect()
}
