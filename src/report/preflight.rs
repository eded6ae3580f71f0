//! The report of a preflight: whether a bucket is ready for mParticle.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{FaultSeverity, Status, Tool};

/// What a preflight saw and found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PreflightReport {
    /// The program that wrote this.
    pub tool: Tool,
    /// The bucket, and the endpoint where it is not AWS itself.
    pub target: String,
    /// How mParticle writes to it.
    pub access: AccessKind,
    /// The pod whose roles were looked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pod: Option<String>,
    /// As of when the pod's account and roles are, `yyyy-mm`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catalogue_date: Option<String>,
    /// Whose credentials read the configuration, where the endpoint tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inspector: Option<String>,
    /// The verification object, if it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification_object: Option<VerificationObject>,
    /// The checks of this kind of access.
    pub checks: Vec<PreflightCheck>,
    /// How long everything took, in milliseconds.
    pub milliseconds: u64,
}

/// How mParticle writes (ACC-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccessKind {
    /// By its own roles, which the bucket policy lets in.
    RoleBased,
    /// By the access key of an IAM user of yours.
    UserBased,
}

/// The object by which the write was tried (ACC-6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VerificationObject {
    /// Its key.
    pub key: String,
    /// Who sent it, where the endpoint tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<String>,
    /// Whether that is who writes for mParticle. Another's success proves nothing about mParticle's rights.
    pub as_mparticle: bool,
    /// What became of it.
    pub state: ObjectState,
    /// Why it was not removed although that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What became of the verification object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ObjectState {
    /// The bucket refused it.
    Refused,
    /// It is in the bucket.
    Written,
    /// It was written, and removed again.
    Removed,
    /// No answer came: it may be in the bucket.
    Unconfirmed,
}

/// A check and how it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PreflightCheck {
    /// Its id, which stays.
    pub id: String,
    /// The clause that it rests on, if it is not a matter of AWS alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<String>,
    /// What it checks, in a few words.
    pub title: String,
    /// The rights that it needs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// How it ended. Notes alone do not fail it.
    pub status: Status,
    /// What was seen, in a few words.
    pub seen: String,
    /// Why it was skipped or does not apply; absent otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The right for want of which it was skipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_right: Option<String>,
    /// What is wrong, and what could be better.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<PreflightFinding>,
}

/// Something that is wrong, or could be better.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PreflightFinding {
    /// How bad it is: a note alone fails nothing.
    pub severity: FaultSeverity,
    /// What is wrong, with the place.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

/// A line of the report's `jsonl` form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PreflightLine {
    /// A check.
    Check(PreflightCheck),
    /// The end: what was looked at and how it ended.
    Summary {
        /// The program that wrote this.
        tool: Tool,
        /// The bucket, and the endpoint where it is not AWS itself.
        target: String,
        /// How mParticle writes to it.
        access: AccessKind,
        /// The verification object, if it was sent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        verification_object: Option<VerificationObject>,
        /// Whether no check failed.
        ok: bool,
        /// How long everything took, in milliseconds.
        milliseconds: u64,
    },
}

impl PreflightReport {
    /// Whether no check failed.
    pub fn is_ok(&self) -> bool {
        self.count(Status::Fail) == 0
    }

    /// How many checks ended so.
    pub fn count(&self, status: Status) -> usize {
        self.checks.iter().filter(|check| check.status == status).count()
    }

    /// The same, as lines.
    pub fn lines(&self) -> Vec<PreflightLine> {
        let checks = self.checks.iter().cloned().map(PreflightLine::Check);
        let summary = PreflightLine::Summary {
            tool: self.tool.clone(),
            target: self.target.clone(),
            access: self.access,
            verification_object: self.verification_object.clone(),
            ok: self.is_ok(),
            milliseconds: self.milliseconds,
        };
        checks.chain([summary]).collect()
    }
}
