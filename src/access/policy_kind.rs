//! The kinds of policies, by what they are attached to.

use super::policy::Policy;
use crate::arn::Arn;

/// What a policy is attached to. Each kind has rules of its own for what AWS stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PolicyKind {
    /// A bucket.
    Bucket,
    /// A user, a group or a role: what it may do.
    Identity,
    /// A KMS key.
    Key,
    /// A role: who may assume it.
    Trust,
}

impl PolicyKind {
    /// The kind in a few words, for messages: `a … policy`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bucket => "bucket",
            Self::Identity => "user",
            Self::Key => "key",
            Self::Trust => "trust",
        }
    }

    /// The service that stores such policies.
    pub fn stored_by(self) -> &'static str {
        match self {
            Self::Bucket => "S3",
            Self::Identity | Self::Trust => "IAM",
            Self::Key => "KMS",
        }
    }
}

impl Policy {
    /// The kind of policy, derived from its principals, its resources and the services of its actions.
    pub fn kind(&self) -> PolicyKind {
        let actions = || self.statements.iter().flat_map(|statement| &statement.actions.patterns);
        let speaks_of = |service: &str| actions().any(|action| action.to_ascii_lowercase().starts_with(service));
        let resources = || self.statements.iter().flat_map(|statement| &statement.resources);
        let names_s3 = || {
            let mut arns = resources().flat_map(|scope| &scope.patterns).filter_map(|text| Arn::parse(text).ok());
            arns.any(|arn| arn.service == "s3")
        };
        let is_trust = speaks_of("sts:") && !speaks_of("s3:") && !speaks_of("kms:") && !names_s3();
        match self.is_of_resource() {
            true if is_trust => PolicyKind::Trust,
            false if is_trust && resources().next().is_none() => PolicyKind::Trust,
            false => PolicyKind::Identity,
            true if speaks_of("kms:") && !speaks_of("s3:") && !names_s3() => PolicyKind::Key,
            true => PolicyKind::Bucket,
        }
    }
}
