//! The part of a run that reads inputs.

use std::collections::BinaryHeap;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use super::fetches::Fetches;
use crate::contract::object_key::ObjectName;
use crate::ndjson::{Compression, Gap, OtherKind};
use crate::validate::contents::{Observed, ReadHash, date_of, day_of};
use crate::validate::findings::LineFault;
use crate::validate::input::{Block, Blocks, Folder, Input, InputError, LongLines, Stored, is_damage};
use crate::validate::line_checker::BlockOrigin;
use crate::validate::options::Options;
use crate::validate::outcome::Outcome;
use crate::validate::rules::NameRules;

/// What the threads of a run share.
pub(super) struct Shared<'a> {
    inputs: &'a [&'a Input],
    options: &'a Options,
    names: NameRules<'a>,
    progress: &'a (dyn Fn(u64) + Sync),
    next: AtomicUsize,
    /// Blocks to read into again.
    pub(super) used: Mutex<Vec<Block>>,
    long_lines: LongLines,
    /// The first faults by input and line, as many as are to be reported.
    first: Mutex<BinaryHeap<(usize, u64)>>,
    stop: AtomicBool,
    pub(super) fetches: Fetches,
    /// Checkers that wait for a block.
    pub(super) idle: AtomicUsize,
    /// Checks that panicked.
    pub(super) failed: AtomicU64,
}

/// A block on its way from a reader to a checker.
pub(super) type Sent = (BlockOrigin, Block);

/// The checkers have stopped and take no more blocks.
struct Stopped;

