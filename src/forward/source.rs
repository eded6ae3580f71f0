//! The sources of records. A source keeps each record until its fate is durable.

use std::io::{self, Read};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::mpsc;

use serde::de::IgnoredAny;

use crate::ndjson::{Decoded, Line, Lines};
use crate::paths::NotFound;

use super::input::Input;
use super::spool::{SpoolError, Spooled};

/// The largest size of a block, unless one line is longer: enough to keep the cores busy, and little memory.
const BLOCK_BYTES: usize = 1 << 20;

/// The largest number of records in a block, because each record needs memory in addition to its text.
const BLOCK_RECORDS: usize = 4_096;

/// The number of blocks that are read ahead.
pub(super) const READ_AHEAD: usize = 2;

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
    /// When and where the records were taken into a spool; `None` for a source without one. A block without records then only
    /// tells the time.
    pub spooled: Option<Spooled>,
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

    /// Asks for a block with the present time, because a window or a file may be due. Only a source with a spool has such blocks.
    fn tick(&mut self) {}

    /// The bytes of the spool, if the source has one.
    fn spooled_bytes(&self) -> Option<u64> {
        None
    }

    /// The run was stopped: nothing more needs to be taken.
    fn stop(&mut self) {}

    /// Whether something that a spool had at [`stop`](Self::stop) was not delivered yet.
    fn has_more(&self) -> bool {
        false
    }
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
    /// An argument means no file.
    #[error(transparent)]
    NotFound(#[from] NotFound),
    /// A file that is followed was replaced by another one, or was cut.
    #[error(
        "`{}` is no longer the file that was read up to byte {offset}: it was cut or replaced; if nothing of the earlier one is          missing, forward this one with a new state", path.display()
    )]
    Replaced {
        /// The path.
        path: PathBuf,
        /// The bytes that were read.
        offset: u64,
    },
    /// A compressed stream cannot be taken up again in the middle.
    #[error("`{0}` is gzip, which cannot be read on from the middle: decompress it first, such as with `gzip -dc | …`")]
    Compressed(String),
    /// What was taken cannot be kept or read again.
    #[error("nothing more is taken")]
    Spool(#[source] SpoolError),
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
            Self::Open { .. } | Self::Directory(_) | Self::NotFound(_) => false,
            Self::Replaced { .. } | Self::Spool(_) => false,
            Self::Read { source, .. } => {
                matches!(
                    source.kind(),
                    io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof
                )
            }
            Self::Changed { before, after, .. } => before <= after,
            Self::HalfLine { .. } | Self::Compressed(_) => true,
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
                let mut send = |block: Block, _| sender.blocking_send(Ok(numbered(block, &mut sequence))).is_ok();
                let text = Decoded::new(reader).map_err(|source| Stop::Input(failed(&input, 0, source)));
                let result = text.and_then(|text| read(&input, text, max_line_bytes, Reach::default(), &mut send));
                let error = match result {
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

/// Why reading ends early.
pub(super) enum Stop {
    /// The engine needs nothing more.
    Engine,
    /// The input cannot be read.
    Input(SourceError),
}

/// How far an input is read: complete lines, and bytes of its text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Reach {
    pub(super) line: u64,
    pub(super) offset: u64,
}

/// The error of an input that was read up to this line.
pub(super) fn failed(input: &Input, line: u64, source: io::Error) -> SourceError {
    SourceError::Read { input: input.name(), line, source }
}

/// Numbers the records of a block.
pub(super) fn numbered(mut block: Block, sequence: &mut u64) -> Block {
    for record in &mut block.records {
        record.sequence = *sequence;
        *sequence += 1;
    }
    block
}

/// Reads the text of an input that begins at `from`, and sends its records in blocks, each with how far the input is read. `send` returns
/// whether the engine needs more. The records have no numbers.
pub(super) fn read(
    origin: &Input,
    text: impl Read,
    max_line_bytes: usize,
    from: Reach,
    send: &mut dyn FnMut(Block, Reach) -> bool,
) -> Result<(), Stop> {
    let input: Arc<str> = origin.name().into();
    let capacity = BLOCK_BYTES;
    let empty =
        || Block { input: input.clone(), text: Vec::with_capacity(capacity), records: Vec::new(), spooled: None };
    let mut send = |block: Block, reach| match block.records.is_empty() || send(block, reach) {
        true => Ok(()),
        false => Err(Stop::Engine),
    };
    let mut lines = Lines::new(text, max_line_bytes);
    let mut block = empty();
    let mut reach = from;
    loop {
        let line = match lines.next_line() {
            Ok(Some(line)) => line,
            Ok(None) => return send(block, reach),
            Err(error) => {
                send(block, reach)?;
                return Err(Stop::Input(failed(origin, reach.line, error)));
            }
        };
        let (number, offset) = (from.line + line.number, from.offset + line.offset);
        if matches!(origin, Input::Beginning { .. }) && is_cut(&line) {
            send(block, reach)?;
            return Err(Stop::Input(SourceError::HalfLine { input: origin.name(), line: number, offset }));
        }
        reach = Reach { line: number, offset: offset + line.length + u64::from(line.terminated) };
        if !line.is_blank() {
            let start = block.text.len();
            block.text.extend_from_slice(line.bytes);
            let range = start..block.text.len();
            block.records.push(Record { sequence: 0, line: number, offset, length: line.length, range });
        }
        // Delivers what has arrived before waiting for more, because a pipe may deliver nothing for hours.
        if block.text.len() >= BLOCK_BYTES || block.records.len() >= BLOCK_RECORDS || !lines.has_line() {
            send(std::mem::replace(&mut block, empty()), reach)?;
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
