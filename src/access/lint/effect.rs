//! Finds faults in the effect of the whole policy by evaluating requests.

use super::fault::{Expectations, Fault};
use super::requests::{Evaluator, header};
use super::rule::Rule;
use super::target::Target;
use super::tls;
use crate::access::PolicyKind;
use crate::access::acl::{self, OWNER_HAS_CONTROL};
use crate::access::evaluate::{By, Context, EvaluateError, Principal, Reason};
use crate::access::policy::{Policy, Version};

/// The longest managed policy that IAM allows, in characters without white space.
const LONGEST_MANAGED_POLICY: usize = 6_144;

/// The longest trust policy that IAM allows unless its quota is raised, in bytes.
const LONGEST_TRUST_POLICY: usize = 2_048;

pub(super) fn check_document(policy: &Policy, bytes: usize, faults: &mut Vec<Fault>) {
    if policy.version == Version::Old {
        let message = "the version is 2008-10-17, or missing, which means the same";
        faults.push(Fault::of_policy(Rule::OldVersion, message, "write `\"Version\": \"2012-10-17\"`"));
    }
    let (longest, taker) = match policy.kind() {
        // A policy that is too long for a bucket or a key is refused.
        PolicyKind::Bucket | PolicyKind::Key => return,
        PolicyKind::Identity => (LONGEST_MANAGED_POLICY, "IAM allows for a managed policy"),
        PolicyKind::Trust => (LONGEST_TRUST_POLICY, "IAM allows for a trust policy unless its quota is raised"),
    };
    if bytes > longest {
        let message = format!("it has {bytes} bytes, more than the {longest} that {taker}");
        faults.push(Fault::of_policy(
            Rule::TooLong,
            message,
            "join statements, or use wildcards where many resources share a prefix",
        ));
    }
}

/// # Errors
/// If AWS would not store the policy.
pub(super) fn check(
    policy: &Policy,
    target: &Target,
    expected: &Expectations,
    faults: &mut Vec<Fault>,
) -> Result<(), EvaluateError> {
    tls::check(&Evaluator { policy, target, address: target.address() }, faults)?;
    // A rule on addresses must let in each of them.
    for address in &target.addresses {
        let before = faults.len();
        requests(&Evaluator { policy, target, address }, expected, faults)?;
        let new = faults.split_off(before);
        faults.extend(new.into_iter().filter(|fault| !faults[..before].contains(fault)).collect::<Vec<_>>());
    }
    Ok(())
}

fn requests(evaluator: &Evaluator<'_>, expected: &Expectations, faults: &mut Vec<Fault>) -> Result<(), EvaluateError> {
    let Evaluator { policy, target, .. } = *evaluator;
    let file = match &target.folder {
        Some(folder) => evaluator.object(&format!("{folder}/file.txt")),
        None => evaluator.object("file.txt"),
    };
    let verification = evaluator.object("mParticle_Bucket_Verification_20260101-000000.txt");
    match &target.roles {
        Some(roles) => {
            writes(evaluator, &roles.writer, &file, Rule::MissingWriterRole, faults)?;
            writes(evaluator, &roles.verify, &verification, Rule::MissingVerifyRole, faults)
        }
        None => {
            for who in evaluator.callers().iter().take(1) {
                let is_reached = denials(evaluator, who, "s3:PutObject", &file, faults)?;
                if !is_reached && policy.kind() == PolicyKind::Identity && expected.bucket.is_some() {
                    let message = format!("it does not allow the user to put `{file}`");
                    let remedy = "allow s3:PutObject there, or omit --bucket if another policy allows it";
                    faults.push(Fault::of_policy(Rule::CannotPut, message, remedy));
                }
            }
            Ok(())
        }
    }
}

fn writes(
    evaluator: &Evaluator<'_>,
    role: &str,
    object: &str,
    missing: Rule,
    faults: &mut Vec<Fault>,
) -> Result<(), EvaluateError> {
    let Ok(principal) = role.parse() else { return Err(EvaluateError::Principal(role.to_owned())) };
    if acl_dependent(evaluator, &principal, object, faults)? {
        return Ok(());
    }
    let mut missing_actions = Vec::new();
    for action in ["s3:PutObject", "s3:PutObjectAcl"] {
        if !denials(evaluator, &principal, action, object, faults)? {
            missing_actions.push(action);
        }
    }
    if !missing_actions.is_empty() {
        faults.push(Fault {
            rule: missing,
            pointer: String::new(),
            message: format!("`{role}` is not allowed {} on `{object}`", missing_actions.join(" and ")),
            remedy: format!(
                "allow `{role}` s3:PutObject and s3:PutObjectAcl on `{}/*`, or give the folder with --folder",
                evaluator.target.bucket_arn()
            ),
        });
    }
    Ok(())
}

