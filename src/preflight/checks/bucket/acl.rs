//! The bucket's ACL.

use crate::preflight::check::{Definition, Evaluated, Observed};
use crate::preflight::snapshot::Snapshot;
use crate::report::model::counted;

pub(in crate::preflight) const CHECK: Definition = Definition {
    id: "bucket-acl",
    clause: Some("ACC-7"),
    title: "the bucket's ACL grants nothing to others",
    needs: &["s3:GetBucketAcl"],
    access: None,
    evaluate,
};

/// Groups of everyone and of every AWS user.
const EVERYONE: [&str; 2] =
    ["http://acs.amazonaws.com/groups/global/AllUsers", "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"];

/// With `BucketOwnerEnforced` a grant has no effect.
fn evaluate(snapshot: &Snapshot) -> Evaluated {
    let grants = snapshot.grants.as_ref()?;
    let mut observed = Observed::new(match grants.len() {
        0 => "only the owner".to_owned(),
        count => counted(count, "grant to others", "grants to others"),
    });
    let is_in_force = !matches!(&snapshot.ownership, Ok(Some(ownership)) if ownership == "BucketOwnerEnforced");
    let remedy =
        "set `BucketOwnerEnforced` by `aws s3api put-bucket-ownership-controls`: the bucket's ACL then has no effect";
    for grant in grants.iter().filter(|_| is_in_force) {
        let message = format!("the ACL grants `{}` to `{}`", grant.permission, grant.grantee);
        let is_change = ["WRITE", "WRITE_ACP", "FULL_CONTROL"].contains(&grant.permission.as_str());
        match EVERYONE.contains(&grant.grantee.as_str()) {
            true => observed.error(message, remedy),
            false if is_change => observed.warning(message, remedy),
            false => observed.note(message, remedy),
        }
    }
    Ok(observed)
}
