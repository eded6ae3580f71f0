//! The spool as a source of the engine.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use tokio::sync::mpsc;

use super::entry::{self, Content, Head};
use super::folder;
use super::shared::Shared;
use super::writer::{Requests, tick};
use crate::forward::private_folder;
use crate::forward::source::{Block, READ_AHEAD, Source, SourceError};
use crate::forward::state::RunState;

/// When and where the records of a block were taken into a spool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spooled {
    /// The time. It never goes back.
    pub at: Timestamp,
    /// The segment of the spool. All windows and files are closed before the next one.
    pub segment: u64,
}

/// Everything that is in a spool, in order, then everything that is appended to it.
#[derive(Debug)]
pub(crate) struct SpoolSource {
    blocks: mpsc::Receiver<Result<Block, SourceError>>,
    shared: Arc<Shared>,
    requests: Requests,
    state: Arc<RunState>,
    /// The segments of which something was delivered, the oldest first.
    segments: VecDeque<Segment>,
    /// The segment and the position that the spool had when the run was stopped.
    end: (u64, u64),
}

/// A segment of which something was delivered.
#[derive(Debug)]
struct Segment {
    number: u64,
    /// The number of its first record.
    first: Option<u64>,
    delivered: u64,
    settled: u64,
}

impl SpoolSource {
    /// Starts reading with the segment `first`.
    pub(super) fn start(shared: Arc<Shared>, first: u64, requests: Requests, state: Arc<RunState>) -> Self {
        let (sender, blocks) = mpsc::channel(READ_AHEAD);
        let reader = Reader { shared: shared.clone(), sender };
        std::thread::spawn(move || {
            if let Err(error) = reader.read_from(first) {
                let error = SourceError::Spool(reader.shared.error(Arc::new(error)));
                let _ = reader.sender.blocking_send(Err(error));
            }
        });
        Self { blocks, shared, requests, state, segments: VecDeque::new(), end: (0, 0) }
    }

    /// Deletes the oldest segments of which everything is settled.
    fn delete_settled(&mut self) {
        while let [first, _, ..] = self.segments.make_contiguous()
            && first.settled == first.delivered
        {
            let number = first.number;
            if let Err(error) = self.delete(number) {
                // It stays, and comes again at the next start.
                tracing::warn!(%error, segment = number, "a segment of the spool cannot be deleted");
            }
            self.segments.pop_front();
        }
    }

    fn delete(&self, number: u64) -> io::Result<()> {
        let path = folder::path(&self.shared.folder, number);
        let bytes = std::fs::metadata(&path)?.len();
        std::fs::remove_file(path)?;
        private_folder::sync(&self.shared.folder)?;
        self.shared.change(|progress| progress.bytes = progress.bytes.saturating_sub(bytes));
        self.state.forget_segment(number);
        Ok(())
    }
}

#[async_trait]
impl Source for SpoolSource {
    async fn next(&mut self) -> Result<Option<Block>, SourceError> {
        let Some(block) = self.blocks.recv().await.transpose()? else { return Ok(None) };
        if let Some(Spooled { segment, .. }) = block.spooled {
            if self.segments.back().is_none_or(|last| last.number != segment) {
                self.segments.push_back(Segment { number: segment, first: None, delivered: 0, settled: 0 });
                self.delete_settled();
            }
            if let (Some(last), Some(record)) = (self.segments.back_mut(), block.records.first()) {
                last.first.get_or_insert(record.sequence);
                last.delivered += block.records.len() as u64;
            }
        }
        Ok(Some(block))
    }

    fn acknowledge(&mut self, sequence: u64) {
        self.shared.change(|progress| progress.unsettled -= 1);
        let of = self.segments.iter_mut().rev().find(|segment| segment.first.is_some_and(|first| first <= sequence));
        if let Some(segment) = of {
            segment.settled += 1;
        }
        self.delete_settled();
    }

    fn tick(&mut self) {
        tick(&self.requests);
    }

