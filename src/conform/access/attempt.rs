//! One request on a bucket, the expected outcome and the real one.

use crate::access::acl;
use crate::report::model::{Finding, Severity};
use crate::store::{AccessRecord, StoreError};

/// The remedy for a refusal by the key: S3 calls KMS for the writer (ACC-5).
pub(crate) const ALLOW_KEY: &str = "Put the statements of `policy render key --pod POD` into the key's policy, or for an IAM user those of `policy render user --kms-key-arn ARN` into its own.";

/// The outcome that a request should have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// It is allowed.
    Granted,
    /// It is refused: 403.
    Refused,
    /// It is refused for its ACL: 400 AccessControlListNotSupported, or 403 by the policy.
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
    /// The other ACL with which the same request is granted, if this one is refused: the answer depends on the ACL (U-2).
    pub granted_with: Option<&'static str>,
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
        if let Some(other) = self.granted_with {
            return Some(format!(
                "{who} {action}, but is refused{decision}; {other} it is granted: the policy's condition on `{}` decides, and {}",
                acl::KEY,
                acl::UNKNOWN
            ));
        }
        match (self.expected, outcome) {
            (Expected::Granted, Ok(())) => None,
            (Expected::Granted, Err(error)) if error.status == Some(403) => {
                Some(format!("{who} {action}, but is refused{decision}; {error}"))
            }
            (Expected::Granted, Err(error)) => Some(format!("{who} {action}, but the request fails; {error}")),
            (Expected::Refused | Expected::WithoutAcl, Err(error)) if error.status == Some(403) => None,
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

impl Attempt {
    /// The difference from the expected outcome as a finding. Its clause and remedy are those of the policy that refuses.
    pub(crate) fn finding(&self) -> Option<Finding> {
        let message = self.problem()?;
        let of_key = self.outcome.as_ref().is_err_and(StoreError::is_of_key) && self.expected == Expected::Granted;
        let (severity, clause, remedy) = match self.granted_with {
            Some(_) => (Severity::Warning, "ACC-7", acl::ALLOW_BOTH),
            None if of_key => (Severity::Error, "ACC-5", ALLOW_KEY),
            None => (Severity::Error, self.clause, ""),
        };
        Some(Finding::new("", severity, message).clause(clause).remedy(remedy))
    }
}

impl Trial {
    /// Why the writer cannot write, if it cannot.
    pub fn writer_failure(&self) -> Option<String> {
        let must_pass =
            |attempt: &&Attempt| attempt.row == super::rows::WRITES && attempt.expected == Expected::Granted;
        self.attempts.iter().filter(must_pass).find_map(Attempt::problem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bug: on a full disk, `conform` said that the policy refuses mParticle's uploads.
    #[test]
    fn only_a_403_is_a_refusal() {
        let problem = |status, code| {
            let outcome = Err(StoreError::answered("PutObject", "key", status, Some(code), "an answer"));
            let (row, expected) = (crate::conform::access::rows::WRITES, Expected::Granted);
            let attempt = Attempt {
                clause: "ACC-3",
                row,
                who: "the writer",
                action: "puts an object",
                expected,
                outcome,
                decision: None,
                granted_with: None,
            };
            attempt.problem().unwrap()
        };
        assert!(problem(403, "AccessDenied").starts_with("the writer puts an object, but is refused; "));
        assert!(problem(507, "InternalError").starts_with("the writer puts an object, but the request fails; "));
    }
}
