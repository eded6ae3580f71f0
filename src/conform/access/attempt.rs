//! One request on a bucket, the expected outcome and the real one.

use crate::store::{AccessRecord, StoreError};

/// The outcome that a request should have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// It is allowed.
    Granted,
    /// It is refused: 403.
    Refused,
    /// It is refused for its ACL: 400 AccessControlListNotSupported.
    WithoutAcl,
}

/// A request, its expected outcome and its real outcome.
#[derive(Debug)]
pub struct Attempt {
    /// The clause that requires the outcome.
    pub clause: &'static str,
    /// The report row of the request.
    pub row: &'static str,
    /// The sender, for instance `mParticle's writer role`.
    pub who: &'static str,
    /// The action, for instance `lists the bucket`.
    pub action: &'static str,
    /// The expected outcome.
    pub expected: Expected,
    /// The real outcome.
    pub outcome: Result<(), StoreError>,
    /// The statement that decided, if the server reports it.
    pub decision: Option<String>,
}

/// All requests of one case.
#[derive(Debug, Default)]
pub struct Trial {
    /// The requests.
    pub attempts: Vec<Attempt>,
    /// Rows that cannot be tested on this server, with the reason.
    pub skipped: Vec<(&'static str, String)>,
    /// The access log from the time when the subject ran.
    pub log: Vec<AccessRecord>,
}

impl Attempt {
    /// The difference from the expected outcome, if there is one.
    pub fn problem(&self) -> Option<String> {
        let Self { who, action, outcome, decision, .. } = self;
        let decision = decision.as_ref().map(|decision| format!(": {decision}")).unwrap_or_default();
        match (self.expected, outcome) {
            (Expected::Granted, Ok(())) => None,
            (Expected::Granted, Err(error)) => Some(format!("{who} {action}, but is refused{decision}; {error}")),
            (Expected::Refused, Err(error)) if error.status == Some(403) => None,
            (Expected::Refused, Ok(())) => Some(format!("{who} {action}, but must not{decision}")),
            (Expected::WithoutAcl, Err(error)) if error.code.as_deref() == Some("AccessControlListNotSupported") => {
                None
            }
            (Expected::WithoutAcl, Ok(())) => {
                Some(format!("{who} {action}, but a bucket with ACLs off must answer AccessControlListNotSupported"))
            }
            (_, Err(error)) => Some(format!("{who} {action}, but the error is not a refusal; {error}")),
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
