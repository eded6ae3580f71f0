//! What mParticle may do beyond what writing needs: its roles by the policy of a bucket or a key, the user by its own.

use std::collections::{BTreeMap, BTreeSet};

use super::breadth::restricts;
use super::fault::{Expectations, Fault};
use super::reach::{asked, satisfy, under};
use super::requests::Evaluator;
use super::rule::Rule;
use super::target::Target;
use crate::access::evaluate::{
    Context, EvaluateError, Identity, Policies, Reason, Request, Side, decide, matches_action,
};
use crate::access::policy::{Effect, Policy, Principals, Scope, Statement};
use crate::access::{PolicyKind, Roles, probe};
use crate::arn::Arn;

/// What the rendered policies allow mParticle's roles.
const NEEDED: [&str; 4] = ["s3:PutObject", "s3:PutObjectAcl", "kms:GenerateDataKey", "kms:Decrypt"];
/// Actions of other services that give more power than the access key needs.
const ELSEWHERE: [&str; 16] = [
    "sts:AssumeRole",
    "iam:AttachGroupPolicy",
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreateAccessKey",
    "iam:CreatePolicyVersion",
    "iam:CreateUser",
    "iam:PassRole",
    "iam:PutRolePolicy",
    "iam:PutUserPolicy",
    "iam:UpdateAssumeRolePolicy",
    "secretsmanager:GetSecretValue",
    "secretsmanager:PutSecretValue",
    "kms:CreateGrant",
    "kms:PutKeyPolicy",
    "lambda:InvokeFunction",
];

/// Finds what mParticle's roles may do beyond [`NEEDED`].
///
/// # Errors
/// If AWS would not store the policy.
pub(super) fn by_roles(
    policy: &Policy,
    roles: &Roles,
    target: &Target,
    faults: &mut Vec<Fault>,
) -> Result<(), EvaluateError> {
    let evaluator = Evaluator { policy, target, address: target.address() };
    let mut found: BTreeMap<usize, (String, BTreeSet<String>)> = BTreeMap::new();
    let allowing = || policy.statements.iter().filter(|one| one.effect == Effect::Allow);
    let requests: BTreeSet<(String, String)> = allowing().flat_map(asked).collect();
    // S3 calls KMS for mParticle, and so meets conditions on the service. Nothing meets those on a bucket owner's network.
    let given = |context: &mut Context| {
        if policy.kind() == PolicyKind::Key {
            allowing().for_each(|statement| satisfy(statement, context));
        }
    };
    for role in [&roles.writer, &roles.verify] {
        let Ok(principal) = role.parse() else { return Err(EvaluateError::Principal(role.clone())) };
        for (action, resource) in requests.iter().filter(|(action, _)| !NEEDED.contains(&action.as_str())) {
            let decision = evaluator.best_with(&principal, action, resource, &given)?;
            if let Reason::Allowed { by, .. } = decision.reason {
                for by in by {
                    let entry = found.entry(by.index).or_insert_with(|| (role.clone(), BTreeSet::new()));
                    entry.1.insert(action.clone());
                }
            }
        }
    }
    for (index, (role, actions)) in found {
        let Some(statement) = policy.statements.iter().find(|one| one.index == index) else { continue };
        if allows_everyone(statement) {
            continue;
        }
        let keys = statement.conditions.iter().map(|condition| condition.key.clone()).collect();
        let actions: Vec<_> = actions.into_iter().map(|action| format!("`{action}`")).collect();
        let message = format!("it allows `{role}` to do more than write: {}{}", actions.join(", "), under(&keys));
        let remedy = "allow mParticle's roles only s3:PutObject and s3:PutObjectAcl, and with a key kms:GenerateDataKey and kms:Decrypt";
        let member = if statement.actions.negated { "NotAction" } else { "Action" };
        faults.push(Fault::of_statement(Rule::MoreThanPut, statement, member, message, remedy));
    }
    Ok(())
}

/// Whether another rule reports that the statement allows everyone.
fn allows_everyone(statement: &Statement) -> bool {
    let anyone = |scope: &Scope<Principals>| scope.negated || scope.patterns.contains(&Principals::Anyone);
    statement.principals.as_ref().is_some_and(anyone) && !statement.conditions.iter().any(restricts)
}

