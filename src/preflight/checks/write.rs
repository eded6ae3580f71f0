//! The write that mParticle does first: the verification object (ACC-6).

use super::super::answer::{is_forbidden, words};
use super::super::check::{Check, Judged, Seen, Unjudged};
use super::super::sight::Sight;

pub(in crate::preflight) const CHECK: Check = Check {
    id: "write",
    clause: Some("ACC-6"),
    title: "mParticle writes its verification object",
    needs: &["s3:PutObject"],
    access: None,
    judge,
};

/// Another principal's success shows that the bucket takes the object as the settings make it, and nothing of mParticle's
/// rights: that is a skip. Another's refusal for want of a right is one as well; any other refusal is the bucket's.
fn judge(sight: &Sight) -> Judged {
    let write = sight.write.as_ref()?;
    let who = write.caller.as_ref().map_or("a principal that the endpoint does not name", |caller| caller.arn.as_str());
    match &write.outcome {
        Ok(()) if write.as_mparticle => Ok(Seen::new("it was taken")),
        Ok(()) => Err(Unjudged::skip(format!(
            "the bucket took it from {who}, who is not mParticle: that says nothing of mParticle's rights (`may-write` does)"
        ))),
        Err(error) if is_forbidden(error) && !write.as_mparticle => Err(Unjudged::Skip {
            reason: format!("s3:PutObject is missing: {who}, who is not mParticle, was refused: {}", words(error)),
            right: Some("s3:PutObject"),
        }),
        Err(error) if error.status == Some(501) => {
            Err(Unjudged::skip(format!("the server does not know it: {}", words(error))))
        }
        Err(error) => {
            let mut seen = Seen::new("it was not taken");
            seen.error(words(error), error.remedy);
            Ok(seen)
        }
    }
}
