//! Checks that requests without TLS 1.2 are denied, for every principal that the policy names and every action.

use std::collections::BTreeSet;

use super::fault::Fault;
use super::requests::Evaluator;
use super::rule::Rule;
use crate::access::evaluate::{Context, EvaluateError, Principal};
use crate::access::probe;

/// A request that is not denied.
struct Open<'a> {
    who: &'a Principal,
    action: &'static str,
    /// A condition key of the policy and its value, if the request has one.
    given: Option<(&'a str, String)>,
}

pub(super) fn check(evaluator: &Evaluator<'_>, faults: &mut Vec<Fault>) -> Result<(), EvaluateError> {
    let plain = |context: &mut Context| {
        context.set("aws:SecureTransport", ["false"]);
        context.remove("s3:TlsVersion");
    };
    let old = |context: &mut Context| context.set("s3:TlsVersion", ["1.1"]);
    let no_tls = "`Bool: {\"aws:SecureTransport\": \"false\"}`";
    let old_tls = "`NumericLessThan: {\"s3:TlsVersion\": \"1.2\"}`";
    faults.extend(fault(evaluator, Rule::NoTls, "without TLS", no_tls, &plain)?);
    faults.extend(fault(evaluator, Rule::OldTls, "with TLS 1.1", old_tls, &old)?);
    Ok(())
}

fn fault(
    evaluator: &Evaluator<'_>,
    rule: Rule,
    how: &str,
    condition: &str,
    change: &dyn Fn(&mut Context),
) -> Result<Option<Fault>, EvaluateError> {
    let callers = evaluator.callers();
    let actions = probe::object_actions(&evaluator.target.bucket_arn());
    let is_of_tls = |key: &str| ["aws:securetransport", "s3:tlsversion"].contains(&key.to_ascii_lowercase().as_str());
    let contexts = probe::contexts([evaluator.policy]).into_iter().filter(|(key, _)| !is_of_tls(key));
    let mut cases: Vec<_> = callers.iter().map(|who| (who, None)).collect();
    let first = callers.first();
    cases.extend(contexts.filter_map(|given| first.map(|who| (who, Some(given)))));
    let (mut open, mut is_denied_for_tls) = (Vec::new(), false);
    for (who, given) in &cases {
        for (action, resource) in &actions {
            let under = |context: &mut Context| {
                if let Some((key, value)) = given {
                    context.set(key, [value.clone()]);
                }
            };
            let without = |context: &mut Context| {
                under(context);
                change(context);
            };
            if !evaluator.is_denied(who, action, resource, without)? {
                open.push(Open { who, action, given: given.clone() });
            } else if !is_denied_for_tls {
                // A request that is also denied over TLS, such as an upload without encryption, does not count.
                is_denied_for_tls = !evaluator.is_denied(who, action, resource, under)?;
            }
        }
    }
    if open.is_empty() {
        return Ok(None);
    }
    let (rule, message) = match is_denied_for_tls {
        true => (Rule::HalfTls, format!("requests {how} are denied {}", half(&open, &callers))),
        false => (rule, format!("requests {how} are not denied")),
    };
    let remedy =
        format!("add a Deny of `s3:*` to `*` on the bucket's ARN and on `/*` with {condition} and nothing else");
    Ok(Some(Fault::of_policy(rule, message, remedy)))
}

/// The part that is not denied.
fn half(open: &[Open<'_>], callers: &[Principal]) -> String {
    let actions: BTreeSet<&str> = open.iter().map(|one| one.action).collect();
    let everyone = callers.iter().all(|who| open.iter().any(|one| one.who == who && one.given.is_none()));
    if !everyone {
        return match open.iter().find(|one| one.given.is_none()) {
            Some(Open { who: Principal::Anonymous, .. }) => "except to anonymous callers".to_owned(),
            Some(Open { who, .. }) => format!("except to `{who}`"),
            None => match &open[0].given {
                Some((key, value)) => format!("except with `{key}` = `{}`", value.escape_debug()),
                None => "except in some cases".to_owned(),
            },
        };
    }
    match (actions.contains("s3:ListBucket"), actions.len()) {
        (true, 1) => "on the objects and not on the bucket".to_owned(),
        (false, 4) => "on the bucket and not on its objects".to_owned(),
        _ => format!("except for {}", actions.into_iter().collect::<Vec<_>>().join(", ")),
    }
}
