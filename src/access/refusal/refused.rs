//! The refusal of a policy, with its reasons.

use std::fmt::{self, Display, Formatter};

use super::{bucket, identity, key, statement, trust};
use crate::access::policy::{Policy, Statement};
use crate::access::policy_kind::PolicyKind;

/// How many reasons a message lists.
const LISTED: usize = 4;

/// What is known about a policy in addition to its text.
#[derive(Debug, Clone, Copy, Default)]
pub struct Terms<'a> {
    /// The bucket of a bucket policy. None means the first bucket that the policy names.
    pub bucket: Option<&'a str>,
    /// The length of the text without white space, in bytes.
    pub bytes: Option<usize>,
    /// Whether the policy is about to be stored. Then S3 refuses also what it shows in a stored policy: the unique id of a
    /// principal that no longer exists.
    pub is_new: bool,
}

/// Why a policy is refused: all of its reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The kind of policy.
    pub kind: PolicyKind,
    /// The reasons, in the order of the statements. There is at least one.
    pub reasons: Vec<Refusal>,
}

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The JSON Pointer to the place; empty for the policy as a whole.
    pub pointer: String,
    /// The reason, with the statement's name.
    pub message: String,
    /// How to fix it. The fixed policy is stored, as far as this reason goes.
    pub remedy: String,
}

impl Refusal {
    pub(super) fn of_policy(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { pointer: String::new(), message: message.into(), remedy: remedy.into() }
    }

    /// A reason in a member of a statement. An empty `member` means the statement itself. `words` are those of AWS.
    pub(super) fn of_statement(
        statement: &Statement,
        member: &str,
        message: impl Display,
        words: &str,
        remedy: impl Into<String>,
    ) -> Self {
        let pointer = match member {
            "" => format!("/Statement/{}", statement.index),
            member => format!("/Statement/{}/{member}", statement.index),
        };
        let words = if words.is_empty() { String::new() } else { format!(" ({words})") };
        Self { pointer, message: format!("{}: {message}{words}", statement.name()), remedy: remedy.into() }
    }
}

impl Refused {
    /// The JSON Pointer to the first place.
    pub fn pointer(&self) -> &str {
        self.reasons.first().map_or("", |reason| &reason.pointer)
    }

    /// The remedies, each once.
    pub fn remedy(&self) -> String {
        let mut all: Vec<&str> = Vec::new();
        for reason in self.reasons.iter().take(LISTED) {
            if !all.contains(&reason.remedy.as_str()) {
                all.push(&reason.remedy);
            }
        }
        all.join("; ")
    }
}

impl Display for Refused {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} refuses the whole policy: ", self.kind.stored_by())?;
        let listed: Vec<&str> = self.reasons.iter().take(LISTED).map(|reason| reason.message.as_str()).collect();
        f.write_str(&listed.join("; "))?;
        match self.reasons.len().saturating_sub(LISTED) {
            0 => Ok(()),
            more => write!(f, "; and {more} more"),
        }
    }
}

impl std::error::Error for Refused {}

/// Whether AWS refuses to store the policy, and why. None if it stores it, as far as is known.
pub fn refused(policy: &Policy, terms: &Terms<'_>) -> Option<Refused> {
    let kind = policy.kind();
    let mut reasons: Vec<Refusal> =
        policy.statements.iter().flat_map(|one| statement::refusals(one, policy, kind, terms)).collect();
    // The rules below need statements that can be read.
    if reasons.is_empty() {
        reasons = match kind {
            PolicyKind::Bucket => bucket::refusals(policy, terms),
            PolicyKind::Identity => identity::refusals(policy),
            PolicyKind::Key => key::refusals(policy, terms),
            PolicyKind::Trust => trust::refusals(policy, terms),
        };
    }
    (!reasons.is_empty()).then_some(Refused { kind, reasons })
}
