//! Many inputs on many cores. Readers cut the inputs into blocks, undoing gzip as they go; judges check the blocks. What
//! is in flight is bounded: a block is read only when there is room for it.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};

use super::blocks::{Block, Blocks, Turn};
use super::demands::Demands;
use super::explain::Explainer;
use super::fast::Validator;
use super::fault::{Faults, LineFault};
use super::files::Files;
use super::gzip::{Stored, is_damage};
use super::input::{Input, InputError};
use super::judge::{Judge, Seat};
use super::names::Names;
use super::tally::Tally;
use crate::contract::schema::Edition;
use crate::ndjson::{Compression, DEFAULT_MAX_LINE_BYTES};
use crate::settings::Connection;

/// So many objects are fetched at once, whatever the number of judges: their time is mostly the network's.
const FETCHES: usize = 8;

/// How to check.
#[derive(Debug, Clone)]
pub struct Options {
    /// The form and the strictness.
    pub edition: Edition,
    /// Whether to report what passes a documented limit (LIM-1, LIM-2); every line is then parsed to a tree.
    pub limits: bool,
    /// Whether to count what the lines hold.
    pub summary: bool,
    /// Whether the names and folders of files are looked at; keys of objects always are.
    pub names: bool,
    /// The connection whose export it is: what its settings demand is looked at, too.
    pub connection: Option<Connection>,
    /// The longest line in bytes (DTO-9).
    pub max_line_bytes: usize,
    /// How many times its stored size a gzip file may expand to before it is given up, once it is past 64 MiB.
    pub max_expansion: u64,
    /// Stop after so many faults.
    pub max_errors: Option<u64>,
    /// How many threads judge. As many read, and at least eight where objects are fetched, but no more than there are
    /// inputs.
    pub jobs: NonZeroUsize,
}

impl Options {
    /// The defaults for an edition: every core, the limits of DTO-9, no names.
    pub fn new(edition: Edition) -> Self {
        Self {
            edition,
            limits: false,
            summary: true,
            names: false,
            connection: None,
            max_line_bytes: DEFAULT_MAX_LINE_BYTES,
            max_expansion: 1_000,
            max_errors: None,
            jobs: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
        }
    }
}

/// What came of it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Outcome {
    /// What the right lines hold, if it was counted.
    pub tally: Option<Tally>,
    /// The names of the event types, in the order of the tally's counts.
    pub event_types: Vec<String>,
    /// What is wrong.
    pub faults: Faults,
    /// Inputs that could not be read, or not to their end.
    pub errors: Vec<InputError>,
    /// Inputs that were read, verification objects included.
    pub files: u64,
    /// Verification objects among them (ACC-6).
    pub verifications: u64,
    /// Objects that were deleted between being listed and being read.
    pub vanished: u64,
    /// Where the files lie and how large they are.
    pub of_files: Files,
    /// Lines, blank ones included.
    pub lines: u64,
    /// Lines with a fault.
    pub wrong_lines: u64,
    /// Bytes of text.
    pub text_bytes: u64,
    /// Bytes as stored.
    pub stored_bytes: u64,
    /// Whether it was stopped at `max_errors`, so that the rest was not read.
    pub stopped: bool,
    /// Inputs that nobody began to read, since it was stopped or the target is gone.
    pub unread: u64,
    /// Lines on which the fast check and the schema disagree: a bug of this program. The schema's word counts.
    pub disagreements: u64,
}

/// Checks all inputs. `progress` is told of stored bytes as they are read.
///
/// Memory is bounded by `3 * jobs` blocks of 256 KiB, as many as there are readers twice over, one line of
/// `max_line_bytes`, and a few MiB of counts for each job; a wrong line is held as a tree while it is explained.
pub fn sweep(inputs: &[Input], options: &Options, progress: &(dyn Fn(u64) + Sync)) -> Outcome {
    let validator = Validator::new(options.edition);
    let explainer = std::sync::OnceLock::new();
    let explain = || explainer.get_or_init(|| Explainer::new(options.edition));
    let demands = options.connection.as_ref().map(Demands::new);
    let shared = Shared {
        inputs,
        options,
        names: Names { files: options.names, connection: options.connection.as_ref() },
        progress,
        next: AtomicUsize::new(0),
        used: Mutex::default(),
        turn: Turn::default(),
        found: AtomicU64::new(0),
        stop: AtomicBool::new(false),
    };
    let jobs = options.jobs.get();
    let readers = if inputs.iter().any(Input::is_object) { jobs.max(FETCHES) } else { jobs };
    let (sender, receiver) = sync_channel(jobs);
    let receiver = Mutex::new(receiver);
    let (reads, judged) = std::thread::scope(|scope| {
        let shared = &shared;
        let readers: Vec<_> = (0..readers.min(inputs.len()).max(1))
            .map(|_| {
                let sender = sender.clone();
                scope.spawn(move || shared.read_inputs(&sender))
            })
            .collect();
        drop(sender);
        let judges: Vec<_> = (0..jobs)
            .map(|_| {
                let mut judge = Judge::new(&validator, &explain, demands.as_ref(), options);
                let receiver = &receiver;
                scope.spawn(move || {
                    shared.judge_blocks(&mut judge, receiver);
                    judge.finish()
                })
            })
            .collect();
        let reads: Vec<Reads> = readers.into_iter().filter_map(|reader| reader.join().ok()).collect();
        let judged: Vec<_> = judges.into_iter().filter_map(|judge| judge.join().ok()).collect();
        (reads, judged)
    });

    let mut outcome = Outcome {
        tally: options.summary.then(|| Tally::new(&validator)),
        event_types: validator.event_types().map(str::to_owned).collect(),
        faults: Faults::default(),
        errors: Vec::new(),
        files: 0,
        verifications: 0,
        vanished: 0,
        of_files: Files::default(),
        lines: 0,
        wrong_lines: 0,
        text_bytes: 0,
        stored_bytes: 0,
        stopped: options.max_errors.is_some_and(|most| shared.found.load(Ordering::Relaxed) >= most),
        unread: inputs.len().saturating_sub(shared.next.load(Ordering::Relaxed)) as u64,
        disagreements: 0,
    };
    for read in reads {
        outcome.faults.merge(read.faults);
        outcome.errors.extend(read.errors);
        outcome.files += read.files;
        outcome.verifications += read.verifications;
        outcome.vanished += read.vanished;
        outcome.of_files.merge(read.of_files);
        outcome.stored_bytes += read.stored_bytes;
    }
    for part in judged {
        outcome.faults.merge(part.faults);
        outcome.lines += part.lines;
        outcome.wrong_lines += part.wrong_lines;
        outcome.text_bytes += part.text_bytes;
        outcome.disagreements += part.disagreements;
        if let (Some(tally), Some(more)) = (&mut outcome.tally, part.tally) {
            tally.merge(more);
        }
    }
    outcome.errors.sort_by_key(ToString::to_string);
    outcome
}

