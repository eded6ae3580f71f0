//! Many inputs on many cores. Readers decompress the inputs and cut them into blocks; checkers check the blocks. The blocks in
//! flight are bounded: a block is read only when there is room for it.

use std::io::Read;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, OnceLock, PoisonError};

use super::contents::Tally;
use super::findings::LineFault;
use super::input::{Block, Blocks, Folder, Input, InputError, LongLines, Stored, is_damage};
use super::line_checker::{BlockOrigin, LineChecker};
use super::options::Options;
use super::outcome::{Clock, Outcome};
use super::rules::{Explainer, NameRules, SettingRules};
use super::validator::Validator;
use crate::ndjson::Compression;
use crate::report::Validation;
use crate::report::model::Report;

/// The number of objects that are fetched at once, whatever the number of threads: most of their time is the network's.
const FETCHES: usize = 8;

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

/// Validates all inputs. `progress` gets the stored bytes as they are read.
///
/// Memory is bounded by `3 * jobs` blocks of 256 KiB, two blocks for each reader, one line of `max_line_bytes`, and a few MiB of
/// counts for each job; a wrong line is held as a tree while it is explained.
pub fn validate(inputs: &[Input], options: &Options, progress: &(dyn Fn(u64) + Sync)) -> Outcome {
    let clock = Clock::start();
    let validator = Validator::new(options.edition);
    let explainer = OnceLock::new();
    let explain = || explainer.get_or_init(|| Explainer::new(options.edition));
    let settings = options.connection.as_ref().map(SettingRules::new);
    let new = || Outcome::new(options.summary.then(|| Tally::new(&validator)), Vec::new(), &clock);
    let shared = Shared {
        inputs,
        options,
        names: NameRules { files: options.names, connection: options.connection.as_ref() },
        progress,
        next: AtomicUsize::new(0),
        used: Mutex::default(),
        long_lines: LongLines::default(),
        found: AtomicU64::new(0),
        stop: AtomicBool::new(false),
    };
    let jobs = options.jobs.get();
    let readers = if inputs.iter().any(Input::is_object) { jobs.max(FETCHES) } else { jobs };
    let (sender, receiver) = sync_channel(jobs);
    let receiver = Mutex::new(receiver);
    let parts: Vec<Outcome> = std::thread::scope(|scope| {
        let (shared, receiver, new) = (&shared, &receiver, &new);
        let (validator, explain, settings) = (&validator, &explain, settings.as_ref());
        let mut threads = Vec::new();
        for _ in 0..readers.min(inputs.len()).max(1) {
            let sender = sender.clone();
            threads.push(scope.spawn(move || shared.read_inputs(&sender, new())));
        }
        drop(sender);
        for _ in 0..jobs {
            threads.push(scope.spawn(move || {
                let mut checker = LineChecker::new(validator, explain, settings, options, new());
                shared.check_blocks(&mut checker, receiver);
                checker.finish()
            }));
        }
        threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
    });

    let mut outcome = new();
    outcome.event_types = validator.event_types().map(str::to_owned).collect();
    outcome.stopped = options.max_errors.is_some_and(|most| shared.found.load(Ordering::Relaxed) >= most);
    outcome.unread = inputs.len().saturating_sub(shared.next.load(Ordering::Relaxed)) as u64;
    parts.into_iter().for_each(|part| outcome.merge(part));
    outcome.errors.sort_by_key(ToString::to_string);
    outcome
}

struct Shared<'a> {
    inputs: &'a [Input],
    options: &'a Options,
    names: NameRules<'a>,
    progress: &'a (dyn Fn(u64) + Sync),
    next: AtomicUsize,
    /// Blocks to read into again.
    used: Mutex<Vec<Block>>,
    long_lines: LongLines,
    found: AtomicU64,
    stop: AtomicBool,
}

/// A block on its way from a reader to a checker.
type Sent = (BlockOrigin, Block);

/// The checkers have stopped and take no more blocks.
struct Stopped;

