//! Many inputs on many cores. Readers decompress the inputs and cut them into blocks; checkers check the blocks. The blocks in
//! flight are bounded: a block is read only when there is room for it.

use std::collections::{BinaryHeap, HashMap};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, OnceLock, PoisonError};

use super::contents::{ReadHash, Tally};
use super::findings::LineFault;
use super::input::{Block, Blocks, Folder, Input, InputError, LongLines, Stored, is_damage};
use super::line_checker::{BlockOrigin, LineChecker};
use super::options::Options;
use super::outcome::{Clock, Outcome};
use super::rules::{Explainer, NameRules, SettingRules};
use super::validator::Validator;
use crate::contract::object_key::ObjectName;
use crate::ndjson::{Compression, Gap, OtherKind};
use crate::report::Validation;
use crate::report::model::Report;

/// The number of objects that are fetched at once, whatever the number of threads: most of their time is the network's.
const FETCHES: usize = 8;

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
    // To know the first faults, the places of more have to be known.
    let first = options.max_errors.map_or(0, |most| usize::try_from(most).unwrap_or(usize::MAX).max(ALL_PLACES));
    let places = if options.all_places { ALL_PLACES.max(first) } else { first };
    let new = || Outcome::new(options.summary.then(|| Tally::new(&validator)), places, &clock);
    let shared = Shared {
        inputs,
        options,
        names: NameRules { files: options.names, connection: options.connection.as_ref() },
        progress,
        next: AtomicUsize::new(0),
        used: Mutex::default(),
        long_lines: LongLines::default(),
        first: Mutex::default(),
        stop: AtomicBool::new(false),
        alike: alike(inputs),
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
    outcome.unread = inputs.len().saturating_sub(shared.next.load(Ordering::Relaxed)) as u64;
    parts.into_iter().for_each(|part| outcome.merge(part));
    outcome.errors.sort_by_key(ToString::to_string);
    if let Some(most) = options.max_errors {
        outcome.stopped = outcome.faults.count() >= most;
        outcome.faults.keep_first(usize::try_from(most).unwrap_or(usize::MAX));
    }
    for (input, (earlier, what)) in outcome.likeness.repeated() {
        let found = format!("{what} `{}`", inputs[earlier].name);
        outcome.open.add(input, 0, LineFault::new("U-28", "no file twice", found));
    }
    outcome
}

/// The inputs that have as many bytes as another one.
fn alike(inputs: &[Input]) -> Vec<bool> {
    let sizes: Vec<Option<u64>> = inputs.iter().map(|input| input.size().filter(|size| *size > 0)).collect();
    let mut counts = HashMap::new();
    sizes.iter().flatten().for_each(|size| *counts.entry(*size).or_insert(0) += 1);
    sizes.iter().map(|size| size.is_some_and(|size| counts[&size] > 1)).collect()
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
    /// The first faults by input and line, as many as are to be reported.
    first: Mutex<BinaryHeap<(usize, u64)>>,
    stop: AtomicBool,
    /// Whether an input may have the same bytes as another one.
    alike: Vec<bool>,
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
            if self.is_past(index, 0) {
                self.next.fetch_sub(1, Ordering::Relaxed);
                return reads;
            }
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
        let hash = ReadHash::default();
        let reader = if self.alike[index] { hash.of(reader) } else { reader };
        let stored = match Stored::new(reader, self.options.max_expansion) {
            Ok(stored) => stored.over_gaps(),
            Err(error) => return failed(0, error),
        };
        reads.files += 1;
        let compression = stored.compression();
        let is_verification = NameRules::is_verification(input);
        let key = self.names.key(input).filter(|_| !is_verification);
        reads.names += u64::from(key.is_some());
        let faults = if is_verification { Vec::new() } else { self.names.check(key.as_ref(), compression) };
        let mut fault = |line: u64, fault: LineFault| {
            reads.faults.add(index, line, fault);
            self.count(index, [line]);
        };
        faults.into_iter().for_each(|found| fault(0, found));
        let origin = BlockOrigin { input: index, folder: Folder::of(key.as_ref()), app: self.app_in_name(input) };

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
            if let Some(kind) = OtherKind::of(block.text()).filter(|_| empty && !is_verification) {
                let expected = "newline-delimited JSON in UTF-8, plain or gzip";
                fault(0, LineFault::new("FILE-1", expected, kind.to_string()));
                empty = false;
                break;
            }
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
            let is_stopped = self.stop.load(Ordering::Relaxed) || self.is_past(index, block.first);
            if is_stopped || sender.send((origin.clone(), block)).is_err() {
                reads.stored_bytes += reported;
                return Err(Stopped);
            }
        }
        let changed = input.changed_since(before);
        for gap in blocks.reader().gaps().iter().flat_map(|gaps| &gaps.first).filter(|_| changed.is_none()) {
            fault(0, LineFault::new("FILE-2", "gzip alone, as the file begins with it", gap_found(gap)));
        }
        if empty && changed.is_none() {
            let message = "the file is empty; a file without batches must not be written";
            match self.options.edition.strict {
                true => fault(0, LineFault::message("FILE-1", message)),
                false => reads.open.add(index, 0, LineFault::message("U-11", message)),
            }
        }
        if self.alike[index] {
            reads.likeness.add_bytes(index, blocks.reader().stored_bytes(), hash.finish());
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
            if !self.stop.load(Ordering::Relaxed) && !self.is_past(origin.input, block.first) {
                self.count(origin.input, checker.check(&origin, &block));
            }
            self.used.lock().unwrap_or_else(PoisonError::into_inner).push(block.emptied());
        }
    }

    /// Notes faults of these lines of an input, to stop behind the last that is to be reported.
    fn count(&self, input: usize, lines: impl IntoIterator<Item = u64>) {
        let Some(most) = self.options.max_errors else { return };
        let mut first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
        for line in lines {
            first.push((input, line));
            if first.len() as u64 > most {
                first.pop();
            }
        }
    }

    /// Whether there are as many faults before a place as are to be reported. Inputs are begun in their order, so nothing that
    /// comes before is left out.
    fn is_past(&self, input: usize, line: u64) -> bool {
        let Some(most) = self.options.max_errors else { return false };
        let first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
        first.len() as u64 >= most && first.peek().is_some_and(|last| (input, line) > *last)
    }

    /// The app in the name of an input, if its name or its connection is checked.
    fn app_in_name(&self, input: &Input) -> Option<Arc<str>> {
        let is_checked = self.names.files || self.names.connection.is_some() || input.has_key_of_object();
        let key = input.key.as_ref().filter(|_| is_checked && self.options.app_name.is_none())?;
        let name = key.rsplit('/').next()?.parse::<ObjectName>().ok()?;
        Some(name.app_name.into())
    }
}

fn gap_found(gap: &Gap) -> String {
    let bytes = if gap.length == 1 { "byte that is" } else { "bytes that are" };
    let behind = if gap.is_between { "; another member begins behind, and is checked" } else { "" };
    format!("{} {bytes} not gzip, from byte {}{behind}", gap.length, gap.at)
}