impl<'a> Shared<'a> {
    pub(super) fn new(
        inputs: &'a [&'a Input],
        options: &'a Options,
        progress: &'a (dyn Fn(u64) + Sync),
        fetches: Fetches,
    ) -> Self {
        Self {
            inputs,
            options,
            names: NameRules { files: options.names, connection: options.connection.as_ref() },
            progress,
            next: AtomicUsize::new(0),
            used: Mutex::default(),
            long_lines: LongLines::default(),
            first: Mutex::default(),
            stop: AtomicBool::new(false),
            fetches,
            idle: AtomicUsize::new(0),
            failed: AtomicU64::new(0),
        }
    }

    pub(super) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.options.cancel.is_cancelled()
    }

    /// The number of checks that panicked.
    pub(super) fn failed_checkers(&self) -> u64 {
        self.failed.load(Ordering::Relaxed)
    }

    /// The number of inputs that were not begun.
    pub(super) fn unread(&self) -> u64 {
        self.inputs.len().saturating_sub(self.next.load(Ordering::Relaxed)) as u64
    }

    pub(super) fn read_inputs(&self, sender: &SyncSender<Sent>, mut reads: Outcome) -> Outcome {
        loop {
            let reading = self.fetches.begin();
            if self.is_stopped() {
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
                        self.stop();
                    }
                    reads.errors.push(error);
                }
                Err(Stopped) => return reads,
            }
            drop(reading);
            if self.idle.load(Ordering::Relaxed) >= self.options.jobs.get() {
                self.fetches.raise();
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
        if input.is_object() && !NameRules::is_of_export(input) {
            reads.observed.add_foreign(&input.name);
            return Ok(Ok(()));
        }
        if input.is_headers_only() {
            return Ok(self.read_headers(index, input, reads));
        }
        let before = input.size();
        let (reader, stored_as) = match input.open_stored() {
            Ok(Some(opened)) => opened,
            Ok(None) => {
                reads.vanished += 1;
                return Ok(Ok(()));
            }
            Err(error) => return Ok(Err(error)),
        };
        let hash = ReadHash::default();
        let stored = match Stored::new(hash.of(reader), self.options.max_expansion) {
            Ok(stored) => stored.over_gaps(),
            Err(error) => return failed(0, error),
        };
        reads.files += 1;
        let compression = stored.compression();
        let is_verification = NameRules::is_verification(input);
        let key = self.names.key(input).filter(|_| !is_verification);
        reads.names += u64::from(key.is_some());
        let faults = if is_verification { Vec::new() } else { self.names.check(key.as_ref(), compression) };
        let name: Arc<str> = input.name.as_str().into();
        if let Some(stored_as) = &stored_as {
            reads.observed.add(stored_as);
        }
        let day = self.observe(input, &mut reads.observed).filter(|_| !is_verification);
        let mut fault = |line: u64, fault: LineFault| {
            reads.faults.add(&name, line, fault);
            self.count(index, [line]);
        };
        let encryption = stored_as.as_ref().and_then(|stored_as| self.names.check_encryption(stored_as));
        faults.into_iter().chain(encryption).for_each(|found| fault(0, found));
        let origin = BlockOrigin {
            input: index,
            name: name.clone(),
            folder: Folder::of(key.as_ref()),
            app: self.app_in_name(input),
            day,
            forwarded_at: forwarded_at(input),
        };

        let mut blocks = Blocks::new(stored, self.options.max_line_bytes, self.long_lines.clone());
        let (mut empty, mut whole, mut reported) = (true, false, 0);
        loop {
            let used = self.used.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
            let mut block = match blocks.next(used) {
                Ok(Some(block)) => block,
                Ok(None) => {
                    whole = true;
                    break;
                }
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
            let is_stopped = self.is_stopped() || self.is_past(index, block.first);
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
                false => reads.open.add(&name, 0, LineFault::message("U-11", message)),
            }
        }
        reads.stored_bytes += blocks.reader().stored_bytes();
        if !is_verification {
            if whole && !empty && changed.is_none() {
                reads.likeness.add_bytes(index, hash.finish());
            }
            reads.contents.add(&input.name, blocks.reader().stored_bytes());
            reads.contents.hidden_gzip += u64::from(compression == Compression::Gzip && input.name.ends_with(".txt"));
        }
        (self.progress)(blocks.reader().stored_bytes() - reported);
        Ok(changed.map_or(Ok(()), Err))
    }

    /// Checks how an object is stored that is not read.
    fn read_headers(&self, index: usize, input: &Input, reads: &mut Outcome) -> Result<(), InputError> {
        let Some(stored_as) = input.headers()? else {
            reads.vanished += 1;
            return Ok(());
        };
        reads.observed.add(&stored_as);
        if let Some(found) = self.names.check_encryption(&stored_as) {
            reads.faults.add(&input.name.as_str().into(), 0, found);
            self.count(index, [0]);
        }
        Ok(())
    }

    /// Notes when an object was forwarded. Returns its day, if its first lines are sampled.
    fn observe(&self, input: &Input, observed: &mut Observed) -> Option<i64> {
        input.is_object().then_some(())?;
        if let Some(forwarded_at) = forwarded_at(input) {
            observed.hours.add(forwarded_at);
        }
        date_of(&input.name).filter(|_| self.options.summary).map(day_of)
    }

    /// Notes faults of these lines of an input, to stop behind the last that is to be reported.
    pub(super) fn count(&self, input: usize, lines: impl IntoIterator<Item = u64>) {
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
    pub(super) fn is_past(&self, input: usize, line: u64) -> bool {
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

/// The time in the name of an input.
fn forwarded_at(input: &Input) -> Option<Timestamp> {
    let name = input.name.rsplit(['/', '\\']).next()?;
    name.parse::<ObjectName>().ok().map(|name| name.forwarded_at)
}

fn gap_found(gap: &Gap) -> String {
    let bytes = if gap.length == 1 { "byte that is" } else { "bytes that are" };
    let batch = if gap.may_be_batch { "; they may be a batch, and are not checked" } else { "" };
    let behind = if gap.is_between { "; another member begins behind, and is checked" } else { "" };
    format!("{} {bytes} not gzip, from byte {}{batch}{behind}", gap.length, gap.at)
}
