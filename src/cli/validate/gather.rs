//! Collects the inputs of the arguments.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use indicatif::ProgressBar;
use tokio::runtime::Runtime;

use super::keys::Keys;
use super::{Args, put_above};
use crate::cli::target::{connect, for_reading};
use crate::cli::{Failure, Global};
use crate::report::model::counted;
use crate::settings::{BucketName, S3Url, Settings};
use crate::validate::{Bucket, Input, InputError};

/// The inputs, and the errors for paths that were not found.
#[derive(Default)]
pub(in crate::cli) struct Gathered {
    pub(in crate::cli) inputs: Vec<Input>,
    pub(in crate::cli) errors: Vec<InputError>,
}

impl Gathered {
    /// Adds the inputs of all paths, or of a list.
    pub(super) fn add_all(
        &mut self,
        args: &Args,
        settings: Option<&Settings>,
        runtime: &Runtime,
        global: &Global,
    ) -> Result<(), Failure> {
        let Some(list) = &args.keys else {
            let settings = |bucket: &BucketName| self::settings(bucket, args, settings);
            return args.paths.iter().try_for_each(|path| self.add(path, settings, runtime, global));
        };
        let bucket = match &args.paths[..] {
            [] => None,
            [path] => {
                let url = path.to_str().and_then(|text| text.parse::<S3Url>().ok());
                Some(url.ok_or_else(|| Failure::usage(PATH_OF_KEYS))?.bucket)
            }
            _ => return Err(Failure::usage(PATH_OF_KEYS)),
        };
        let keys = Keys::read(list, bucket.as_ref()).map_err(Failure::usage)?;
        if keys.is_empty() {
            let hint = "it names no file";
            self.errors.push(InputError::Empty { name: list.display().to_string(), hint });
        }
        keys.files.iter().for_each(|path| self.add_files(path));
        for (bucket, keys) in keys.objects {
            let settings = self::settings(&bucket.parse().map_err(Failure::usage)?, args, settings)?;
            self.inputs.extend(self::bucket(&settings, runtime)?.objects(keys));
        }
        Ok(())
    }

    /// Adds the inputs of `path`: files, or the objects of a bucket with these settings.
    pub(in crate::cli) fn add(
        &mut self,
        path: &Path,
        settings: impl FnOnce(&BucketName) -> Result<Settings, Failure>,
        runtime: &Runtime,
        global: &Global,
    ) -> Result<(), Failure> {
        let Some(url) = path.to_str().filter(|text| S3Url::is_meant(text)) else {
            self.add_files(path);
            return Ok(());
        };
        let url: S3Url = url.parse().map_err(Failure::usage)?;
        let bucket = bucket(&settings(&url.bucket)?, runtime)?;
        let spinner = if global.quiet { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
        let found = bucket.list(&url.prefix, &|count| {
            spinner.set_message(format!("{} in {url}", counted(count, "object", "objects")))
        });
        spinner.finish_and_clear();
        match found {
            Ok(inputs) => self.inputs.extend(inputs),
            Err(error) => self.errors.push(error),
        }
        Ok(())
    }

    fn add_files(&mut self, path: &Path) {
        let (inputs, errors) = Input::from_argument(path);
        self.inputs.extend(inputs);
        self.errors.extend(errors);
    }

    /// Removes files that the run itself writes.
    pub(super) fn leave_out(&mut self, is_ours: impl Fn(&Path) -> bool) {
        self.inputs.retain(|input| !input.path().is_some_and(&is_ours));
    }
}

/// The error for a PATH beside a list.
const PATH_OF_KEYS: &str = "with `--keys` give no PATH, or one `s3://bucket` whose keys the list has";

/// The settings for a bucket that is read.
fn settings(bucket: &BucketName, args: &Args, settings: Option<&Settings>) -> Result<Settings, Failure> {
    match settings {
        Some(settings) => {
            let mut settings = settings.clone();
            settings.connection.s3_bucket_name = bucket.clone();
            Ok(settings)
        }
        None => for_reading(bucket, |typed| put_above(args, typed)).map_err(Failure::usage),
    }
}

fn bucket(settings: &Settings, runtime: &Runtime) -> Result<Arc<Bucket>, Failure> {
    let store = runtime.block_on(connect(settings))?;
    let deadline = Duration::from_secs(settings.engine.deadline_seconds);
    let name = settings.connection.s3_bucket_name.as_str();
    Ok(Bucket::new(name, Arc::new(store), runtime.handle().clone(), deadline))
}
