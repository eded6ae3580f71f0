//! Appends to the spool. Entries that arrive together are synced together.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;

use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot};

use super::SpoolError;
use super::entry::{self, Content, Head, Reached};
use super::folder::{self, Recovered};
use super::shared::{Progress, Shared};
use super::source::SpoolSource;
use crate::forward::source::{Block, SourceError};
use crate::forward::state::RunState;

/// The bytes of text that are synced together.
const TOGETHER: usize = 1 << 20;

/// The entries that wait to be written.
const WAITING: usize = 64;

/// A segment of which everything is settled is closed when it has this size.
const LEAST_SEGMENT: u64 = 1 << 20;

/// The parts of the limit. A segment closes when it has this part of it, so that old ones can be deleted.
const SEGMENTS: u64 = 4;

/// What a spool needs to know.
#[derive(Debug, Clone)]
pub(crate) struct SpoolOptions {
    /// The folder, which is made if it is missing.
    pub(crate) folder: PathBuf,
    /// The bytes of all segments. While there are more, [`Spool::append`] waits.
    pub(crate) limit: u64,
    /// The bytes of disk that are reserved behind the newest entry, so that what was taken can be written. Zero for sources that
    /// can wait for the answer.
    pub(crate) reserve: u64,
    /// A fixed time instead of the clock.
    pub(crate) clock: Option<Timestamp>,
}

/// Appends to a spool. Clones append to the same one.
#[derive(Debug, Clone)]
pub(crate) struct Spool {
    requests: mpsc::Sender<Request>,
    shared: Arc<Shared>,
    /// Whether every input has ended.
    pub(super) has_ended: bool,
    _thread: Arc<Thread>,
}

#[derive(Debug)]
pub(super) struct Request {
    what: What,
    done: Option<oneshot::Sender<Result<(), SpoolError>>>,
}

#[derive(Debug)]
enum What {
    Lines(Block, Option<Reached>),
    Tick,
    End,
}

impl Spool {
    /// Opens a spool, and returns it with the source of all that is in it: first what comes again, then what is appended. `state` is
    /// the state of the run, which has the lock.
    ///
    /// # Errors
    /// If the folder or the segments in it cannot be used.
    pub(crate) fn open(options: &SpoolOptions, state: Arc<RunState>) -> Result<(Self, SpoolSource), SpoolError> {
        let failed = |source| SpoolError { path: options.folder.clone(), source: Arc::new(source) };
        let now = options.clock.unwrap_or_else(Timestamp::now);
        let last = folder::open(&options.folder, now).map_err(failed)?;
        let segments = folder::list(&options.folder).map_err(failed)?;
        let progress = Progress {
            segment: last.segment,
            position: last.position,
            bytes: segments.iter().map(|(_, bytes)| bytes).sum(),
            reached: last.reached.clone(),
            ..Progress::default()
        };
        let shared = Arc::new(Shared {
            folder: options.folder.clone(),
            limit: options.limit,
            progress: Mutex::new(progress),
            changed: Condvar::new(),
        });
        let (requests, waiting) = mpsc::channel(WAITING);
        let first = segments.first().map_or(last.segment, |(segment, _)| *segment);
        let mut writer =
            Writer { shared: shared.clone(), last, clock: options.clock, reserve: options.reserve, reserved: 0 };
        writer.reserve().map_err(failed)?;
        let has_ended = writer.last.has_ended;
        let thread = std::thread::spawn(move || writer.write_all(waiting));
        let source = SpoolSource::start(shared.clone(), first, requests.downgrade(), state);
        let thread = Arc::new(Thread { shared: shared.clone(), thread: Some(thread) });
        Ok((Self { requests, shared, has_ended, _thread: thread }, source))
    }

