//! The checks of `validate` as checks of `conform`.

use crate::report::model::Outcome;
use crate::report::{Check, Finding, Place, Status};
use crate::validate::Checked;

/// The checks that were made, with their findings.
pub(super) fn checks(checked: Checked) -> Vec<Check> {
    let findings = checked.findings;
    let convert = |check: crate::report::model::Check| {
        let own = || findings.iter().filter(|finding| finding.check == check.id);
        Check {
            status: match check.outcome {
                Outcome::Pass => Status::Pass,
                Outcome::Fail => Status::Fail,
                Outcome::Skip { .. } => Status::Skip,
                Outcome::NotApplicable { .. } => Status::NotApplicable,
                Outcome::Open { .. } => Status::Undefined,
            },
            reason: check.outcome.reason().map(str::to_owned),
            found: own().map(|finding| finding.count).sum(),
            findings: own()
                .flat_map(|finding| {
                    finding.places.iter().map(|place| Finding {
                        clause: finding.clause.clone().unwrap_or_default(),
                        setting: finding.setting.clone(),
                        place: Place {
                            scenario: None,
                            object: place.object.clone(),
                            line: place.line,
                            pointer: place.pointer.clone(),
                        },
                        message: finding.message.clone(),
                    })
                })
                .collect(),
            seen: check.seen.clone(),
            ..Check::new(&check.id, check.clause.as_deref().unwrap_or_default(), &check.title)
        }
    };
    checked.checks.into_iter().filter(|check| check.id != "limits").map(convert).collect()
}

/// A check that tells what was seen where nothing is promised; not one at all if there is nothing to tell.
pub(super) fn open(name: &str, clause: &str, title: &str, seen: String, told: &[String], why: &str) -> Check {
    let shown = told.iter().take(10).cloned().collect::<Vec<_>>().join(", ");
    let reason = match told.len() {
        0 => why.to_owned(),
        1..=10 => format!("{why}: {shown}"),
        more => format!("{why}: {shown} and {} more", more - 10),
    };
    Check { status: Status::Undefined, seen, reason: Some(reason), ..Check::new(name, clause, title) }
}
