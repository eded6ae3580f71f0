//! Checks that a key's policy allows mParticle's roles to encrypt. S3 calls KMS with their identity.

use super::fault::{Expectations, Fault};
use super::rule::Rule;
use super::target::{roles_in, wrong_roles};
use crate::access::evaluate::{By, Context, EvaluateError, Identity, Policies, Principal, Reason, Request, decide};
use crate::access::input::Account;
use crate::access::policy::{Policy, Statement};
use crate::access::{KmsRequest, Roles, probe};
use crate::arn::account_of;

pub(super) fn check(policy: &Policy, expected: &Expectations, faults: &mut Vec<Fault>) -> Result<(), EvaluateError> {
    let partition = expected.roles.as_ref().map(Roles::partition).unwrap_or_default().as_str();
    // Without mParticle's roles, a user of the key's own account uses the key.
    let Some(roles) = expected.roles.clone().or_else(|| roles_in(policy, partition)) else { return Ok(()) };
    wrong_roles(policy, &roles, faults);
    let requests = KmsRequests::of(policy, expected, &roles);
    for role in [&roles.writer, &roles.verify] {
        let mut missing = Vec::new();
        for action in ["kms:GenerateDataKey", "kms:Decrypt"] {
            match requests.decide(policy, role, action)? {
                Ok(()) => {}
                Err(Some(by)) => {
                    let message = format!("{}: it denies {action} to `{role}` through S3 for the bucket", by.statement);
                    let remedy = "exclude mParticle's roles from it".to_owned();
                    let pointer = format!("/Statement/{}", by.index);
                    if !faults.iter().any(|fault| fault.rule == Rule::DeniesMParticle && fault.pointer == pointer) {
                        faults.push(Fault { rule: Rule::DeniesMParticle, pointer, message, remedy });
                    }
                }
                Err(None) => missing.push(action),
            }
        }
        if !missing.is_empty() {
            faults.push(Fault {
                rule: Rule::NoDataKey,
                pointer: String::new(),
                message: format!(
                    "`{role}` may not call {} on the key, which {} needs",
                    missing.join(" and "),
                    match missing[0] {
                        "kms:Decrypt" => "an upload in parts",
                        _ => "every upload",
                    }
                ),
                remedy: format!(
                    "allow `{role}` kms:GenerateDataKey and kms:Decrypt, as `mp-forwarding policy render key` does"
                ),
            });
        }
    }
    Ok(())
}

/// The requests that S3 sends to KMS.
struct KmsRequests {
    key: String,
    /// The encryption contexts: the bucket's ARN with a bucket key, else the object's ARN. The key's policy does not
    /// show which one is used.
    contexts: [String; 2],
    owner: String,
}

impl KmsRequests {
    fn of(policy: &Policy, expected: &Expectations, roles: &Roles) -> Self {
        let partition = roles.partition();
        let resources =
            || policy.statements.iter().flat_map(|one: &Statement| &one.resources).flat_map(|one| &one.patterns);
        let named = resources().find(|arn| arn.contains(":key/") && !arn.contains(['*', '?', '$']));
        let owner = expected.owner.as_ref().map(Account::as_str);
        let owner = owner.or_else(|| named.map(|arn| account_of(arn))).unwrap_or(probe::NO_OWNER).to_owned();
        let key = named.cloned().unwrap_or_else(|| format!("arn:{partition}:kms:us-east-1:{owner}:key/sample"));
        let bucket = match &expected.bucket {
            Some(bucket) => format!("arn:{partition}:s3:::{bucket}"),
            None => bucket_in(policy).unwrap_or_else(|| format!("arn:{partition}:s3:::mp-forwarding-sample")),
        };
        let contexts = [bucket.clone(), format!("{bucket}/file.txt")];
        Self { key, contexts, owner }
    }

    /// Whether the role is allowed in at least one context. Otherwise the statement that denies, if there is one.
    fn decide(&self, policy: &Policy, role: &str, action: &str) -> Result<Result<(), Option<By>>, EvaluateError> {
        let Ok(role) = role.parse::<Principal>() else { return Err(EvaluateError::Principal(role.to_owned())) };
        let session = role.clone().in_session("mparticle");
        let mut denied = None;
        for arn in &self.contexts {
            let mut context = Context::of(&session);
            context.set("aws:PrincipalArn", [role.to_string()]);
            KmsRequest { key_arn: &self.key, caller: &session, encrypted: arn }.add_to(&mut context);
            let (action, resource) = (action.to_owned(), self.key.clone());
            let request = Request { principal: session.clone(), action, resource, context };
            let policies = Policies { identity: Identity::Assumed, resource: Some(policy), owner: Some(&self.owner) };
            match decide(&request, &policies)?.reason {
                Reason::Allowed { .. } | Reason::Root => return Ok(Ok(())),
                Reason::ExplicitDeny(by) => denied = Some(by),
                Reason::NoAllow { .. } => {}
            }
        }
        Ok(Err(denied))
    }
}

/// The ARN of the bucket to which the policy restricts the key.
fn bucket_in(policy: &Policy) -> Option<String> {
    let mut conditions = policy.statements.iter().flat_map(|statement| &statement.conditions);
    let context = conditions.find(|one| one.key.eq_ignore_ascii_case("kms:EncryptionContext:aws:s3:arn"))?;
    context.values.first().map(|arn| probe::sample(arn.split('/').next().unwrap_or(arn)))
}
