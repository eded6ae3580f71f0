//! The rules between settings.

use super::check::Problems;
use super::{BucketName, Settings};

/// Notes all settings that contradict each other. A rule is skipped if one of its settings is already refused: its
/// placeholder says nothing.
pub(super) fn check(settings: &Settings, problems: &mut Problems) {
    let Settings { configuration, connection, engine } = settings;
    let bucket = &connection.s3_bucket_name;
    let method = connection.server_side_encryption_method;
    let mut refuse = |paths: &[&str], message: String| {
        if let [path, ..] = paths
            && paths.iter().all(|path| problems.is_sound(path))
        {
            problems.add(path, message);
        }
    };

    if engine.endpoint.is_none() && !names_endpoint() && !configuration.aws_region.has_aws_form() {
        refuse(
            &["configuration.aws_region", "engine.endpoint"],
            format!(
                "`{}` is not a region of AWS: write its code, such as `us-east-1`; for another S3 server set \
                 `engine.endpoint`",
                configuration.aws_region
            ),
        );
    }
    if settings.is_role_based() && !bucket.allows_role_based() {
        refuse(
            &[
                "connection.s3_bucket_name",
                "configuration.access_key_id",
                "configuration.secret_access_key",
                "engine.iam_user",
            ],
            format!(
                "`{bucket}` must begin with `{}` for role-based access: rename the bucket, or set \
                 `configuration.access_key_id` and `configuration.secret_access_key`, or name the user in \
                 `engine.iam_user`",
                BucketName::ROLE_BASED_PREFIX
            ),
        );
    }
    if engine.virtual_host && engine.endpoint.as_ref().is_some_and(|endpoint| endpoint.is_address()) {
        let why = "a bucket cannot be part of an IP address: name the host in `engine.endpoint`, or turn this off";
        refuse(&["engine.virtual_host", "engine.endpoint"], why.to_owned());
    }
    if engine.virtual_host && engine.endpoint.is_none() {
        let why = "AWS itself always uses virtual hosts: set `engine.endpoint` too, or turn this off";
        refuse(&["engine.virtual_host", "engine.endpoint"], why.to_owned());
    }
    if engine.external_id.is_some() && engine.role_arn.is_none() {
        let why = "it is only used to assume a role: set `engine.role_arn` too, or unset it";
        refuse(&["engine.external_id", "engine.role_arn"], why.to_owned());
    }
    if engine.sse_kms_key_id.is_some() && !method.uses_kms() {
        refuse(
            &["engine.sse_kms_key_id", "connection.server_side_encryption_method"],
            format!(
                "`connection.server_side_encryption_method` is `{method}` and uses no key: set it to `aws:kms` or \
                 `aws:kms:dsse`, or unset the key"
            ),
        );
    }
    if engine.buffer_bytes < engine.max_line_bytes {
        refuse(
            &["engine.buffer_bytes", "engine.max_line_bytes"],
            format!(
                "`{}` is less than `engine.max_line_bytes`, `{}`: the longest line would not fit; raise the one or \
                 lower the other",
                engine.buffer_bytes, engine.max_line_bytes
            ),
        );
    }
}

/// Whether the environment names an S3 server, by the SDK's variables.
fn names_endpoint() -> bool {
    ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|url| !url.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Connection, DateFolders};

    /// Settings that hold, after one change.
    fn changed(change: impl FnOnce(&mut Settings)) -> Vec<String> {
        let bucket = "mp-forwarding-acme".parse().unwrap();
        let mut settings = Settings::new(Connection::new(bucket, DateFolders::None));
        settings.check().unwrap();
        change(&mut settings);
        let problems = settings.check().err().map(|error| error.problems().to_vec()).unwrap_or_default();
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn each_rule_names_both_sides() {
        let cases: [(Vec<String>, &str, &str); 6] = [
            (
                changed(|s| s.configuration.aws_region = "garage".parse().unwrap()),
                "configuration.aws_region: `garage`",
                "`engine.endpoint`",
            ),
            (
                changed(|s| s.connection.s3_bucket_name = "acme".parse().unwrap()),
                "connection.s3_bucket_name: `acme` must begin with `mp-forwarding-`",
                "`configuration.access_key_id`",
            ),
            (
                changed(|s| {
                    s.engine.endpoint = "http://127.0.0.1:1".parse().ok();
                    s.engine.virtual_host = true;
                }),
                "engine.virtual_host: ",
                "`engine.endpoint`",
            ),
            (changed(|s| s.engine.external_id = Some("ab".into())), "engine.external_id: ", "`engine.role_arn`"),
            (
                changed(|s| s.engine.sse_kms_key_id = Some("key".into())),
                "engine.sse_kms_key_id: ",
                "`connection.server_side_encryption_method` is `None`",
            ),
            (changed(|s| s.engine.buffer_bytes = 1), "engine.buffer_bytes: `1`", "`engine.max_line_bytes`"),
        ];
        for (problems, start, other) in cases {
            assert!(
                matches!(problems.as_slice(), [one] if one.starts_with(start) && one.contains(other)),
                "{start}: {problems:?}"
            );
        }
    }
}
