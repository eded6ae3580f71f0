//! Whether AWS would store a statement: what it refuses binds nobody, and no verdict rests on it.

use super::{EvaluateError, condition};
use crate::access::policy::{Principals, Statement};

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

/// Everything for which AWS would refuse to store the statement. Whether a policy names principals at all is the policy's
/// matter and not the statement's.
pub fn prove(statement: &Statement) -> Vec<(Part, EvaluateError)> {
    let principals = statement.principals.iter().flat_map(|scope| &scope.patterns).filter(|entry| !is_principal(entry));
    let actions = statement.actions.patterns.iter().filter(|text| !is_action(text));
    let resources = statement.resources.iter().flat_map(|scope| &scope.patterns).filter(|text| !is_resource(text));
    let mut refused: Vec<_> = principals
        .map(|entry| (Part::Principal, EvaluateError::Principal(entry.text().to_owned())))
        .chain(actions.map(|text| (Part::Action, EvaluateError::Action(text.clone()))))
        .chain(resources.map(|text| (Part::Resource, EvaluateError::Resource(text.clone()))))
        .collect();
    // A role's own policy, which says who may take it, is about that role.
    let is_of_role = statement.actions.patterns.iter().all(|action| service(action).eq_ignore_ascii_case("sts"));
    if statement.resources.is_none() && !is_of_role {
        refused.push((Part::Resource, EvaluateError::NoResource));
    }
    let conditions = statement.conditions.iter().filter_map(|one| condition::proven(one).err());
    refused.extend(conditions.map(|error| (Part::Condition, error)));
    refused
}

fn service(action: &str) -> &str {
    action.split_once(':').map_or("", |(service, _)| service)
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Wildcards stand in conditions on `aws:PrincipalArn`, and never in a principal.
fn is_principal(entry: &Principals) -> bool {
    let text = match entry {
        Principals::Anyone | Principals::Federated(_) | Principals::Canonical(_) => return true,
        Principals::Service(name) => return name.contains('.') && !name.contains(['*', '?', ' ', '/']),
        Principals::Aws(text) => text,
    };
    // Of a principal that has been deleted, AWS shows the unique id that it has kept.
    let is_id = |text: &str| {
        (16..=128).contains(&text.len())
            && text.starts_with('A')
            && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    if text.contains(['*', '?']) {
        return false;
    }
    match text.splitn(6, ':').collect::<Vec<_>>().as_slice() {
        ["arn", partition, service @ ("iam" | "sts"), "", account, name] => {
            let is_known = match *service {
                "iam" => *name == "root" || has_name(name, "user/") || has_name(name, "role/"),
                _ => has_name(name, "assumed-role/") || has_name(name, "federated-user/"),
            };
            partition.starts_with("aws") && (is_account(account) || *account == "cloudfront") && is_known
        }
        _ => is_account(text) || is_id(text),
    }
}

fn has_name(text: &str, kind: &str) -> bool {
    text.strip_prefix(kind).is_some_and(|name| !name.is_empty())
}

/// Whether AWS takes this for an action of a statement: a service and a right, or `*`.
pub fn is_action(text: &str) -> bool {
    let is_word = |text: &str, more: &str| {
        !text.is_empty() && text.chars().all(|one| one.is_ascii_alphanumeric() || more.contains(one))
    };
    match text.split_once(':') {
        Some((service, name)) => (service == "*" || is_word(service, "-")) && is_word(name, "*?-_"),
        None => text == "*",
    }
}

/// Whether AWS takes this for a resource of a statement: `*`, or an ARN. What an ARN leaves out at its end must be covered by a `*`.
pub fn is_resource(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let is_whole = match parts.as_slice() {
        [_, partition, service, _, _, name] => !partition.is_empty() && !service.is_empty() && !name.is_empty(),
        [_, .., last] => last.ends_with('*'),
        _ => false,
    };
    text == "*" || (parts[0] == "arn" && is_whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Policy;

    fn parts(members: &str) -> Vec<Part> {
        let text = format!(r#"{{"Statement":[{{"Effect":"Allow",{members}}}]}}"#);
        prove(&Policy::parse(&text).unwrap().statements[0]).into_iter().map(|(part, _)| part).collect()
    }

    #[test]
    fn what_aws_would_not_store_is_told_by_its_part() {
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
