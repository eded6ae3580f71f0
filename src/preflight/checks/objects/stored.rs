//! How the verification object is stored (SSE-1).

use crate::preflight::check::{Definition, Evaluated, Observed};
use crate::preflight::snapshot::Snapshot;
use crate::settings::ServerSideEncryption;

pub(in crate::preflight) const CHECK: Definition = Definition {
    id: "stored",
    clause: Some("SSE-1"),
    title: "the verification object is encrypted as the settings say",
    needs: &["s3:PutObject", "s3:GetObject"],
    access: None,
    evaluate,
};

/// If the settings request no method, any encryption passes. The check `encryption` reports missing encryption.
fn evaluate(snapshot: &Snapshot) -> Evaluated {
    let write = snapshot.write.as_ref()?;
    let stored = write.stored.as_ref()?;
    let shown = stored.as_ref().map_or("none", |stored| stored.method.as_str());
    let mut observed = Observed::new(match stored {
        Some(stored) => format!("encrypted with {}", stored.method),
        None => "the server reports no encryption".to_owned(),
    });
    let method = snapshot.expected.method();
    if method == ServerSideEncryption::None {
        observed.seen += "; the settings request none";
        return Ok(observed);
    }
    if shown != method.as_str() {
        observed.error(
            format!("expected the encryption `{method}`, found {shown}"),
            "use a server that supports this encryption, or set `server_side_encryption_method` to `None`",
        );
    }
    let asked = snapshot.expected.settings.engine.sse_kms_key_id.as_deref();
    let key = stored.as_ref().and_then(|stored| stored.key_id.as_deref());
    if let (Some(asked), Some(key)) = (asked, key)
        && !asked.contains("alias/")
        && !key.ends_with(asked.rsplit('/').next().unwrap_or(asked))
    {
        observed.error(format!("expected the key `{asked}`, found `{key}`"), "correct `engine.sse_kms_key_id`");
    }
    Ok(observed)
}
