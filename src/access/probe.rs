//! Requests to try policies with: whoever and whatever their text tells apart, and somebody whom no text knows. A question
//! that is asked of all of them has no answer that one well-chosen exception could turn round.

use std::collections::BTreeSet;

use super::evaluate::{Principal, matches_action};
use super::policy::{Policy, Scope};

/// No account has these numbers, so no policy can be about them: the owner's, where it is not known, and a stranger's.
pub(super) const NO_OWNER: &str = "000000000000";
const STRANGER: &str = "arn:aws:iam::000000000001:user/stranger";
/// So many of each kind are asked.
const MOST: usize = 24;

/// What mParticle and readers do with objects, and what others might.
const ON_OBJECTS: [&str; 4] = ["s3:GetObject", "s3:PutObject", "s3:PutObjectAcl", "s3:DeleteObject"];
const ON_BUCKET: [&str; 3] = ["s3:ListBucket", "s3:GetBucketPolicy", "s3:PutBucketPolicy"];

/// A stranger, nobody who signs, and whoever stands in the policies, in `Principal` or in a condition; of an account its
/// root and a user.
pub(super) fn people<'a>(policies: impl IntoIterator<Item = &'a Policy>) -> Vec<Principal> {
    let statements: Vec<_> = policies.into_iter().flat_map(|policy| &policy.statements).collect();
    let named = statements.iter().flat_map(|one| &one.principals).flat_map(|scope| &scope.patterns);
    let named = named.map(|entry| entry.text().to_owned());
    let values = statements.iter().flat_map(|one| &one.conditions).flat_map(|condition| &condition.values);
    let mut texts: BTreeSet<String> = BTreeSet::new();
    for text in named.chain(values.map(|value| sample(value))) {
        let account = match text.parse() {
            Ok(Principal::Root(_)) => text.split(':').nth(4).unwrap_or_default(),
            _ => text.as_str(),
        };
        if account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()) {
            texts.insert(format!("arn:aws:iam::{account}:user/somebody"));
        }
        texts.insert(text);
    }
    let known = texts.iter().filter_map(|text| text.parse().ok()).filter(|one| *one != Principal::Anonymous);
    let known = known.map(|one: Principal| one.in_session("session"));
    [STRANGER.parse().ok(), Some(Principal::Anonymous)].into_iter().flatten().chain(known.take(MOST)).collect()
}

/// Every key that a condition asks for, with each value.
pub(super) fn circumstances<'a>(policies: impl IntoIterator<Item = &'a Policy>) -> Vec<(&'a str, String)> {
    let conditions = policies.into_iter().flat_map(|policy| &policy.statements).flat_map(|one| &one.conditions);
    let pairs = conditions.flat_map(|one| one.values.iter().map(|value| (one.key.as_str(), sample(value))));
    let all: BTreeSet<_> = pairs.filter(|(_, value)| !value.contains("${")).collect();
    all.into_iter().take(MOST).collect()
}

/// One text of those that a pattern matches, or one address of a network.
pub(super) fn sample(pattern: &str) -> String {
    let address = pattern.split_once('/').filter(|(address, _)| address.parse::<std::net::IpAddr>().is_ok());
    if let Some((address, _)) = address {
        return address.to_owned();
    }
    pattern.replacen("_Verification_*", "_Verification_20260101-000000", 1).replace('*', "sample.txt").replace('?', "x")
}

/// Actions of those that are meant, such as the resource can have: of a pattern those that it matches, and one that
/// nobody has heard of.
pub(super) fn actions(scope: &Scope<String>, resource: &str) -> Vec<String> {
    let of_this: &[&str] = if resource.contains('/') { &ON_OBJECTS } else { &ON_BUCKET };
    let mut all = BTreeSet::new();
    for pattern in &scope.patterns {
        if !pattern.contains(['*', '?']) {
            all.insert(pattern.clone());
            continue;
        }
        all.extend(of_this.iter().filter(|action| matches_action(pattern, action)).map(|action| (*action).to_owned()));
        let unheard =
            if pattern == "*" { "s3:Sample".to_owned() } else { pattern.replace('*', "Sample").replace('?', "x") };
        all.insert(unheard);
    }
    all.into_iter().collect()
}

/// Every right on the bucket or its objects that is asked for, with its resource.
pub(super) fn rights(bucket: &str) -> Vec<(&'static str, String)> {
    let object = format!("{bucket}/file.txt");
    let on_objects = ON_OBJECTS.into_iter().map(|action| (action, object.clone()));
    on_objects.chain([(ON_BUCKET[0], bucket.to_owned())]).collect()
}
