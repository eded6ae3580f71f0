//! Whether S3 itself regards the bucket policy as public.

use crate::preflight::check::{Definition, Evaluated, Observed};
use crate::preflight::snapshot::Snapshot;
use crate::report::model::Outcome;

pub(in crate::preflight) const CHECK: Definition = Definition {
    id: "policy-status",
    clause: Some("ACC-3"),
    title: "S3 does not regard the bucket policy as public",
    needs: &["s3:GetBucketPolicyStatus"],
    access: None,
    evaluate,
};

/// S3 decides by its own rules, and with `RestrictPublicBuckets` it lets no other account use a public bucket.
fn evaluate(snapshot: &Snapshot) -> Evaluated {
    let Some(is_public) = snapshot.policy_is_public.as_ref()? else {
        return Err(Outcome::not_applicable("there is no bucket policy"));
    };
    let mut observed = Observed::new(if *is_public { "public" } else { "not public" });
    if *is_public {
        observed.error(
            "S3 regards the bucket policy as public: with `RestrictPublicBuckets` it then refuses mParticle's roles, without it everyone is let in",
            "remove the statement that allows everyone, or restrict it to fixed values: see `policy check`",
        );
    }
    Ok(observed)
}
