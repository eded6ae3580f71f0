//! Statements that allow more than is needed.

use super::fault::{Expectations, Fault};
use super::rule::Rule;
use super::target::owner_of;
use crate::access::PolicyKind;
use crate::access::actions::Table;
use crate::access::evaluate::is_action;
use crate::access::policy::{Condition, Effect, Policy, Principals, Statement};
use crate::access::refusal::names_only_deleted;
use crate::arn::{Arn, account_of, is_account};

/// Condition keys that restrict `Principal: "*"` to named principals, accounts or networks.
const RESTRICTING: [&str; 14] = [
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceip",
    "aws:sourceorgid",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:userid",
    "kms:calleraccount",
    "s3:dataaccesspointaccount",
    "s3:dataaccesspointarn",
];
/// Operators that match only the given values.
const EQUALITY: [&str; 6] =
    ["stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike", "ipaddress"];

pub(super) fn check(statement: &Statement, policy: &Policy, expected: &Expectations, faults: &mut Vec<Fault>) {
    if statement.effect == Effect::Deny || names_only_deleted(statement) {
        return;
    }
    let kind = policy.kind();
    everyone(statement, faults);
    not(statement, faults);
    let needed = if kind == PolicyKind::Key {
        "kms:GenerateDataKey and kms:Decrypt"
    } else {
        "s3:PutObject and s3:PutObjectAcl"
    };
    let patterns = if statement.actions.negated { &[][..] } else { &statement.actions.patterns };
    for action in patterns.iter().filter(|action| is_action(action)) {
        if is_broad(action) {
            if !is_of_owner(statement, policy, expected) {
                let message = format!("`{}` allows every action", action.escape_debug());
                let remedy = format!("name the actions: mParticle needs {needed}");
                faults.push(Fault::of_statement(Rule::BroadAction, statement, "Action", message, remedy));
            }
            continue;
        }
        if kind == PolicyKind::Identity {
            any_bucket(action, statement, faults);
        }
    }
}

/// Whether it is `*`, or a service and a pattern for all of its actions.
fn is_broad(action: &str) -> bool {
    let name = match action.split_once(':') {
        Some((service, name)) if ["s3", "kms", "*"].contains(&service.to_ascii_lowercase().as_str()) => name,
        Some(_) => return false,
        None => action,
    };
    name.contains('*') && name.chars().all(|one| matches!(one, '*' | '?'))
}

/// Whether the statement allows everything to the account of the owner. Then the policies of that account decide.
fn is_of_owner(statement: &Statement, policy: &Policy, expected: &Expectations) -> bool {
    let Some(named) = roots(statement) else { return false };
    let owner = owner_of(policy, expected);
    named.iter().all(|account| Some(account) == owner.as_ref())
}

/// The accounts that the statement names by their root. None if it also names others.
pub(super) fn roots(statement: &Statement) -> Option<Vec<String>> {
    let scope = statement.principals.as_ref().filter(|scope| !scope.negated)?;
    let account = |entry: &Principals| match entry {
        Principals::Aws(text) if text.ends_with(":root") || is_account(text) => Some(account_of(text).to_owned()),
        _ => None,
    };
    scope.patterns.iter().map(account).collect()
}

fn everyone(statement: &Statement, faults: &mut Vec<Fault>) {
    let Some(principals) = &statement.principals else { return };
    if principals.negated {
        let message = "it allows everyone except the named principals";
        let remedy = "name the allowed principals in `Principal`";
        faults.push(Fault::of_statement(Rule::AllowNot, statement, "NotPrincipal", message, remedy));
    } else if principals.patterns.contains(&Principals::Anyone) && !statement.conditions.iter().any(restricts) {
        let message = "it allows everyone, even anonymous callers";
        let remedy = "name the allowed roles, or restrict it, for instance with `aws:PrincipalOrgID`";
        faults.push(Fault::of_statement(Rule::WildcardPrincipal, statement, "Principal", message, remedy));
    }
}

/// Whether the condition restricts the statement to fixed values. S3 uses the same definition for a policy that is not
/// public.
pub(super) fn restricts(condition: &Condition) -> bool {
    let operator = condition.operator.to_ascii_lowercase();
    let operator = operator.strip_prefix("foranyvalue:").unwrap_or(&operator);
    EQUALITY.contains(&operator)
        && RESTRICTING.contains(&condition.key.to_ascii_lowercase().as_str())
        && condition.values.iter().all(|value| is_fixed(value))
}

fn is_fixed(value: &str) -> bool {
    let is_plain = |text: &str| !text.is_empty() && !text.contains(['*', '?', '$']);
    if let Some((address, bits)) = value.split_once('/')
        && let Ok(address) = address.parse::<std::net::IpAddr>()
    {
        // S3 regards a wider network as public.
        let least = if address.is_ipv4() { 8 } else { 32 };
        return bits.parse::<u32>().is_ok_and(|bits| bits >= least);
    }
    match Arn::parse(value) {
        // The ARN of a bucket has no account.
        Ok(arn) if arn.account.is_empty() => is_plain(arn.resource.split('/').next().unwrap_or_default()),
        Ok(arn) => is_plain(arn.account),
        // An address, or a name with or without a path or a session.
        Err(_) => {
            is_plain(value.split(['/', ':']).next().unwrap_or_default()) || value.parse::<std::net::Ipv6Addr>().is_ok()
        }
    }
}

fn not(statement: &Statement, faults: &mut Vec<Fault>) {
    for (negated, member) in [
        (statement.actions.negated, "NotAction"),
        (statement.resources.as_ref().is_some_and(|resources| resources.negated), "NotResource"),
    ] {
        if negated {
            let message = format!("it allows everything that `{member}` does not name, including what AWS adds later");
            faults.push(Fault::of_statement(Rule::AllowNot, statement, member, message, "name what is allowed"));
        }
    }
}

/// Finds actions on a bucket or its objects that are also allowed on other buckets.
fn any_bucket(action: &str, statement: &Statement, faults: &mut Vec<Fault>) {
    let action = action.to_ascii_lowercase();
    if !action.starts_with("s3:") || Table::built_in().action(&action).is_some_and(|one| one.has_no_resource()) {
        return;
    }
    let reaches = |pattern: &&String| match Arn::parse(pattern) {
        Ok(Arn { service: "s3", resource, .. }) => {
            resource.split('/').next().is_some_and(|bucket| bucket.contains(['*', '?']))
        }
        Ok(arn) => arn.service.contains('*'),
        // The end of an ARN may be missing.
        Err(_) => {
            let rest = pattern.strip_prefix("arn:").and_then(|rest| rest.split_once(':'));
            *pattern == "*" || rest.is_some_and(|(_, rest)| rest.split(':').next().is_some_and(|one| one.contains('*')))
        }
    };
    let resources = statement.resources.as_ref().filter(|scope| !scope.negated);
    if let Some(pattern) = resources.and_then(|scope| scope.patterns.iter().find(reaches)) {
        let message = format!("`{}` on `{}` also allows other buckets", action.escape_debug(), pattern.escape_debug());
        let remedy = "name only this bucket";
        if !faults.iter().any(|one| {
            one.rule == Rule::OtherBucket && one.pointer == format!("/Statement/{}/Resource", statement.index)
        }) {
            faults.push(Fault::of_statement(Rule::OtherBucket, statement, "Resource", message, remedy));
        }
    }
}
