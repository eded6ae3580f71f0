//! Who owns the objects that mParticle writes, and which ACLs the bucket accepts (ACC-7, ACC-8).

use crate::preflight::check::{Definition, Evaluated, Observed};
use crate::preflight::snapshot::Snapshot;

pub(in crate::preflight) const CHECK: Definition = Definition {
    id: "ownership",
    clause: Some("ACC-7"),
    title: "objects belong to the bucket's owner",
    needs: &["s3:GetBucketOwnershipControls"],
    access: None,
    evaluate,
};

/// An object that a user writes belongs to the user's account. An object that mParticle's role writes belongs to
/// mParticle's account, unless the bucket is configured otherwise.
fn evaluate(snapshot: &Snapshot) -> Evaluated {
    let remedy = "set `BucketOwnerEnforced` by `aws s3api put-bucket-ownership-controls`";
    // The default is no ownership controls.
    let ownership = snapshot.ownership.as_ref()?.as_deref();
    let by_role = snapshot.expected.is_role_based();
    let mut observed = Observed::new(ownership.unwrap_or("no ownership controls"));
    match ownership.unwrap_or("ObjectWriter") {
        "BucketOwnerEnforced" => {}
        "BucketOwnerPreferred" if by_role => observed.note(
            "you own an object only if mParticle sends the ACL `bucket-owner-full-control`, which is not documented (U-2)",
            remedy,
        ),
        "ObjectWriter" if by_role => observed.error(
            "objects that mParticle's roles write belong to mParticle's account, and you cannot read them",
            remedy,
        ),
        _ => observed.note("ACLs are enabled but not needed", remedy),
    }
    if !by_role && snapshot.expected.settings.engine.acl.is_some() {
        observed.error(
            "the settings send an ACL, and the user's policy grants no s3:PutObjectAcl (ACC-8)",
            "unset `engine.acl`: your account owns the objects of its users",
        );
    }
    Ok(observed)
}
