//! `mp-forwarding conform --observe s3://bucket/prefix`: checks an existing bucket. The input is not known, so only the
//! checks that need no input run. Nothing is written.

mod report;
mod sampling;

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::super::spinner::spinner;
use super::super::target::{connect, for_reading};
use super::super::{ExitCode, Failure, Global};
use super::run::RunArgs;
use crate::contract::object_key::ObjectName;
use crate::contract::schema::{Edition, Form};
use crate::report::model::{Check, counted};
use crate::settings::{S3Url, Settings};
use crate::store::Store;
use crate::validate::{Bucket, Input, Options, Outcome, validate};
use sampling::Seen;

/// Everything that was read from a bucket.
struct Observed {
    target: String,
    /// The settings of the writer, if given.
    declared: Option<Settings>,
    outcome: Outcome,
    options: Options,
    /// The objects that the export wrote or should have written.
    inputs: Vec<Input>,
    /// The keys of all other objects.
    foreign: Vec<String>,
    seen: Seen,
    started: Instant,
    started_at: Timestamp,
}

pub(super) fn run(args: &RunArgs, url: &S3Url, global: &Global) -> Result<ExitCode, Failure> {
    let (started, started_at) = (Instant::now(), Timestamp::now());
    args.report.keep_apart(&args.settings, [])?;
    let reports = args.report.open()?;
    let declared = match &args.settings {
        Some(path) => {
            Some(Settings::load_with(path, |typed| args.target.override_file(typed)).map_err(Failure::usage)?)
        }
        None => None,
    };
    let settings = match declared.clone() {
        Some(mut settings) => {
            settings.connection.s3_bucket_name = url.bucket.clone();
            settings
        }
        None => for_reading(&url.bucket, |typed| args.target.override_file(typed)).map_err(Failure::usage)?,
    };
    // The runtime must exist until the last object is read.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(Failure::usage)?;
    let store = runtime.block_on(connect(&settings))?;
    let target = format!("{}, keys that begin with `{}`", store.name(), url.prefix);
    let deadline = Duration::from_secs(settings.engine.deadline_seconds);
    let bucket = Bucket::new(url.bucket.as_str(), Arc::new(store), runtime.handle().clone(), deadline);
    let spinner = spinner(global);
    let listed = bucket
        .list(&url.prefix, &|count| spinner.set_message(format!("{} in {url}", counted(count, "object", "objects"))));
    let (inputs, foreign): (Vec<_>, Vec<_>) = listed.map_err(Failure::target)?.into_iter().partition(is_of_export);
    if inputs.is_empty() {
        return Err(Failure::usage(format!("there is no object of the export in `{url}`")));
    }
    let options = options(&settings, declared.is_some());
    spinner.set_message(counted(inputs.len(), "file", "files"));
    let outcome = validate(&inputs, &options, &|_| {});
    let seen = Seen::of(&inputs, options.max_line_bytes);
    spinner.finish_and_clear();
    let foreign = foreign.into_iter().filter_map(|input| input.key).collect();
    let mut report =
        Observed { target, declared, outcome, options, inputs, foreign, seen, started, started_at }.report();
    let filter = args.cases.checks();
    let names = report.checks.iter().flat_map(|check| [check.id.as_str(), check.clause.as_deref().unwrap_or_default()]);
    filter.require_matches("check", names).map_err(Failure::usage)?;
    let matches =
        |check: &Check| filter.matches(&check.id) || filter.matches(check.clause.as_deref().unwrap_or_default());
    report.checks.retain(matches);
    report.findings.retain(|finding| report.checks.iter().any(|check| check.id == finding.check));
    Ok(reports.finish(&report, global.quiet, ExitCode::of(&report)))
}

fn options(settings: &Settings, is_declared: bool) -> Options {
    let is_raw = is_declared && settings.connection.raw_data_feed;
    let form = if is_raw { Form::Inbound } else { Form::Outbound };
    Options {
        connection: is_declared.then(|| settings.connection.clone()),
        max_line_bytes: usize::try_from(settings.engine.max_line_bytes).unwrap_or(usize::MAX),
        ..Options::new(Edition { form, strict: false })
    }
}

/// Whether the export wrote an object or should have written it: its name ends like an export file.
fn is_of_export(input: &Input) -> bool {
    let name = name_of(input);
    name.parse::<ObjectName>().is_ok() || name.ends_with(".txt") || name.ends_with(".txt.gz")
}

fn name_of(input: &Input) -> &str {
    let key = input.key.as_deref().unwrap_or(&input.name);
    key.rsplit('/').next().unwrap_or(key)
}
