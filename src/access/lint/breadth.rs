//! Statements that allow more than is needed.

use super::fault::{Expectations, Fault};
use super::rule::Rule;
use super::statement::{Level, level};
use super::target::is_of_mparticle;
use crate::access::evaluate::{Principal, is_action};
use crate::access::policy::{Condition, Effect, Policy, Principals, Scope, Statement};
use crate::access::render::Kind;
use crate::arn::{Arn, account_of};

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
    if statement.effect == Effect::Deny {
        return;
    }
    let kind = policy.kind();
    everyone(statement, faults);
    not(statement, faults);
    let needed =
        if kind == Kind::Key { "kms:GenerateDataKey and kms:Decrypt" } else { "s3:PutObject and s3:PutObjectAcl" };
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
        match kind {
            Kind::Bucket => more_than_put(action, statement, expected, faults),
            Kind::User | Kind::Reader => any_bucket(action, statement, faults),
            Kind::Key => {}
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

/// Whether the statement of a key's policy allows everything to the key's own account. Then the policies of that
/// account decide. A bucket's policy does not need such a statement.
fn is_of_owner(statement: &Statement, policy: &Policy, expected: &Expectations) -> bool {
    let roots = |statement: &Statement| -> Option<Vec<String>> {
        let scope = statement.principals.as_ref().filter(|scope| !scope.negated)?;
        let account = |entry: &Principals| match entry {
            Principals::Aws(text) if matches!(text.parse(), Ok(Principal::Root(_))) || !text.contains(':') => {
                Some(account_of(text).to_owned())
            }
            _ => None,
        };
        scope.patterns.iter().map(account).collect()
    };
    let Some(named) = roots(statement) else { return false };
    let of_key = || {
        let arns = policy.statements.iter().flat_map(|one| &one.resources).flat_map(|scope| &scope.patterns);
        arns.filter_map(|text| Arn::parse(text).ok()).find(|arn| arn.service == "kms").map(|arn| arn.account.to_owned())
    };
    // If the owner is not known, the first account in the policy is assumed to administer the key.
    let first = || policy.statements.iter().find_map(roots).and_then(|roots| roots.into_iter().next());
    let owner = match (&expected.owner, policy.kind()) {
        (Some(owner), _) => Some(owner.as_str().to_owned()),
        (None, Kind::Key) => of_key().or_else(first),
        (None, _) => None,
    };
    named.iter().all(|account| Some(account) == owner.as_ref())
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
fn restricts(condition: &Condition) -> bool {
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

fn more_than_put(action: &str, statement: &Statement, expected: &Expectations, faults: &mut Vec<Fault>) {
    if ["s3:putobject", "s3:putobjectacl"].contains(&action.to_ascii_lowercase().as_str()) {
        return;
    }
    let is_mparticle = |entry: &&Principals| is_of_mparticle(account_of(entry.text()), expected.roles.as_ref());
    let principals = statement.principals.as_ref().filter(|scope| !scope.negated);
    if let Some(role) = principals.and_then(|scope: &Scope<_>| scope.patterns.iter().find(is_mparticle)) {
        let message =
            format!("`{}` allows `{}` to do more than write", action.escape_debug(), role.text().escape_debug());
        let remedy = "allow mParticle's roles only s3:PutObject and s3:PutObjectAcl";
        faults.push(Fault::of_statement(Rule::MoreThanPut, statement, "Action", message, remedy));
    }
}

/// Finds actions on a bucket or its objects that are also allowed on other buckets.
fn any_bucket(action: &str, statement: &Statement, faults: &mut Vec<Fault>) {
    let action = action.to_ascii_lowercase();
    if !action.starts_with("s3:") || level(&action) == Some(Level::Account) {
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
