//! Whether the bucket exists.

use crate::preflight::check::{Definition, Evaluated, Observed};
use crate::preflight::snapshot::Snapshot;
use crate::report::model::Outcome;
use crate::store::Presence;

pub(in crate::preflight) const CHECK: Definition = Definition {
    id: "bucket",
    clause: Some("s3_bucket_name"),
    title: "the bucket exists",
    needs: &["s3:ListBucket"],
    access: None,
    evaluate,
};

/// A 403 without a region is no answer: the bucket may or may not exist.
fn evaluate(snapshot: &Snapshot) -> Evaluated {
    let name = &snapshot.expected.settings.connection.s3_bucket_name;
    let whereabouts = snapshot.whereabouts.as_ref()?;
    match whereabouts.presence {
        Presence::There => Ok(Observed::new("it exists")),
        Presence::Elsewhere => Ok(Observed::new("it exists, in another region")),
        // AWS returns a region only for buckets that exist.
        Presence::Hidden if whereabouts.region.is_some() => {
            Ok(Observed::new("it exists; these credentials may not list it"))
        }
        Presence::Hidden => Err(Outcome::Skip {
            reason: "permission s3:ListBucket is missing: HeadBucket: status 403".to_owned(),
            missing_permission: Some("s3:ListBucket".to_owned()),
        }),
        Presence::Missing => {
            let mut observed = Observed::new("it does not exist");
            observed.error(
                format!("the bucket `{name}` does not exist"),
                "create it (terraform/modules/role-based makes one that passes), or correct `connection.s3_bucket_name`",
            );
            Ok(observed)
        }
    }
}
