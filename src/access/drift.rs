//! Compares a deployed policy with an expected one, statement by statement, and says whether a difference matters: a
//! statement that is written differently can have the same effect.

use std::collections::BTreeSet;

use super::acl;
use super::evaluate::{Context, Identity, Policies, Principal, Reason, Request, decide};
use super::policy::{Condition, Effect, Policy, Principals, Scope, Statement};
use super::probe;
use crate::arn::account_of;

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// An expected statement is missing.
    Missing {
        /// The expected statement, by its Sid or number.
        expected: String,
        /// Its effect.
        effect: Effect,
        /// Whether other statements have the same effect.
        effect_is_kept: bool,
    },
    /// A statement has changed.
    Changed {
        /// The expected statement, by its Sid or number.
        expected: String,
        /// The deployed one, by its Sid or number.
        deployed: String,
        /// The effect of the expected statement.
        effect: Effect,
        /// The parts that differ.
        parts: Vec<String>,
        /// Whether the expected effect is still in force.
        effect_is_kept: bool,
        /// Whether it allows more than expected.
        grants_more: bool,
    },
    /// A statement is unexpected.
    Extra {
        /// The deployed statement, by its Sid or number.
        deployed: String,
        /// Its effect.
        effect: Effect,
        /// Whether it allows more than expected to the principals of the expected policy.
        grants_more: bool,
    },
}

/// Every difference: first those of the expected statements in their order, then the unexpected statements.
pub fn compare(expected: &Policy, deployed: &Policy) -> Vec<Difference> {
    let mut free: Vec<&Statement> = deployed.statements.iter().collect();
    let mut partners: Vec<Option<&Statement>> = vec![None; expected.statements.len()];
    // The best matches first, so that a similar statement does not take the place of an equal one.
    for is_partner in [is_same, has_same_sid, resembles] {
        for (statement, partner) in expected.statements.iter().zip(&mut partners) {
            if partner.is_none()
                && let Some(at) = free.iter().position(|other| is_partner(statement, other))
            {
                *partner = Some(free.remove(at));
            }
        }
    }
    let mut differences = Vec::new();
    for (statement, partner) in expected.statements.iter().zip(partners) {
        let name = label(statement);
        let effect = statement.effect;
        match partner {
            None => differences.push(Difference::Missing {
                expected: name,
                effect,
                effect_is_kept: effect_is_kept(statement, expected, deployed),
            }),
            Some(other) if is_same(statement, other) => {}
            Some(other) => differences.push(Difference::Changed {
                expected: name,
                deployed: other.name(),
                effect,
                parts: parts(statement, other),
                effect_is_kept: effect_is_kept(statement, expected, deployed),
                grants_more: grants_more(other, expected, deployed),
            }),
        }
    }
    differences.extend(free.into_iter().map(|other| Difference::Extra {
        deployed: label(other),
        effect: other.effect,
        grants_more: grants_more(other, expected, deployed) && names_any_of(other, expected),
    }));
    differences
}

/// Whether a deployed statement allows what the expected policy does not allow. The answer is yes if no request can be
/// made that meets the statement's conditions, because then its effect is not known.
fn grants_more(statement: &Statement, expected: &Policy, deployed: &Policy) -> bool {
    statement.effect == Effect::Allow && !effect_is_kept(statement, deployed, expected)
}

/// Whether the statement names a principal of an account to which the other policy allows something.
fn names_any_of(statement: &Statement, expected: &Policy) -> bool {
    let accounts = |statement: &Statement| -> BTreeSet<String> {
        let texts = principals(statement).into_iter();
        texts.map(|text| account_of(&text).to_owned()).collect()
    };
    let allows = expected.statements.iter().filter(|one| one.effect == Effect::Allow);
    let ours: BTreeSet<String> = allows.flat_map(accounts).collect();
    accounts(statement).iter().any(|account| ours.contains(account))
}

