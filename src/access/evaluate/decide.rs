//! Decides about a request.

use std::collections::BTreeSet;
use std::fmt::{self, Display, Formatter};

use super::condition::holds;
use super::context::Context;
use super::error::EvaluateError;
use super::pattern::{Pattern, matches_action};
use super::principal::{Named, Principal};
use super::validity::invalid_parts;
use crate::access::actions::{Level, Table};
use crate::access::policy::{Effect, Policy, Scope, Statement, Version};

/// One request to AWS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The caller.
    pub principal: Principal,
    /// The action, for instance `s3:PutObject`.
    pub action: String,
    /// The ARN of the resource; `*` for an action without a resource.
    pub resource: String,
    /// The condition keys.
    pub context: Context,
}

/// The policies that apply to a request.
#[derive(Debug, Clone, Copy)]
pub struct Policies<'a> {
    /// The policies of the principal.
    pub identity: Identity<'a>,
    /// The policy of the bucket or the key, if it has one.
    pub resource: Option<&'a Policy>,
    /// The account that owns the resource. None means the principal's account.
    pub owner: Option<&'a str>,
}

/// The policies of a principal.
#[derive(Debug, Clone, Copy)]
pub enum Identity<'a> {
    /// These policies, each with the name that a decision shows.
    Known(&'a [(&'a str, &'a Policy)]),
    /// The policies are not known and are assumed to allow the request. This is for principals of another account.
    /// Within the owner's account it is the same as no policies.
    Assumed,
}

/// The statement that decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct By {
    /// The name of the policy; None for the resource's own policy.
    pub policy: Option<String>,
    /// The statement's Sid in backticks, or its number from 1.
    pub statement: String,
    /// The statement's index, from 0.
    pub index: usize,
}

/// One side of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The principal's own policies.
    Identity,
    /// The resource's policy.
    Resource,
    /// One of them is enough.
    Either,
    /// Both are needed and neither allows.
    Both,
}

/// Why a request is allowed or denied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// A statement denies it.
    ExplicitDeny(By),
    /// Statements allow it, and nothing denies it.
    Allowed {
        /// The statements: one for each side that is needed and known.
        by: Vec<By>,
        /// Whether the request is allowed only if the policies of the principal's account, which are not known, allow
        /// it too.
        assumed: bool,
    },
    /// The root user of the owner's account needs no statement.
    Root,
    /// Nothing allows it.
    NoAllow {
        /// The side without a statement that allows it.
        missing: Side,
    },
}

/// The decision of AWS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Why.
    pub reason: Reason,
}

impl Decision {
    /// Whether the request is allowed.
    pub fn is_allowed(&self) -> bool {
        matches!(self.reason, Reason::Allowed { .. } | Reason::Root)
    }
}

/// Decides about a request in the way AWS does.
///
/// # Errors
/// If AWS would not store one of the policies.
pub fn decide(request: &Request, policies: &Policies<'_>) -> Result<Decision, EvaluateError> {
    let known = match policies.identity {
        Identity::Known(known) => known,
        Identity::Assumed => &[],
    };
    // All statements are checked first, so that an earlier Deny does not hide an invalid statement.
    check(known, policies.resource)?;
    let mut by_identity = None;
    for (name, policy) in known {
        for statement in &policy.statements {
            if !applies(statement, policy.version, request)? {
                continue;
            }
            let by = By::new(Some(name), statement);
            match statement.effect {
                Effect::Deny => return Ok(Decision { reason: Reason::ExplicitDeny(by) }),
                Effect::Allow => by_identity = by_identity.or(Some(by)),
            }
        }
    }
    let mut by_resource: Option<(By, Named)> = None;
    if let Some(policy) = policies.resource {
        for statement in &policy.statements {
            let named = statement.principals.as_ref().and_then(|principals| request.principal.named_in(principals));
            let Some(named) = named else { continue };
            if !applies(statement, policy.version, request)? {
                continue;
            }
            let by = By::new(None, statement);
            match statement.effect {
                Effect::Deny => return Ok(Decision { reason: Reason::ExplicitDeny(by) }),
                Effect::Allow if by_resource.as_ref().is_none_or(|(_, before)| *before == Named::ByAccount) => {
                    by_resource = Some((by, named));
                }
                Effect::Allow => {}
            }
        }
    }
    Ok(Decision { reason: allowed_by(request, policies, by_identity, by_resource) })
}

/// The condition keys that a matching statement names and the request does not have. The decision depends on their
/// absence.
pub fn absent_keys(request: &Request, policies: &Policies<'_>) -> BTreeSet<String> {
    let known = match policies.identity {
        Identity::Known(known) => known,
        Identity::Assumed => &[],
    };
    let all = known.iter().map(|(_, policy)| *policy).chain(policies.resource);
    let statements = all.flat_map(|policy| policy.statements.iter().map(|statement| (statement, policy.version)));
    let about = statements.filter(|(statement, version)| {
        let names = |scope| request.principal.named_in(scope).is_some();
        statement.principals.as_ref().is_none_or(names) && is_about(statement, *version, request)
    });
    let keys = about.flat_map(|(statement, _)| &statement.conditions).map(|condition| &condition.key);
    keys.filter(|key| request.context.get(key).is_none()).cloned().collect()
}

