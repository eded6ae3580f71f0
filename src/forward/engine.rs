//! The engine: records in, objects out, and every event's fate on the way.
//!
//! Blocks of records are shaped on all cores and put back in their order; what they make waits in windows and fills files;
//! a file that closes gets its name, is encoded and uploaded beside the work. One task owns all state, so order, names and ledger depend on the input,
//! the clock and the seed alone.

mod intake;
mod uploads;

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use rand::Rng;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::settings::Settings;
use crate::store::Store;

use super::batch::{Batcher, Line};
use super::clock::Clock;
use super::files::{ClosedFile, Files};
use super::ledger::{Books, Journal};
use super::outstanding::Outstanding;
use super::quarantine::Quarantine;
use super::shape::Shaper;
use super::silence::Silence;
use super::source::Source;
use super::summary::{Halt, Observer, Summary};
use intake::{Shaping, Taking, front};
use uploads::Upload;

/// What the engine is handed from outside.
pub struct Engine {
    /// The settings to be faithful to.
    pub settings: Settings,
    /// The bucket.
    pub store: Arc<dyn Store>,
    /// The time of receipt, of file names and of a file's age.
    pub clock: Arc<dyn Clock>,
    /// The numbers in file names (U-13).
    pub random: Box<dyn Rng + Send>,
    /// Takes what cannot be forwarded.
    pub quarantine: Box<dyn Quarantine>,
    /// Is told what happens.
    pub observer: Box<dyn Observer>,
    /// Whether the first thing to quarantine ends the intake.
    pub fail_fast: bool,
}

/// Why the engine cannot go on without losing something.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The quarantine cannot be written.
    #[error("the quarantine cannot be written, so nothing more is read")]
    Quarantine(#[source] io::Error),
    /// The ledger cannot be written.
    #[error("the ledger cannot be written, so nothing more is read or uploaded")]
    Ledger(#[source] io::Error),
    /// A stage ended in a panic or an encoder failed: our bug.
    #[error("a stage of the engine broke down: {0}")]
    Stage(String),
}

impl Engine {
    /// Forwards all that `source` has, until it ends, `stop` completes, the target takes no more, or the quarantine cannot be
    /// kept. The summary tells which.
    ///
    /// # Errors
    /// If a stage broke down.
    pub async fn run(
        self,
        source: &mut dyn Source,
        stop: impl Future<Output = ()> + Send,
    ) -> Result<Summary, EngineError> {
        self.start(source, None).run(stop).await
    }

    /// The same, with every event's fate told to `journal`. If it cannot be kept, that ends the run too.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub async fn run_with_journal(
        self,
        source: &mut dyn Source,
        journal: &mut dyn Journal,
        stop: impl Future<Output = ()> + Send,
    ) -> Result<Summary, EngineError> {
        self.start(source, Some(journal)).run(stop).await
    }

    fn start<'a>(self, source: &'a mut dyn Source, journal: Option<&'a mut dyn Journal>) -> Run<'a> {
        let Settings { connection, engine, .. } = &self.settings;
        // Open windows and open files share the memory; without windows, files have all of it.
        let gathers = connection.send_as_batch || connection.wait_for_complete_batch;
        let for_windows = if gathers { engine.buffer_bytes / 2 } else { 0 };
        let for_files = engine.buffer_bytes - for_windows;
        Run {
            shaper: Arc::new(Shaper::new(&self.settings)),
            batcher: Batcher::new(&self.settings, for_windows),
            silence: Silence::new(self.clock.clone()),
            files: Files::new(self.settings.clone(), self.clock.clone(), self.random, for_files),
            books: Books::open(journal, self.clock.now()),
            settings: self.settings,
            store: self.store,
            clock: self.clock,
            quarantine: self.quarantine,
            observer: self.observer,
            fail_fast: self.fail_fast,
            source,
            summary: Summary::default(),
            outstanding: Outstanding::default(),
            shaping: VecDeque::new(),
            taking: None,
            closed: VecDeque::new(),
            uploads: JoinSet::new(),
            stopped: watch::Sender::new(false),
            warn: Arc::new(AtomicBool::new(true)),
            held: 0,
            intake: true,
        }
    }
}

struct Run<'a> {
    settings: Settings,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    quarantine: Box<dyn Quarantine>,
    observer: Box<dyn Observer>,
    fail_fast: bool,
    source: &'a mut dyn Source,
    shaper: Arc<Shaper>,
    batcher: Batcher,
    books: Books<'a>,
    summary: Summary,
    outstanding: Outstanding,
    shaping: VecDeque<Shaping>,
    taking: Option<Taking>,
    files: Files,
    closed: VecDeque<ClosedFile>,
    uploads: JoinSet<Result<Upload, EngineError>>,
    /// Tells uploads that somebody wants to stop.
    stopped: watch::Sender<bool>,
    /// Whether nobody has told the user of retries yet.
    warn: Arc<AtomicBool>,
    /// Events in the engine's hands, counted apart from the ledger so that each proves the other.
    held: u64,
    intake: bool,
    silence: Silence,
}

