//! The bucket of a run, and the check whether the run may write to it.

use std::path::Path;

use super::super::target::TargetArgs;
use super::super::{Failure, duration};
use super::cases::BUCKET;
use crate::settings::{FolderName, Settings, SettingsFile, TypedDateFolders};

/// The prefix of buckets that are made for conform (ACC-2).
const PREFIX: &str = "mp-forwarding-";

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Target")]
pub(super) struct BucketArgs {
    /// Use the bucket of the settings at AWS
    #[arg(long, conflicts_with = "endpoint", requires = "settings")]
    pub(super) live: bool,
    /// Accept a bucket whose name does not begin with `mp-forwarding-`
    #[arg(long)]
    any_bucket: bool,
    /// Use this folder of the bucket, which is outside the export's own (default: `engine.conform_folder`, else the bucket's root)
    #[arg(long, value_name = "FOLDER")]
    folder: Option<FolderName>,
    /// How long a failed request is repeated, and an answer is waited for, such as `30s` or `2m` (default: the settings, else 30s)
    #[arg(long, value_name = "TIME", value_parser = |text: &str| duration::seconds_within(text, 0..=86_400))]
    deadline: Option<u64>,
}

impl BucketArgs {
    /// Takes the folder, and refuses a bucket that was not made for this and a folder of the export, so that nothing else is
    /// written to by mistake.
    pub(super) fn check(&self, settings: &mut Settings) -> Result<(), Failure> {
        if self.folder.is_some() {
            settings.engine.conform_folder.clone_from(&self.folder);
        }
        settings.engine.deadline_seconds = self.deadline.unwrap_or(settings.engine.deadline_seconds);
        if !is_real(settings, self) {
            return Ok(());
        }
        let bucket = settings.connection.s3_bucket_name.as_str();
        if !bucket.starts_with(PREFIX) && !self.any_bucket {
            return Err(Failure::usage(format!(
                "the bucket `{bucket}` does not begin with `{PREFIX}`: use --any-bucket to write to it anyway"
            )));
        }
        if let (Some(own), Some(export)) = (&settings.engine.conform_folder, &settings.connection.folder_name)
            && format!("{own}/").starts_with(&format!("{export}/"))
        {
            return Err(Failure::usage(format!(
                "`{own}` is in the export's own folder `{export}`, whose readers would take what conform writes for data: \
                 name another folder with --folder or `engine.conform_folder`"
            )));
        }
        Ok(())
    }

    /// Refuses options that only a run on a real bucket uses, if there is none in `settings`; `more` are those that are not in these
    /// arguments.
    pub(super) fn refuse_without_bucket(
        &self,
        settings: &Settings,
        target: &TargetArgs,
        more: &[(bool, &str)],
    ) -> Result<(), Failure> {
        if is_real(settings, self) {
            return Ok(());
        }
        let own = [
            (self.any_bucket, "--any-bucket"),
            (self.folder.is_some(), "--folder"),
            (self.deadline.is_some(), "--deadline"),
        ];
        let of_run = own.iter().chain(more).find_map(|(is_given, name)| is_given.then_some(*name));
        match target.first_given().or(of_run) {
            None => Ok(()),
            Some(name) => Err(Failure::usage(format!(
                "{name} has no effect without a bucket of yours: add --live and --settings FILE for your bucket at AWS, or \
                 --endpoint URL for another server"
            ))),
        }
    }
}

/// A note where the environment names a server and the run does not go there.
pub(super) fn note_endpoint_of_environment() {
    let is_set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if let Some(name) = ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"].into_iter().find(is_set) {
        say!("note: {name} is set and not used: conform writes to the built-in S3. Use --endpoint URL for that server");
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
