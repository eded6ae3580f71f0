//! The state of a run. One task owns it, so order, names and ledger depend only on the input, the clock and the seed.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::contract::object_key::ObjectKey;
use crate::forward::batch::{Batcher, Carried, Line};
use crate::forward::clock::Clock;
use crate::forward::deliver::{Delivery, Standing, Trial};
use crate::forward::files::{ClosedFile, Files};
use crate::forward::ledger::LedgerSink;
use crate::forward::quarantine::Quarantine;
use crate::forward::shape::{Passed, Shaped, Shaper};
use crate::forward::source::Source;
use crate::forward::spool::Spooled;
use crate::forward::state::{RunState, StateError};
use crate::settings::Settings;
use crate::store::{Object, Store};

use super::builder::Engine;
use super::ending::Ending;
use super::error::EngineError;
use super::idle::IdleTimer;
use super::pending::PendingRecords;
use super::probe::{LastTimes, Questions};
use super::recorded::RecordedTime;
use super::recorder::FateRecorder;
use super::summary::{Halt, Observer, Summary};

pub(super) struct Run<'a> {
    pub(super) settings: Settings,
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) quarantine: Box<dyn Quarantine>,
    pub(super) observer: Box<dyn Observer>,
    pub(super) fail_fast: bool,
    pub(super) source: &'a mut dyn Source,
    pub(super) shaper: Arc<Shaper>,
    pub(super) batcher: Batcher,
    pub(super) recorder: FateRecorder<'a>,
    pub(super) summary: Summary,
    pub(super) pending: PendingRecords,
    pub(super) shaping: VecDeque<Shaping>,
    pub(super) intake_block: Option<IntakeBlock>,
    pub(super) files: Files,
    pub(super) closed: VecDeque<ClosedFile>,
    pub(super) uploads: JoinSet<Result<Upload, EngineError>>,
    /// The number of files that are being compressed.
    pub(super) compressing: watch::Sender<usize>,
    /// The same number, to wait for its changes.
    pub(super) compressed: watch::Receiver<usize>,
    /// The number of processor cores.
    pub(super) cores: usize,
    /// Becomes true when the run is stopped.
    pub(super) stopped: watch::Sender<bool>,
    /// Whether the user must still be warned of retries.
    pub(super) warn: Arc<AtomicBool>,
    pub(super) trial: Arc<Trial>,
    pub(super) standing: Arc<Standing>,
    /// The number of uploads that wait for a cause to go away.
    pub(super) parked: watch::Receiver<usize>,
    /// Whether an upload that the target refuses waits for the cause to go away.
    pub(super) waits: bool,
    pub(super) state: Option<Arc<RunState>>,
    pub(super) recorded: Option<RecordedTime>,
    /// The memory for open windows, and that for open files.
    pub(super) budgets: (u64, u64),
    /// What was quarantined before this record is kept.
    pub(super) kept_until: u64,
    /// Whether the target refuses further uploads.
    pub(super) refused: bool,
    /// Whether records were left unread that the source had delivered.
    pub(super) is_cut: bool,
    /// Whether a run that was stopped has looked for the end of its input.
    pub(super) looked_for_end: bool,
    /// The attempted objects that are not delivered, with their content.
    pub(super) undelivered: Vec<(String, Vec<Carried>)>,
    /// The number of events that the engine holds. It is counted independently of the ledger to check it.
    pub(super) held: u64,
    pub(super) intake: bool,
    /// Until when a run that was stopped reads on what its spool has.
    pub(super) reads_until: Option<Instant>,
    /// What is left to close at the end of the input.
    pub(super) ending: Option<Ending>,
    pub(super) idle: IdleTimer,
    pub(super) questions: Option<Questions>,
    pub(super) times: LastTimes,
}

/// The records of one block that are being shaped.
pub(super) struct Shaping {
    pub(super) input: Arc<str>,
    pub(super) bytes: u64,
    pub(super) spooled: Option<Spooled>,
    pub(super) work: JoinHandle<Vec<Shaped>>,
}

/// A shaped block whose records are being batched.
pub(super) struct IntakeBlock {
    pub(super) input: Arc<str>,
    pub(super) bytes: u64,
    pub(super) records: std::vec::IntoIter<Shaped>,
    /// The record that is being converted to lines. A divided record can have more lines than fit into memory.
    pub(super) current: Option<Passed>,
    /// Why the block is cut behind these records.
    pub(super) fault: Option<EngineError>,
}

/// A completed upload, with the data to settle its events.
pub(super) struct Upload {
    pub(super) key: ObjectKey,
    pub(super) lines: Vec<Carried>,
    pub(super) text_bytes: u64,
    pub(super) object: Object,
    pub(super) number: u64,
    pub(super) renames: u32,
    pub(super) outcome: Outcome,
}