impl Run<'_> {
    async fn run(mut self, stop: impl Future<Output = ()> + Send) -> Result<Summary, EngineError> {
        let width = std::thread::available_parallelism().map_or(1, usize::from) + 1;
        let mut stop = std::pin::pin!(stop);
        loop {
            self.mind_the_books();
            let is_all_in = !self.intake && self.shaping.is_empty() && self.taking.is_none();
            if is_all_in {
                let lines = self.batcher.close_all();
                self.fill_files(lines);
                let closed = self.files.close_all();
                self.closed.extend(closed);
            }
            self.start_uploads();
            if is_all_in && self.files.is_empty() && self.uploads.is_empty() {
                break;
            }
            // While files wait for an upload nothing more is taken in: that bounds the memory.
            let room = self.closed.is_empty();
            self.silence.listen(self.intake && room && self.shaping.is_empty() && self.taking.is_none());
            let closing = self.files.next_closing().into_iter().chain(self.next_window_end()).min();
            tokio::select! {
                biased;
                Some(upload) = self.uploads.join_next() => {
                    self.settle(upload.map_err(|error| EngineError::Stage(error.to_string()))??);
                }
                () = &mut stop, if !*self.stopped.borrow() => {
                    self.stopped.send_replace(true);
                    self.halt(Halt::Stopped);
                }
                () = std::future::ready(()), if room && self.taking.is_some() => self.go_on(),
                (shaping, records) = front(&mut self.shaping), if room => {
                    let records = records.map_err(|error| EngineError::Stage(error.to_string()))?;
                    self.take_in(shaping, records);
                }
                block = self.source.next(), if self.intake && room && self.shaping.len() < width => match block {
                    Ok(Some(block)) => self.shape(block),
                    Ok(None) => {
                        self.summary.exhausted = true;
                        self.intake = false;
                    }
                    Err(error) => self.summary.input_errors.push(error),
                },
                () = pause(closing) => {
                    let closed = self.files.close_aged();
                    self.closed.extend(closed);
                    self.let_silence_pass();
                }
            }
        }
        self.flush_quarantine();
        self.books.close(&self.outstanding);
        self.mind_the_books();
        self.books.ledger.assert_conserved(self.held);
        if self.summary.exhausted {
            self.summary.unread_from = None;
        }
        self.summary.untold = self.books.untold;
        self.summary.resume_at = self.outstanding.first();
        (self.summary.ledger, self.summary.flags) = (self.books.ledger, self.books.flags);
        Ok(self.summary)
    }

    /// How long until time that passes in silence closes a window.
    fn next_window_end(&self) -> Option<Duration> {
        let end = u64::try_from(self.batcher.next_end()?).unwrap_or_default();
        self.silence.until(Duration::from_millis(end))
    }

    /// While nothing arrives, time passes as the clock does.
    fn let_silence_pass(&mut self) {
        if let Some(silence) = self.silence.take() {
            let lines = self.batcher.pass(i64::try_from(silence.as_millis()).unwrap_or(i64::MAX));
            self.fill_files(lines);
        }
    }

    fn fill_files(&mut self, lines: Vec<Line>) {
        for line in lines {
            self.closed.extend(self.files.push(line));
        }
    }

    /// Ends the intake if the ledger cannot be written.
    fn mind_the_books(&mut self) {
        if let Some(error) = self.books.take_fault() {
            self.fail(EngineError::Ledger(error));
        }
    }

    /// Makes the quarantine durable and says whether it is.
    fn flush_quarantine(&mut self) -> bool {
        let flushed = self.quarantine.flush();
        let is_durable = flushed.is_ok();
        if let Err(error) = flushed {
            self.fail(EngineError::Quarantine(error));
        }
        is_durable
    }

    /// What is kept of the run cannot be kept any longer: the first reason counts.
    fn fail(&mut self, error: EngineError) {
        self.summary.fault.get_or_insert(error);
        self.halt(Halt::Fault);
    }

    fn halt(&mut self, why: Halt) {
        self.summary.halt.get_or_insert(why);
        self.intake = false;
    }

    fn acknowledge(&mut self) {
        for sequence in self.outstanding.take_settled() {
            self.source.acknowledge(sequence);
        }
        self.books.ledger.assert_conserved(self.held);
    }
}

async fn pause(duration: Option<Duration>) {
    match duration {
        Some(duration) => tokio::time::sleep(duration).await,
        None => std::future::pending().await,
    }
}
