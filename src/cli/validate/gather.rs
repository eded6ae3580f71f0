//! Collects the inputs of the arguments.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use indicatif::ProgressBar;
use tokio::runtime::Runtime;

use super::{Args, put_above};
use crate::cli::target::{TargetArgs, connect, for_reading};
use crate::cli::{Failure, Global};
use crate::report::model::counted;
use crate::settings::{S3Url, Settings};
use crate::validate::{Bucket, Input, InputError};

/// The inputs, and the errors for paths that were not found.
#[derive(Default)]
pub(in crate::cli) struct Gathered {
    pub(in crate::cli) inputs: Vec<Input>,
    pub(in crate::cli) errors: Vec<InputError>,
}

impl Gathered {
    /// Adds the inputs of `path`: files, or the objects of a bucket.
    pub(super) fn add(
        &mut self,
        path: &Path,
        args: &Args,
        settings: Option<&Settings>,
        runtime: &Runtime,
        global: &Global,
    ) -> Result<(), Failure> {
        let Some(url) = path.to_str().filter(|text| S3Url::is_meant(text)) else {
            let (inputs, errors) = Input::from_argument(path);
            self.inputs.extend(inputs);
            self.errors.extend(errors);
            return Ok(());
        };
        let url: S3Url = url.parse().map_err(Failure::usage)?;
        let settings = match settings {
            Some(settings) => {
                let mut settings = settings.clone();
                settings.connection.s3_bucket_name = url.bucket.clone();
                settings
            }
            None => for_reading(&url.bucket, |typed| put_above(args, typed)).map_err(Failure::usage)?,
        };
        let deadline = Duration::from_secs(settings.engine.deadline_seconds);
        self.add_objects(&url, &settings, deadline, runtime, global)
    }

    /// Adds the inputs of `path` where there are no settings: files, or the objects of a bucket.
    pub(in crate::cli) fn add_reading(
        &mut self,
        path: &Path,
        target: &TargetArgs,
        deadline: Duration,
        runtime: &Runtime,
        global: &Global,
    ) -> Result<(), Failure> {
        let Some(url) = path.to_str().filter(|text| S3Url::is_meant(text)) else {
            let (inputs, errors) = Input::from_argument(path);
            self.inputs.extend(inputs);
            self.errors.extend(errors);
            return Ok(());
        };
        let url: S3Url = url.parse().map_err(Failure::usage)?;
        let settings = for_reading(&url.bucket, |typed| target.override_file(typed)).map_err(Failure::usage)?;
        self.add_objects(&url, &settings, deadline, runtime, global)
    }

    fn add_objects(
        &mut self,
        url: &S3Url,
        settings: &Settings,
        deadline: Duration,
        runtime: &Runtime,
        global: &Global,
    ) -> Result<(), Failure> {
        let store = runtime.block_on(connect(settings))?;
        let bucket = Bucket::new(url.bucket.as_str(), Arc::new(store), runtime.handle().clone(), deadline);
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

    /// Removes files that the run itself writes.
    pub(super) fn leave_out(&mut self, is_ours: impl Fn(&Path) -> bool) {
        self.inputs.retain(|input| !input.path().is_some_and(&is_ours));
    }
}
