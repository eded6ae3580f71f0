//! The deployed bucket policy, read once for all checks that evaluate it.

use super::check::Observed;
use super::snapshot::Snapshot;
use crate::access::input::Account;
use crate::access::lint::{Expectations, Fault, Rule, lint, roles_named};
use crate::access::policy::refuse_long;
use crate::access::refusal::{Terms, refused};
use crate::access::{Policy, Roles, canonical};
use crate::arn::account_of;
use crate::json;
use crate::report::model::{Finding, Outcome};

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
    /// The bucket's policy; None if it has none. A policy that S3 refuses does nothing, so no check but `policy-lint`, which
    /// reports it, says anything about it (ACC-9).
    pub(super) fn of(snapshot: &Snapshot) -> Result<Option<Self>, Outcome> {
        match Self::read(snapshot)? {
            None => Ok(None),
            Some(deployed) => match refused(&deployed.policy, &deployed.terms(snapshot)) {
                Some(refused) => Err(Outcome::skip(refused.to_string())),
                None => Ok(Some(deployed)),
            },
        }
    }

    /// The bucket's policy, even if S3 refuses it; None if it has none.
    pub(super) fn read(snapshot: &Snapshot) -> Result<Option<Self>, Outcome> {
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

    fn terms<'a>(&self, snapshot: &'a Snapshot) -> Terms<'a> {
        let bucket = Some(snapshot.expected.settings.connection.s3_bucket_name.as_str());
        Terms { bucket, bytes: Some(self.bytes), is_new: false }
    }

    /// The remedy: the policy that the command prints, merged with this one. S3 refuses in a new policy the unique ids that
    /// it shows in this one, so they are replaced first (ACC-9).
    pub(super) fn merge_remedy(&self, snapshot: &Snapshot, command: &str) -> String {
        let deploy = format!("deploy the policy that `{command} --merge deployed.json` prints");
        match refused(&self.policy, &Terms { is_new: true, ..self.terms(snapshot) }) {
            None => deploy,
            Some(refused) => {
                let places: Vec<&str> = refused.reasons.iter().map(|reason| reason.pointer.as_str()).collect();
                format!("in deployed.json, at {}: {}; then {deploy}", places.join(" and "), refused.remedy())
            }
        }
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

/// Adds a fault of the linter with the id and the clause of its rule.
pub(super) fn add_fault(observed: &mut Observed, of: &str, fault: Fault) {
    let message = format!("{of}{} [{}]", fault.message, fault.rule);
    let finding = Finding::new("", fault.rule.severity(), message).clause(fault.rule.clause());
    observed.findings.push(finding.remedy(fault.remedy));
}
