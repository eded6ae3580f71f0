//! The bucket policy as it is deployed, read once for the checks that judge it.

use super::check::{Seen, Unjudged};
use super::sight::Sight;
use crate::access::lint::{Expectations, Fault, Rule, Severity, lint, roles_named};
use crate::access::{Policy, Roles, canonical, json};
use crate::report::FaultSeverity;

/// A deployed policy.
pub(super) struct Deployed {
    pub(super) policy: Policy,
    /// Its length without white space.
    bytes: usize,
}

impl Deployed {
    /// The bucket's policy; None if it has none.
    pub(super) fn of(sight: &Sight) -> Result<Option<Self>, Unjudged> {
        match sight.policy.as_ref()? {
            None => Ok(None),
            Some(text) => Self::parse("the bucket policy", text).map(Some),
        }
    }

    /// Reads a policy that a server gave.
    pub(super) fn parse(what: &str, text: &str) -> Result<Self, Unjudged> {
        let cannot = |error: String| Unjudged::skip(format!("{what} cannot be read as one: {error}"));
        let document = json::read(text).map_err(|error| cannot(error.to_string()))?;
        let policy = Policy::from_value(&document).map_err(|error| cannot(error.to_string()))?;
        Ok(Self { policy, bytes: canonical(&document).len() })
    }

    /// mParticle's roles: the named pod's, else those of the pod whose account the policy allows.
    pub(super) fn roles(&self, sight: &Sight) -> Option<Roles> {
        sight.expected.roles.clone().or_else(|| roles_named(&self.policy, sight.expected.partition))
    }

    /// The faults by the rules that `is_ours` takes.
    pub(super) fn faults(&self, sight: &Sight, is_ours: impl Fn(Rule) -> bool) -> Vec<Fault> {
        let connection = &sight.expected.settings.connection;
        let expected = Expectations {
            bucket: Some(connection.s3_bucket_name.clone()),
            roles: sight.expected.roles.clone(),
            folder: connection.folder_name.clone(),
            encryption: Some(connection.server_side_encryption_method),
        };
        let mut faults = lint(&self.policy, self.bytes, &expected);
        faults.retain(|fault| is_ours(fault.rule));
        faults
    }
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
