//! Whether what is asked without TLS 1.2 is denied: to everyone whom the policy tells apart, and whatever they ask.

use std::collections::BTreeSet;

use super::effect::Asker;
use super::{Fault, Rule};
use crate::access::evaluate::{Context, EvaluateError, Principal};
use crate::access::probe;

/// A request that is not denied.
struct Open<'a> {
    who: &'a Principal,
    action: &'static str,
    /// Besides who asks: a key that the policy asks for, and its value.
    given: Option<(&'a str, String)>,
}

pub(super) fn check(asker: &Asker<'_>, faults: &mut Vec<Fault>) -> Result<(), EvaluateError> {
    let plain = |context: &mut Context| {
        context.set("aws:SecureTransport", ["false"]);
        context.remove("s3:TlsVersion");
    };
    let old = |context: &mut Context| context.set("s3:TlsVersion", ["1.1"]);
    let no_tls = "`Bool: {\"aws:SecureTransport\": \"false\"}`";
    let old_tls = "`NumericLessThan: {\"s3:TlsVersion\": \"1.2\"}`";
    faults.extend(fault(asker, Rule::NoTls, "without TLS", no_tls, &plain)?);
    faults.extend(fault(asker, Rule::OldTls, "with TLS 1.1", old_tls, &old)?);
    Ok(())
}

fn fault(
    asker: &Asker<'_>,
    rule: Rule,
    how: &str,
    condition: &str,
    change: &dyn Fn(&mut Context),
) -> Result<Option<Fault>, EvaluateError> {
    let people = asker.people();
    let rights = probe::rights(&asker.target.bucket_arn());
    let is_of_tls = |key: &str| ["aws:securetransport", "s3:tlsversion"].contains(&key.to_ascii_lowercase().as_str());
    let circumstances = probe::circumstances([asker.policy]).into_iter().filter(|(key, _)| !is_of_tls(key));
    let mut cases: Vec<_> = people.iter().map(|who| (who, None)).collect();
    let first = people.first();
    cases.extend(circumstances.filter_map(|given| first.map(|who| (who, Some(given)))));
    let (mut open, mut is_closed_for_want) = (Vec::new(), false);
    for (who, given) in &cases {
        for (action, resource) in &rights {
            let under = |context: &mut Context| {
                if let Some((key, value)) = given {
                    context.set(key, [value.clone()]);
                }
            };
            let without = |context: &mut Context| {
                under(context);
                change(context);
            };
            if !asker.is_denied(who, action, resource, without)? {
                open.push(Open { who, action, given: given.clone() });
            } else if !is_closed_for_want {
                // What is denied over TLS as well, such as an upload without encryption, is not denied for the want of it.
                is_closed_for_want = !asker.is_denied(who, action, resource, under)?;
            }
        }
    }
    if open.is_empty() {
        return Ok(None);
    }
    let (rule, message) = match is_closed_for_want {
        true => (Rule::HalfTls, format!("requests {how} are denied {}", half(&open, &people))),
        false => (rule, format!("requests {how} are not denied")),
    };
    let fix = format!("add a Deny of `s3:*` to `*` on the bucket's ARN and on `/*` with {condition} and nothing else");
    Ok(Some(Fault { rule, pointer: String::new(), message, fix }))
}

/// Which half is open.
fn half(open: &[Open<'_>], people: &[Principal]) -> String {
    let actions: BTreeSet<&str> = open.iter().map(|one| one.action).collect();
    let everyone = people.iter().all(|who| open.iter().any(|one| one.who == who && one.given.is_none()));
    if !everyone {
        return match open.iter().find(|one| one.given.is_none()) {
            Some(Open { who: Principal::Anonymous, .. }) => "and not to those who do not sign".to_owned(),
            Some(Open { who, .. }) => format!("and not to everyone: `{who}` passes"),
            None => match &open[0].given {
                Some((key, value)) => format!("and not always: with `{key}` = `{}` they pass", value.escape_debug()),
                None => "and not always".to_owned(),
            },
        };
    }
    match (actions.contains("s3:ListBucket"), actions.len()) {
        (true, 1) => "on the objects and not on the bucket".to_owned(),
        (false, 4) => "on the bucket and not on its objects".to_owned(),
        _ => format!("and not for {}", actions.into_iter().collect::<Vec<_>>().join(", ")),
    }
}
