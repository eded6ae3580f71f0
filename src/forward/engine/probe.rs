//! Tells others what a run is doing. They ask the task of the run, which owns all state.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot};

use crate::forward::ledger::FateCounts;

use super::state::Run;

/// What a run has done so far.
#[derive(Debug, Clone, Default)]
pub struct Status {
    /// The fates of all events so far. The others are pending.
    pub fates: FateCounts,
    /// Input lines that were processed.
    pub records: u64,
    /// Objects that were written.
    pub files: u64,
    /// Text bytes in the objects before compression.
    pub text_bytes: u64,
    /// Stored bytes of the objects.
    pub stored_bytes: u64,
    /// The attempts that were made again, by the cause of the attempt before.
    pub retries: BTreeMap<String, u64>,
    /// Windows of devices and sessions that are open.
    pub open_windows: u64,
    /// Uploads that wait for a cause to go away.
    pub parked: u64,
    /// The time since an object was written; `None` if none was.
    pub since_written: Option<Duration>,
    /// The time since some event has been pending without an object being written; `None` if no event is pending.
    pub since_progress: Option<Duration>,
    /// The bytes of the spool, if there is one.
    pub spool_bytes: Option<u64>,
}

/// Asks a run for its [`Status`].
#[derive(Debug, Clone)]
pub struct Probe(mpsc::Sender<oneshot::Sender<Status>>);

/// The questions to a run.
#[derive(Debug)]
pub struct Questions(mpsc::Receiver<oneshot::Sender<Status>>);

/// How long a run may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

impl Probe {
    /// A probe, and the other end of it for [`EngineBuilder::probe`](super::EngineBuilder::probe).
    pub fn new() -> (Self, Questions) {
        let (sender, receiver) = mpsc::channel(8);
        (Self(sender), Questions(receiver))
    }

    /// The status; `None` if the run has ended or does not answer within 5 seconds.
    pub async fn status(&self) -> Option<Status> {
        let (answer, answered) = oneshot::channel();
        let asked = async {
            self.0.send(answer).await.ok()?;
            answered.await.ok()
        };
        tokio::time::timeout(PATIENCE, asked).await.ok().flatten()
    }
}

/// The next request. Never ready if there is no other end that can send one.
pub(super) async fn next_question(questions: &mut Option<Questions>) -> oneshot::Sender<Status> {
    if let Some(Questions(receiver)) = questions
        && let Some(question) = receiver.recv().await
    {
        return question;
    }
    std::future::pending().await
}

/// When something happened last.
#[derive(Debug, Default)]
pub(super) struct LastTimes {
    pub(super) written: Option<Instant>,
    /// Since when some event has been pending.
    pub(super) pending: Option<Instant>,
}

impl Run<'_> {
    /// Records since when some event has been pending.
    pub(super) fn note_pending(&mut self) {
        match self.held {
            0 => self.times.pending = None,
            _ => drop(self.times.pending.get_or_insert_with(Instant::now)),
        }
    }

    pub(super) fn status(&self) -> Status {
        let LastTimes { written, pending } = self.times;
        Status {
            fates: self.recorder.counts.clone(),
            records: self.summary.records,
            files: self.summary.files,
            text_bytes: self.summary.text_bytes,
            stored_bytes: self.summary.stored_bytes,
            retries: self.standing.retries(),
            open_windows: self.batcher.open() as u64,
            parked: *self.parked.borrow() as u64,
            since_written: written.map(|at| at.elapsed()),
            since_progress: pending.map(|since| written.map_or(since, |written| written.max(since)).elapsed()),
            spool_bytes: self.source.spooled_bytes(),
        }
    }
}
