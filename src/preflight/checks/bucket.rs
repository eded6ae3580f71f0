//! The bucket itself.

use super::super::check::{Check, Judged, Seen, Unjudged};
use super::super::sight::Sight;
use crate::store::Presence;

pub(in crate::preflight) const CHECK: Check = Check {
    id: "bucket",
    clause: Some("s3_bucket_name"),
    title: "the bucket is there",
    needs: &["s3:ListBucket"],
    access: None,
    judge,
};

/// A bucket that is hidden from those who ask may be there or not: that is no answer.
fn judge(sight: &Sight) -> Judged {
    let name = &sight.expected.settings.connection.s3_bucket_name;
    let whereabouts = sight.whereabouts.as_ref()?;
    match whereabouts.presence {
        Presence::There => Ok(Seen::new("it answers")),
        Presence::Elsewhere => Ok(Seen::new("it answers, in another region")),
        // AWS tells the region of a bucket that exists, and of no other.
        Presence::Hidden if whereabouts.region.is_some() => Ok(Seen::new("it is there, and closed to who looks")),
        Presence::Hidden => Err(Unjudged::Skip {
            reason: "s3:ListBucket is missing: HeadBucket: status 403".to_owned(),
            right: Some("s3:ListBucket"),
        }),
        Presence::Missing => {
            let mut seen = Seen::new("there is none");
            seen.error(
                format!("there is no bucket `{name}`"),
                "create it (terraform/modules/role-based makes one that passes), or correct `connection.s3_bucket_name`",
            );
            Ok(seen)
        }
    }
}
