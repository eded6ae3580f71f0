//! A check, and how all of them are run over what was seen.

use super::answer::Unanswered;
use super::checks;
use super::sight::Sight;
use crate::report::{AccessKind, FaultSeverity, PreflightCheck, PreflightFinding, Status};

/// One thing that must be right.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// Its id, which stays.
    pub id: &'static str,
    /// The clause that it rests on, if it is not a matter of AWS alone.
    pub clause: Option<&'static str>,
    /// What it checks, in a few words.
    pub title: &'static str,
    /// The rights that it needs.
    pub needs: &'static [&'static str],
    /// The kind of access that it is about; None is either.
    pub access: Option<AccessKind>,
    pub(super) judge: fn(&Sight) -> Judged,
}

/// What a check came to.
pub(super) type Judged = Result<Seen, Unjudged>;

/// What was seen, and what is wrong with it.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) text: String,
    pub(super) findings: Vec<PreflightFinding>,
}

/// Why nothing is said.
#[derive(Debug)]
pub(super) enum Unjudged {
    /// It could not be put to the test.
    Skip { reason: String, right: Option<&'static str> },
    /// It says nothing about this bucket.
    NotApplicable(String),
}

impl Seen {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), findings: Vec::new() }
    }

    pub(super) fn error(&mut self, message: impl Into<String>, remedy: impl Into<String>) {
        self.find(FaultSeverity::Error, message, remedy);
    }

    pub(super) fn warning(&mut self, message: impl Into<String>, remedy: impl Into<String>) {
        self.find(FaultSeverity::Warning, message, remedy);
    }

    pub(super) fn note(&mut self, message: impl Into<String>, remedy: impl Into<String>) {
        self.find(FaultSeverity::Note, message, remedy);
    }

    pub(super) fn find(&mut self, severity: FaultSeverity, message: impl Into<String>, remedy: impl Into<String>) {
        self.findings.push(PreflightFinding { severity, message: message.into(), remedy: remedy.into() });
    }
}

/// A number with its noun.
pub(super) fn counted(count: impl TryInto<u64>, one: &str, many: &str) -> String {
    match count.try_into().unwrap_or(u64::MAX) {
        1 => format!("1 {one}"),
        count => format!("{count} {many}"),
    }
}

impl Unjudged {
    pub(super) fn skip(reason: impl Into<String>) -> Self {
        Self::Skip { reason: reason.into(), right: None }
    }

    pub(super) fn not_applicable(reason: impl Into<String>) -> Self {
        Self::NotApplicable(reason.into())
    }
}

impl From<&Unanswered> for Unjudged {
    fn from(unanswered: &Unanswered) -> Self {
        match unanswered {
            Unanswered::Forbidden { right, words } => {
                Self::Skip { reason: format!("{right} is missing: {words}"), right: Some(right) }
            }
            Unanswered::Unsupported(words) => Self::skip(format!("the server does not tell: {words}")),
            Unanswered::NotAsked(why) => Self::skip(why.as_str()),
        }
    }
}

/// Every check, in the order of the report.
pub const CHECKS: &[Check] = &[
    checks::bucket_name::CHECK,
    checks::bucket::CHECK,
    checks::region::CHECK,
    checks::home_region::CHECK,
    checks::may_write::CHECK,
    checks::policy_drift::CHECK,
    checks::policy_lint::CHECK,
    checks::exposure::CHECK,
    checks::public_access::CHECK,
    checks::tls::CHECK,
    checks::ownership::CHECK,
    checks::encryption::CHECK,
    checks::key::CHECK,
    checks::lifecycle::CHECK,
    checks::user::CHECK,
    checks::user_policy::CHECK,
    checks::access_key::CHECK,
    checks::simulation::CHECK,
    checks::write::CHECK,
    checks::stored::CHECK,
];

/// Runs every check of the kind of access that the settings describe.
pub fn judge(sight: &Sight) -> Vec<PreflightCheck> {
    let access = match sight.expected.is_role_based() {
        true => AccessKind::RoleBased,
        false => AccessKind::UserBased,
    };
    let of_this_access = CHECKS.iter().filter(|check| check.access.is_none_or(|only| only == access));
    of_this_access.map(|check| told(check, (check.judge)(sight))).collect()
}

fn told(check: &Check, judged: Judged) -> PreflightCheck {
    let (status, seen, reason, missing_right, findings) = match judged {
        Ok(Seen { text, findings }) => {
            let fails = findings.iter().any(|finding| finding.severity != FaultSeverity::Note);
            (if fails { Status::Fail } else { Status::Pass }, text, None, None, findings)
        }
        Err(Unjudged::Skip { reason, right }) => (Status::Skip, String::new(), Some(reason), right, Vec::new()),
        Err(Unjudged::NotApplicable(reason)) => (Status::NotApplicable, String::new(), Some(reason), None, Vec::new()),
    };
    PreflightCheck {
        id: check.id.to_owned(),
        clause: check.clause.map(str::to_owned),
        title: check.title.to_owned(),
        needs: check.needs.iter().map(|right| (*right).to_owned()).collect(),
        status,
        seen,
        reason,
        missing_right: missing_right.map(str::to_owned),
        findings,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::clause;

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
        let mut seen = Seen::new("seen");
        seen.note("could be better", "better it");
        assert_eq!(told(&CHECKS[0], Ok(seen)).status, Status::Pass);
        let mut seen = Seen::new("seen");
        seen.warning("is open", "close it");
        assert_eq!(told(&CHECKS[0], Ok(seen)).status, Status::Fail);
        let skipped = told(&CHECKS[0], Err((&Unanswered::Forbidden { right: "s3:X", words: "no".into() }).into()));
        assert_eq!((skipped.status, skipped.missing_right.as_deref()), (Status::Skip, Some("s3:X")));
    }
}
