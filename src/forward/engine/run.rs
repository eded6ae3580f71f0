//! The loop of a run. Blocks are shaped on all cores and batched in order. Closed files are encoded and uploaded at the
//! same time.

use std::time::Duration;

use crate::forward::ledger::LedgerSink;
use crate::forward::source::Source;

use super::builder::Engine;
use super::error::EngineError;
use super::intake::front;
use super::state::Run;
use super::summary::{Halt, Summary};

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
        let width = std::thread::available_parallelism().map_or(1, usize::from) + 1;
        let mut stop = std::pin::pin!(stop);
        loop {
            self.check_ledger();
            let is_input_done = !self.intake && self.shaping.is_empty() && self.intake_block.is_none();
            if is_input_done {
                let lines = self.batcher.close_all();
                self.fill_files(lines);
                let closed = self.files.close_all();
                self.closed.extend(closed);
            }
            self.start_uploads();
            if is_input_done && self.files.is_empty() && self.uploads.is_empty() {
                break;
            }
            // No input is taken while files wait for an upload. This limits the memory.
            let room = self.closed.is_empty();
            self.idle.listen(self.intake && room && self.shaping.is_empty() && self.intake_block.is_none());
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
                () = std::future::ready(()), if room && self.intake_block.is_some() => self.continue_intake(),
                (shaping, records) = front(&mut self.shaping), if room => {
                    let records = records.map_err(|error| EngineError::Stage(error.to_string()))?;
                    self.start_intake(shaping, records);
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
                    self.advance_idle_time();
                }
            }
        }
        self.flush_quarantine();
        self.recorder.finish(&self.pending);
        self.check_ledger();
        self.recorder.counts.assert_conserved(self.held);
        if self.summary.exhausted {
            self.summary.unread_from = None;
        }
        self.summary.unrecorded = self.recorder.unrecorded;
        self.summary.resume_at = self.pending.first();
        self.summary.conditional =
            if self.settings.engine.conditional_writes { self.trial.refuses() } else { Some(false) };
        (self.summary.fates, self.summary.flags) = (self.recorder.counts, self.recorder.flags);
        Ok(self.summary)
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
