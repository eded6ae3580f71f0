//! Checks that the policies allow only what mParticle needs, and allow nothing to others (ACC-3).

use crate::arn::Arn;
use crate::preflight::check::{Definition, Evaluated, Observed};
use crate::preflight::deployed::{Deployed, Topic, add_fault};
use crate::preflight::permissions::Permissions;
use crate::preflight::snapshot::Snapshot;
use crate::report::model::Outcome;

pub(in crate::preflight) const CHECK: Definition = Definition {
    id: "exposure",
    clause: Some("ACC-3"),
    title: "no access beyond what mParticle needs",
    needs: &["s3:GetBucketPolicy", "kms:GetKeyPolicy"],
    access: None,
    evaluate,
};

fn evaluate(snapshot: &Snapshot) -> Evaluated {
    let mut observed = Observed::new("no access for everyone");
    let deployed = Deployed::of(snapshot);
    let bucket = deployed.and_then(|deployed| open(snapshot, deployed, "the bucket policy", &mut observed));
    let key = key_policy(snapshot).and_then(|policy| open(snapshot, policy, "the key's policy", &mut observed));
    let permissions = Permissions::known(snapshot);
    if let Some(Ok(texts)) = snapshot.user.as_ref().map(|user| &user.policies) {
        for one in texts {
            let policy = Deployed::parse(&format!("`{}`", one.name), &one.text)?;
            open(snapshot, Some(policy), &format!("`{}`", one.name), &mut observed)?;
        }
    }
    if let Ok(Some(permissions)) = &permissions {
        more_than_needed(snapshot, permissions, &mut observed)?;
        observed.seen = "the access key allows what is needed".to_owned();
    }
    if observed.fails() {
        observed.seen = "more than needed".to_owned();
    } else {
        // Some policies could not be read, so the check cannot pass.
        bucket?;
        key?;
        permissions?;
    }
    Ok(observed)
}

/// Reports a policy that allows others, or mParticle more than it needs.
fn open(snapshot: &Snapshot, policy: Option<Deployed>, of: &str, observed: &mut Observed) -> Result<(), Outcome> {
    let Some(policy) = policy else { return Ok(()) };
    for fault in policy.faults(snapshot, Topic::Exposure)? {
        add_fault(observed, &format!("{of}, "), fault);
    }
    Ok(())
}

/// The policy of the key that encrypts, if the customer manages that key.
fn key_policy(snapshot: &Snapshot) -> Result<Option<Deployed>, Outcome> {
    let Some(found) = &snapshot.key else { return Ok(None) };
    let text = match (&found.key, &found.policy) {
        (Ok(key), _) if key.of_aws => return Ok(None),
        (Err(_), _) if !snapshot.has_key_policies(found) => return Ok(None),
        (_, policy) => policy.as_ref()?,
    };
    let arn = found.key.as_ref().map_or(found.id.as_str(), |key| key.arn.as_str());
    Ok(Some(Deployed::parse("the key's policy", text)?.of_owner(Some(arn).filter(|arn| Arn::parse(arn).is_ok()))))
}

fn more_than_needed(
    snapshot: &Snapshot,
    permissions: &Permissions<'_>,
    observed: &mut Observed,
) -> Result<(), Outcome> {
    let bucket = snapshot.expected.bucket_arn();
    let other = format!("arn:{}:s3:::another-bucket/file.txt", snapshot.expected.partition);
    let mut granted = Vec::new();
    for (action, resource) in [
        ("s3:DeleteObject", snapshot.expected.object_arn()),
        ("s3:DeleteBucket", bucket.clone()),
        ("s3:PutBucketPolicy", bucket),
        ("s3:PutObject", other.clone()),
        ("s3:GetObject", other),
        ("iam:CreateAccessKey", permissions.principal.to_string()),
    ] {
        if permissions.decide(action, resource.clone(), &snapshot.expected)?.is_allowed() {
            granted.push(format!("{action} on `{resource}`"));
        }
    }
    if !granted.is_empty() {
        observed.warning(
            format!("mParticle's access key allows more than it needs: {}", granted.join(", ")),
            "give the user the policy of `mp-forwarding policy render user` and no other",
        );
    }
    Ok(())
}
