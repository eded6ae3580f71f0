//! Compares the bucket's default encryption with the settings.

use crate::preflight::check::{Definition, Evaluated, Observed};
use crate::preflight::snapshot::Snapshot;
use crate::settings::ServerSideEncryption;
use crate::store::DefaultEncryption;

pub(in crate::preflight) const CHECK: Definition = Definition {
    id: "encryption",
    clause: Some("server_side_encryption_method"),
    title: "the settings' encryption fits the bucket's default",
    needs: &["s3:GetEncryptionConfiguration"],
    access: None,
    evaluate,
};

const BY_DEFAULT: &str = "set the bucket's default encryption to the ARN of a key of yours, and \
                          `server_side_encryption_method` to `None`: mParticle has no setting for a key";

/// Whether the key is named without its account (ACC-10). Servers other than AWS give keys names of any form.
fn is_resolved_by_writer(key: &str) -> bool {
    let is_id = |text: &str| {
        let parts: Vec<usize> = text.split('-').map(str::len).collect();
        text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-') && parts == [8, 4, 4, 4, 12]
    };
    key.starts_with("alias/") || key.contains(":alias/") || key.starts_with("mrk-") || is_id(key)
}

/// A key that AWS manages (`aws/s3`) works within one account only. mParticle's roles belong to another account.
fn evaluate(snapshot: &Snapshot) -> Evaluated {
    let expected = &snapshot.expected;
    let method = expected.method();
    let default = snapshot.encryption.as_ref()?;
    let shown = default.as_ref().map_or("none".to_owned(), |default| default.method.clone());
    let mut observed = Observed::new(format!("bucket default: {shown}; settings: {method}"));
    let wants_managed_key = method.uses_kms() && expected.settings.engine.sse_kms_key_id.is_none();
    if expected.is_role_based() && wants_managed_key {
        observed.error(
            format!("`{method}` without a key selects the key that AWS manages for the writer's account: mParticle's roles cannot use yours, and you cannot use theirs"),
            BY_DEFAULT,
        );
    }
    if expected.is_role_based()
        && let Some(key) = expected.settings.engine.sse_kms_key_id.as_deref().filter(|key| is_resolved_by_writer(key))
    {
        observed.error(
            format!("`engine.sse_kms_key_id` is `{key}`, an alias or a bare id, which S3 looks up in the account of the writer: mParticle's roles do not find it (ACC-10)"),
            "set it to the full ARN of the key, `arn:aws:kms:REGION:ACCOUNT:key/ID`",
        );
    }
    match (method, default) {
        (ServerSideEncryption::None, None) => observed.warning(
            "neither the bucket nor the settings request encryption: objects are stored unencrypted",
            "set a default with `aws s3api put-bucket-encryption`, or `server_side_encryption_method`",
        ),
        (ServerSideEncryption::None, Some(DefaultEncryption { method, key_id: None, .. }))
            if method.starts_with("aws:kms") && expected.is_role_based() =>
        {
            observed.error(
                format!("the bucket's default is `{method}` with the key that AWS manages (aws/s3), which mParticle's roles cannot use from their account"),
                "set the default to the ARN of a key of yours, whose policy allows mParticle's roles, or to `AES256`",
            );
        }
        (ServerSideEncryption::None, Some(DefaultEncryption { key_id: Some(key), .. }))
            if expected.is_role_based() && is_resolved_by_writer(key) =>
        {
            observed.error(
                format!("the bucket's default key `{key}` is an alias or a bare id, which S3 looks up in the account of the writer: mParticle's roles do not find it (ACC-10)"),
                "set the default to the full ARN of the key, `arn:aws:kms:REGION:ACCOUNT:key/ID`",
            );
        }
        (ServerSideEncryption::Aes256, Some(default)) if default.method != "AES256" => observed.warning(
            format!("the settings request `AES256`, so objects do not get the bucket's `{}`", default.method),
            "set `server_side_encryption_method` to `None`: the bucket's default then applies",
        ),
        (
            ServerSideEncryption::AwsKms | ServerSideEncryption::AwsKmsDsse,
            Some(DefaultEncryption { key_id: Some(key), .. }),
        ) => {
            let asked = expected.settings.engine.sse_kms_key_id.as_deref();
            if asked.is_some_and(|asked| asked != key) {
                observed.warning(
                    format!(
                        "the settings name the key `{}`, but the bucket's default is `{key}`",
                        asked.unwrap_or_default()
                    ),
                    "use the same key in both, so that one key policy decides",
                );
            }
        }
        _ => {}
    }
    if let Some(default) = default
        && default.method == "aws:kms"
        && !default.bucket_key
    {
        observed.note("the bucket key is off: each object costs a request to KMS", "turn on `BucketKeyEnabled`");
    }
    Ok(observed)
}