impl Shared<'_> {
    fn read_inputs(&self, sender: &SyncSender<Sent>, mut reads: Outcome) -> Outcome {
        loop {
            if self.stop.load(Ordering::Relaxed) {
                return reads;
            }
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(input) = self.inputs.get(index) else { return reads };
            match self.read_input(index, input, sender, &mut reads) {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    if error.is_final() {
                        self.stop.store(true, Ordering::Relaxed);
                    }
                    reads.errors.push(error);
                }
                Err(Stopped) => return reads,
            }
        }
    }

    fn read_input(
        &self,
        index: usize,
        input: &Input,
        sender: &SyncSender<Sent>,
        reads: &mut Outcome,
    ) -> Result<Result<(), InputError>, Stopped> {
        let failed = |line, source| Ok(Err(InputError::Read { name: input.name.clone(), line, source }));
        let before = input.size();
        let reader = match input.open() {
            Ok(Some(reader)) => reader,
            Ok(None) => {
                reads.vanished += 1;
                return Ok(Ok(()));
            }
            Err(error) => return Ok(Err(error)),
        };
        let stored = match Stored::new(reader, self.options.max_expansion) {
            Ok(stored) => stored,
            Err(error) => return failed(0, error),
        };
        reads.files += 1;
        let compression = stored.compression();
        let is_verification = self.names.is_verification(input);
        let key = self.names.key(input).filter(|_| !is_verification);
        reads.names += u64::from(key.is_some());
        let faults = if is_verification { Vec::new() } else { self.names.check(key.as_ref(), compression) };
        let mut fault = |line: u64, fault: LineFault| {
            reads.faults.add(index, line, fault);
            self.count(1);
        };
        faults.into_iter().for_each(|found| fault(0, found));
        let origin = BlockOrigin { input: index, folder: Folder::of(key.as_ref()) };

        let mut blocks = Blocks::new(stored, self.options.max_line_bytes, self.long_lines.clone());
        let (mut empty, mut reported) = (true, 0);
        loop {
            let used = self.used.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
            let mut block = match blocks.next(used) {
                Ok(Some(block)) => block,
                Ok(None) => break,
                Err(_) if input.changed_since(before).is_some() => break,
                Err(error) if compression == Compression::Gzip && is_damage(&error) => {
                    let message = format!("the gzip stream cannot be read to its end: {error}");
                    fault(blocks.line() - 1, LineFault::message("FILE-2", message));
                    empty = false;
                    break;
                }
                Err(error) => return failed(blocks.line() - 1, error),
            };
            let read = blocks.reader().stored_bytes();
            (self.progress)(read - reported);
            reported = read;
            empty = false;
            if is_verification {
                if block.text() != b"{}" {
                    let message = "a verification object contains the two bytes `{}`; this one has other content";
                    fault(0, LineFault::message("ACC-6", message));
                }
                reads.verifications += 1;
                break;
            }
            // A line that is still being written is not wrong.
            let unended = block.text().last().is_some_and(|byte| *byte != b'\n');
            if unended && input.changed_since(before).is_some() && !block.cut_unended() {
                break;
            }
            if self.stop.load(Ordering::Relaxed) || sender.send((origin, block)).is_err() {
                reads.stored_bytes += reported;
                return Err(Stopped);
            }
        }
        let changed = input.changed_since(before);
        if empty && changed.is_none() {
            let message = "the file is empty; a file without batches must not be written";
            fault(0, LineFault::message("FILE-1", message));
        }
        reads.stored_bytes += blocks.reader().stored_bytes();
        if !is_verification {
            reads.contents.add(&input.name, blocks.reader().stored_bytes());
        }
        (self.progress)(blocks.reader().stored_bytes() - reported);
        Ok(changed.map_or(Ok(()), Err))
    }

    fn check_blocks(&self, checker: &mut LineChecker<'_>, receiver: &Mutex<Receiver<Sent>>) {
        loop {
            let next = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
            // No reader is left.
            let Ok((origin, block)) = next else { return };
            if !self.stop.load(Ordering::Relaxed) {
                self.count(checker.check(origin, &block));
            }
            self.used.lock().unwrap_or_else(PoisonError::into_inner).push(block.emptied());
        }
    }

    /// Counts faults, and stops everything when there are too many.
    fn count(&self, faults: u64) {
        let found = self.found.fetch_add(faults, Ordering::Relaxed) + faults;
        if faults > 0 && self.options.max_errors.is_some_and(|most| found >= most) {
            self.stop.store(true, Ordering::Relaxed);
        }
    }
}
