//! Whom the policies let in besides (ACC-3).

use super::super::check::{Check, Judged, Seen, Unjudged};
use super::super::deployed::{Deployed, account_of, tell};
use super::super::sight::Sight;
use super::may_write::Rights;
use crate::access::lint::Rule;
use crate::report::FaultSeverity;

pub(in crate::preflight) const CHECK: Check = Check {
    id: "exposure",
    clause: Some("ACC-3"),
    title: "nobody else is let in by carelessness",
    needs: &["s3:GetBucketPolicy", "kms:GetKeyPolicy"],
    access: None,
    judge,
};

/// The rules of the lint that speak of openness.
pub(super) const RULES: [Rule; 4] = [Rule::WildcardPrincipal, Rule::AllowNot, Rule::BroadAction, Rule::MoreThanPut];

/// The key that mParticle holds must open no more than it has to.
fn judge(sight: &Sight) -> Judged {
    let mut seen = Seen::new("nothing is open to everyone");
    let deployed = Deployed::of(sight).and_then(|deployed| open(sight, deployed, "the bucket policy", &mut seen));
    let of_key = key_policy(sight).and_then(|policy| open(sight, policy, "the key's policy", &mut seen));
    let rights = sight.user.as_ref().map(|user| Rights::of(sight, user).and_then(Rights::known));
    if let Some(Ok(rights)) = &rights {
        too_much(sight, rights, &mut seen)?;
        seen.text = "the key opens what it must".to_owned();
    }
    if seen.findings.iter().all(|finding| finding.severity == FaultSeverity::Note) {
        // Half of an answer is none.
        deployed?;
        of_key?;
        rights.transpose()?;
    } else {
        seen.text = "more than needed".to_owned();
    }
    Ok(seen)
}

/// Whom a policy lets in: everyone is a fault, and another account is told.
fn open(sight: &Sight, policy: Option<Deployed>, of: &str, seen: &mut Seen) -> Result<(), Unjudged> {
    let Some(policy) = policy else { return Ok(()) };
    for fault in policy.faults(sight, |rule| RULES.contains(&rule))? {
        tell(seen, &format!("{of}, "), fault);
    }
    let others = policy.others(sight);
    if !others.is_empty() {
        let accounts = others.iter().map(|account| format!("`{account}`")).collect::<Vec<_>>().join(", ");
        seen.note(format!("{of} lets in principals of {accounts}, which is not mParticle's"), "see that you know them");
    }
    Ok(())
}

/// The policy of the key that encrypts, if it is one that somebody wrote.
fn key_policy(sight: &Sight) -> Result<Option<Deployed>, Unjudged> {
    let Some(found) = &sight.key else { return Ok(None) };
    let text = match (&found.key, &found.policy) {
        (Ok(key), _) if key.of_aws => return Ok(None),
        (Err(_), _) if !found.id.starts_with("arn:") && !sight.is_aws => return Ok(None),
        (_, policy) => policy.as_ref()?,
    };
    let arn = found.key.as_ref().map_or(found.id.as_str(), |key| key.arn.as_str());
    Ok(Some(Deployed::parse("the key's policy", text)?.of_owner(account_of(arn))))
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
