//! The bucket's region against the one that the pod lives in.

use super::super::check::{Check, Judged, Seen, Unjudged};
use super::super::sight::Sight;
use super::region;

pub(in crate::preflight) const CHECK: Check = Check {
    id: "home-region",
    clause: Some("ACC-3"),
    title: "the region is the pod's home",
    needs: &["s3:GetBucketLocation"],
    access: None,
    judge,
};

/// A bucket elsewhere works: it costs transfer and time, so this is a note.
fn judge(sight: &Sight) -> Judged {
    let Some(pod) = sight.expected.pod else {
        return Err(Unjudged::not_applicable("no pod is named (--pod)"));
    };
    let region = region::of(sight)?;
    let mut seen = Seen::new(format!("{region}, {} lives in {}", pod.name, pod.home_region));
    if region != pod.home_region {
        seen.note(
            format!(
                "the bucket is in `{region}` and {} lives in `{}`: what is written crosses regions",
                pod.name, pod.home_region
            ),
            "it works; where transfer matters, use a bucket in the pod's region",
        );
    }
    Ok(seen)
}
