//! What the server lets in.

use std::path::PathBuf;

use async_trait::async_trait;
use s3s::access::{S3Access, S3AccessContext};
use s3s::{S3Result, s3_error};

/// What a real S3 refuses and the file system backend lets through.
pub(super) struct Gate {
    pub(super) root: PathBuf,
}

#[async_trait]
impl S3Access for Gate {
    async fn check(&self, context: &mut S3AccessContext<'_>) -> S3Result<()> {
        if context.credentials().is_none() {
            return Err(s3_error!(AccessDenied, "the request is not signed"));
        }
        match context.s3_path().as_object() {
            Some((bucket, _)) if !self.root.join(bucket).is_dir() => Err(s3_error!(NoSuchBucket)),
            Some((bucket, key)) if !is_keepable(bucket, key) => Err(s3_error!(
                KeyTooLongError,
                "the embedded S3 keeps keys of about 140 bytes: shorten the app name or the folder, or use another server"
            )),
            _ => Ok(()),
        }
    }
}

/// The backend keeps what it knows of an object in a file whose name spells bucket and key in base64, and a file's name
/// has 255 bytes.
fn is_keepable(bucket: &str, key: &str) -> bool {
    let base64 = |text: &str| (text.len() * 4).div_ceil(3);
    base64(bucket) + base64(key) + ".bucket-.object-.metadata.json".len() <= 255
}
