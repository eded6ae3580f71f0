//! Whether AWS would store a statement. A policy that it refuses has no effect.

use super::condition;
use super::error::EvaluateError;
use crate::access::policy::{Principals, Statement};
use crate::arn::{Arn, is_account};

/// A part of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// `Principal` or `NotPrincipal`.
    Principal,
    /// `Action` or `NotAction`.
    Action,
    /// `Resource` or `NotResource`.
    Resource,
    /// `Condition`.
    Condition,
}

/// The parts for which AWS would refuse to store the statement. Whether the policy needs principals depends on its kind
/// and is not checked here.
pub fn invalid_parts(statement: &Statement) -> Vec<(Part, EvaluateError)> {
    let principals = statement.principals.iter().flat_map(|scope| &scope.patterns).filter(|entry| !is_principal(entry));
    let actions = statement.actions.patterns.iter().filter(|text| !is_action(text));
    let resources = statement.resources.iter().flat_map(|scope| &scope.patterns).filter(|text| !is_resource(text));
    let mut invalid: Vec<_> = principals
        .map(|entry| (Part::Principal, EvaluateError::Principal(entry.text().to_owned())))
        .chain(actions.map(|text| (Part::Action, EvaluateError::Action(text.clone()))))
        .chain(resources.map(|text| (Part::Resource, EvaluateError::Resource(text.clone()))))
        .collect();
    // A trust policy has no resource. It applies to its own role.
    let is_of_role = statement.actions.patterns.iter().all(|action| service(action).eq_ignore_ascii_case("sts"));
    if statement.resources.is_none() && !is_of_role {
        invalid.push((Part::Resource, EvaluateError::NoResource));
    }
    let conditions = statement.conditions.iter().filter_map(|one| condition::check(one).err());
    invalid.extend(conditions.map(|error| (Part::Condition, error)));
    invalid
}

fn service(action: &str) -> &str {
    action.split_once(':').map_or("", |(service, _)| service)
}

/// A principal has no wildcards; a condition on `aws:PrincipalArn` may have them.
fn is_principal(entry: &Principals) -> bool {
    let text = match entry {
        Principals::Anyone | Principals::Federated(_) | Principals::Canonical(_) => return true,
        Principals::Service(name) => return name.contains('.') && !name.contains(['*', '?', ' ', '/']),
        Principals::Aws(text) => text,
    };
    // AWS replaces a deleted principal with its unique id.
    let is_id = |text: &str| {
        (16..=128).contains(&text.len())
            && text.starts_with('A')
            && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    if text.contains(['*', '?']) {
        return false;
    }
    let Ok(arn) = Arn::parse(text) else { return is_account(text) || is_id(text) };
    let is_one_of = |types: [&str; 2]| types.into_iter().any(|one| arn.name_of(one).is_some());
    let is_known = match arn.service {
        "iam" => arn.resource == "root" || is_one_of(["user", "role"]),
        "sts" => is_one_of(["assumed-role", "federated-user"]),
        _ => false,
    };
    let has_account = is_account(arn.account) || arn.account == "cloudfront";
    is_known && has_account && arn.region.is_empty() && arn.partition.starts_with("aws")
}

/// Whether this is a valid action in a statement: a service and an action, or `*`.
pub fn is_action(text: &str) -> bool {
    let is_word = |text: &str, more: &str| {
        !text.is_empty() && text.chars().all(|one| one.is_ascii_alphanumeric() || more.contains(one))
    };
    match text.split_once(':') {
        Some((service, name)) => (service == "*" || is_word(service, "-")) && is_word(name, "*?-_"),
        None => text == "*",
    }
}

/// Whether this is a valid resource in a statement: `*` or an ARN. An ARN with fewer than six parts must end in `*`.
pub fn is_resource(text: &str) -> bool {
    match Arn::parse(text) {
        Ok(arn) => ![arn.partition, arn.service, arn.resource].contains(&""),
        Err(_) => text == "*" || (text.starts_with("arn:") && text.ends_with('*')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Policy;

    fn parts(members: &str) -> Vec<Part> {
        let text = format!(r#"{{"Statement":[{{"Effect":"Allow",{members}}}]}}"#);
        invalid_parts(&Policy::parse(&text).unwrap().statements[0]).into_iter().map(|(part, _)| part).collect()
    }

    #[test]
    fn invalid_parts_are_named() {
        let principal =
            |entry: &str| format!(r#""Principal":{{"AWS":"{entry}"}},"Action":"s3:GetObject","Resource":"*""#);
        for (members, expected) in [
            (principal("foo"), &[Part::Principal][..]),
            (principal(":role/*"), &[Part::Principal]),
            (principal("arn:aws:iam::111122223333:role/*"), &[Part::Principal]),
            (principal("arn:aws:iam::1111:root"), &[Part::Principal]),
            (principal("111122223333"), &[]),
            (principal("AROAEXAMPLEEXAMPLE123"), &[]),
            (principal("arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"), &[]),
            (principal("arn:aws:sts::111122223333:assumed-role/r/s"), &[]),
            (r#""Action":"GetObject","Resource":"foo""#.to_owned(), &[Part::Action, Part::Resource]),
            (r#""Action":"s3:Get Object","Resource":"b/*""#.to_owned(), &[Part::Action, Part::Resource]),
            (r#""Action":["*","*:*","s3:*","S3:get?bject"],"Resource":"arn:aws:*""#.to_owned(), &[]),
            (r#""Action":"s3:*","Resource":"arn""#.to_owned(), &[Part::Resource]),
            (r#""Action":"s3:*","Resource":"arn:aws""#.to_owned(), &[Part::Resource]),
            (r#""Action":"s3:*","Resource":"arn:aws:s3:::""#.to_owned(), &[Part::Resource]),
            (r#""Action":"s3:*""#.to_owned(), &[Part::Resource]),
            (r#""Action":"sts:AssumeRole""#.to_owned(), &[]),
            (
                r#""Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID":[]}}"#.to_owned(),
                &[Part::Condition],
            ),
        ] {
            assert_eq!(parts(&members), expected, "{members}");
        }
    }
}