/// Checks that AWS would store every statement.
fn check(known: &[(&str, &Policy)], resource: Option<&Policy>) -> Result<(), EvaluateError> {
    for (name, policy) in known {
        if let Some(one) = policy.statements.iter().find(|statement| statement.principals.is_some()) {
            let (policy, statement) = ((*name).to_owned(), one.name());
            return Err(EvaluateError::IdentityWithPrincipal { policy, statement });
        }
    }
    let mut of_resource = resource.iter().flat_map(|policy| &policy.statements);
    if let Some(one) = of_resource.find(|statement| statement.principals.is_none()) {
        return Err(EvaluateError::ResourceWithoutPrincipal(one.name()));
    }
    let all = known.iter().map(|(_, policy)| *policy).chain(resource).flat_map(|policy| &policy.statements);
    all.flat_map(invalid_parts).next().map_or(Ok(()), |(_, error)| Err(error))
}

/// Decides by the Allow statements. No Deny matches.
fn allowed_by(
    request: &Request,
    policies: &Policies<'_>,
    by_identity: Option<By>,
    by_resource: Option<(By, Named)>,
) -> Reason {
    let allowed = |by: Vec<By>, assumed| Reason::Allowed { by, assumed };
    let Some(account) = request.principal.account() else {
        // An anonymous caller or a service: only the resource's policy applies.
        return match by_resource {
            Some((by, _)) => allowed(vec![by], false),
            None => Reason::NoAllow { missing: Side::Resource },
        };
    };
    let is_root = matches!(request.principal, Principal::Root(_));
    if policies.owner.is_some_and(|owner| owner != account) {
        let assumed = matches!(policies.identity, Identity::Assumed);
        return match (by_identity, by_resource) {
            (Some(identity), Some((resource, _))) => allowed(vec![identity, resource], false),
            (None, Some((resource, _))) if is_root => allowed(vec![resource], false),
            (None, Some((resource, _))) if assumed => allowed(vec![resource], true),
            (None, Some(_)) => Reason::NoAllow { missing: Side::Identity },
            (Some(_), None) => Reason::NoAllow { missing: Side::Resource },
            (None, None) if assumed || is_root => Reason::NoAllow { missing: Side::Resource },
            (None, None) => Reason::NoAllow { missing: Side::Both },
        };
    }
    let guarded = needs_resource_policy(&request.action);
    match (by_identity, by_resource) {
        (_, Some((by, Named::Directly))) => allowed(vec![by], false),
        (Some(identity), Some((resource, Named::ByAccount))) if guarded => allowed(vec![identity, resource], false),
        (Some(by), _) if !guarded => allowed(vec![by], false),
        (Some(_), _) => Reason::NoAllow { missing: Side::Resource },
        (None, Some(_)) if is_root => Reason::Root,
        (None, Some(_)) => Reason::NoAllow { missing: Side::Identity },
        (None, None) if is_root && !guarded => Reason::Root,
        (None, None) => Reason::NoAllow { missing: if guarded { Side::Resource } else { Side::Either } },
    }
}

/// Whether even a principal of the owner's account needs the resource's policy, as for keys and roles.
fn needs_resource_policy(action: &str) -> bool {
    let lower = action.to_ascii_lowercase();
    let is_on_key = || Table::built_in().action(action).is_none_or(|action| action.is_on(Level::Key));
    lower.starts_with("sts:assumerole") || lower.starts_with("kms:") && is_on_key()
}

/// Whether the statement matches this action and this resource.
fn is_about(statement: &Statement, version: Version, request: &Request) -> bool {
    let is_action = |text: &String| matches_action(text, &request.action);
    let is_resource = |text: &String| {
        Pattern::new(text, version, &request.context).is_some_and(|pattern| pattern.matches_arn(&request.resource))
    };
    within(&statement.actions, is_action)
        && statement.resources.as_ref().is_none_or(|resources| within(resources, is_resource))
}

/// Whether the statement matches this action, this resource and this context.
fn applies(statement: &Statement, version: Version, request: &Request) -> Result<bool, EvaluateError> {
    let mut met = true;
    for condition in &statement.conditions {
        met &= holds(condition, version, &request.context)?;
    }
    Ok(met && is_about(statement, version, request))
}

fn within(scope: &Scope<String>, matches: impl Fn(&String) -> bool) -> bool {
    scope.patterns.iter().any(matches) != scope.negated
}

impl By {
    fn new(policy: Option<&str>, statement: &Statement) -> Self {
        Self { policy: policy.map(str::to_owned), statement: statement.name(), index: statement.index }
    }
}

impl Display for By {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.policy {
            Some(policy) => write!(f, "{} of `{policy}`", self.statement),
            None => write!(f, "{} of the resource's policy", self.statement),
        }
    }
}

impl Display for Decision {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.reason {
            Reason::ExplicitDeny(by) => write!(f, "denied by {by}"),
            Reason::Root => f.write_str("allowed: the account's root user needs no statement"),
            Reason::Allowed { by, assumed } => {
                let by: Vec<_> = by.iter().map(ToString::to_string).collect();
                write!(f, "allowed by {}", by.join(" and "))?;
                match assumed {
                    true => {
                        f.write_str(", if the principal's own account, whose policies are not known, allows it too")
                    }
                    false => Ok(()),
                }
            }
            Reason::NoAllow { missing } => f.write_str(match missing {
                Side::Identity => {
                    "denied: no policy of the principal allows it, and the resource's policy alone is not enough"
                }
                Side::Resource => "denied: the resource's policy does not allow it",
                Side::Either => "denied: nothing allows it",
                Side::Both => "denied: neither the principal's policies nor the resource's allow it, and both must",
            }),
        }
    }
}