/// The outcome of an upload.
pub(super) enum Outcome {
    /// An earlier start of the run has stored the object.
    StoredBefore,
    /// The object was attempted, and the state may have failed afterwards.
    Attempted(Delivery, Option<StateError>),
    /// The state could not record the object, so it was not attempted.
    Unrecorded(StateError),
}

impl<'a> Run<'a> {
    pub(super) fn new(from: Engine, source: &'a mut dyn Source, ledger: Option<&'a mut dyn LedgerSink>) -> Self {
        let Settings { connection, engine, .. } = &from.settings;
        // Open windows and open files share the memory. Without windows, files use all of it.
        let gathers = connection.send_as_batch || connection.wait_for_complete_batch;
        let for_windows = if gathers { engine.buffer_bytes / 2 } else { 0 };
        let for_files = engine.buffer_bytes - for_windows;
        let standing = Arc::<Standing>::default();
        let compressing = watch::Sender::new(0);
        Self {
            shaper: Arc::new(Shaper::new(&from.settings)),
            batcher: Batcher::new(&from.settings, for_windows),
            idle: IdleTimer::new(from.clock.clone()),
            files: Files::new(from.settings.clone(), from.clock.clone(), from.random, for_files),
            recorder: FateRecorder::start(ledger, from.clock.now()),
            settings: from.settings,
            store: from.store,
            clock: from.clock,
            quarantine: from.quarantine,
            observer: from.observer,
            fail_fast: from.fail_fast,
            source,
            summary: Summary::default(),
            pending: PendingRecords::default(),
            shaping: VecDeque::new(),
            intake_block: None,
            closed: VecDeque::new(),
            uploads: JoinSet::new(),
            compressed: compressing.subscribe(),
            compressing,
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            stopped: watch::Sender::new(false),
            warn: Arc::new(AtomicBool::new(true)),
            trial: Arc::default(),
            parked: standing.parked(),
            standing,
            waits: from.waits,
            state: from.state,
            recorded: from.recorded,
            questions: from.questions,
            times: LastTimes::default(),
            budgets: (for_windows, for_files),
            kept_until: 0,
            refused: false,
            is_cut: false,
            looked_for_end: false,
            undelivered: Vec::new(),
            held: 0,
            intake: true,
            reads_until: None,
            ending: None,
        }
    }

    /// Reads how far an earlier start of the run has come.
    pub(super) fn recall(&mut self) -> Result<(), EngineError> {
        if let Some(state) = &self.state {
            self.kept_until = state.kept_until().map_err(EngineError::State)?;
        }
        Ok(())
    }

    pub(super) fn fill_files(&mut self, lines: Vec<Line>) {
        for line in lines {
            let closed = self.files.push(line);
            self.enqueue(closed);
        }
    }

    /// Adds closed files to those that wait for an upload.
    pub(super) fn enqueue(&mut self, files: Vec<ClosedFile>) {
        let before = self.recorded.as_ref().map_or(0, RecordedTime::objects_before);
        let numbered = files.into_iter().map(|file| ClosedFile { number: before + file.number, ..file });
        self.closed.extend(numbered);
    }

    /// Advances the time of windows with the clock while nothing arrives.
    pub(super) fn advance_idle_time(&mut self) {
        if let Some(idle) = self.idle.take() {
            let lines = self.batcher.pass(i64::try_from(idle.as_millis()).unwrap_or(i64::MAX));
            self.fill_files(lines);
        }
    }

    /// Ends the intake if the ledger cannot be written.
    pub(super) fn check_ledger(&mut self) {
        if let Some(error) = self.recorder.take_error() {
            self.fail(EngineError::Ledger(error));
        }
    }

    /// Makes the quarantine durable and returns whether this succeeded.
    pub(super) fn flush_quarantine(&mut self) -> bool {
        let flushed = self.quarantine.flush();
        let is_durable = flushed.is_ok();
        if let Err(error) = flushed {
            self.fail(EngineError::Quarantine(error));
        }
        is_durable
    }

    /// Ends the intake because the ledger or the quarantine cannot be written. The summary keeps the first error.
    pub(super) fn fail(&mut self, error: EngineError) {
        self.summary.fault.get_or_insert(error);
        self.halt(Halt::Fault);
    }

    pub(super) fn halt(&mut self, why: Halt) {
        self.summary.halt.get_or_insert(why);
        self.intake = false;
    }

    /// Acknowledges the records whose events are all settled.
    pub(super) fn acknowledge(&mut self) {
        for sequence in self.pending.take_settled() {
            self.source.acknowledge(sequence);
        }
        self.recorder.counts.assert_conserved(self.held);
    }
}
