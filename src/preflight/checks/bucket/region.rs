//! Compares the bucket's region with the one in the settings (`aws_region`).

use crate::preflight::check::{Definition, Evaluated, Observed};
use crate::preflight::snapshot::Snapshot;
use crate::report::model::Outcome;

pub(in crate::preflight) const CHECK: Definition = Definition {
    id: "region",
    clause: None,
    title: "the region is the one in the settings",
    needs: &["s3:GetBucketLocation"],
    access: None,
    evaluate,
};

fn evaluate(snapshot: &Snapshot) -> Evaluated {
    let configured = &snapshot.expected.settings.configuration.aws_region;
    let region = snapshot.region()?;
    let mut observed = Observed::new(region);
    if region != configured.as_str() {
        let by_header = snapshot.whereabouts.as_ref().is_ok_and(|whereabouts| whereabouts.region.is_some());
        if !snapshot.is_aws && !by_header && region == "us-east-1" {
            // This is the answer of a server without regions.
            return Err(Outcome::skip("the server returns no region with its buckets (x-amz-bucket-region)"));
        }
        observed.error(
            format!("the bucket is in `{region}`, but mParticle is configured for `{configured}`"),
            format!("set `configuration.aws_region` (AWS Region Endpoint in mParticle's form) to `{region}`"),
        );
    }
    Ok(observed)
}
