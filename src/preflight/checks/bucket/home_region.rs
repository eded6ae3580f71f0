//! Compares the bucket's region with the pod's home region.

use crate::preflight::check::{Definition, Evaluated, Observed};
use crate::preflight::snapshot::Snapshot;
use crate::report::model::Outcome;

pub(in crate::preflight) const CHECK: Definition = Definition {
    id: "home-region",
    clause: Some("ACC-3"),
    title: "the region is the pod's home region",
    needs: &["s3:GetBucketLocation"],
    access: None,
    evaluate,
};

/// A bucket in another region works, but costs transfer and time, so this is a note.
fn evaluate(snapshot: &Snapshot) -> Evaluated {
    let Some(pod) = snapshot.expected.pod else {
        return Err(Outcome::not_applicable("no pod was given (--pod)"));
    };
    let region = snapshot.region()?;
    let mut observed = Observed::new(format!("{region}; the home of {} is {}", pod.name, pod.home_region));
    if region != pod.home_region {
        observed.note(
            format!(
                "the bucket is in `{region}` and the home of {} is `{}`: every upload crosses regions",
                pod.name, pod.home_region
            ),
            "it works; if the transfer matters, use a bucket in the pod's region",
        );
    }
    Ok(observed)
}
