//! The engine: records in, objects out, and every event's fate on the way.
//!
//! Blocks of records are shaped on all cores and put back in their order; what they make waits in windows and fills files;
//! a file that closes gets its name, is encoded and uploaded beside the work. One task owns all state, so order, names and ledger depend on the input,
//! the clock and the seed alone.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use rand::Rng;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::contract::object_key::ObjectKey;
use crate::settings::{ServerSideEncryption, Settings};
use crate::store::{Acl, Encryption, Object, Store};

use super::batch::{Batcher, Carried, Draft, Line};
use super::clock::Clock;
use super::encode::encode;
use super::files::{ClosedFile, Files, NUMBERS};
use super::ledger::{Books, Journal};
use super::outstanding::{Outstanding, Place};
use super::quarantine::Quarantine;
use super::shape::{Passed, Shaped, Shaper};
use super::silence::Silence;
use super::source::{Block, Source};
use super::summary::{Event, Halt, Observer, Summary};
use super::write::{Delivery, Patience, deliver};

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
    #[error("the quarantine cannot be written; nothing more was read")]
    Quarantine(#[source] io::Error),
    /// The ledger cannot be written.
    #[error("the ledger cannot be written; nothing more was read")]
    Ledger(#[source] io::Error),
    /// A stage ended in a panic or an encoder failed: our bug.
    #[error("a stage of the engine broke down: {0}")]
    Stage(String),
}

impl Engine {
    /// Forwards all that `source` has, until it ends, `stop` completes, or the target takes no more.
    ///
    /// # Errors
    /// If going on would lose input. What the target refuses is no error: the summary tells it.
    pub async fn run(
        self,
        source: &mut dyn Source,
        stop: impl Future<Output = ()> + Send,
    ) -> Result<Summary, EngineError> {
        self.start(source, None)?.run(stop).await
    }

    /// The same, with every event's fate told to `journal`.
    ///
    /// # Errors
    /// As [`run`](Self::run), and if the journal cannot be written.
    pub async fn run_with_journal(
        self,
        source: &mut dyn Source,
        journal: &mut dyn Journal,
        stop: impl Future<Output = ()> + Send,
    ) -> Result<Summary, EngineError> {
        self.start(source, Some(journal))?.run(stop).await
    }

    fn start<'a>(
        self,
        source: &'a mut dyn Source,
        journal: Option<&'a mut dyn Journal>,
    ) -> Result<Run<'a>, EngineError> {
        let Settings { connection, engine, .. } = &self.settings;
        // Open windows and open files share the memory; without windows, files have all of it.
        let gathers = connection.send_as_batch || connection.wait_for_complete_batch;
        let for_windows = if gathers { engine.buffer_bytes / 2 } else { 0 };
        let for_files = engine.buffer_bytes - for_windows;
        Ok(Run {
            shaper: Arc::new(Shaper::new(&self.settings)),
            batcher: Batcher::new(&self.settings, for_windows),
            silence: Silence::new(self.clock.clone()),
            files: Files::new(self.settings.clone(), self.clock.clone(), self.random, for_files),
            books: Books::open(journal, self.clock.now()).map_err(EngineError::Ledger)?,
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
            closed: VecDeque::new(),
            uploads: JoinSet::new(),
            stopped: watch::Sender::new(false),
            warn: Arc::new(AtomicBool::new(true)),
            held: 0,
            intake: true,
        })
    }
}

/// Records of one block under work.
struct Shaping {
    input: Arc<str>,
    bytes: u64,
    work: JoinHandle<Vec<Shaped>>,
}

