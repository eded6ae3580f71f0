//! The bucket of a run, and the check whether the run may write to it.

use std::path::Path;

use super::super::Failure;
use super::super::target::TargetArgs;
use super::cases::BUCKET;
use crate::settings::{Settings, SettingsFile, TypedDateFolders};

/// The prefix of buckets that are made for conform (ACC-2).
const PREFIX: &str = "mp-forwarding-";

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Target")]
pub(super) struct BucketArgs {
    /// Write to AWS
    #[arg(long, conflicts_with = "endpoint", requires = "settings")]
    pub(super) live: bool,
    /// Accept a bucket whose name does not begin with `mp-forwarding-`
    #[arg(long)]
    any_bucket: bool,
}

impl BucketArgs {
    /// Refuses a bucket without the prefix, so that no other bucket is written to by mistake.
    pub(super) fn check(&self, settings: &Settings) -> Result<(), Failure> {
        let bucket = settings.connection.s3_bucket_name.as_str();
        if bucket.starts_with(PREFIX) || self.any_bucket || !is_real(settings, self) {
            return Ok(());
        }
        Err(Failure::usage(format!(
            "the bucket `{bucket}` does not begin with `{PREFIX}`: use --any-bucket to write to it anyway"
        )))
    }
}

/// Whether the run uses the bucket of a server instead of the built-in S3.
pub(super) fn is_real(settings: &Settings, bucket: &BucketArgs) -> bool {
    settings.engine.endpoint.is_some() || bucket.live
}

/// The settings of the file, or those of the built-in cases, each of which has its own connection. `bucket` is the
/// bucket in the policies, if there are any.
pub(super) fn settings(file: Option<&Path>, target: &TargetArgs, bucket: Option<&str>) -> Result<Settings, Failure> {
    let options = |typed: &mut SettingsFile| target.override_file(typed);
    match file {
        Some(path) => Settings::load_with(path, options),
        None => {
            let mut typed = SettingsFile::default();
            typed.connection.s3_bucket_name = Some(bucket.unwrap_or(BUCKET).to_owned());
            typed.connection.store_data_in_folders_by_date = Some(TypedDateFolders::None);
            options(&mut typed);
            Settings::try_from(typed)
        }
    }
    .map_err(Failure::usage)
}
