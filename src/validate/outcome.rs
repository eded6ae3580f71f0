//! What a validation found, before it becomes a report.

use std::time::Instant;

use jiff::Timestamp;

use super::contents::{Files, Likeness, Tally};
use super::findings::Faults;
use super::input::InputError;

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
    /// Inputs that could not be read, or not to their end.
    pub errors: Vec<InputError>,
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
    /// Lines, blank ones included.
    pub lines: u64,
    /// Lines with a fault.
    pub wrong_lines: u64,
    /// Lines with more faults than were counted ([`Explainer::FAULTS`](super::Explainer::FAULTS)).
    pub cut_lines: u64,
    /// Bytes of text.
    pub text_bytes: u64,
    /// What tells one file from another.
    pub(super) likeness: Likeness,
    /// Bytes as stored.
    pub stored_bytes: u64,
    /// Whether it stopped at `max_errors`, so that the rest was not read.
    pub stopped: bool,
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
            files: 0,
            names: 0,
            verifications: 0,
            vanished: 0,
            contents: Files::default(),
            lines: 0,
            wrong_lines: 0,
            cut_lines: 0,
            text_bytes: 0,
            likeness: Likeness::default(),
            stored_bytes: 0,
            stopped: false,
            unread: 0,
            disagreements: 0,
        }
    }

    /// Adds what another thread found.
    pub(super) fn merge(&mut self, other: Self) {
        if let (Some(tally), Some(more)) = (&mut self.tally, other.tally) {
            tally.merge(more);
        }
        self.faults.merge(other.faults);
        self.open.merge(other.open);
        self.likeness.merge(other.likeness);
        self.errors.extend(other.errors);
        self.files += other.files;
        self.names += other.names;
        self.verifications += other.verifications;
        self.vanished += other.vanished;
        self.contents.merge(other.contents);
        self.lines += other.lines;
        self.wrong_lines += other.wrong_lines;
        self.cut_lines += other.cut_lines;
        self.text_bytes += other.text_bytes;
        self.stored_bytes += other.stored_bytes;
        self.disagreements += other.disagreements;
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
