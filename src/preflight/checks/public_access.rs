//! The switches that keep the public out.

use super::super::check::{Check, Judged, Seen};
use super::super::sight::Sight;

pub(in crate::preflight) const CHECK: Check = Check {
    id: "public-access",
    clause: None,
    title: "the public is kept out",
    needs: &["s3:GetBucketPublicAccessBlock"],
    access: None,
    judge,
};

/// mParticle's roles are named, so nothing of theirs is public and all four can be on. The account may have the same
/// switches, which cannot be seen from the bucket.
fn judge(sight: &Sight) -> Judged {
    let remedy = "turn on all four of `aws s3api put-public-access-block`: mParticle needs none of them off";
    let Some(block) = sight.public_access_block.as_ref()? else {
        let mut seen = Seen::new("no public access block");
        seen.warning("the bucket has no public access block of its own", remedy);
        return Ok(seen);
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
    let mut seen = Seen::new(format!("{} of 4 switches on", 4 - off.len()));
    if !off.is_empty() {
        seen.warning(format!("off: {}", off.join(", ")), remedy);
    }
    Ok(seen)
}
