//! Checks that the verification object, which mParticle writes first, can be written (ACC-6).

use crate::access::evaluate::{Context, Identity, Policies, Principal, Reason, Request, decide};
use crate::preflight::answer::{is_forbidden, words};
use crate::preflight::check::{Definition, Evaluated, Observed};
use crate::preflight::deployed::Deployed;
use crate::preflight::snapshot::{Snapshot, Write};
use crate::report::model::Outcome;
use crate::settings::ServerSideEncryption;
use crate::store::StoreError;

pub(in crate::preflight) const CHECK: Definition = Definition {
    id: "write",
    clause: Some("ACC-6"),
    title: "mParticle writes its verification object",
    needs: &["s3:PutObject"],
    access: None,
    evaluate,
};

/// If another principal writes the object or lacks the permission, this says nothing about mParticle's permissions, so
/// the check is skipped. Any other refusal would meet mParticle too: a Deny of the bucket's policy, a key that does not
/// encrypt, a header that the server does not implement.
fn evaluate(snapshot: &Snapshot) -> Evaluated {
    let write = snapshot.write.as_ref()?;
    let who = write.caller.as_ref().map_or("an unknown principal", |caller| caller.arn.as_str());
    match &write.outcome {
        Ok(()) if write.as_mparticle => Ok(Observed::new("it was written")),
        Ok(()) => Err(Outcome::skip(format!(
            "it was written by {who}, not by mParticle, so it says nothing about mParticle's permissions: see `may-write`"
        ))),
        Err(error) if !write.as_mparticle && lacks_right(snapshot, write, error) => {
            let right = missing_right(&error.detail);
            Err(Outcome::Skip {
                reason: format!("permission {right} is missing for {who}, which is not mParticle: {}", words(error)),
                missing_permission: Some(right.to_owned()),
            })
        }
        Err(error) => {
            let mut observed = Observed::new("it was refused");
            observed.error(words(error), error.remedy);
            Ok(observed)
        }
    }
}

/// Whether the refusal only says that the caller's own policies do not allow the write.
fn lacks_right(snapshot: &Snapshot, write: &Write, error: &StoreError) -> bool {
    if !is_forbidden(error) {
        return false;
    }
    let detail = error.detail.to_ascii_lowercase();
    // AWS names the policy that decides. Other servers only say that access is denied.
    let of_caller = ["identity-based policy", "permissions boundary", "session policy", "service control policy"];
    if of_caller.iter().any(|policy| detail.contains(policy)) {
        return true;
    }
    !error.is_of_key() && !detail.contains("explicit deny") && !is_denied_by_policy(snapshot, write)
}

/// Whether the bucket policy denies the write to this caller.
fn is_denied_by_policy(snapshot: &Snapshot, write: &Write) -> bool {
    let caller = write.caller.as_ref().ok().and_then(|caller| caller.arn.parse::<Principal>().ok());
    let (Some(principal), Ok(Some(deployed))) = (caller, Deployed::of(snapshot)) else { return false };
    let mut context = Context::of(&principal);
    if snapshot.is_plain_http {
        context.set("aws:SecureTransport", ["false"]);
        context.remove("s3:TlsVersion");
    }
    if snapshot.expected.method() != ServerSideEncryption::None {
        context.set("s3:x-amz-server-side-encryption", [snapshot.expected.method().as_str()]);
    }
    let resource = format!("{}/{}", snapshot.expected.bucket_arn(), write.key);
    let request = Request { principal, action: "s3:PutObject".to_owned(), resource, context };
    let policies = Policies { identity: Identity::Assumed, resource: Some(&deployed.policy), owner: None };
    decide(&request, &policies).is_ok_and(|decision| matches!(decision.reason, Reason::ExplicitDeny(_)))
}

/// The right that the server names in its answer.
fn missing_right(detail: &str) -> &'static str {
    ["kms:GenerateDataKey", "kms:Decrypt", "s3:PutObjectAcl"]
        .into_iter()
        .find(|right| detail.contains(&format!("perform: {right} ")))
        .unwrap_or("s3:PutObject")
}