    /// Adds the records of a block, all or none, and returns when they are synced. Their numbers are assigned here. `reached` is how
    /// far their input was taken with them. While the spool is full, this waits.
    ///
    /// # Errors
    /// If they cannot be written. Then they are not in the spool, and nothing more can be added.
    #[cfg_attr(
        not(any(test, feature = "events-api")),
        expect(dead_code, reason = "for a source that can wait for the answer")
    )]
    pub(crate) async fn append(&self, block: Block, reached: Option<Reached>) -> Result<(), SpoolError> {
        let (done, written) = oneshot::channel();
        let request = Request { what: What::Lines(block, reached), done: Some(done) };
        let _ = self.requests.send(request).await;
        written.await.unwrap_or_else(|_| Err(self.broken()))
    }

    /// Like [`append`](Self::append), for a thread outside the runtime.
    ///
    /// # Errors
    /// As [`append`](Self::append).
    pub(super) fn append_blocking(&self, block: Block, reached: Option<Reached>) -> Result<(), SpoolError> {
        self.request(What::Lines(block, reached))
    }

    /// Records that no input has anything more.
    pub(super) fn end(&self) -> Result<(), SpoolError> {
        self.request(What::End)
    }

    fn request(&self, what: What) -> Result<(), SpoolError> {
        let (done, written) = oneshot::channel();
        let _ = self.requests.blocking_send(Request { what, done: Some(done) });
        written.blocking_recv().unwrap_or_else(|_| Err(self.broken()))
    }

    fn broken(&self) -> SpoolError {
        let failed = self.shared.lock().failed.clone();
        self.shared.error(failed.unwrap_or_else(|| Arc::new(io::ErrorKind::BrokenPipe.into())))
    }

    /// Whether [`append`](Self::append) would have to wait for room.
    #[cfg_attr(
        not(any(test, feature = "events-api")),
        expect(dead_code, reason = "for a source that can wait for the answer")
    )]
    pub(crate) fn is_full(&self) -> bool {
        self.requests.capacity() == 0 || self.shared.lock().is_full
    }

    /// Whether nothing more must be taken, because it could not be written.
    pub(super) fn is_exhausted(&self) -> bool {
        let progress = self.shared.lock();
        progress.failed.is_some() || progress.exhausted.is_some()
    }

    /// How far each input was taken.
    pub(super) fn reached(&self) -> BTreeMap<String, Reached> {
        self.shared.lock().reached.clone()
    }

    /// Tells the engine that an input cannot be read.
    pub(super) fn report(&self, error: SourceError) {
        self.shared.change(|progress| progress.errors.push(error));
    }

    /// The run is being stopped: what was taken is written without regard to the limit.
    pub(super) fn stop(&self) {
        self.shared.change(|progress| progress.stopping = true);
    }
}

