//! What was seen, as the report that people and programs read.

use super::answer::Unanswered;
use super::check::judge;
use super::sight::{Sight, Write};
use crate::access::Catalogue;
use crate::report::{AccessKind, ObjectState, PreflightReport, Tool, VerificationObject};

/// Judges what was seen of `target`, which took so long to look at.
pub fn report(sight: &Sight, target: String, milliseconds: u64) -> PreflightReport {
    let pod = sight.expected.pod;
    PreflightReport {
        tool: Tool::default(),
        target,
        access: if sight.expected.is_role_based() { AccessKind::RoleBased } else { AccessKind::UserBased },
        pod: pod.map(|pod| pod.name.clone()),
        catalogue_date: pod.map(|_| Catalogue::built_in().date.clone()),
        inspector: sight.inspector.as_ref().ok().map(|caller| caller.arn.clone()),
        verification_object: sight.write.as_ref().ok().map(verification_object),
        checks: judge(sight),
        milliseconds,
    }
}

fn verification_object(write: &Write) -> VerificationObject {
    let (state, reason) = match (&write.outcome, &write.removed) {
        (Err(_), Some(Ok(()))) => (ObjectState::Removed, None),
        (Err(error), removed) if error.answer_lost => {
            (ObjectState::Unconfirmed, removed.as_ref().and_then(|removed| removed.as_ref().err()).map(told))
        }
        (Err(_), _) => (ObjectState::Refused, None),
        (Ok(()), Some(Ok(()))) => (ObjectState::Removed, None),
        (Ok(()), Some(Err(why))) => (ObjectState::Written, Some(told(why))),
        (Ok(()), None) => (ObjectState::Written, None),
    };
    VerificationObject {
        key: write.key.clone(),
        principal: write.caller.as_ref().ok().map(|caller| caller.arn.clone()),
        as_mparticle: write.as_mparticle,
        state,
        reason,
    }
}

fn told(why: &Unanswered) -> String {
    match why {
        Unanswered::Forbidden { right, words } => format!("{right} is missing: {words}"),
        Unanswered::Unsupported(words) | Unanswered::NotAsked(words) => words.clone(),
    }
}
