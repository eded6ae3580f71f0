//! How the bucket keeps the verification object (SSE-1).

use super::super::check::{Check, Judged, Seen};
use super::super::sight::Sight;
use crate::settings::ServerSideEncryption;

pub(in crate::preflight) const CHECK: Check = Check {
    id: "stored",
    clause: Some("SSE-1"),
    title: "it is kept encrypted as asked",
    needs: &["s3:PutObject", "s3:GetObject"],
    access: None,
    judge,
};

/// Without a method in the settings whatever the bucket does is right; `encryption` looks at that.
fn judge(sight: &Sight) -> Judged {
    let write = sight.write.as_ref()?;
    let kept = write.kept.as_ref()?;
    let shown = kept.as_ref().map_or("not encrypted", |kept| kept.method.as_str());
    let mut seen = Seen::new(shown);
    let method = sight.expected.method();
    if method == ServerSideEncryption::None {
        return Ok(seen);
    }
    if shown != method.as_str() {
        seen.error(
            format!("`{method}` was asked for, and it is kept {shown}"),
            "use a server that keeps what is asked for, or set `server_side_encryption_method` to `None`",
        );
    }
    let asked = sight.expected.settings.engine.sse_kms_key_id.as_deref();
    let key = kept.as_ref().and_then(|kept| kept.key_id.as_deref());
    if let (Some(asked), Some(key)) = (asked, key)
        && !asked.contains("alias/")
        && !key.ends_with(asked.rsplit('/').next().unwrap_or(asked))
    {
        seen.error(
            format!("the key `{asked}` was asked for, and it is kept with `{key}`"),
            "correct `engine.sse_kms_key_id`",
        );
    }
    Ok(seen)
}
