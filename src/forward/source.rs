//! The sources of records. A source keeps each record until its fate is durable.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::mpsc;

use crate::ndjson::{Decoded, Lines};

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
}

/// One input of newline-delimited JSON, plain or gzip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Standard input.
    Stdin,
    /// A file.
    File(PathBuf),
    /// Text in memory.
    Text {
        /// The name in messages.
        name: String,
        /// The bytes.
        text: Arc<[u8]>,
    },
}

impl Input {
    /// The input for a user's argument. `-` is standard input.
    pub fn from_argument(argument: &Path) -> Self {
        if argument == Path::new("-") { Self::Stdin } else { Self::File(argument.to_owned()) }
    }

    /// The name in messages.
    pub fn name(&self) -> String {
        match self {
            Self::Stdin => "-".to_owned(),
            Self::File(path) => path.display().to_string(),
            Self::Text { name, .. } => name.clone(),
        }
    }

    /// Opens the input.
    ///
    /// # Errors
    /// If it is a directory, does not exist or cannot be read.
    pub fn open(&self) -> Result<Box<dyn Read + Send>, SourceError> {
        match self {
            Self::Stdin => Ok(Box::new(io::stdin())),
            Self::Text { text, .. } => Ok(Box::new(io::Cursor::new(text.clone()))),
            Self::File(path) => {
                let open = |source| SourceError::Open { path: path.clone(), source };
                let file = File::open(path).map_err(open)?;
                if file.metadata().map_err(open)?.is_dir() {
                    return Err(SourceError::Directory(path.clone()));
                }
                Ok(Box::new(file))
            }
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
        for input in inputs {
            opened.push((input.name(), input.open()?));
        }
        let (sender, blocks) = mpsc::channel(READ_AHEAD);
        std::thread::spawn(move || {
            let mut sequence = 0;
            for (name, reader) in opened {
                // A closed channel means that the engine has stopped. The rest stays unread and unacknowledged.
                match read(&name, reader, max_line_bytes, &mut sequence, &sender) {
                    Ok(()) => {}
                    Err(Stop::Engine) => return,
                    Err(Stop::Input(error)) => {
                        if sender.blocking_send(Err(error)).is_err() {
                            return;
                        }
                    }
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
    name: &str,
    reader: Box<dyn Read + Send>,
    max_line_bytes: usize,
    sequence: &mut u64,
    sender: &mpsc::Sender<Result<Block, SourceError>>,
) -> Result<(), Stop> {
    let input: Arc<str> = name.into();
    let failed = |line, source| Stop::Input(SourceError::Read { input: name.to_owned(), line, source });
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
