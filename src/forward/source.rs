//! The sources of records. A source keeps each record until its fate is durable.

use std::io::{self, Read};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::mpsc;

use serde::de::IgnoredAny;

use crate::ndjson::{Decoded, Line, Lines};

use super::input::Input;

/// The largest size of a block, unless one line is longer: enough to keep the cores busy, and little memory.
const BLOCK_BYTES: usize = 1 << 20;

/// The largest number of records in a block, because each record needs memory in addition to its text.
const BLOCK_RECORDS: usize = 4_096;

/// The number of blocks that are read ahead.
const READ_AHEAD: usize = 2;

/// One line of input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The number of the record in its source, from 0.
    pub sequence: u64,
    /// The line of the input, from 1.
    pub line: u64,
    /// The offset of the line in the input's text, in bytes.
    pub offset: u64,
    /// The complete length in bytes. It is greater than the length of `range` if the line is over the limit.
    pub length: u64,
    /// The position of the line in the block's text.
    pub range: Range<usize>,
}

/// A place in the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The input's name as given by the user.
    pub input: Arc<str>,
    /// The line of the input, from 1.
    pub line: u64,
}

/// Records of one input that were read together.
#[derive(Debug, Clone)]
pub struct Block {
    /// The input's name as given by the user.
    pub input: Arc<str>,
    /// The bytes of the records.
    pub text: Vec<u8>,
    /// The records, in order.
    pub records: Vec<Record>,
}

/// Delivers records, each at least once, until [`acknowledge`](Self::acknowledge) reports that its fate is durable.
#[async_trait]
pub trait Source: Send {
    /// The next records; `None` if a finite source has no more. Dropping the future loses nothing.
    ///
    /// # Errors
    /// An input cannot be read completely. The next call continues with the next input.
    async fn next(&mut self) -> Result<Option<Block>, SourceError>;

    /// The fates of all events of the record are durable: it need not be delivered again.
    fn acknowledge(&mut self, sequence: u64);
}

/// Why an input cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The file cannot be opened.
    #[error("cannot open `{}`", path.display())]
    Open {
        /// The path as given.
        path: PathBuf,
        /// The reason.
        #[source]
        source: io::Error,
    },
    /// The path is a folder.
    #[error("`{}` is a directory; pass the files in it", .0.display())]
    Directory(PathBuf),
    /// Reading failed: an I/O error, or a corrupt or truncated gzip stream.
    #[error("cannot read `{input}` after line {line}")]
    Read {
        /// The input's name.
        input: String,
        /// The last line that was read.
        line: u64,
        /// The reason.
        #[source]
        source: io::Error,
    },
    /// A file ends within a line, because it is still being written or was cut.
    #[error(
        "`{input}` ends within line {line}, which begins at byte {offset} of its text: that line was not read; forward the rest \
         when the file is complete"
    )]
    HalfLine {
        /// The input's name.
        input: String,
        /// The line that is not complete.
        line: u64,
        /// The offset of the line in the input's text, in bytes.
        offset: u64,
    },
    /// The size of a file changed while it was read.
    #[error(
        "the size of `{input}` changed from {before} to {after} bytes while it was read: it was read up to byte {}; forward the \
         rest when nothing writes to it any more", before.min(after)
    )]
    Changed {
        /// The input's name.
        input: String,
        /// The size when reading began, in bytes.
        before: u64,
        /// The size afterwards.
        after: u64,
    },
}

impl SourceError {
    /// Whether reading the same bytes again gives the same error.
    pub(super) fn is_of_content(&self) -> bool {
        match self {
            Self::Open { .. } | Self::Directory(_) => false,
            Self::Read { source, .. } => {
                matches!(
                    source.kind(),
                    io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof
                )
            }
            Self::Changed { before, after, .. } => before <= after,
            Self::HalfLine { .. } => true,
        }
    }
}

/// Inputs that a thread reads one after the other.
#[derive(Debug)]
pub struct NdjsonSource {
    blocks: mpsc::Receiver<Result<Block, SourceError>>,
}