/// The statement's name, with a description if it has no Sid.
fn label(statement: &Statement) -> String {
    if statement.sid.as_ref().is_some_and(|sid| !sid.is_empty()) {
        return statement.name();
    }
    let does = match statement.effect {
        Effect::Allow => "allows",
        Effect::Deny => "denies",
    };
    let join = |texts: BTreeSet<String>| texts.into_iter().collect::<Vec<_>>().join(" and ");
    format!("{}, which {does} {} to {}", statement.name(), join(actions(statement)), join(principals(statement)))
}

/// Whether they are the same except for their Sids.
fn is_same(expected: &Statement, deployed: &Statement) -> bool {
    expected.effect == deployed.effect && parts(expected, deployed).is_empty()
}

fn has_same_sid(expected: &Statement, deployed: &Statement) -> bool {
    expected.sid.as_ref().is_some_and(|sid| !sid.is_empty() && deployed.sid.as_ref() == Some(sid))
}

/// Whether they have the same principals and agree in most other parts.
fn resembles(expected: &Statement, deployed: &Statement) -> bool {
    let same = [
        principals(expected) == principals(deployed),
        actions(expected) == actions(deployed),
        resources(expected) == resources(deployed),
        conditions(expected) == conditions(deployed),
    ];
    expected.effect == deployed.effect && same[0] && same.iter().filter(|same| **same).count() >= 2
}

/// The differences, part by part.
fn parts(expected: &Statement, deployed: &Statement) -> Vec<String> {
    let mut parts = Vec::new();
    if expected.effect != deployed.effect {
        parts.push(format!("Effect is {:?} instead of {:?}", deployed.effect, expected.effect));
    }
    for (name, wanted, found) in [
        ("Principal", principals(expected), principals(deployed)),
        ("Action", actions(expected), actions(deployed)),
        ("Resource", resources(expected), resources(deployed)),
        ("Condition", conditions(expected), conditions(deployed)),
    ] {
        let list = |texts: Vec<&String>| texts.iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join(", ");
        let missing: Vec<_> = wanted.difference(&found).collect();
        let more: Vec<_> = found.difference(&wanted).collect();
        match (missing.is_empty(), more) {
            (true, more) if more.is_empty() => {}
            (true, more) => parts.push(format!("{name} also has {}", list(more))),
            (false, more) if more.is_empty() => parts.push(format!("{name} is missing {}", list(missing))),
            (false, more) => parts.push(format!("{name} has {} instead of {}", list(more), list(missing))),
        }
    }
    parts
}

/// A list as AWS compares it: without order and repetitions. A negated list is different from the list.
fn set<T>(scope: &Scope<T>, text: impl Fn(&T) -> String) -> BTreeSet<String> {
    scope.patterns.iter().map(|item| if scope.negated { format!("not {}", text(item)) } else { text(item) }).collect()
}

fn principals(statement: &Statement) -> BTreeSet<String> {
    statement.principals.as_ref().map(|scope| set(scope, principal)).unwrap_or_default()
}

fn principal(principal: &Principals) -> String {
    match principal {
        Principals::Anyone => "*".to_owned(),
        Principals::Aws(text) | Principals::Service(text) | Principals::Federated(text) => text.clone(),
        Principals::Canonical(text) => format!("canonical user {text}"),
    }
}

fn actions(statement: &Statement) -> BTreeSet<String> {
    // AWS ignores the case of a service's name.
    let plain = |action: &String| match action.split_once(':') {
        Some((service, name)) => format!("{}:{name}", service.to_ascii_lowercase()),
        None => action.clone(),
    };
    set(&statement.actions, plain)
}

fn resources(statement: &Statement) -> BTreeSet<String> {
    statement.resources.as_ref().map(|scope| set(scope, String::clone)).unwrap_or_default()
}

