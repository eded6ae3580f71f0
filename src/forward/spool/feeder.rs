//! Takes inputs into a spool.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::entry::Reached;
use super::stoppable::{Stoppable, Stream};
use super::{Spool, SpoolError};
use crate::forward::follow::Follower;
use crate::forward::input::Input;
use crate::forward::source::{Block, Reach, SourceError, Stop, failed, read};
use crate::ndjson::{Compression, Decoded};

/// How long the end of a run waits for what is being taken.
const PATIENCE: Duration = Duration::from_secs(10);

/// The thread that takes inputs into a spool, one after the other.
#[derive(Debug)]
pub(super) struct Feeder {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Feeder {
    /// Starts with the first input that has not ended.
    pub(super) fn start(spool: Spool, inputs: Vec<Input>, max_line_bytes: usize) -> Self {
        let stop = Arc::<AtomicBool>::default();
        let work = Work { spool, max_line_bytes, stop: stop.clone() };
        let thread = std::thread::spawn(move || work.take_all(&inputs));
        Self { stop, thread: Some(thread) }
    }

    /// Starts to follow the files of these arguments.
    pub(super) fn follow(spool: Spool, arguments: Vec<PathBuf>, max_line_bytes: usize) -> Self {
        let stop = Arc::<AtomicBool>::default();
        let work = Work { spool, max_line_bytes, stop: stop.clone() };
        let thread = std::thread::spawn(move || work.follow(arguments));
        Self { stop, thread: Some(thread) }
    }

    /// Takes nothing more.
    pub(super) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Drop for Feeder {
    /// Waits until what was taken is kept.
    fn drop(&mut self) {
        self.stop();
        let end = Instant::now() + PATIENCE;
        // An input that cannot be opened now, such as a named pipe without a writer, is left.
        while self.thread.as_ref().is_some_and(|thread| !thread.is_finished()) && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(10));
        }
        if let Some(thread) = self.thread.take().filter(JoinHandle::is_finished) {
            let _ = thread.join();
        }
    }
}

struct Work {
    spool: Spool,
    max_line_bytes: usize,
    stop: Arc<AtomicBool>,
}

impl Work {
    fn take_all(&self, inputs: &[Input]) {
        if self.spool.has_ended {
            return;
        }
        for input in inputs {
            let reached = self.spool.reached().remove(&input.name()).unwrap_or_default();
            if reached.ended {
                continue;
            }
            match self.take(input, &reached) {
                Ok(()) if self.is_stopped() => return,
                Ok(()) => {}
                Err(Stop::Engine) => return,
                Err(Stop::Input(error)) => {
                    let is_of_content = error.is_of_content();
                    self.spool.report(error);
                    if !is_of_content {
                        return;
                    }
                }
            }
        }
        let _ = self.spool.end();
    }

    fn follow(&self, arguments: Vec<PathBuf>) {
        let mut follower = Follower::new(arguments, self.max_line_bytes, self.spool.reached());
        let mut put = |block, reached| self.append(block, reached).is_ok();
        let mut report = |error| self.spool.report(error);
        if let Err(error) = follower.follow(&self.stop, &mut put, &mut report) {
            report(error);
        }
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn take(&self, input: &Input, reached: &Reached) -> Result<(), Stop> {
        match input {
            Input::Stdin => self.take_stream(input, stdin().map_err(|error| at(input, reached, error))?, reached),
            Input::File(path) if input.size().is_none() => {
                let file = File::open(path);
                let file = file.map_err(|source| Stop::Input(SourceError::Open { path: path.clone(), source }))?;
                self.take_stream(input, file, reached)
            }
            _ => self.take_file(input, reached),
        }
    }

    /// Takes from something that cannot be read twice. The next start goes on where this one ends.
    fn take_stream(&self, input: &Input, stream: impl Stream, reached: &Reached) -> Result<(), Stop> {
        let stream = Stoppable::new(stream, self.stop.clone());
        let text = Decoded::new(stream).map_err(|error| at(input, reached, error))?;
        if text.compression() == Compression::Gzip {
            return Err(Stop::Input(SourceError::Compressed(input.name())));
        }
        self.read(input, text, reached)
    }

    /// Takes a file, from where it was taken before.
    fn take_file(&self, input: &Input, reached: &Reached) -> Result<(), Stop> {
        let reader = input.open().map_err(Stop::Input)?;
        let mut text = Decoded::new(reader).map_err(|error| at(input, reached, error))?;
        io::copy(&mut text.by_ref().take(reached.offset), &mut io::sink())
            .map_err(|error| at(input, reached, error))?;
        self.read(input, text, reached)?;
        input.changed().map_or(Ok(()), |error| Err(Stop::Input(error)))
    }

    fn read(&self, input: &Input, text: impl Read, reached: &Reached) -> Result<(), Stop> {
        let from = Reach { line: reached.line, offset: reached.offset };
        let mut last = Reached { line: reached.line, offset: reached.offset, ended: false, beginning: None };
        let mut send = |block: Block, reach: Reach| {
            (last.line, last.offset) = (reach.line, reach.offset);
            // A stream ends by itself. A file comes again from here.
            let is_over = self.is_stopped() && matches!(input, Input::Beginning { .. });
            self.append(block, last.clone()).is_ok() && !is_over
        };
        read(input, text, self.max_line_bytes, from, &mut send)?;
        if self.is_stopped() {
            return Ok(());
        }
        // The end is recorded, so that the next start does not read the input again.
        let nothing = Block { input: input.name().into(), text: Vec::new(), records: Vec::new(), spooled: None };
        self.append(nothing, Reached { ended: true, ..last }).map_err(|_| Stop::Engine)
    }

    fn append(&self, block: Block, reached: Reached) -> Result<(), SpoolError> {
        self.spool.append_blocking(block, Some(reached))?;
        // What was taken is still appended, and nothing more is taken.
        if self.spool.is_exhausted() {
            self.stop.store(true, Ordering::Relaxed);
        }
        Ok(())
    }
}

fn at(input: &Input, reached: &Reached, source: io::Error) -> Stop {
    Stop::Input(failed(input, reached.line, source))
}

/// Standard input without a buffer, so that nothing is taken that is not kept.
#[cfg(unix)]
fn stdin() -> io::Result<File> {
    use std::os::fd::AsFd as _;
    Ok(io::stdin().as_fd().try_clone_to_owned()?.into())
}

#[cfg(not(unix))]
fn stdin() -> io::Result<io::Stdin> {
    Ok(io::stdin())
}
