//! Checks that the user's policies allow what mParticle's documentation requires (ACC-4).

use crate::access::lint::Rule;
use crate::preflight::check::{Definition, Evaluated, Observed};
use crate::preflight::deployed::{Deployed, Topic, add_fault};
use crate::preflight::permissions::Permissions;
use crate::preflight::snapshot::Snapshot;
use crate::report::model::{Outcome, counted};
use crate::report::summary::AccessKind;

pub(in crate::preflight) const CHECK: Definition = Definition {
    id: "user-policy",
    clause: Some("ACC-4"),
    title: "the user's policies are complete and have no faults",
    needs: &[
        "iam:ListUserPolicies",
        "iam:GetUserPolicy",
        "iam:ListAttachedUserPolicies",
        "iam:GetPolicy",
        "iam:GetPolicyVersion",
        "iam:ListGroupsForUser",
        "iam:ListGroupPolicies",
        "iam:GetGroupPolicy",
        "iam:ListAttachedGroupPolicies",
    ],
    access: Some(AccessKind::UserBased),
    evaluate,
};

/// Writing needs only s3:PutObject, which `may-write` checks. The other permissions are listed in mParticle's
/// documentation.
fn evaluate(snapshot: &Snapshot) -> Evaluated {
    let Some(user) = &snapshot.user else { return Err(Outcome::not_applicable("role-based access")) };
    let texts = user.policies.as_ref()?;
    let mut observed = Observed::new(counted(texts.len(), "policy", "policies"));
    let mut is_refused = false;
    for one in texts {
        let deployed = Deployed::parse(&format!("`{}`", one.name), &one.text)?;
        for fault in deployed.faults(snapshot, Topic::Form)? {
            is_refused |= fault.rule == Rule::Refused;
            add_fault(&mut observed, &format!("`{}`: ", one.name), fault);
        }
    }
    // A policy that IAM refuses does nothing, so nothing is said about what it allows (ACC-9).
    if is_refused {
        return Ok(observed);
    }
    let permissions = Permissions::of(snapshot, user)?;
    let bucket = snapshot.expected.bucket_arn();
    let mut missing = Vec::new();
    for (action, resource) in [
        ("s3:ListAllMyBuckets", "*".to_owned()),
        ("s3:GetBucketLocation", bucket.clone()),
        ("s3:ListBucket", bucket),
        ("s3:GetObject", snapshot.expected.object_arn()),
    ] {
        if !permissions.decide(action, resource, &snapshot.expected)?.is_allowed() {
            missing.push(action);
        }
    }
    if !missing.is_empty() {
        observed.warning(
            format!(
                "mParticle's documentation requires {}, which the user's policies do not allow",
                missing.join(", ")
            ),
            "attach the policy of `mp-forwarding policy render user`",
        );
    }
    Ok(observed)
}
