//! The summary of `preflight`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::report::model::{Report, Section, Summary};

/// How mParticle writes to the bucket, and the verification object that tests it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Preflight {
    /// How mParticle writes.
    pub access: AccessKind,
    /// The pod whose roles are expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pod: Option<String>,
    /// The month of the pod's account and roles in the catalogue, `yyyy-mm`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catalogue_date: Option<String>,
    /// The principal that read the configuration, if the endpoint returns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inspector: Option<String>,
    /// The verification object, if it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification_object: Option<VerificationObject>,
}

/// How mParticle writes (ACC-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccessKind {
    /// With its own roles, which the bucket policy allows.
    RoleBased,
    /// With the access key of an IAM user in your account.
    UserBased,
}

impl AccessKind {
    /// The kind in words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RoleBased => "role-based",
            Self::UserBased => "user-based",
        }
    }
}

/// The object that tests writing (ACC-6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VerificationObject {
    /// The object's key.
    pub key: String,
    /// The principal that wrote it, if the endpoint returns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<String>,
    /// Whether that principal writes for mParticle. The success of another principal says nothing about mParticle's
    /// permissions.
    pub as_mparticle: bool,
    /// What happened to it.
    pub state: ObjectState,
    /// Why it was not removed, although removal was requested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What happened to the verification object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ObjectState {
    /// The bucket refused it.
    Refused,
    /// It is in the bucket.
    Written,
    /// It was written and removed.
    Removed,
    /// No answer was received: it may be in the bucket.
    Unconfirmed,
}

impl ObjectState {
    /// The state as the end of a sentence.
    fn sentence(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Written => "written and left in the bucket",
            Self::Removed => "written and removed",
            Self::Unconfirmed => "sent and not confirmed: it may be in the bucket",
        }
    }
}

impl Summary for Preflight {
    const COMMAND: &'static str = "preflight";
    const SUITE: &'static str = "mp-forwarding.preflight";
    const OTHER_RULES: Option<&'static str> = Some("AWS");

    fn headline(report: &Report<Self>) -> String {
        let Preflight { access, pod, catalogue_date, .. } = &report.summary;
        let mut headline = format!("preflight of {}: {} access", report.target, access.as_str());
        if let (Some(pod), Some(date)) = (pod, catalogue_date) {
            headline += &format!(" for pod {pod} (account and roles as of {date})");
        }
        headline
    }

    fn extent(report: &Report<Self>) -> String {
        format!("{} access", report.summary.access.as_str())
    }

    fn sections(report: &Report<Self>) -> Vec<Section> {
        let Some(object) = &report.summary.verification_object else { return Vec::new() };
        let principal = object.principal.as_deref().unwrap_or("an unknown principal");
        let role = if object.as_mparticle { "which writes for mParticle" } else { "which is not mParticle" };
        let mut facts = vec![
            ("key".to_owned(), object.key.clone()),
            ("state".to_owned(), object.state.sentence().to_owned()),
            ("sent by".to_owned(), format!("{principal}, {role}")),
        ];
        facts.extend(object.reason.iter().map(|reason| ("not removed".to_owned(), reason.clone())));
        vec![Section::Facts { title: "Verification object".to_owned(), facts }]
    }

    fn properties(report: &Report<Self>) -> Vec<(&'static str, String)> {
        let Preflight { access, pod, inspector, verification_object, .. } = &report.summary;
        let mut properties = vec![("access", access.as_str().to_owned())];
        properties.extend(pod.iter().map(|pod| ("pod", pod.clone())));
        properties.extend(inspector.iter().map(|inspector| ("read by", inspector.clone())));
        properties.extend(verification_object.iter().map(|object| ("verification object", object.key.clone())));
        properties
    }
}
