//! The loop of a run. Blocks are shaped on all cores and batched in order. Closed files are encoded and uploaded at the
//! same time.

use std::time::{Duration, Instant};

use crate::forward::ledger::LedgerSink;
use crate::forward::source::Source;

use super::builder::Engine;
use super::error::EngineError;
use super::intake::front;
use super::probe::next_question;
use super::state::Run;
use super::summary::{Halt, Summary};

/// How long a run that was stopped waits for the end of its input.
const LOOK: Duration = Duration::from_millis(100);

/// How long a run that was stopped reads its spool. What an earlier start has stored is known only when it was read again, and would
/// be counted as pending.
const READ_ON: Duration = Duration::from_secs(5);

/// The bytes of blocks that are being shaped, above which no other is added.
const MOST_SHAPED: u64 = 8 << 20;

impl Engine {
    /// Forwards everything from `source` until it ends, `stop` completes, the target refuses further uploads, or the
    /// quarantine cannot be written. The summary has the reason.
    ///
    /// # Errors
    /// If a stage failed.
    pub async fn run(
        self,
        source: &mut dyn Source,
        stop: impl Future<Output = ()> + Send,
    ) -> Result<Summary, EngineError> {
        Run::new(self, source, None).run(stop).await
    }

    /// Like [`run`](Self::run), but also writes the fate of every event to `ledger`. If that fails, the run ends too.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub async fn run_with_ledger(
        self,
        source: &mut dyn Source,
        ledger: &mut dyn LedgerSink,
        stop: impl Future<Output = ()> + Send,
    ) -> Result<Summary, EngineError> {
        Run::new(self, source, Some(ledger)).run(stop).await
    }
}

impl Run<'_> {
    pub(super) async fn run(mut self, stop: impl Future<Output = ()> + Send) -> Result<Summary, EngineError> {
        let mut stop = std::pin::pin!(stop);
        self.recall()?;
        loop {
            self.check_ledger();
            self.note_pending();
            self.end_reading();
            let is_input_done = !self.intake && self.shaping.is_empty() && self.intake_block.is_none();
            if is_input_done {
                self.look_for_end().await;
            }
            let mut is_ending = is_input_done && !self.comes_again();
            if is_ending {
                is_ending = self.close_until_full();
            }
            self.start_uploads();
            let is_delivered = self.closed.is_empty() && self.uploads.is_empty();
            if is_input_done && is_delivered && !is_ending {
                break;
            }
            // No input is taken while files wait for an upload. This limits the memory.
            let room = self.closed.is_empty();
            let is_waiting = self.intake && room && self.shaping.is_empty() && self.intake_block.is_none();
            self.idle.listen(is_waiting);
            let closing = match self.recorded {
                None if is_ending => None,
                None => self.files.next_closing().into_iter().chain(self.next_window_end()).min(),
                Some(_) => self.next_tick().filter(|_| is_waiting && self.reads_until.is_none()),
            };
            tokio::select! {
                biased;
                Some(upload) = self.uploads.join_next() => {
                    self.settle(upload.map_err(|error| EngineError::Stage(error.to_string()))??);
                }
                () = &mut stop, if !*self.stopped.borrow() => {
                    self.stopped.send_replace(true);
                    self.source.stop();
                    if self.recorded.is_some() && self.intake {
                        self.summary.halt = Some(Halt::Stopped);
                        self.reads_until = Some(Instant::now() + READ_ON);
                    } else {
                        self.halt(Halt::Stopped);
                    }
                }
                () = std::future::ready(()), if room && is_ending => {}
                () = std::future::ready(()), if room && self.intake_block.is_some() => self.continue_intake(),
                (shaping, records) = front(&mut self.shaping), if room => {
                    let records = records.map_err(|error| EngineError::Stage(error.to_string()))?;
                    self.start_intake(shaping, records);
                }
                block = self.source.next(), if self.intake && room && self.may_shape() => match block {
                    Ok(Some(block)) => self.shape(block),
                    Ok(None) => {
                        self.summary.exhausted = true;
                        self.intake = false;
                    }
                    Err(error) => {
                        // The inputs behind it would give other objects once it can be read.
                        if self.state.is_some() && !error.is_of_content() {
                            self.halt(Halt::Input);
                        }
                        self.summary.input_errors.push(error);
                    }
                },
                Ok(()) = self.parked.changed() => {}
                Ok(()) = self.compressed.changed(), if !room => {}
                question = next_question(&mut self.questions) => drop(question.send(self.status())),
                () = tokio::time::sleep(LOOK), if self.reads_until.is_some() => {}
                () = pause(closing) => match &mut self.recorded {
                    Some(recorded) => {
                        recorded.has_asked = true;
                        self.source.tick();
                    }
                    None => {
                        let closed = self.files.close_aged();
                        self.enqueue(closed);
                        self.advance_idle_time();
                    }
                },
            }
        }
        self.summary.uncounted |= self.reads_until.is_some() && self.source.has_more();
        self.flush_quarantine();
        self.recorder.finish(&mut self.pending, &self.undelivered);
        self.check_ledger();
        self.recorder.counts.assert_conserved(self.held);
        self.summary.exhausted &= !self.is_cut;
        if self.summary.exhausted {
            self.summary.unread_from = None;
        }
        self.summary.unrecorded = self.recorder.unrecorded;
        self.summary.conditional =
            if self.settings.engine.conditional_writes { self.trial.refuses() } else { Some(false) };
        (self.summary.fates, self.summary.flags) = (self.recorder.counts, self.recorder.flags);
        Ok(self.summary)
    }

    /// Whether another block may be shaped beside those that are. One with very long lines is shaped alone, because its index takes
    /// several times its size.
    fn may_shape(&self) -> bool {
        self.shaping.len() <= self.cores && self.shaping.iter().map(|shaping| shaping.bytes).sum::<u64>() < MOST_SHAPED
    }

    /// Ends the intake of a run that was stopped, when what its spool had was read.
    fn end_reading(&mut self) {
        let Some(until) = self.reads_until else { return };
        let has_more = self.source.has_more();
        if !has_more || Instant::now() >= until {
            self.reads_until = None;
            self.intake = false;
            self.summary.uncounted = has_more;
        }
    }

    /// Whether open windows and files are left as they are, because the next start of the run makes the same again.
    fn comes_again(&self) -> bool {
        self.state.is_some() && (!self.summary.exhausted || self.is_cut)
    }

    /// A run that was stopped may have read everything.
    async fn look_for_end(&mut self) {
        if self.summary.exhausted || self.summary.halt != Some(Halt::Stopped) {
            return;
        }
        if !std::mem::replace(&mut self.looked_for_end, true) {
            let next = tokio::time::timeout(LOOK, self.source.next()).await;
            self.summary.exhausted = matches!(next, Ok(Ok(None)));
        }
    }

    /// The time until idle time closes a window.
    fn next_window_end(&self) -> Option<Duration> {
        let end = u64::try_from(self.batcher.next_end()?).unwrap_or_default();
        self.idle.until(Duration::from_millis(end))
    }
}

async fn pause(duration: Option<Duration>) {
    match duration {
        Some(duration) => tokio::time::sleep(duration).await,
        None => std::future::pending().await,
    }
}
