//! Statements that allow more than anybody needs.

use super::statement::{Level, fault, level};
use super::target::{account_of, is_of_mparticle};
use super::{Expectations, Fault, Rule};
use crate::access::evaluate::{Principal, is_action};
use crate::access::policy::{Condition, Effect, Policy, Principals, Scope, Statement};
use crate::access::render::Kind;

/// Keys that make `Principal: "*"` mean somebody in particular.
const CONFINING: [&str; 14] = [
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
/// Operators that hold for the named values alone.
const FIXING: [&str; 6] = ["stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike", "ipaddress"];

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
                let fix = format!("name the actions: mParticle needs {needed}");
                faults.push(fault(Rule::BroadAction, statement, "Action", message, fix));
            }
            continue;
        }
        match kind {
            Kind::Bucket => more_than_put(action, statement, expected, faults),
            Kind::User => any_bucket(action, statement, faults),
            Kind::Key => {}
        }
    }
}

/// `*`, or a service and `*`, written in whatever way.
fn is_broad(action: &str) -> bool {
    let name = match action.split_once(':') {
        Some((service, name)) if ["s3", "kms", "*"].contains(&service.to_ascii_lowercase().as_str()) => name,
        Some(_) => return false,
        None => action,
    };
    name.contains('*') && name.chars().all(|one| matches!(one, '*' | '?'))
}

/// A key's policy opens it to its own account, whose policies then decide; a bucket's need not.
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
        let mut arns = policy.statements.iter().flat_map(|one| &one.resources).flat_map(|scope| &scope.patterns);
        arns.find(|arn| arn.split(':').nth(2) == Some("kms")).map(|arn| account_of(arn).to_owned())
    };
    // Who stands first administers the key, if nothing else tells its owner.
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
        let message = "it allows everyone but the named".to_owned();
        let fix = "name those who may in `Principal`".to_owned();
        faults.push(fault(Rule::AllowNot, statement, "NotPrincipal", message, fix));
    } else if principals.patterns.contains(&Principals::Anyone) && !statement.conditions.iter().any(confines) {
        let message = "it allows everyone, with or without a signature".to_owned();
        let fix = "name the roles that may, or confine it, for instance by `aws:PrincipalOrgID`".to_owned();
        faults.push(fault(Rule::WildcardPrincipal, statement, "Principal", message, fix));
    }
}

/// Whether it lets in nobody but the holders of fixed values, as S3 itself asks it of a policy that is not public.
fn confines(condition: &Condition) -> bool {
    let operator = condition.operator.to_ascii_lowercase();
    let operator = operator.strip_prefix("foranyvalue:").unwrap_or(&operator);
    FIXING.contains(&operator)
        && CONFINING.contains(&condition.key.to_ascii_lowercase().as_str())
        && condition.values.iter().all(|value| is_fixed(value))
}

fn is_fixed(value: &str) -> bool {
    let is_plain = |text: &str| !text.is_empty() && !text.contains(['*', '?', '$']);
    if let Some((address, bits)) = value.split_once('/')
        && let Ok(address) = address.parse::<std::net::IpAddr>()
    {
        // Wider than this S3 calls public.
        let least = if address.is_ipv4() { 8 } else { 32 };
        return bits.parse::<u32>().is_ok_and(|bits| bits >= least);
    }
    match value.splitn(6, ':').collect::<Vec<_>>().as_slice() {
        // The ARN of a bucket has no account.
        ["arn", _, _, _, "", name] => is_plain(name.split('/').next().unwrap_or_default()),
        ["arn", _, _, _, account, _] => is_plain(account),
        // An address, a name, or one with a path or a session behind it.
        _ => {
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
            let message = format!("it allows all that `{member}` leaves out, now and whenever AWS adds something");
            faults.push(fault(Rule::AllowNot, statement, member, message, "name what is allowed".to_owned()));
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
        let message = format!("`{}` lets `{}` do more than write", action.escape_debug(), role.text().escape_debug());
        let fix = "allow mParticle's roles s3:PutObject and s3:PutObjectAcl, and no more".to_owned();
        faults.push(fault(Rule::MoreThanPut, statement, "Action", message, fix));
    }
}

/// A right on a bucket or its objects that reaches every bucket of the account.
fn any_bucket(action: &str, statement: &Statement, faults: &mut Vec<Fault>) {
    let action = action.to_ascii_lowercase();
    if !action.starts_with("s3:") || level(&action) == Some(Level::Account) {
        return;
    }
    let reaches = |pattern: &&String| match pattern.splitn(6, ':').collect::<Vec<_>>().as_slice() {
        ["arn", _, "s3", _, _, name] => name.split('/').next().is_some_and(|bucket| bucket.contains(['*', '?'])),
        ["arn", _, service, ..] => service.contains('*'),
        _ => *pattern == "*",
    };
    let resources = statement.resources.as_ref().filter(|scope| !scope.negated);
    if let Some(pattern) = resources.and_then(|scope| scope.patterns.iter().find(reaches)) {
        let message = format!("`{}` on `{}` reaches other buckets", action.escape_debug(), pattern.escape_debug());
        let fix = "name the one bucket".to_owned();
        if !faults.iter().any(|one| {
            one.rule == Rule::OtherBucket && one.pointer == format!("/Statement/{}/Resource", statement.index)
        }) {
            faults.push(fault(Rule::OtherBucket, statement, "Resource", message, fix));
        }
    }
}