/// Reports a policy that allows a write only with, or only without, the ACL that S3 always accepts. It is not documented
/// which ACL mParticle sends (U-2), so nothing else can be said about the write.
fn acl_dependent(
    evaluator: &Evaluator<'_>,
    principal: &Principal,
    object: &str,
    faults: &mut Vec<Fault>,
) -> Result<bool, EvaluateError> {
    let sent = |context: &mut Context| context.set(acl::KEY, [OWNER_HAS_CONTROL]);
    for action in ["s3:PutObject", "s3:PutObjectAcl"] {
        let without = evaluator.best(principal, action, object)?;
        let with = evaluator.best_with(principal, action, object, &sent)?;
        if with.is_allowed() == without.is_allowed() {
            continue;
        }
        let (allowed, denied, refused) = match with.is_allowed() {
            true => ("with", "without", without),
            false => ("without", "with", with),
        };
        let by = match refused.reason {
            Reason::ExplicitDeny(by) => Some(by),
            // The statement that would allow it.
            _ => evaluator
                .policy
                .statements
                .iter()
                .find(|one| one.conditions.iter().any(|one| is_acl(&one.key)))
                .map(|one| By { policy: None, statement: one.name(), index: one.index }),
        };
        let name = by.as_ref().map_or("the policy", |by| by.statement.as_str());
        let pointer = by.as_ref().map(|by| format!("/Statement/{}/Condition", by.index)).unwrap_or_default();
        let message = format!(
            "{name}: its condition on `{}` decides whether `{principal}` may call {action}: {allowed} the ACL `{OWNER_HAS_CONTROL}` it may, {denied} it may not, and {}",
            acl::KEY,
            acl::UNKNOWN
        );
        let remedy = acl::ALLOW_BOTH.to_owned();
        if !faults.iter().any(|fault| fault.rule == Rule::AclDependent && fault.pointer == pointer) {
            faults.push(Fault { rule: Rule::AclDependent, pointer, message, remedy });
        }
        return Ok(true);
    }
    Ok(false)
}

fn is_acl(key: &str) -> bool {
    key.eq_ignore_ascii_case(acl::KEY)
}

/// Reports a Deny of the request. Returns false if nothing denies it and nothing allows it.
fn denials(
    evaluator: &Evaluator<'_>,
    principal: &Principal,
    action: &str,
    object: &str,
    faults: &mut Vec<Fault>,
) -> Result<bool, EvaluateError> {
    let by = match evaluator.best(principal, action, object)?.reason {
        Reason::NoAllow { .. } => return Ok(false),
        Reason::ExplicitDeny(by) => by,
        _ => return Ok(true),
    };
    let mut passes = None;
    for value in ["AES256", "aws:kms", "aws:kms:dsse"] {
        let encrypted = |context: &mut Context| context.set("s3:x-amz-server-side-encryption", [value]);
        if passes.is_none() && !evaluator.is_denied(principal, action, object, encrypted)? {
            passes = Some(value);
        }
    }
    let (rule, remedy) = match passes {
        Some(value) => (
            Rule::DeniesUnencrypted,
            format!(
                "use the bucket's default encryption and remove the Deny, or set `server_side_encryption_method` so that mParticle sends `{value}`"
            ),
        ),
        None => (
            Rule::DeniesMParticle,
            "exclude mParticle's roles from it, for instance with `ArnNotEquals` on `aws:PrincipalArn`, or give the addresses of mParticle with --mparticle-cidr".to_owned(),
        ),
    };
    let pointer = format!("/Statement/{}", by.index);
    let message = format!(
        "{}: it denies {action} to `{principal}`, from the Internet over TLS 1.2{}",
        by.statement,
        match header(evaluator.target.encryption) {
            None => " and without an encryption header".to_owned(),
            Some(value) => format!(" with the encryption header `{value}`"),
        }
    );
    if !faults.iter().any(|fault| fault.rule == rule && fault.pointer == pointer) {
        faults.push(Fault { rule, pointer, message, remedy });
    }
    Ok(true)
}
