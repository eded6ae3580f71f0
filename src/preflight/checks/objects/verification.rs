//! Checks that the verification object, which mParticle writes first, can be written (ACC-6).

use crate::preflight::answer::{is_forbidden, words};
use crate::preflight::check::{Definition, Evaluated, Observed};
use crate::preflight::snapshot::Snapshot;
use crate::report::model::Outcome;

pub(in crate::preflight) const CHECK: Definition = Definition {
    id: "write",
    clause: Some("ACC-6"),
    title: "mParticle writes its verification object",
    needs: &["s3:PutObject"],
    access: None,
    evaluate,
};

/// If another principal writes the object or lacks the permission, this says nothing about mParticle's permissions, so
/// the check is skipped. Any other refusal comes from the bucket.
fn evaluate(snapshot: &Snapshot) -> Evaluated {
    let write = snapshot.write.as_ref()?;
    let who = write.caller.as_ref().map_or("an unknown principal", |caller| caller.arn.as_str());
    match &write.outcome {
        Ok(()) if write.as_mparticle => Ok(Observed::new("it was written")),
        Ok(()) => Err(Outcome::skip(format!(
            "it was written by {who}, not by mParticle, so it says nothing about mParticle's permissions: see `may-write`"
        ))),
        Err(error) if is_forbidden(error) && !write.as_mparticle => Err(Outcome::Skip {
            reason: format!("permission s3:PutObject is missing for {who}, which is not mParticle: {}", words(error)),
            missing_permission: Some("s3:PutObject".to_owned()),
        }),
        Err(error) => {
            let mut observed = Observed::new("it was refused");
            observed.error(words(error), error.remedy);
            Ok(observed)
        }
    }
}
