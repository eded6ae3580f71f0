//! The public access block.

use crate::preflight::check::{Definition, Evaluated, Observed};
use crate::preflight::snapshot::Snapshot;

pub(in crate::preflight) const CHECK: Definition = Definition {
    id: "public-access",
    clause: None,
    title: "public access is blocked",
    needs: &["s3:GetBucketPublicAccessBlock"],
    access: None,
    evaluate,
};

/// A policy that names mParticle's roles is not public, so all four settings can be on. The account can have the same
/// settings. They cannot be read from the bucket.
fn evaluate(snapshot: &Snapshot) -> Evaluated {
    let remedy = "turn on all four settings with `aws s3api put-public-access-block`: mParticle works with all of them";
    let Some(block) = snapshot.public_access_block.as_ref()? else {
        let mut observed = Observed::new("no public access block");
        observed.warning("the bucket has no public access block of its own", remedy);
        return Ok(observed);
    };
    let off: Vec<&str> = [
        ("BlockPublicAcls", block.block_public_acls),
        ("IgnorePublicAcls", block.ignore_public_acls),
        ("BlockPublicPolicy", block.block_public_policy),
        ("RestrictPublicBuckets", block.restrict_public_buckets),
    ]
    .into_iter()
    .filter_map(|(name, on)| (!on).then_some(name))
    .collect();
    let mut observed = Observed::new(format!("{} of 4 settings on", 4 - off.len()));
    if !off.is_empty() {
        observed.warning(format!("off: {}", off.join(", ")), remedy);
    }
    Ok(observed)
}
