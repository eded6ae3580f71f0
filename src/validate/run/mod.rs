//! Many inputs on many cores. Readers decompress the inputs and cut them into blocks; checkers check the blocks. The blocks in
//! flight are bounded: a block is read only when there is room for it.

mod cancel;
mod check_blocks;
mod fetches;
mod read_inputs;

use std::io::Read;
use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, OnceLock};

use super::contents::Tally;
use super::input::{Input, InputError};
use super::line_checker::LineChecker;
use super::options::Options;
use super::outcome::{Clock, Outcome};
use super::rules::{Explainer, SettingRules};
use super::validator::Validator;
use crate::report::Validation;
use crate::report::model::Report;
pub use cancel::Cancel;
use fetches::Fetches;
use read_inputs::Shared;

/// How many places may be listed on request, over all causes.
const ALL_PLACES: usize = 100_000;

/// Validates what a reader holds. `name` is its name in messages.
pub fn validate_reader(
    name: impl Into<String>,
    reader: impl Read + Send + 'static,
    options: &Options,
) -> Report<Validation> {
    let inputs = [Input::reader(name, reader)];
    validate(&inputs, options, &|_| {}).into_report(&inputs, options)
}

/// Validates a file, the files of a folder, or the files that a pattern matches.
pub fn validate_path(path: &Path, options: &Options) -> Report<Validation> {
    let (inputs, errors) = Input::from_argument(path);
    let mut outcome = validate(&inputs, options, &|_| {});
    outcome.errors.splice(0..0, errors);
    outcome.into_report(&inputs, options)
}

/// Validates all inputs, in the order of their names. `progress` gets the stored bytes as they are read.
///
/// What it finds does not depend on the order of `inputs`, nor on the number of threads. Memory is bounded by `3 * jobs` blocks
/// of 256 KiB, two blocks for each reader, one line of `max_line_bytes`, and a few MiB of counts for each job; a wrong line is
/// held as a tree while it is explained.
pub fn validate(inputs: &[Input], options: &Options, progress: &(dyn Fn(u64) + Sync)) -> Outcome {
    let clock = Clock::start();
    let mut sorted: Vec<&Input> = inputs.iter().collect();
    sorted.sort_by(|a, b| a.name.cmp(&b.name));
    let validator = Validator::new(options.edition);
    let explainer = OnceLock::new();
    let explain = || explainer.get_or_init(|| Explainer::new(options.edition));
    let settings = options.connection.as_ref().map(SettingRules::new);
    // To know the first faults, the places of more have to be known.
    let first = options.max_errors.map_or(0, |most| usize::try_from(most).unwrap_or(usize::MAX));
    let places = if options.all_places { ALL_PLACES.max(first) } else { first };
    let new = || {
        let tally = options.summary.then(|| Tally::new(&validator).with_batch_ids(options.compares_batch_ids()));
        Outcome::new(tally, places, &clock)
    };
    let jobs = options.jobs.get();
    let shared = Shared::new(&sorted, options, progress, Fetches::of(&sorted, options));
    let (sender, receiver) = sync_channel(jobs);
    let receiver = Mutex::new(receiver);
    let (parts, failed) = std::thread::scope(|scope| {
        let (shared, receiver, new) = (&shared, &receiver, &new);
        let (validator, explain, settings) = (&validator, &explain, settings.as_ref());
        let mut threads = Vec::new();
        for _ in 0..shared.fetches.threads() {
            let sender = sender.clone();
            threads.push(scope.spawn(move || shared.read_inputs(&sender, new())));
        }
        drop(sender);
        for _ in 0..jobs {
            threads.push(scope.spawn(move || {
                let mut checker = LineChecker::new(validator, explain, settings, options, new());
                shared.check_blocks(receiver, |origin, block| checker.check(origin, block));
                checker.finish()
            }));
        }
        joined(threads.into_iter().map(|thread| thread.join()))
    });

    let mut outcome = new();
    outcome.event_types = validator.event_types().map(str::to_owned).collect();
    outcome.unread = shared.unread();
    outcome.cancelled = options.cancel.is_cancelled();
    parts.into_iter().for_each(|part| outcome.merge(part));
    let failed = failed + shared.failed_checkers();
    outcome.errors.extend((failed > 0).then_some(InputError::Failed { threads: failed }));
    let name = |index: usize| Arc::from(sorted[index].name.as_str());
    let dates = std::mem::take(&mut outcome.dates);
    outcome.wrong_lines += dates.evaluate(&mut outcome.faults, &mut outcome.open, name);
    if let Some(most) = options.max_errors {
        outcome.stopped = outcome.faults.count() >= most;
        outcome.faults.keep_first(usize::try_from(most).unwrap_or(usize::MAX));
    }
    outcome.finish(options, name);
    outcome
}

/// What the threads return, and how many of them panicked: what these held is lost.
fn joined<T>(threads: impl Iterator<Item = std::thread::Result<T>>) -> (Vec<T>, u64) {
    let (mut parts, mut failed) = (Vec::new(), 0);
    for thread in threads {
        match thread {
            Ok(part) => parts.push(part),
            Err(_) => failed += 1,
        }
    }
    (parts, failed)
}
