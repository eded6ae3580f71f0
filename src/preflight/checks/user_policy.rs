//! The user's policies against what mParticle's page asks for (ACC-4).

use super::super::check::{Check, Judged, Seen, Unjudged, counted};
use super::super::deployed::{Deployed, tell};
use super::super::sight::Sight;
use super::may_write::Rights;
use super::{exposure, may_write, tls};
use crate::report::AccessKind;

pub(in crate::preflight) const CHECK: Check = Check {
    id: "user-policy",
    clause: Some("ACC-4"),
    title: "the user's policies are as they should be",
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
    judge,
};

/// What is written needs s3:PutObject alone, which `may-write` asks; the rest is what mParticle's page lists.
fn judge(sight: &Sight) -> Judged {
    let Some(user) = &sight.user else { return Err(Unjudged::not_applicable("role-based access")) };
    let texts = user.policies.as_ref()?;
    let mut seen = Seen::new(counted(texts.len(), "policy", "policies"));
    let others = [&may_write::RULES[..], &exposure::RULES, &tls::RULES].concat();
    for one in texts {
        let deployed = Deployed::parse(&format!("`{}`", one.name), &one.text)?;
        for fault in deployed.faults(sight, |rule| !others.contains(&rule))? {
            tell(&mut seen, &format!("`{}`: ", one.name), fault);
        }
    }
    let rights = Rights::of(sight, user)?;
    let bucket = sight.expected.bucket_arn();
    let mut lacking = Vec::new();
    for (action, resource) in [
        ("s3:ListAllMyBuckets", "*".to_owned()),
        ("s3:GetBucketLocation", bucket.clone()),
        ("s3:ListBucket", bucket),
        ("s3:GetObject", sight.expected.object_arn()),
    ] {
        if !rights.decide(action, resource, &sight.expected)?.is_allowed() {
            lacking.push(action);
        }
    }
    if !lacking.is_empty() {
        seen.warning(
            format!("mParticle's page asks for {}, which the user lacks", lacking.join(", ")),
            "attach the policy of `mp-forwarding policy render user`",
        );
    }
    Ok(seen)
}