/// A file's way through the store, with what is needed to settle its events.
struct Upload {
    key: ObjectKey,
    lines: Vec<Carried>,
    text_bytes: u64,
    object: Object,
    renames: u32,
    delivery: Delivery,
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
            if !self.intake && self.shaping.is_empty() {
                let lines = self.batcher.close_all();
                self.fill_files(lines);
                let closed = self.files.close_all();
                self.closed.extend(closed);
            }
            self.start_uploads();
            if !self.intake && self.shaping.is_empty() && self.files.is_empty() && self.uploads.is_empty() {
                break;
            }
            // While files wait for an upload nothing more is taken in: that bounds the memory.
            let room = self.closed.is_empty();
            self.silence.listen(self.intake && room && self.shaping.is_empty());
            let closing = self.files.next_closing().into_iter().chain(self.next_window_end()).min();
            tokio::select! {
                biased;
                Some(upload) = self.uploads.join_next() => {
                    self.settle(upload.map_err(|error| EngineError::Stage(error.to_string()))??)?;
                }
                () = &mut stop, if !*self.stopped.borrow() => {
                    self.stopped.send_replace(true);
                    self.halt(Halt::Stopped);
                }
                (shaping, records) = front(&mut self.shaping), if room => {
                    let records = records.map_err(|error| EngineError::Stage(error.to_string()))?;
                    self.take_in(&shaping, records)?;
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
        self.quarantine.flush().map_err(EngineError::Quarantine)?;
        self.books.close(&self.outstanding).map_err(EngineError::Ledger)?;
        self.books.ledger.assert_conserved(self.held);
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

    fn halt(&mut self, why: Halt) {
        self.summary.halt.get_or_insert(why);
        self.intake = false;
    }

    fn shape(&mut self, block: Block) {
        self.let_silence_pass();
        let shaper = self.shaper.clone();
        let received_at = self.clock.now().as_millisecond();
        let (input, bytes) = (block.input.clone(), block.text.len() as u64);
        let work = tokio::task::spawn_blocking(move || shaper.shape_all(&block, received_at));
        self.shaping.push_back(Shaping { input, bytes, work });
    }

    /// Books what became of records, in their order, and puts their lines into files.
    fn take_in(&mut self, shaping: &Shaping, records: Vec<Shaped>) -> Result<(), EngineError> {
        let mut quarantined = false;
        for record in records {
            // What was read ahead of a line that ends the run counts as unread.
            if self.summary.halt == Some(Halt::FailFast) {
                break;
            }
            self.summary.records += 1;
            self.books.ledger.received += record.events;
            let place = Place { input: shaping.input.clone(), line: record.line };
            for (setting, events, count) in record.filtered {
                self.books.filter(&place, setting, events, count).map_err(EngineError::Ledger)?;
            }
            for (setting, nodes) in record.removed {
                self.books.remove(&place, setting, nodes).map_err(EngineError::Ledger)?;
            }
            for (flag, events) in record.flags {
                self.books.flag(&place, flag, events).map_err(EngineError::Ledger)?;
            }
            for entry in &record.quarantined {
                self.quarantine.put(entry).map_err(EngineError::Quarantine)?;
                self.books.quarantine(entry).map_err(EngineError::Ledger)?;
                self.observer.observe(Event::Quarantined(entry));
                quarantined = true;
            }
            if self.fail_fast && !record.quarantined.is_empty() {
                self.halt(Halt::FailFast);
            }
            let drafts = record.passed.as_ref().map_or(&[][..], |passed| &passed.drafts);
            let weight = drafts.iter().map(Draft::weight).sum();
            self.outstanding.open(record.sequence, place, drafts.len(), weight);
            self.held += weight;
            if let Some(Passed { arrival, way, drafts }) = record.passed {
                let lines = self.batcher.receive(arrival, way, drafts);
                self.fill_files(lines);
            }
        }
        self.observer.observe(Event::Read { bytes: shaping.bytes });
        if quarantined {
            self.quarantine.flush().map_err(EngineError::Quarantine)?;
        }
        self.acknowledge();
        Ok(())
    }

    fn start_uploads(&mut self) {
        if self.summary.refusal.is_some() {
            // The target takes no more: what is closed stays pending without an attempt of its own.
            self.summary.pending_files += self.closed.len() as u64;
            self.closed.clear();
        }
        while self.uploads.len() < self.settings.engine.uploads
            && let Some(ClosedFile { key, content }) = self.closed.pop_front()
        {
            let connection = &self.settings.connection;
            let level = connection.use_compression.then_some(self.settings.engine.gzip_level);
            let mut object = Object {
                key: key.to_string(),
                body: bytes::Bytes::new(),
                content_type: if level.is_some() { "application/gzip" } else { "text/plain; charset=utf-8" },
                encryption: encryption(&self.settings),
                acl: self.settings.engine.acl.map(|_| Acl::BucketOwnerFullControl),
            };
            let (store, patience) = (self.store.clone(), self.patience());
            self.uploads.spawn(async move {
                let text_bytes = content.text.len() as u64;
                object.body = tokio::task::spawn_blocking(move || encode(content.text, level))
                    .await
                    .map_err(|error| EngineError::Stage(error.to_string()))?
                    .map_err(|error| EngineError::Stage(error.to_string()))?;
                let delivery = deliver(store.as_ref(), &object, patience).await;
                Ok(Upload { key, lines: content.lines, text_bytes, object, renames: 0, delivery })
            });
        }
    }

    /// Books how an upload ended.
    fn settle(&mut self, upload: Upload) -> Result<(), EngineError> {
        let stored = upload.object.body.len() as u64;
        let is_confirmed = match upload.delivery {
            Delivery::Written => {
                self.summary.files += 1;
                self.summary.lines += upload.lines.len() as u64;
                self.summary.text_bytes += upload.text_bytes;
                self.summary.stored_bytes += stored;
                self.observer.observe(Event::Written { key: &upload.object.key, bytes: stored });
                true
            }
            Delivery::Unconfirmed(error) => {
                self.observer.observe(Event::Unconfirmed { key: &upload.object.key, error: &error });
                false
            }
            Delivery::Taken(_) if upload.renames < MOST_RENAMES => {
                self.rename(upload);
                return Ok(());
            }
            Delivery::Pending(error) | Delivery::Taken(error) => {
                self.summary.pending_files += 1;
                self.summary.refusal.get_or_insert(error);
                self.halt(Halt::Target);
                return Ok(());
            }
        };
        let key = &upload.object.key;
        self.books.deliver(key, &upload.lines, is_confirmed, &self.outstanding).map_err(EngineError::Ledger)?;
        for portion in upload.lines.iter().flat_map(|carried| &carried.portions) {
            self.held -= portion.weight;
            self.outstanding.settle(portion);
        }
        self.acknowledge();
        Ok(())
    }

    fn acknowledge(&mut self) {
        for sequence in self.outstanding.take_settled() {
            self.source.acknowledge(sequence);
        }
        self.books.ledger.assert_conserved(self.held);
    }

    /// Gives a file another number: nobody has seen it under its name, so this makes no twin. The number follows from the
    /// name, and not from the order in which uploads end.
    fn rename(&mut self, mut upload: Upload) {
        upload.renames += 1;
        let next = upload.key.name.number + NEXT_NUMBER;
        upload.key.name.number = NUMBERS.start() + next % (NUMBERS.end() - NUMBERS.start() + 1);
        upload.object.key = upload.key.to_string();
        let (store, patience) = (self.store.clone(), self.patience());
        self.uploads.spawn(async move {
            upload.delivery = deliver(store.as_ref(), &upload.object, patience).await;
            Ok(upload)
        });
    }

    fn patience(&self) -> Patience {
        Patience {
            deadline: Duration::from_secs(self.settings.engine.deadline_seconds),
            stopped: self.stopped.subscribe(),
            warn: self.warn.clone(),
        }
    }
}

/// A name that is taken so often is no accident.
const MOST_RENAMES: u32 = 4;

/// A step through the numbers of names; prime, so that it meets them all.
const NEXT_NUMBER: u32 = 7_919;

fn encryption(settings: &Settings) -> Option<Encryption> {
    let key_id = settings.engine.sse_kms_key_id.clone();
    match settings.connection.server_side_encryption_method {
        ServerSideEncryption::None => None,
        ServerSideEncryption::Aes256 => Some(Encryption::Aes256),
        ServerSideEncryption::AwsKms => Some(Encryption::AwsKms { key_id }),
        ServerSideEncryption::AwsKmsDsse => Some(Encryption::AwsKmsDsse { key_id }),
    }
}

/// Takes the oldest block out once it is shaped; never ready while there is none.
async fn front(shaping: &mut VecDeque<Shaping>) -> (Shaping, Result<Vec<Shaped>, tokio::task::JoinError>) {
    if let Some(oldest) = shaping.front_mut() {
        let records = (&mut oldest.work).await;
        if let Some(oldest) = shaping.pop_front() {
            return (oldest, records);
        }
    }
    std::future::pending().await
}

async fn pause(duration: Option<Duration>) {
    match duration {
        Some(duration) => tokio::time::sleep(duration).await,
        None => std::future::pending().await,
    }
}
