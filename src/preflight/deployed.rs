//! The deployed bucket policy, read once for all checks that evaluate it.

use super::check::Observed;
use super::snapshot::Snapshot;
use crate::access::input::Account;
use crate::access::lint::{Expectations, Fault, Rule, lint, roles_named};
use crate::access::policy::refuse_long;
use crate::access::{Policy, Roles, canonical};
use crate::arn::account_of;
use crate::json;
use crate::report::model::Outcome;

/// The check that reports the faults of a lint rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Topic {
    /// `may-write`: mParticle's own writes.
    Write,
    /// `exposure`: access for others, or more than mParticle needs.
    Exposure,
    /// `tls`.
    Tls,
    /// `policy-lint`, `user-policy`: everything else.
    Form,
}

impl Topic {
    pub(super) fn of(rule: Rule) -> Self {
        match rule {
            Rule::CannotPut
            | Rule::MissingWriterRole
            | Rule::MissingVerifyRole
            | Rule::WrongRole
            | Rule::DeniesMParticle
            | Rule::DeniesUnencrypted
            | Rule::AclDependent
            | Rule::BucketPrefix => Self::Write,
            Rule::WildcardPrincipal
            | Rule::AllowNot
            | Rule::BroadAction
            | Rule::MoreThanPut
            | Rule::OthersRead
            | Rule::OthersChange
            | Rule::MoreThanNeeded => Self::Exposure,
            Rule::NoTls | Rule::OldTls | Rule::HalfTls => Self::Tls,
            _ => Self::Form,
        }
    }
}

/// A deployed policy.
pub(super) struct Deployed {
    pub(super) policy: Policy,
    /// The length of the policy without white space.
    pub(super) bytes: usize,
    /// The account that owns the resource, if known.
    owner: Option<Account>,
}

impl Deployed {
    /// The bucket's policy; None if it has none.
    pub(super) fn of(snapshot: &Snapshot) -> Result<Option<Self>, Outcome> {
        match snapshot.policy.as_ref()? {
            None => Ok(None),
            Some(text) => {
                // The inspector is assumed to belong to the bucket's account, because other accounts can rarely read
                // the policy.
                let inspector = snapshot.inspector.as_ref().ok().map(|caller| caller.arn.as_str());
                Ok(Some(Self::parse("the bucket policy", text)?.of_owner(inspector)))
            }
        }
    }

    /// Reads a policy that a server returned.
    pub(super) fn parse(what: &str, text: &str) -> Result<Self, Outcome> {
        let cannot = |error: String| Outcome::skip(format!("{what} cannot be read: {error}"));
        let text = refuse_long(text).map_err(|error| cannot(error.to_string()))?;
        let document = json::read(text).map_err(|error| cannot(error.to_string()))?;
        let policy = Policy::from_value(&document).map_err(|error| cannot(error.to_string()))?;
        Ok(Self { policy, bytes: canonical(&document).len(), owner: None })
    }

    /// Sets the owner of the resource to the account of this ARN.
    pub(super) fn of_owner(self, arn: Option<&str>) -> Self {
        Self { owner: arn.and_then(|arn| account_of(arn).parse().ok()), ..self }
    }

    /// mParticle's roles: those of the named pod, else of the pod whose account the policy allows.
    pub(super) fn roles(&self, snapshot: &Snapshot) -> Option<Roles> {
        snapshot.expected.roles.clone().or_else(|| roles_named(&self.policy, snapshot.expected.partition))
    }

    /// The faults of this topic. A policy that AWS would not store has no effect, so only the check for that fault is
    /// evaluated.
    pub(super) fn faults(&self, snapshot: &Snapshot, topic: Topic) -> Result<Vec<Fault>, Outcome> {
        let connection = &snapshot.expected.settings.connection;
        let expected = Expectations {
            bucket: Some(connection.s3_bucket_name.clone()),
            roles: snapshot.expected.roles.clone(),
            folder: connection.folder_name.clone(),
            encryption: Some(connection.server_side_encryption_method),
            owner: self.owner.clone(),
            mparticle_addresses: snapshot.expected.mparticle_addresses.clone(),
        };
        let mut faults = lint(&self.policy, self.bytes, &expected);
        if let Some(refused) = faults.iter().find(|fault| fault.rule == Rule::Refused && topic != Topic::Form) {
            return Err(Outcome::skip(format!("{} [{}]", refused.message, refused.rule)));
        }
        faults.retain(|fault| Topic::of(fault.rule) == topic);
        Ok(faults)
    }
}

/// Adds a fault of the linter with the id of its rule.
pub(super) fn add_fault(observed: &mut Observed, of: &str, fault: Fault) {
    observed.add(fault.rule.severity(), format!("{of}{} [{}]", fault.message, fault.rule), fault.remedy);
}
