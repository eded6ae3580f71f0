//! Evaluates the requests of mParticle and of others against the checked policy.

use super::target::Target;
use crate::access::evaluate::{
    Context, Decision, EvaluateError, Identity, Policies, Principal, Reason, Request, decide,
};
use crate::access::policy::Policy;
use crate::access::probe;
use crate::settings::ServerSideEncryption;

/// Condition keys that every request has, with values that are not known here.
const UNKNOWN: [&str; 6] = [
    "aws:currenttime",
    "aws:epochtime",
    "aws:requestedregion",
    "aws:resourceaccount",
    "aws:resourceorgid",
    "aws:resourceorgpaths",
];

/// Evaluates requests against the policy.
pub(super) struct Evaluator<'a> {
    pub(super) policy: &'a Policy,
    pub(super) target: &'a Target,
    /// The address that mParticle's requests come from.
    pub(super) address: &'a str,
}

impl Evaluator<'_> {
    /// The principals of the requests. For the policy of a bucket or a key: mParticle's roles, a user of the owner, and
    /// outsiders. For a user's policy: the user.
    pub(super) fn callers(&self) -> Vec<Principal> {
        let owner = |name: &str| format!("arn:{}:iam::{}:user/{name}", self.target.partition, self.target.owner);
        if !self.policy.is_of_resource() {
            return owner("mparticle").parse().into_iter().collect();
        }
        let roles = self.target.roles.iter().flat_map(|roles| [roles.writer.clone(), roles.verify.clone()]);
        let ours = roles.chain([owner("outsider")]).filter_map(|text| text.parse().ok());
        let mut callers: Vec<Principal> = Vec::new();
        for one in probe::callers([self.policy]).into_iter().chain(ours) {
            if !callers.contains(&one) {
                callers.push(one);
            }
        }
        callers
    }

    /// # Errors
    /// If AWS would not store the policy.
    pub(super) fn decide(
        &self,
        principal: &Principal,
        action: &str,
        resource: &str,
        change: impl Fn(&mut Context),
    ) -> Result<Decision, EvaluateError> {
        // A session sends a role's requests, and AWS adds the role's ARN.
        let session = principal.clone().in_session("mparticle");
        let mut context = Context::of(&session);
        if let Principal::Role(_) = principal {
            context.set("aws:PrincipalArn", [principal.to_string()]);
        }
        // mParticle's requests come from the Internet, not from a network, endpoint or organisation of the bucket's
        // owner.
        context.set("aws:SourceIp", [self.address]);
        if let Some(header) = header(self.target.encryption) {
            context.set("s3:x-amz-server-side-encryption", [header]);
        }
        change(&mut context);
        let request = Request { principal: session, action: action.to_owned(), resource: resource.to_owned(), context };
        let own = [("own", self.policy)];
        let policies = match self.policy.is_of_resource() {
            true => {
                Policies { identity: Identity::Assumed, resource: Some(self.policy), owner: Some(&self.target.owner) }
            }
            false => Policies { identity: Identity::Known(&own), resource: None, owner: None },
        };
        decide(&request, &policies)
    }

    pub(super) fn is_denied(
        &self,
        who: &Principal,
        action: &str,
        resource: &str,
        change: impl Fn(&mut Context),
    ) -> Result<bool, EvaluateError> {
        Ok(matches!(self.decide(who, action, resource, change)?.reason, Reason::ExplicitDeny(_)))
    }

    /// Evaluates the request with each value of the unknown keys and returns the best decision. A denial that depends
    /// on an unknown key does not count.
    pub(super) fn best(&self, who: &Principal, action: &str, resource: &str) -> Result<Decision, EvaluateError> {
        self.best_with(who, action, resource, &|_| {})
    }

    /// The same for a changed request.
    pub(super) fn best_with(
        &self,
        who: &Principal,
        action: &str,
        resource: &str,
        change: &dyn Fn(&mut Context),
    ) -> Result<Decision, EvaluateError> {
        let is_unknown = |key: &str| UNKNOWN.contains(&key.to_ascii_lowercase().as_str());
        let first = self.decide(who, action, resource, change)?;
        if first.is_allowed() {
            return Ok(first);
        }
        for (key, value) in probe::contexts([self.policy]).into_iter().filter(|(key, _)| is_unknown(key)) {
            let other = self.decide(who, action, resource, |context| {
                change(context);
                context.set(key, [value.clone()]);
            })?;
            let is_better = match first.reason {
                Reason::ExplicitDeny(_) => !matches!(other.reason, Reason::ExplicitDeny(_)),
                _ => other.is_allowed(),
            };
            if is_better {
                return Ok(other);
            }
        }
        Ok(first)
    }

    pub(super) fn object(&self, name: &str) -> String {
        format!("{}/{name}", self.target.bucket_arn())
    }
}

/// The encryption header that mParticle sends with each object.
pub(super) fn header(encryption: ServerSideEncryption) -> Option<&'static str> {
    match encryption {
        ServerSideEncryption::None => None,
        ServerSideEncryption::Aes256 => Some("AES256"),
        ServerSideEncryption::AwsKms => Some("aws:kms"),
        ServerSideEncryption::AwsKmsDsse => Some("aws:kms:dsse"),
    }
}
