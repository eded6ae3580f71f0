//! One request that somebody made, and what had to come of it.

use crate::store::{Deed, StoreError};

/// What must come of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// It is granted.
    Granted,
    /// It is refused: 403.
    Refused,
    /// It is refused for its ACL: 400 AccessControlListNotSupported.
    WithoutAcl,
}

/// One request and its outcome.
#[derive(Debug)]
pub struct Attempt {
    /// The clause that it rests on.
    pub clause: &'static str,
    /// Which row of that clause it belongs to.
    pub row: &'static str,
    /// Who asked, for instance `mParticle's writer role`.
    pub who: &'static str,
    /// For what, for instance `lists the bucket`.
    pub deed: &'static str,
    /// What must come of it.
    pub wanted: Wanted,
    /// What came of it.
    pub outcome: Result<(), StoreError>,
    /// Which statement decided, where the server tells.
    pub because: Option<String>,
}

/// All that was tried for one case.
#[derive(Debug, Default)]
pub struct Trial {
    /// What was tried.
    pub attempts: Vec<Attempt>,
    /// What could not be tried: the row, and why.
    pub untried: Vec<(&'static str, String)>,
    /// What the subject and others did while the case ran.
    pub deeds: Vec<Deed>,
}

impl Attempt {
    /// What is wrong, if anything is.
    pub fn fault(&self) -> Option<String> {
        let Self { who, deed, outcome, because, .. } = self;
        let because = because.as_ref().map(|because| format!(": {because}")).unwrap_or_default();
        match (self.wanted, outcome) {
            (Wanted::Granted, Ok(())) => None,
            (Wanted::Granted, Err(error)) => Some(format!("{who} {deed}, and is refused{because}; {error}")),
            (Wanted::Refused, Err(error)) if error.status == Some(403) => None,
            (Wanted::Refused, Ok(())) => Some(format!("{who} {deed}, and must not{because}")),
            (Wanted::WithoutAcl, Err(error)) if error.code.as_deref() == Some("AccessControlListNotSupported") => None,
            (Wanted::WithoutAcl, Ok(())) => {
                Some(format!("{who} {deed}, and a bucket whose ACLs are off must answer AccessControlListNotSupported"))
            }
            (_, Err(error)) => Some(format!("{who} {deed}, and is not refused as it must be; {error}")),
        }
    }
}

impl Trial {
    /// Why the writer cannot write, if that was tried and refused.
    pub fn shut_out(&self) -> Option<String> {
        let refused = |attempt: &&Attempt| attempt.row == super::rows::WRITES && attempt.wanted == Wanted::Granted;
        self.attempts.iter().filter(refused).find_map(Attempt::fault)
    }
}
