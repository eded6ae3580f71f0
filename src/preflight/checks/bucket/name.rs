//! The bucket's name (ACC-2).

use crate::preflight::check::{Definition, Evaluated, Observed};
use crate::preflight::snapshot::Snapshot;
use crate::report::model::{Outcome, counted};
use crate::settings::BucketName;

pub(in crate::preflight) const CHECK: Definition = Definition {
    id: "bucket-name",
    clause: Some("ACC-2"),
    title: "the bucket name has the prefix for role-based access",
    needs: &[],
    access: None,
    evaluate,
};

/// The settings already enforce S3's own rules. mParticle's roles also need a prefix.
fn evaluate(snapshot: &Snapshot) -> Evaluated {
    let name = &snapshot.expected.settings.connection.s3_bucket_name;
    if !snapshot.expected.is_role_based() {
        return Err(Outcome::not_applicable("user-based access needs no prefix"));
    }
    let mut observed = Observed::new(counted(name.as_str().len(), "character", "characters"));
    if !name.allows_role_based() {
        observed.error(
            format!("`{name}` does not begin with `{}`", BucketName::ROLE_BASED_PREFIX),
            "use a bucket with that prefix, or user-based access",
        );
    }
    Ok(observed)
}
