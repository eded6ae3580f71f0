//! Who pays for requests.

use crate::preflight::check::{Definition, Evaluated, Observed};
use crate::preflight::snapshot::Snapshot;

pub(in crate::preflight) const CHECK: Definition = Definition {
    id: "requester-pays",
    clause: None,
    title: "the bucket's owner pays for requests",
    needs: &["s3:GetBucketRequestPayment"],
    access: None,
    evaluate,
};

/// A requester of another account that does not offer to pay gets 403. mParticle is not known to offer it.
fn evaluate(snapshot: &Snapshot) -> Evaluated {
    let mut observed = Observed::new("the owner pays");
    if *snapshot.requester_pays.as_ref()? {
        observed.seen = "the requester pays".to_owned();
        let (message, remedy) = (
            "the requester pays, so S3 refuses requests of mParticle's account without the header x-amz-request-payer",
            "set `Payer=BucketOwner` by `aws s3api put-bucket-request-payment`",
        );
        match snapshot.expected.is_role_based() {
            true => observed.error(message, remedy),
            false => observed.note("the requester pays; the user belongs to the bucket's own account", remedy),
        }
    }
    Ok(observed)
}
