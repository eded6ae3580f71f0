//! Finds faults in the effect of the whole policy by evaluating requests.

use super::fault::{Expectations, Fault};
use super::requests::{Evaluator, header};
use super::rule::Rule;
use super::target::Target;
use super::tls;
use crate::access::evaluate::{Context, EvaluateError, Principal, Reason};
use crate::access::policy::{Policy, Version};
use crate::access::render::{Kind, LONGEST_BUCKET_POLICY};

/// The longest managed policy that IAM allows, in characters without white space.
const LONGEST_MANAGED_POLICY: usize = 6_144;
/// The longest key policy that KMS allows, in bytes.
const LONGEST_KEY_POLICY: usize = 32 * 1024;

pub(super) fn check_document(policy: &Policy, bytes: usize, faults: &mut Vec<Fault>) {
    if policy.version == Version::Old {
        let message = "the version is 2008-10-17, or missing, which means the same";
        faults.push(Fault::of_policy(Rule::OldVersion, message, "write `\"Version\": \"2012-10-17\"`"));
    }
    let (longest, taker) = match policy.kind() {
        Kind::Bucket => (LONGEST_BUCKET_POLICY, "S3 allows for a bucket policy"),
        Kind::User | Kind::Reader => (LONGEST_MANAGED_POLICY, "IAM allows for a managed policy"),
        Kind::Key => (LONGEST_KEY_POLICY, "KMS allows for a key policy"),
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
    let evaluator = Evaluator { policy, target };
    tls::check(&evaluator, faults)?;
    let file = match &target.folder {
        Some(folder) => evaluator.object(&format!("{folder}/file.txt")),
        None => evaluator.object("file.txt"),
    };
    let verification = evaluator.object("mParticle_Bucket_Verification_20260101-000000.txt");
    match &target.roles {
        Some(roles) => {
            writes(&evaluator, &roles.writer, &file, Rule::MissingWriterRole, faults)?;
            writes(&evaluator, &roles.verify, &verification, Rule::MissingVerifyRole, faults)
        }
        None => {
            for who in evaluator.people().iter().take(1) {
                let is_reached = denials(&evaluator, who, "s3:PutObject", &file, faults)?;
                if !is_reached && policy.kind() == Kind::User && expected.bucket.is_some() {
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
            "exclude mParticle's roles from it, for instance with `ArnNotEquals` on `aws:PrincipalArn`".to_owned(),
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