fn conditions(statement: &Statement) -> BTreeSet<String> {
    let text = |condition: &Condition| {
        let values: BTreeSet<&String> = condition.values.iter().collect();
        let values = values.into_iter().cloned().collect::<Vec<_>>().join(" or ");
        format!("{} {} {values}", condition.operator, condition.key.to_ascii_lowercase())
    };
    statement.conditions.iter().map(text).collect()
}

/// Whether the other policy has the effect of the statement. It is evaluated with requests that match the statement.
/// For a Deny these are requests of every principal in either policy, with each condition value in either policy: all of
/// them must be denied. An Allow is evaluated with and without the ACL that S3 always accepts, and one of them is enough: it
/// is not documented which one mParticle sends (U-2), and the lint reports that the answers differ.
fn effect_is_kept(statement: &Statement, expected: &Policy, other: &Policy) -> bool {
    let is_deny = statement.effect == Effect::Deny;
    let named = statement.principals.iter().flat_map(|scope| &scope.patterns);
    let mut callers: Vec<Principal> = named.filter_map(|entry| principal(entry).parse().ok()).collect();
    let is_for_everyone = callers.contains(&Principal::Anonymous);
    if statement.principals.as_ref().is_none_or(|scope| scope.negated) || callers.is_empty() {
        return false;
    }
    if is_for_everyone {
        callers.extend(probe::callers([expected, other]));
    }
    let mut contexts = vec![None];
    match statement.effect {
        Effect::Deny => contexts.extend(probe::contexts([expected, other]).into_iter().map(Some)),
        Effect::Allow => contexts.push(Some((acl::KEY, acl::OWNER_HAS_CONTROL.to_owned()))),
    }
    let resources = statement.resources.iter().flat_map(|scope| &scope.patterns).map(|text| probe::sample(text));
    let mut requests = 0;
    for resource in resources {
        for action in probe::actions(&statement.actions, &resource) {
            for caller in &callers {
                let (mut kept, mut lost) = (0, 0);
                for given in &contexts {
                    let Some(request) = request(caller, &action, &resource, &statement.conditions, given.as_ref())
                    else {
                        return false;
                    };
                    // An effect that the statement's own policy does not have does not come from the statement.
                    if denied_or_allowed(&request, expected) == Some(statement.effect) {
                        let is_kept = denied_or_allowed(&request, other) == Some(statement.effect);
                        *(if is_kept { &mut kept } else { &mut lost }) += 1;
                    }
                }
                if lost > 0 && (is_deny || kept == 0) {
                    return false;
                }
                requests += kept;
            }
        }
    }
    requests > 0
}

/// Whether a statement denies or allows the request; None if no statement matches or AWS would not store the policy.
fn denied_or_allowed(request: &Request, policy: &Policy) -> Option<Effect> {
    let policies = Policies { identity: Identity::Assumed, resource: Some(policy), owner: Some(probe::NO_OWNER) };
    match decide(request, &policies).ok()?.reason {
        Reason::ExplicitDeny(_) => Some(Effect::Deny),
        Reason::Allowed { .. } => Some(Effect::Allow),
        _ => None,
    }
}

