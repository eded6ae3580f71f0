//! Reads from something that cannot be read twice, and stops without having taken more than is kept.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How often the reader looks whether it was stopped.
#[cfg(unix)]
const LOOK: Duration = Duration::from_millis(100);

/// How long a reader that was stopped waits for the rest of a line.
const GRACE: Duration = Duration::from_secs(3);

/// A reader that ends, once `stop` is set, behind the line that it has begun.
pub(super) struct Stoppable<R> {
    reader: R,
    stop: Arc<AtomicBool>,
    stopped_at: Option<Instant>,
    /// Whether what was read ends within a line.
    is_within_line: bool,
}

#[cfg(unix)]
pub(super) trait Stream: Read + std::os::fd::AsFd {}
#[cfg(unix)]
impl<R: Read + std::os::fd::AsFd> Stream for R {}

#[cfg(not(unix))]
pub(super) trait Stream: Read {}
#[cfg(not(unix))]
impl<R: Read> Stream for R {}

impl<R: Stream> Stoppable<R> {
    pub(super) fn new(reader: R, stop: Arc<AtomicBool>) -> Self {
        Self { reader, stop, stopped_at: None, is_within_line: false }
    }

    /// Whether something can be read without waiting, or the end.
    #[cfg(unix)]
    fn is_ready(&self) -> io::Result<bool> {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let look = Timespec { tv_sec: 0, tv_nsec: LOOK.subsec_nanos().into() };
        let mut wanted = [PollFd::new(&self.reader, PollFlags::IN)];
        match poll(&mut wanted, Some(&look)) {
            Err(rustix::io::Errno::INTR) => Ok(false),
            ready => Ok(ready? > 0),
        }
    }

    #[cfg(not(unix))]
    fn is_ready(&self) -> io::Result<bool> {
        Ok(true)
    }
}

impl<R: Stream> Read for Stoppable<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let is_stopped = self.stop.load(Ordering::Relaxed);
            if is_stopped {
                let since = self.stopped_at.get_or_insert_with(Instant::now);
                if !self.is_within_line || since.elapsed() > GRACE {
                    return Ok(0);
                }
            }
            if !self.is_ready()? {
                continue;
            }
            // The rest of a line byte by byte, so that nothing behind it is taken.
            let most = if is_stopped { buffer.len().min(1) } else { buffer.len() };
            let read = self.reader.read(&mut buffer[..most])?;
            if let Some(last) = buffer[..read].last() {
                self.is_within_line = *last != b'\n';
            }
            return Ok(read);
        }
    }
}
