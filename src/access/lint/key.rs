//! Whether a key's policy lets mParticle's roles encrypt: S3 asks KMS in their name.

use super::target::{roles_in, wrong_roles};
use super::{Expectations, Fault, Rule};
use crate::access::evaluate::{By, Context, EvaluateError, Identity, Policies, Principal, Reason, Request, decide};
use crate::access::policy::{Policy, Statement};
use crate::access::{KmsRequest, Roles, probe};

pub(super) fn check(policy: &Policy, expected: &Expectations, faults: &mut Vec<Fault>) -> Result<(), EvaluateError> {
    let partition = expected.roles.as_ref().and_then(|roles| roles.writer.split(':').nth(1)).unwrap_or("aws");
    // A key that no role of mParticle's uses is a user's, who is of the key's own account.
    let Some(roles) = expected.roles.clone().or_else(|| roles_in(policy, partition)) else { return Ok(()) };
    wrong_roles(policy, &roles, faults);
    let asked = Asked::of(policy, expected, &roles);
    for role in [&roles.writer, &roles.verify] {
        let mut lacking = Vec::new();
        for action in ["kms:GenerateDataKey", "kms:Decrypt"] {
            match asked.of_role(policy, role, action)? {
                Ok(()) => {}
                Err(Some(by)) => {
                    let message = format!("{}: it denies {action} to `{role}`, by S3 and for the bucket", by.statement);
                    let fix = "except mParticle's roles from it".to_owned();
                    let pointer = format!("/Statement/{}", by.index);
                    if !faults.iter().any(|fault| fault.rule == Rule::DeniesMParticle && fault.pointer == pointer) {
                        faults.push(Fault { rule: Rule::DeniesMParticle, pointer, message, fix });
                    }
                }
                Err(None) => lacking.push(action),
            }
        }
        if !lacking.is_empty() {
            faults.push(Fault {
                rule: Rule::NoDataKey,
                pointer: String::new(),
                message: format!(
                    "`{role}` lacks {} on the key: {} needs it",
                    lacking.join(" and "),
                    match lacking[0] {
                        "kms:Decrypt" => "an upload in parts",
                        _ => "every upload",
                    }
                ),
                fix: format!(
                    "allow `{role}` kms:GenerateDataKey and kms:Decrypt, as `mp-forwarding policy render key` does"
                ),
            });
        }
    }
    Ok(())
}

/// What S3 tells KMS.
struct Asked {
    key: String,
    /// The bucket's ARN with a bucket key, else the object's: which it is, the key's policy does not tell.
    contexts: [String; 2],
    owner: String,
}

impl Asked {
    fn of(policy: &Policy, expected: &Expectations, roles: &Roles) -> Self {
        let partition = roles.writer.split(':').nth(1).unwrap_or("aws");
        let resources =
            || policy.statements.iter().flat_map(|one: &Statement| &one.resources).flat_map(|one| &one.patterns);
        let named = resources().find(|arn| arn.contains(":key/") && !arn.contains(['*', '?', '$']));
        let region = named.and_then(|arn| arn.split(':').nth(3)).unwrap_or("us-east-1").to_owned();
        let owner = expected.owner.as_ref().map(|owner| owner.as_str().to_owned());
        let owner = owner.or_else(|| named.and_then(|arn| arn.split(':').nth(4)).map(str::to_owned));
        let owner = owner.unwrap_or_else(|| probe::NO_OWNER.to_owned());
        let key = named.cloned().unwrap_or_else(|| format!("arn:{partition}:kms:{region}:{owner}:key/sample"));
        let bucket = match &expected.bucket {
            Some(bucket) => format!("arn:{partition}:s3:::{bucket}"),
            None => bucket_in(policy).unwrap_or_else(|| format!("arn:{partition}:s3:::mp-forwarding-sample")),
        };
        let contexts = [bucket.clone(), format!("{bucket}/file.txt")];
        Self { key, contexts, owner }
    }

    /// Whether the role may, in one context at least; else the statement that denies it, if one does.
    fn of_role(&self, policy: &Policy, role: &str, action: &str) -> Result<Result<(), Option<By>>, EvaluateError> {
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

/// The ARN of the bucket that the policy confines the key to.
fn bucket_in(policy: &Policy) -> Option<String> {
    let mut conditions = policy.statements.iter().flat_map(|statement| &statement.conditions);
    let context = conditions.find(|one| one.key.eq_ignore_ascii_case("kms:EncryptionContext:aws:s3:arn"))?;
    context.values.first().map(|arn| probe::sample(arn.split('/').next().unwrap_or(arn)))
}