/// A request that meets the conditions; None if there is none.
fn request(
    caller: &Principal,
    action: &str,
    resource: &str,
    conditions: &[Condition],
    given: Option<&(&str, String)>,
) -> Option<Request> {
    let principal = caller.clone().in_session("session");
    let mut context = Context::of(&principal);
    if let Principal::Role(_) = caller {
        context.set("aws:PrincipalArn", [caller.to_string()]);
    }
    if let Some((key, value)) = given {
        context.set(key, [value.clone()]);
    }
    for condition in conditions {
        let operator = condition.operator.to_ascii_lowercase();
        let first = condition.values.first()?;
        match operator.trim_end_matches("ifexists") {
            "bool" => context.set(&condition.key, [first.clone()]),
            "stringequals" | "stringlike" | "arnlike" | "arnequals" => {
                context.set(&condition.key, [probe::sample(first)]);
            }
            "stringnotequals" | "stringnotlike" | "arnnotequals" | "arnnotlike" => context.remove(&condition.key),
            "numericlessthan" => {
                let bound: f64 = first.parse().ok()?;
                context.set(&condition.key, [format!("{:.1}", bound - 0.1)]);
            }
            _ => return None,
        }
    }
    Some(Request { principal, action: action.to_owned(), resource: resource.to_owned(), context })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::access::Catalogue;
    use crate::access::Partition;
    use crate::access::render::{Edition, Inputs, Kind, render};

    fn strict() -> Value {
        let mut inputs = Inputs::new("mp-forwarding-acme".parse().unwrap());
        inputs.roles = Some(Catalogue::built_in().find("eu1").unwrap().roles(Partition::Aws));
        render(Kind::Bucket, Edition::Strict, &inputs).unwrap()
    }

    /// The differences after one change of the deployed policy.
    fn after(change: impl FnOnce(&mut Value)) -> Vec<Difference> {
        let mut deployed = strict();
        change(&mut deployed);
        compare(&Policy::from_value(&strict()).unwrap(), &Policy::from_value(&deployed).unwrap())
    }

    #[test]
    fn order_lists_and_sids_do_not_matter() {
        let differences = after(|deployed| {
            let statements = deployed["Statement"].as_array_mut().unwrap();
            statements.reverse();
            statements[0]["Sid"] = "Other".into();
            statements[3]["Action"] = json!(["s3:PutObjectAcl", "S3:PutObject"]);
            statements[3]["Principal"]["AWS"] = json!([statements[3]["Principal"]["AWS"]]);
        });
        assert_eq!(differences, []);
    }

    #[test]
    fn changes_are_reported_part_by_part() {
        let differences = after(|deployed| {
            deployed["Statement"][0]["Action"] = "s3:PutObject".into();
            deployed["Statement"][2]["Resource"] = "arn:aws:s3:::mp-forwarding-acme".into();
        });
        let [
            Difference::Changed { parts: first, .. },
            Difference::Changed { parts: second, expected, effect_is_kept, .. },
        ] = differences.as_slice()
        else {
            panic!("{differences:?}")
        };
        assert_eq!(first, &["Action is missing `s3:PutObjectAcl`"]);
        assert_eq!(second, &["Resource is missing `arn:aws:s3:::mp-forwarding-acme/*`"]);
        assert!(expected == "`DenyInsecureTransport`" && !effect_is_kept);
    }

    #[test]
    fn one_statement_for_both_roles_does_the_same_and_a_missing_role_does_not() {
        let kept = after(|deployed| {
            let both =
                json!([deployed["Statement"][0]["Principal"]["AWS"], deployed["Statement"][1]["Principal"]["AWS"]]);
            deployed["Statement"][0]["Principal"]["AWS"] = both;
            deployed["Statement"].as_array_mut().unwrap().remove(1);
        });
        let all_kept = kept.iter().all(|difference| match difference {
            Difference::Missing { effect_is_kept, .. } | Difference::Changed { effect_is_kept, .. } => *effect_is_kept,
            Difference::Extra { .. } => false,
        });
        assert!(all_kept && kept.len() == 2, "{kept:?}");
        let lost = after(|deployed| drop(deployed["Statement"].as_array_mut().unwrap().remove(1)));
        let [Difference::Missing { expected, effect_is_kept: false, .. }] = lost.as_slice() else { panic!("{lost:?}") };
        assert_eq!(expected, "`MParticleVerifierPutsObjects`");
    }

    #[test]
    fn an_unexpected_statement_is_reported_with_its_effect() {
        let differences = after(|deployed| {
            let deny = json!({"Sid": "NoUploads", "Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": "*"});
            deployed["Statement"].as_array_mut().unwrap().push(deny);
        });
        let deployed = "`NoUploads`".to_owned();
        assert_eq!(differences, [Difference::Extra { deployed, effect: Effect::Deny, grants_more: false }]);
    }
}