/// Finds what the policy of a user allows beyond the bucket and its key.
///
/// # Errors
/// If AWS would not store the policy.
pub(super) fn by_user(policy: &Policy, expected: &Expectations, faults: &mut Vec<Fault>) -> Result<(), EvaluateError> {
    let account = expected.owner.as_ref().map_or(probe::NO_OWNER, |owner| owner.as_str());
    let user = format!("arn:aws:iam::{account}:user/mparticle");
    let Ok(principal) = user.parse() else { return Err(EvaluateError::Principal(user)) };
    let own = [("own", policy)];
    let policies = Policies { identity: Identity::Known(&own), resource: None, owner: None };
    // `allow-not` reports a statement that names only what it does not allow.
    for statement in policy.statements.iter().filter(|one| one.effect == Effect::Allow && !one.actions.negated) {
        let mut more = BTreeSet::new();
        for (action, resource) in beyond(statement) {
            let mut context = Context::of(&principal);
            satisfy(statement, &mut context);
            let request = Request { principal: principal.clone(), action: action.to_owned(), resource, context };
            // A role or a key must allow it too. Most of the same account do.
            let allows = Reason::NoAllow { missing: Side::Resource };
            let reason = decide(&request, &policies)?.reason;
            if matches!(reason, Reason::Allowed { .. }) || reason == allows {
                more.insert(format!("{action} on `{}`", request.resource));
            }
        }
        if more.is_empty() {
            continue;
        }
        let keys = statement.conditions.iter().map(|condition| condition.key.clone()).collect();
        let more: Vec<_> = more.into_iter().collect();
        let message = format!("it allows more than the access key needs: {}{}", more.join(", "), under(&keys));
        let remedy = "remove it, and use the policy of `mp-forwarding policy render user`";
        faults.push(Fault::of_statement(Rule::MoreThanNeeded, statement, "Action", message, remedy));
    }
    Ok(())
}

/// Requests that the statement matches and that no rendered policy of a user allows.
fn beyond(statement: &Statement) -> Vec<(&'static str, String)> {
    let matches = |action: &str| {
        statement.actions.patterns.iter().any(|pattern| matches_action(pattern, action)) != statement.actions.negated
    };
    let resources = statement.resources.iter().filter(|scope| !scope.negated).flat_map(|scope| &scope.patterns);
    let resources: Vec<&String> = resources.collect();
    let mut asked = Vec::new();
    for action in ELSEWHERE.into_iter().filter(|action| matches(action)) {
        asked.extend(
            resources.iter().filter(|text| is_of(action, text)).take(1).map(|text| (action, other(action, text))),
        );
    }
    // A key is needed, but only the one that encrypts the bucket.
    let is_open = |text: &&&String| {
        Arn::parse(text).map_or(***text == "*", |arn| arn.service == "kms" && arn.resource.contains(['*', '?']))
    };
    if matches("kms:Decrypt") {
        asked.extend(resources.iter().filter(is_open).take(1).map(|text| ("kms:Decrypt", other("kms:Decrypt", text))));
    }
    asked
}

/// Whether the resource can be of the service of the action.
fn is_of(action: &str, resource: &str) -> bool {
    let service = action.split_once(':').map_or("", |(service, _)| service);
    let services: &[&str] = if service == "sts" { &["iam"] } else { &[service] };
    Arn::parse(resource).map_or(resource == "*", |arn| services.contains(&arn.service) || arn.service.contains('*'))
}

/// A resource that the pattern matches.
fn other(action: &str, pattern: &str) -> String {
    let service = action.split_once(':').map_or("", |(service, _)| service);
    let kind = match service {
        "sts" => "arn:aws:iam::000000000000:role/another",
        "iam" => "arn:aws:iam::000000000000:user/another",
        "kms" => "arn:aws:kms:us-east-1:000000000000:key/another",
        "lambda" => "arn:aws:lambda:us-east-1:000000000000:function:another",
        _ => "arn:aws:secretsmanager:us-east-1:000000000000:secret:another",
    };
    if pattern == "*" || crate::access::evaluate::matches_resource(pattern, kind) {
        return kind.to_owned();
    }
    pattern.replace('*', "another").replace('?', "x")
}