impl NdjsonSource {
    /// Opens every input, so that a wrong name is reported immediately, and starts reading.
    ///
    /// # Errors
    /// If an input cannot be opened.
    pub fn start(inputs: &[Input], max_line_bytes: usize) -> Result<Self, SourceError> {
        let mut opened = Vec::with_capacity(inputs.len());
        for input in inputs.iter().map(Input::up_to_now) {
            let reader = input.open()?;
            opened.push((input, reader));
        }
        let (sender, blocks) = mpsc::channel(READ_AHEAD);
        std::thread::spawn(move || {
            let mut sequence = 0;
            for (input, reader) in opened {
                // A closed channel means that the engine has stopped. The rest stays unread and unacknowledged.
                let error = match read(&input, reader, max_line_bytes, &mut sequence, &sender) {
                    Ok(()) => input.changed(),
                    Err(Stop::Engine) => return,
                    Err(Stop::Input(error)) => Some(error),
                };
                if let Some(error) = error
                    && sender.blocking_send(Err(error)).is_err()
                {
                    return;
                }
            }
        });
        Ok(Self { blocks })
    }
}

#[async_trait]
impl Source for NdjsonSource {
    async fn next(&mut self) -> Result<Option<Block>, SourceError> {
        self.blocks.recv().await.transpose()
    }

    /// The files are the durable copy, so there is nothing to release.
    fn acknowledge(&mut self, _: u64) {}
}

enum Stop {
    Engine,
    Input(SourceError),
}

fn read(
    origin: &Input,
    reader: Box<dyn Read + Send>,
    max_line_bytes: usize,
    sequence: &mut u64,
    sender: &mpsc::Sender<Result<Block, SourceError>>,
) -> Result<(), Stop> {
    let input: Arc<str> = origin.name().into();
    let failed = |line, source| Stop::Input(SourceError::Read { input: origin.name(), line, source });
    let empty = || Block { input: input.clone(), text: Vec::with_capacity(BLOCK_BYTES), records: Vec::new() };
    let send = |block: Block| match block.records.is_empty() {
        true => Ok(()),
        false => sender.blocking_send(Ok(block)).map_err(|_| Stop::Engine),
    };
    let decoded = Decoded::new(reader).map_err(|error| failed(0, error))?;
    let mut lines = Lines::new(decoded, max_line_bytes);
    let mut block = empty();
    let mut last = 0;
    loop {
        let line = match lines.next_line() {
            Ok(Some(line)) => line,
            Ok(None) => return send(block),
            Err(error) => {
                send(block)?;
                return Err(failed(last, error));
            }
        };
        last = line.number;
        if matches!(origin, Input::Beginning { .. }) && is_cut(&line) {
            let (line, offset) = (line.number, line.offset);
            send(block)?;
            return Err(Stop::Input(SourceError::HalfLine { input: origin.name(), line, offset }));
        }
        if !line.is_blank() {
            let start = block.text.len();
            block.text.extend_from_slice(line.bytes);
            let range = start..block.text.len();
            block.records.push(Record {
                sequence: *sequence,
                line: line.number,
                offset: line.offset,
                length: line.length,
                range,
            });
            *sequence += 1;
        }
        // Delivers what has arrived before waiting for more, because a pipe may deliver nothing for hours.
        if block.text.len() >= BLOCK_BYTES || block.records.len() >= BLOCK_RECORDS || !lines.has_line() {
            send(std::mem::replace(&mut block, empty()))?;
        }
    }
}

/// Whether a line without a newline at its end is the beginning of a document.
fn is_cut(line: &Line<'_>) -> bool {
    if line.terminated || line.is_blank() || line.is_oversize() {
        return false;
    }
    let text = match std::str::from_utf8(line.bytes) {
        Ok(text) => text.as_bytes(),
        Err(error) if error.error_len().is_none() => &line.bytes[..error.valid_up_to()],
        Err(_) => return false,
    };
    text.is_empty() || serde_json::from_slice::<IgnoredAny>(text).is_err_and(|error| error.is_eof())
}
