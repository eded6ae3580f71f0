//! The list of all checks, and their evaluation on a snapshot.

use super::check::{Definition, Evaluated};
use super::checks::{access, bucket, objects, user};
use super::snapshot::Snapshot;
use crate::report::model::{Check, Finding, Outcome};
use crate::report::summary::AccessKind;

/// All checks, in the order of the report.
pub const CHECKS: &[Definition] = &[
    bucket::name::CHECK,
    bucket::presence::CHECK,
    bucket::region::CHECK,
    bucket::home_region::CHECK,
    access::may_write::CHECK,
    access::policy_drift::CHECK,
    access::policy_lint::CHECK,
    access::exposure::CHECK,
    access::reader_role::CHECK,
    bucket::public_access::CHECK,
    bucket::policy_status::CHECK,
    bucket::acl::CHECK,
    bucket::requester_pays::CHECK,
    access::tls::CHECK,
    bucket::ownership::CHECK,
    objects::encryption::CHECK,
    objects::key::CHECK,
    objects::lifecycle::CHECK,
    objects::object_lock::CHECK,
    user::key_owner::CHECK,
    user::user_policy::CHECK,
    user::boundary::CHECK,
    user::access_key::CHECK,
    user::simulation::CHECK,
    objects::verification::CHECK,
    objects::stored::CHECK,
];

/// Evaluates every check for the kind of access that the settings describe.
pub fn evaluate(snapshot: &Snapshot) -> (Vec<Check>, Vec<Finding>) {
    let access = snapshot.expected.access();
    let mut all = (Vec::new(), Vec::new());
    for definition in CHECKS.iter().filter(|check| check.access.is_none_or(|only| only == access)) {
        let (check, findings) = checked(definition, (definition.evaluate)(snapshot));
        all.0.push(check);
        all.1.extend(findings);
    }
    all
}

/// All checks as skipped, with this reason.
pub(super) fn skipped(access: AccessKind, reason: &str) -> Vec<Check> {
    let of_access = CHECKS.iter().filter(|check| check.access.is_none_or(|only| only == access));
    of_access.map(|definition| checked(definition, Err(Outcome::skip(reason))).0).collect()
}

fn checked(definition: &Definition, evaluated: Evaluated) -> (Check, Vec<Finding>) {
    let mut check = Check::new(definition.id, definition.clause, definition.title);
    check.needs = definition.needs.iter().map(|permission| (*permission).to_owned()).collect();
    let mut findings = Vec::new();
    match evaluated {
        Ok(observed) => {
            check.outcome = if observed.fails() { Outcome::Fail } else { Outcome::Pass };
            check.seen = observed.seen;
            findings = observed.findings;
        }
        Err(outcome) => check.outcome = outcome,
    }
    for finding in &mut findings {
        finding.check.clone_from(&check.id);
        finding.clause = finding.clause.take().or_else(|| check.clause.clone());
    }
    (check, findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::clause;
    use crate::preflight::answer::Unanswered;
    use crate::preflight::check::Observed;

    #[test]
    fn ids_are_unique_and_clauses_are_known() {
        for (index, check) in CHECKS.iter().enumerate() {
            assert_eq!(CHECKS.iter().position(|other| other.id == check.id), Some(index), "{}", check.id);
            assert!(check.clause.is_none_or(|id| clause::find(id).is_some()), "{}", check.id);
            let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
            assert!(check.id.bytes().all(is_plain) && !check.title.ends_with('.'), "{}", check.id);
        }
    }

    #[test]
    fn a_note_fails_nothing_and_a_warning_does() {
        let mut observed = Observed::new("seen");
        observed.note("could be better", "better it");
        let (check, findings) = checked(&CHECKS[0], Ok(observed));
        assert_eq!((check.outcome, findings[0].check.as_str()), (Outcome::Pass, CHECKS[0].id));
        let mut observed = Observed::new("seen");
        observed.warning("is open", "close it");
        assert_eq!(checked(&CHECKS[0], Ok(observed)).0.outcome, Outcome::Fail);
        let forbidden = Unanswered::Forbidden { permission: "s3:X", words: "no".into() };
        let (check, _) = checked(&CHECKS[0], Err((&forbidden).into()));
        let reason = "permission s3:X is missing: no".to_owned();
        assert_eq!(check.outcome, Outcome::Skip { reason, missing_permission: Some("s3:X".to_owned()) });
    }
}
