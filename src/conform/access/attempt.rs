//! One request on a bucket, the expected outcome and the real one.

use crate::store::{AccessRecord, StoreError};

/// The outcome that a request must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// It is allowed.
    Granted,
    /// It is refused: 403.
    Refused,
    /// It is refused for its ACL: 400 AccessControlListNotSupported.
    WithoutAcl,
}

/// One request and its outcome.
#[derive(Debug)]
pub struct Attempt {
    /// The clause that demands the outcome.
    pub clause: &'static str,
    /// The row of the report that it belongs to.
    pub row: &'static str,
    /// Who makes it, for instance `mParticle's writer role`.
    pub who: &'static str,
    /// What it does, for instance `lists the bucket`.
    pub action: &'static str,
    /// The outcome that it must have.
    pub expected: Expected,
    /// The outcome that it had.
    pub outcome: Result<(), StoreError>,
    /// Which statement decided, where the server says so.
    pub decision: Option<String>,
}

/// All requests of one case.
#[derive(Debug, Default)]
pub struct Trial {
    /// The requests.
    pub attempts: Vec<Attempt>,
    /// Rows that cannot be tested on this server, and why.
    pub skipped: Vec<(&'static str, String)>,
    /// What was allowed and refused while the subject ran.
    pub log: Vec<AccessRecord>,
}

impl Attempt {
    /// What is wrong with the outcome, if anything is.
    pub fn problem(&self) -> Option<String> {
        let Self { who, action, outcome, decision, .. } = self;
        let decision = decision.as_ref().map(|decision| format!(": {decision}")).unwrap_or_default();
        match (self.expected, outcome) {
            (Expected::Granted, Ok(())) => None,
            (Expected::Granted, Err(error)) => Some(format!("{who} {action}, and is refused{decision}; {error}")),
            (Expected::Refused, Err(error)) if error.status == Some(403) => None,
            (Expected::Refused, Ok(())) => Some(format!("{who} {action}, and must not{decision}")),
            (Expected::WithoutAcl, Err(error)) if error.code.as_deref() == Some("AccessControlListNotSupported") => {
                None
            }
            (Expected::WithoutAcl, Ok(())) => {
                Some(format!("{who} {action}, and a bucket with ACLs off must answer AccessControlListNotSupported"))
            }
            (_, Err(error)) => Some(format!("{who} {action}, and the error is not a refusal; {error}")),
        }
    }
}

impl Trial {
    /// Why the writer cannot write, if it was refused.
    pub fn writer_refusal(&self) -> Option<String> {
        let refused = |attempt: &&Attempt| attempt.row == super::rows::WRITES && attempt.expected == Expected::Granted;
        self.attempts.iter().filter(refused).find_map(Attempt::problem)
    }
}