    fn spooled_bytes(&self) -> Option<u64> {
        Some(self.shared.lock().bytes)
    }

    fn stop(&mut self) {
        self.end = self.shared.change(|progress| {
            progress.stopping = true;
            (progress.segment, progress.position)
        });
    }

    fn has_more(&self) -> bool {
        self.shared.lock().handed_on < self.end || !self.blocks.is_empty()
    }
}

impl Drop for SpoolSource {
    fn drop(&mut self) {
        self.shared.change(|progress| progress.closed = true);
    }
}

/// Reads the segments for the engine.
struct Reader {
    shared: Arc<Shared>,
    sender: mpsc::Sender<Result<Block, SourceError>>,
}

/// What the reader can do next.
enum Next {
    /// Read a segment up to here.
    Read(u64),
    /// Tell an error of an input or of the spool.
    Tell(SourceError),
    /// The segment is read, and there is a newer one.
    Over,
    Stop,
}

impl Reader {
    fn read_from(&self, first: u64) -> io::Result<()> {
        for segment in first.. {
            if !self.read_segment(segment)? {
                break;
            }
        }
        Ok(())
    }

    /// Reads a segment. Returns whether another one follows.
    fn read_segment(&self, segment: u64) -> io::Result<bool> {
        let path = folder::path(&self.shared.folder, segment);
        let length = std::fs::metadata(&path)?.len();
        let file = File::open(path)?;
        let (mut position, mut sequence) = (0, 0);
        loop {
            let end = match self.next(segment, position, length) {
                Next::Read(end) => end,
                Next::Tell(error) => match self.sender.blocking_send(Err(error)) {
                    Ok(()) => continue,
                    Err(_) => return Ok(false),
                },
                Next::Over => return Ok(true),
                Next::Stop => return Ok(false),
            };
            // Not beyond the end, because what is there is still being written.
            let mut entries = BufReader::new((&file).take(end - position));
            while position < end {
                let Some((head, text, bytes)) = entry::read(&mut entries, end - position)? else {
                    let message = "it is damaged: an entry has another checksum";
                    return Err(io::Error::new(io::ErrorKind::InvalidData, message));
                };
                position += bytes;
                let records = head.records();
                self.shared.change(|progress| {
                    progress.read = (segment, position);
                    progress.unsettled += records;
                });
                if let Content::Begin { sequence: first, .. } = head.content {
                    sequence = first;
                } else {
                    let is_last = head.content == Content::End;
                    if !self.send(head, text, segment, sequence)? || is_last {
                        return Ok(false);
                    }
                    sequence += records;
                }
                self.shared.lock().handed_on = (segment, position);
            }
        }
    }

    /// Waits until there is something to do.
    fn next(&self, segment: u64, position: u64, length: u64) -> Next {
        let mut progress = self.shared.lock();
        loop {
            if progress.closed {
                return Next::Stop;
            }
            if let Some(error) = progress.errors.pop() {
                return Next::Tell(error);
            }
            if segment < progress.segment {
                // The length of a closed segment is that of its entries.
                let length =
                    std::fs::metadata(folder::path(&self.shared.folder, segment)).map_or(length, |now| now.len());
                return if position < length { Next::Read(length) } else { Next::Over };
            }
            if position < progress.position {
                return Next::Read(progress.position);
            }
            if let Some(failed) = progress.failed.clone().or_else(|| progress.exhausted.clone())
                && !progress.is_told
            {
                progress.is_told = true;
                return Next::Tell(SourceError::Spool(self.shared.error(failed)));
            }
            progress = self.shared.wait(progress);
        }
    }

    /// Hands an entry to the engine. Returns whether it needs more.
    fn send(&self, head: Head, text: Vec<u8>, segment: u64, sequence: u64) -> io::Result<bool> {
        let spooled = Some(Spooled { at: head.at(), segment });
        let block = Block { spooled, ..head.into_block(text, sequence)? };
        Ok(self.sender.blocking_send(Ok(block)).is_ok())
    }
}
