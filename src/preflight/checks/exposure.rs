//! Whom the policies let in besides (ACC-3).

use super::super::check::{Check, Judged, Seen, Unjudged};
use super::super::deployed::{Deployed, tell};
use super::super::sight::Sight;
use super::may_write::Rights;
use crate::access::lint::Rule;

pub(in crate::preflight) const CHECK: Check = Check {
    id: "exposure",
    clause: Some("ACC-3"),
    title: "nobody else is let in by carelessness",
    needs: &["s3:GetBucketPolicy"],
    access: None,
    judge,
};

/// The rules of the lint that speak of openness.
pub(super) const RULES: [Rule; 3] = [Rule::WildcardPrincipal, Rule::AllowNot, Rule::BroadAction];

/// The key that mParticle holds must open no more than it has to.
fn judge(sight: &Sight) -> Judged {
    let mut seen = Seen::new("nothing is open to everyone");
    let deployed = Deployed::of(sight);
    if let Ok(Some(deployed)) = &deployed {
        for fault in deployed.faults(sight, |rule| RULES.contains(&rule)) {
            tell(&mut seen, "", fault);
        }
    }
    let rights = sight.user.as_ref().map(|user| Rights::of(sight, user).and_then(Rights::known));
    if let Some(Ok(rights)) = &rights {
        too_much(sight, rights, &mut seen)?;
        seen.text = "the key opens what it must".to_owned();
    }
    if seen.findings.is_empty() {
        // Half of an answer is none.
        deployed?;
        rights.transpose()?;
    } else {
        seen.text = "more than needed".to_owned();
    }
    Ok(seen)
}

fn too_much(sight: &Sight, rights: &Rights<'_>, seen: &mut Seen) -> Result<(), Unjudged> {
    let bucket = sight.expected.bucket_arn();
    let other = format!("arn:{}:s3:::another-bucket/file.txt", sight.expected.partition);
    let mut granted = Vec::new();
    for (action, resource) in [
        ("s3:DeleteObject", sight.expected.object_arn()),
        ("s3:DeleteBucket", bucket.clone()),
        ("s3:PutBucketPolicy", bucket),
        ("s3:PutObject", other.clone()),
        ("s3:GetObject", other),
        ("iam:CreateAccessKey", rights.principal().to_string()),
    ] {
        if rights.decide(action, resource.clone(), &sight.expected)?.is_allowed() {
            granted.push(format!("{action} on `{resource}`"));
        }
    }
    if !granted.is_empty() {
        seen.warning(
            format!("the key that mParticle holds opens more than it needs: {}", granted.join(", ")),
            "give the user the policy of `mp-forwarding policy render user` and no other",
        );
    }
    Ok(())
}
