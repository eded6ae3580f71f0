//! What a validation found, before it becomes a report.

use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;

use super::contents::{Alike, Files, Likeness, Observed, Tally};
use super::findings::{Faults, FolderDates};
use super::input::InputError;
use super::options::Options;

/// What a validation found.
#[derive(Debug)]
#[non_exhaustive]
pub struct Outcome {
    /// When it began.
    pub started_at: Timestamp,
    /// How long it took, in milliseconds.
    pub milliseconds: u64,
    /// What the valid lines contain, if this was requested.
    pub tally: Option<Tally>,
    /// The names of the event types, in the order of the tally's counts.
    pub event_types: Vec<String>,
    /// What is wrong.
    pub faults: Faults,
    /// What the documentation leaves open: it is reported, and no fault.
    pub open: Faults,
    /// Inputs that could not be read, or not to their end, in the order of their messages.
    pub errors: Vec<InputError>,
    /// Further errors that are counted only.
    pub more_errors: u64,
    /// Inputs that were read, verification objects included.
    pub files: u64,
    /// Inputs whose names were checked.
    pub names: u64,
    /// Verification objects among the inputs (ACC-6).
    pub verifications: u64,
    /// Objects that were deleted between being listed and being read.
    pub vanished: u64,
    /// Folders, sizes and dates of the files.
    pub contents: Files,
    /// What a bucket shows beside its lines.
    pub(super) observed: Observed,
    /// The lines of each input whose folder is or is not that of their date.
    pub(super) dates: FolderDates,
    /// Lines, blank ones included.
    pub lines: u64,
    /// Lines without text: they are no data.
    pub blank_lines: u64,
    /// Lines with a fault.
    pub wrong_lines: u64,
    /// Lines with more faults than were counted ([`Explainer::FAULTS`](super::Explainer::FAULTS)).
    pub cut_lines: u64,
    /// Bytes of text.
    pub text_bytes: u64,
    /// Identifies the inputs of this run.
    pub(super) likeness: Likeness,
    /// Files by what they hold.
    pub(super) alike: Alike,
    /// Bytes as stored.
    pub stored_bytes: u64,
    /// Whether it stopped at `max_errors`, so that the rest was not read.
    pub stopped: bool,
    /// Whether it was cancelled.
    pub cancelled: bool,
    /// Files that a selection left out because of their dates.
    pub other_dates: u64,
    /// Files without a date that a selection by date kept.
    pub undated: u64,
    /// Inputs that were not read, because it stopped or the target is gone.
    pub unread: u64,
    /// Lines on which the fast check and the schema disagree: a bug of this program. The schema's answer counts.
    pub disagreements: u64,
}

impl Outcome {
    pub(super) fn new(tally: Option<Tally>, places: usize, clock: &Clock) -> Self {
        Self {
            started_at: clock.started_at,
            milliseconds: u64::try_from(clock.start.elapsed().as_millis()).unwrap_or(u64::MAX),
            tally,
            event_types: Vec::new(),
            faults: Faults::keeping(places),
            open: Faults::keeping(places),
            errors: Vec::new(),
            more_errors: 0,
            files: 0,
            names: 0,
            verifications: 0,
            vanished: 0,
            contents: Files::default(),
            observed: Observed::default(),
            dates: FolderDates::default(),
            lines: 0,
            wrong_lines: 0,
            cut_lines: 0,
            blank_lines: 0,
            text_bytes: 0,
            likeness: Likeness::default(),
            alike: Alike::default(),
            stored_bytes: 0,
            stopped: false,
            cancelled: false,
            other_dates: 0,
            undated: 0,
            unread: 0,
            disagreements: 0,
        }
    }

    /// Whether a line that is not blank was read.
    pub(super) fn has_data(&self) -> bool {
        self.lines > self.blank_lines
    }

    /// Adds what another thread, or another part of the whole, found.
    pub(super) fn merge(&mut self, other: Self) {
        if let (Some(tally), Some(more)) = (&mut self.tally, other.tally) {
            tally.merge(more);
        }
        self.faults.merge(other.faults);
        self.open.merge(other.open);
        self.likeness.merge(other.likeness);
        self.alike.merge(other.alike);
        self.errors.extend(other.errors);
        self.more_errors += other.more_errors;
        self.files += other.files;
        self.names += other.names;
        self.verifications += other.verifications;
        self.vanished += other.vanished;
        self.contents.merge(other.contents);
        self.observed.merge(other.observed);
        self.dates.merge(other.dates);
        self.lines += other.lines;
        self.wrong_lines += other.wrong_lines;
        self.cut_lines += other.cut_lines;
        self.blank_lines += other.blank_lines;
        self.text_bytes += other.text_bytes;
        self.stored_bytes += other.stored_bytes;
        self.stopped |= other.stopped;
        self.cancelled |= other.cancelled;
        self.other_dates += other.other_dates;
        self.undated += other.undated;
        self.unread += other.unread;
        self.disagreements += other.disagreements;
    }

    /// Forgets what only grows with the number of inputs. `name` is the name of an input.
    pub(super) fn finish(&mut self, options: &Options, name: impl Fn(usize) -> Arc<str>) {
        self.alike = std::mem::take(&mut self.likeness).alike(&name);
        if let Some(tally) = &mut self.tally {
            tally.name_files(&name);
        }
        self.bound(options.all_files);
    }

    /// Keeps as much as a report shows, and counts the rest.
    pub(super) fn bound(&mut self, all_files: bool) {
        self.faults.keep_worst(if all_files { Self::ALL_FILES } else { Self::WORST });
        // What is open is no fault of a file.
        self.open.keep_worst(0);
        self.errors.sort_by_cached_key(|error| chain(error));
        // The parts of one whole have the same error where a path or a prefix cannot be read.
        self.errors.dedup_by_key(|error| chain(error));
        self.more_errors += self.errors.len().saturating_sub(ERRORS) as u64;
        self.errors.truncate(ERRORS);
    }

    /// How many files with faults are listed unless all are asked for.
    pub(super) const WORST: usize = 10;

    /// How many are listed if all are asked for.
    pub(super) const ALL_FILES: usize = 10_000;
}

/// How many errors are listed.
const ERRORS: usize = 1_000;

/// An error with its causes.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

impl Outcome {
    /// A part of a whole that began and lasted like this, without findings yet.
    pub(super) fn of_part(started_at: Timestamp, milliseconds: u64, tally: Option<Tally>) -> Self {
        Self { started_at, milliseconds, ..Self::new(tally, 0, &Clock::start()) }
    }
}

#[cfg(test)]
impl Outcome {
    /// Nothing yet, without counts of contents.
    pub(super) fn empty() -> Self {
        Self::new(None, 0, &Clock::start())
    }
}

/// When a run began.
pub(super) struct Clock {
    started_at: Timestamp,
    start: Instant,
}

impl Clock {
    pub(super) fn start() -> Self {
        Self { started_at: Timestamp::now(), start: Instant::now() }
    }
}
