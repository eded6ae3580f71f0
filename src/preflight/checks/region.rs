//! The bucket's region against the one that mParticle is told (`aws_region`).

use super::super::check::{Check, Judged, Seen, Unjudged};
use super::super::sight::Sight;

pub(in crate::preflight) const CHECK: Check = Check {
    id: "region",
    clause: None,
    title: "the region is that of the settings",
    needs: &["s3:GetBucketLocation"],
    access: None,
    judge,
};

/// The region is told with the bucket on AWS, to everybody, and else by the bucket's own account of it.
fn judge(sight: &Sight) -> Judged {
    let told = &sight.expected.settings.configuration.aws_region;
    let region = of(sight)?;
    let mut seen = Seen::new(region);
    if region != told.as_str() {
        let by_header = sight.whereabouts.as_ref().is_ok_and(|whereabouts| whereabouts.region.is_some());
        if !sight.is_aws && !by_header && region == "us-east-1" {
            // What a server answers that knows no regions.
            return Err(Unjudged::skip("the server names no region with its buckets (x-amz-bucket-region)"));
        }
        seen.error(
            format!("the bucket is in `{region}`, and mParticle is told `{told}`"),
            format!("set `configuration.aws_region` (AWS Region Endpoint in mParticle's form) to `{region}`"),
        );
    }
    Ok(seen)
}

/// The bucket's region.
pub(super) fn of(sight: &Sight) -> Result<&str, Unjudged> {
    match &sight.whereabouts {
        Ok(whereabouts) if whereabouts.region.is_some() => Ok(whereabouts.region.as_deref().unwrap_or_default()),
        _ => Ok(sight.location.as_ref()?.as_str()),
    }
}