/// The thread that writes. It ends when the last [`Spool`] is dropped.
#[derive(Debug)]
struct Thread {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Thread {
    fn drop(&mut self) {
        self.shared.change(|progress| progress.stopping = true);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Asks for an entry of the present time. It is dropped if the spool is busy, because every entry has the time.
pub(super) fn tick(requests: &Requests) {
    if let Some(requests) = requests.upgrade() {
        let _ = requests.try_send(Request { what: What::Tick, done: None });
    }
}

pub(super) type Requests = mpsc::WeakSender<Request>;

struct Writer {
    shared: Arc<Shared>,
    last: Recovered,
    clock: Option<Timestamp>,
    reserve: u64,
    /// The end of the reserved bytes of the file.
    reserved: u64,
}

impl Writer {
    fn write_all(mut self, mut waiting: mpsc::Receiver<Request>) {
        while let Some(first) = waiting.blocking_recv() {
            let mut size = first.size();
            let mut requests = vec![first];
            while size < TOGETHER
                && let Ok(request) = waiting.try_recv()
            {
                size += request.size();
                requests.push(request);
            }
            let written = self.write(&requests, size as u64);
            for done in requests.into_iter().filter_map(|request| request.done) {
                let _ = done.send(written.clone());
            }
        }
        // What was only reserved is given back.
        let _ = self.last.file.set_len(self.last.position);
    }

    fn write(&mut self, requests: &[Request], size: u64) -> Result<(), SpoolError> {
        let failed = self.wait_for_room(size);
        let written = match failed {
            Some(failed) => return Err(self.shared.error(failed)),
            None => self.close_segment().and_then(|()| self.append(requests)),
        };
        if let Err(error) = written {
            let _ = self.last.file.set_len(self.last.position);
            let error = Arc::new(error);
            self.shared.change(|progress| progress.failed = Some(error.clone()));
            return Err(self.shared.error(error));
        }
        if let Err(error) = self.reserve() {
            self.shared.change(|progress| progress.exhausted = Some(Arc::new(error)));
        }
        Ok(())
    }

    /// Waits until there is room for `size` bytes. Returns why nothing can be written any more.
    fn wait_for_room(&self, size: u64) -> Option<Arc<io::Error>> {
        let mut progress = self.shared.lock();
        while progress.bytes + size > self.shared.limit
            && !progress.stopping
            && !progress.closed
            && progress.failed.is_none()
        {
            progress.is_full = true;
            progress = self.shared.wait(progress);
        }
        progress.is_full = false;
        progress.failed.clone()
    }

    /// Begins a new segment if the last one is large, or if everything in it is settled.
    fn close_segment(&mut self) -> io::Result<()> {
        let is_over = {
            let progress = self.shared.lock();
            let is_read = progress.read == (self.last.segment, self.last.position);
            let is_settled = is_read && progress.unsettled == 0 && self.last.position >= LEAST_SEGMENT;
            is_settled || self.last.position >= self.shared.limit / SEGMENTS
        };
        if !is_over {
            return Ok(());
        }
        self.last.file.set_len(self.last.position)?;
        self.last.file.sync_all()?;
        let at = self.now();
        let Recovered { segment, sequence, reached, .. } = &self.last;
        self.last = folder::begin(&self.shared.folder, segment + 1, *sequence, reached.clone(), at)?;
        self.reserved = 0;
        self.publish(self.last.position, Vec::new());
        Ok(())
    }

    fn append(&mut self, requests: &[Request]) -> io::Result<()> {
        let at = self.now();
        let mut bytes = Vec::new();
        let mut added = 0;
        let mut reached_now = Vec::new();
        for Request { what, .. } in requests {
            let (content, text) = match what {
                What::Lines(block, reached) => {
                    added += block.records.len() as u64;
                    reached_now.extend(reached.clone().map(|reached| (block.input.to_string(), reached)));
                    (entry::lines(block, reached.clone()), block.text.as_slice())
                }
                What::Tick => (Content::Tick, &[][..]),
                What::End => (Content::End, &[][..]),
            };
            entry::write(&Head::new(at, content), text, &mut bytes)?;
        }
        self.last.file.write_all(&bytes)?;
        self.last.file.sync_data()?;
        self.last.position += bytes.len() as u64;
        self.last.sequence += added;
        self.last.reached.extend(reached_now.iter().cloned());
        self.publish(bytes.len() as u64, reached_now);
        Ok(())
    }

    /// Shows the others what is synced.
    fn publish(&self, added: u64, reached: Vec<(String, Reached)>) {
        self.shared.change(|progress| {
            (progress.segment, progress.position) = (self.last.segment, self.last.position);
            progress.bytes += added;
            progress.reached.extend(reached);
        });
    }

    /// The time of an entry. A clock that is set back does not move it back.
    fn now(&mut self) -> Timestamp {
        self.last.at = self.clock.unwrap_or_else(Timestamp::now).max(self.last.at);
        self.last.at
    }

    /// Reserves bytes of the disk behind the newest entry.
    fn reserve(&mut self) -> io::Result<()> {
        let end = self.last.position + self.reserve;
        if self.reserve > 0 && end > self.reserved {
            // Twice as much, so that it is seldom needed.
            folder::allocate(&self.last.file, self.last.position, 2 * self.reserve)?;
            self.reserved = end + self.reserve;
        }
        Ok(())
    }
}

impl Request {
    /// About the bytes that it will have.
    fn size(&self) -> usize {
        match &self.what {
            What::Lines(block, _) => block.text.len() + 64 * block.records.len() + 256,
            What::Tick | What::End => 64,
        }
    }
}
