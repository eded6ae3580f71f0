//! Who owns what mParticle writes, and which ACLs the bucket takes (ACC-7, ACC-8).

use super::super::check::{Check, Judged, Seen};
use super::super::sight::Sight;

pub(in crate::preflight) const CHECK: Check = Check {
    id: "ownership",
    clause: Some("ACC-7"),
    title: "objects belong to the bucket's owner",
    needs: &["s3:GetBucketOwnershipControls"],
    access: None,
    judge,
};

/// A user of your own account owns nothing of its own; an object by mParticle's role belongs to mParticle's account, unless
/// the bucket says otherwise.
fn judge(sight: &Sight) -> Judged {
    let remedy = "set `BucketOwnerEnforced` by `aws s3api put-bucket-ownership-controls`";
    // Without the controls S3 does as it always did.
    let ownership = sight.ownership.as_ref()?.as_deref();
    let by_role = sight.expected.is_role_based();
    let mut seen = Seen::new(ownership.unwrap_or("no ownership controls"));
    match ownership.unwrap_or("ObjectWriter") {
        "BucketOwnerEnforced" => {}
        "BucketOwnerPreferred" if by_role => seen.note(
            "an object is yours only if mParticle sends the ACL `bucket-owner-full-control`, which is not documented (U-2)",
            remedy,
        ),
        "ObjectWriter" if by_role => seen.error(
            "what mParticle's roles write belongs to mParticle's account, and you may not even read it",
            remedy,
        ),
        _ => seen.note("ACLs are on, and nothing here needs them", remedy),
    }
    if !by_role && sight.expected.settings.engine.acl.is_some() {
        seen.error(
            "the settings send an ACL, and the user's policy grants no s3:PutObjectAcl (ACC-8)",
            "unset `engine.acl`: an object by a user of your own account is yours",
        );
    }
    Ok(seen)
}
