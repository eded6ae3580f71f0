//! The bucket policy as it is deployed, read once for the checks that judge it.

use super::check::{Seen, Unjudged};
use super::sight::Sight;
use crate::access::input::Account;
use crate::access::lint::{Expectations, Fault, Rule, Severity, accounts_let_in, lint, roles_named};
use crate::access::{Policy, Roles, canonical};
use crate::json;
use crate::report::FaultSeverity;

/// A deployed policy.
pub(super) struct Deployed {
    pub(super) policy: Policy,
    /// Its length without white space.
    bytes: usize,
    /// The account that owns what it is about, if that is known.
    owner: Option<Account>,
}

impl Deployed {
    /// The bucket's policy; None if it has none.
    pub(super) fn of(sight: &Sight) -> Result<Option<Self>, Unjudged> {
        match sight.policy.as_ref()? {
            None => Ok(None),
            Some(text) => {
                // Who looks is of the bucket's own account; another would hardly be let in.
                let looks = sight.inspector.as_ref().ok().and_then(|caller| account_of(&caller.arn));
                Ok(Some(Self::parse("the bucket policy", text)?.of_owner(looks)))
            }
        }
    }

    /// Reads a policy that a server gave.
    pub(super) fn parse(what: &str, text: &str) -> Result<Self, Unjudged> {
        let cannot = |error: String| Unjudged::skip(format!("{what} cannot be read as one: {error}"));
        let document = json::read(text).map_err(|error| cannot(error.to_string()))?;
        let policy = Policy::from_value(&document).map_err(|error| cannot(error.to_string()))?;
        Ok(Self { policy, bytes: canonical(&document).len(), owner: None })
    }

    /// The policy of what that account owns.
    pub(super) fn of_owner(self, owner: Option<Account>) -> Self {
        Self { owner, ..self }
    }

    /// mParticle's roles: the named pod's, else those of the pod whose account the policy allows.
    pub(super) fn roles(&self, sight: &Sight) -> Option<Roles> {
        sight.expected.roles.clone().or_else(|| roles_named(&self.policy, sight.expected.partition))
    }

    /// The accounts besides its owner's and mParticle's that it lets in by name.
    pub(super) fn others(&self, sight: &Sight) -> Vec<String> {
        let mut others = accounts_let_in(&self.policy, sight.expected.roles.as_ref());
        others.retain(|account| self.owner.as_ref().is_none_or(|owner| owner.as_str() != account));
        others.into_iter().collect()
    }

    /// The faults by the rules that `is_ours` takes. What AWS would not store does nothing, so nothing is said of what it
    /// does but by who asks for that very fault.
    pub(super) fn faults(&self, sight: &Sight, is_ours: impl Fn(Rule) -> bool) -> Result<Vec<Fault>, Unjudged> {
        let connection = &sight.expected.settings.connection;
        let expected = Expectations {
            bucket: Some(connection.s3_bucket_name.clone()),
            roles: sight.expected.roles.clone(),
            folder: connection.folder_name.clone(),
            encryption: Some(connection.server_side_encryption_method),
            owner: self.owner.clone(),
        };
        let mut faults = lint(&self.policy, self.bytes, &expected);
        if let Some(refused) = faults.iter().find(|fault| fault.rule.is_refused_by_aws() && !is_ours(fault.rule)) {
            let message = format!("the policy could not be in force: {} [{}]", refused.message, refused.rule);
            return Err(Unjudged::skip(message));
        }
        faults.retain(|fault| is_ours(fault.rule));
        Ok(faults)
    }
}

/// The account of a principal or a key.
pub(super) fn account_of(arn: &str) -> Option<Account> {
    arn.split(':').nth(4).and_then(|account| account.parse().ok())
}

/// Tells a fault of the lint as a finding, with the id of its rule.
pub(super) fn tell(seen: &mut Seen, of: &str, fault: Fault) {
    let severity = match fault.rule.severity() {
        Severity::Note => FaultSeverity::Note,
        Severity::Warning => FaultSeverity::Warning,
        Severity::Error => FaultSeverity::Error,
    };
    seen.find(severity, format!("{of}{} [{}]", fault.message, fault.rule), fault.fix);
}