struct Shared<'a> {
    inputs: &'a [Input],
    options: &'a Options,
    names: Names<'a>,
    progress: &'a (dyn Fn(u64) + Sync),
    next: AtomicUsize,
    /// Blocks to read into again.
    used: Mutex<Vec<Block>>,
    turn: Turn,
    found: AtomicU64,
    stop: AtomicBool,
}

/// A block on its way from a reader to a judge.
type Handed = (Seat, Block);

#[derive(Default)]
struct Reads {
    faults: Faults,
    errors: Vec<InputError>,
    files: u64,
    verifications: u64,
    vanished: u64,
    of_files: Files,
    stored_bytes: u64,
}

/// The judges have stopped: nobody takes another block.
struct Stopped;

impl Shared<'_> {
    fn read_inputs(&self, sender: &SyncSender<Handed>) -> Reads {
        let mut reads = Reads::default();
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
        sender: &SyncSender<Handed>,
        reads: &mut Reads,
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
        let faults = if is_verification { Vec::new() } else { self.names.check(input, compression) };
        let mut fault = |line: u64, fault: LineFault| {
            reads.faults.add(index, line, fault);
            self.count(1);
        };
        faults.into_iter().for_each(|found| fault(0, found));
        let seat = Seat { input: index, folder: self.names.date_folder(input) };

        let mut blocks = Blocks::new(stored, self.options.max_line_bytes, self.turn.clone());
        let (mut empty, mut told) = (true, 0);
        loop {
            let used = self.used.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
            let mut block = match blocks.next(used) {
                Ok(Some(block)) => block,
                Ok(None) => break,
                Err(_) if input.changed_since(before).is_some() => break,
                Err(error) if compression == Compression::Gzip && is_damage(&error) => {
                    let message = format!("the gzip stream cannot be read to its end: {error}");
                    fault(blocks.line() - 1, LineFault::whole("FILE-2", message));
                    empty = false;
                    break;
                }
                Err(error) => return failed(blocks.line() - 1, error),
            };
            let read = blocks.reader().stored_bytes();
            (self.progress)(read - told);
            told = read;
            empty = false;
            if is_verification {
                if block.text() != b"{}" {
                    let message = "a verification object holds the two bytes `{}`, this one holds something else";
                    fault(0, LineFault::whole("ACC-6", message));
                }
                reads.verifications += 1;
                break;
            }
            // A line that somebody is still writing is no broken one.
            let unended = block.text().last().is_some_and(|byte| *byte != b'\n');
            if unended && input.changed_since(before).is_some() && !block.cut_unended() {
                break;
            }
            if self.stop.load(Ordering::Relaxed) || sender.send((seat, block)).is_err() {
                reads.stored_bytes += told;
                return Err(Stopped);
            }
        }
        let changed = input.changed_since(before);
        if empty && changed.is_none() {
            let message = "the file holds nothing; where there is nothing to write, no file is written";
            fault(0, LineFault::whole("FILE-1", message));
        }
        reads.stored_bytes += blocks.reader().stored_bytes();
        if !is_verification {
            reads.of_files.add(input, blocks.reader().stored_bytes());
        }
        (self.progress)(blocks.reader().stored_bytes() - told);
        Ok(changed.map_or(Ok(()), Err))
    }

    fn judge_blocks(&self, judge: &mut Judge<'_>, receiver: &Mutex<Receiver<Handed>>) {
        loop {
            let next = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
            // No reader is left.
            let Ok((seat, block)) = next else { return };
            if !self.stop.load(Ordering::Relaxed) {
                self.count(judge.block(seat, &block));
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
