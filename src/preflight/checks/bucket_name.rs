//! The bucket's name (ACC-2).

use super::super::check::{Check, Judged, Seen, counted};
use super::super::sight::Sight;
use crate::settings::BucketName;

pub(in crate::preflight) const CHECK: Check =
    Check { id: "bucket-name", clause: Some("ACC-2"), title: "the bucket's name", needs: &[], access: None, judge };

/// S3's rules were kept when the settings were read; what is left is the prefix that mParticle's roles demand.
fn judge(sight: &Sight) -> Judged {
    let name = &sight.expected.settings.connection.s3_bucket_name;
    let mut seen = Seen::new(counted(name.as_str().len(), "character", "characters"));
    if sight.expected.is_role_based() && !name.allows_role_based() {
        seen.error(
            format!("`{name}` does not begin with `{}`", BucketName::ROLE_BASED_PREFIX),
            "use a bucket with that prefix, or user-based access",
        );
    }
    Ok(seen)
}
