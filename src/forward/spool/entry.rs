//! The entries of a segment. Each has its length and a checksum, so that one that was not written completely is recognized.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::ops::Range;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::forward::source::{Block, Record};

/// The bytes before an entry: its length and its checksum, and the length of its head.
const PREFIX: usize = 12;

/// What an entry is. Its records are described here, and their text follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Content {
    /// The first entry of a segment.
    Begin {
        /// The number of the first record.
        sequence: u64,
        /// How far each input was taken before.
        reached: BTreeMap<String, Reached>,
    },
    /// Lines of one input that were taken together.
    Lines {
        /// The input's name.
        input: String,
        /// The line, offset and complete length of each record, and the length of its text.
        records: Vec<[u64; 4]>,
        /// How far the input was taken with them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reached: Option<Reached>,
    },
    /// Nothing was taken. Time has passed.
    Tick,
    /// Every input has ended.
    End,
}

/// How far an input was taken.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reached {
    /// The number of lines.
    pub(crate) line: u64,
    /// The bytes of text.
    pub(crate) offset: u64,
    /// Whether the input has ended.
    pub(crate) ended: bool,
    /// The beginning of a file that is followed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) beginning: Option<Beginning>,
}

/// The beginning of a file, by which it is known again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Beginning {
    /// Its bytes, at most 1 MiB.
    pub(crate) bytes: u64,
    /// Their SHA-256.
    pub(crate) sha256: String,
}

/// An entry without the text of its records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    /// When it was taken, in microseconds since 1970.
    pub(super) at: i64,
    pub(super) content: Content,
}

impl Head {
    pub(super) fn new(at: Timestamp, content: Content) -> Self {
        Self { at: at.as_microsecond(), content }
    }

    pub(super) fn at(&self) -> Timestamp {
        Timestamp::from_microsecond(self.at).unwrap_or_default()
    }

    /// The number of records.
    pub(super) fn records(&self) -> u64 {
        match &self.content {
            Content::Lines { records, .. } => records.len() as u64,
            _ => 0,
        }
    }

    /// The block of an entry with this text, whose first record has the number `sequence`.
    pub(super) fn into_block(self, text: Vec<u8>, sequence: u64) -> io::Result<Block> {
        let Content::Lines { input, records, .. } = self.content else {
            return Ok(Block { input: "".into(), text, records: Vec::new(), spooled: None });
        };
        let mut start = 0;
        let mut record = |(sequence, [line, offset, length, bytes]): (u64, [u64; 4])| {
            let end = usize::try_from(bytes).ok().and_then(|bytes| bytes.checked_add(start))?;
            let range = std::mem::replace(&mut start, end)..end;
            (end <= text.len()).then_some(Record { sequence, line, offset, length, range })
        };
        let records: Option<Vec<Record>> = (sequence..).zip(records).map(&mut record).collect();
        let records = records.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))?;
        Ok(Block { input: input.into(), text, records, spooled: None })
    }
}

/// The content of a block, whose text is all text of its records in order.
pub(super) fn lines(block: &Block, reached: Option<Reached>) -> Content {
    let length = |range: &Range<usize>| range.len() as u64;
    let record = |record: &Record| [record.line, record.offset, record.length, length(&record.range)];
    Content::Lines { input: block.input.to_string(), records: block.records.iter().map(record).collect(), reached }
}

/// Appends an entry to `to`.
pub(super) fn write(head: &Head, text: &[u8], to: &mut Vec<u8>) -> io::Result<()> {
    let start = to.len();
    to.extend_from_slice(&[0; PREFIX]);
    serde_json::to_writer(&mut *to, head)?;
    let head_length = to.len() - start - PREFIX;
    to.extend_from_slice(text);
    let length = |length: usize| u32::try_from(length).map_err(|_| io::Error::from(io::ErrorKind::FileTooLarge));
    let (all, head_length) = (length(to.len() - start - PREFIX)?, length(head_length)?);
    to[start..start + 4].copy_from_slice(&all.to_le_bytes());
    to[start + 8..start + PREFIX].copy_from_slice(&head_length.to_le_bytes());
    let checksum = crc32fast::hash(&to[start + 8..]);
    to[start + 4..start + 8].copy_from_slice(&checksum.to_le_bytes());
    Ok(())
}

/// Reads the next of `left` bytes as an entry, with its text and its length; `None` if there is no whole one.
pub(super) fn read(from: &mut impl Read, left: u64) -> io::Result<Option<(Head, Vec<u8>, u64)>> {
    let mut prefix = [0; PREFIX];
    if left < PREFIX as u64 || !fill(from, &mut prefix)? {
        return Ok(None);
    }
    let number = |at: usize| u32::from_le_bytes([prefix[at], prefix[at + 1], prefix[at + 2], prefix[at + 3]]);
    let (length, checksum, head_length) = (number(0) as usize, number(4), number(8) as usize);
    let whole = PREFIX as u64 + length as u64;
    if length == 0 || head_length > length || whole > left {
        return Ok(None);
    }
    let mut bytes = vec![0; 4 + length];
    bytes[..4].copy_from_slice(&prefix[8..]);
    if !fill(from, &mut bytes[4..])? || crc32fast::hash(&bytes) != checksum {
        return Ok(None);
    }
    let head = serde_json::from_slice(&bytes[4..4 + head_length])?;
    bytes.drain(..4 + head_length);
    Ok(Some((head, bytes, whole)))
}

/// Whether there were enough bytes.
fn fill(from: &mut impl Read, to: &mut [u8]) -> io::Result<bool> {
    match from.read_exact(to) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn block(lines: &[Vec<u8>]) -> Block {
        let mut block = Block { input: "in".into(), text: Vec::new(), records: Vec::new(), spooled: None };
        for (sequence, line) in (7..).zip(lines) {
            let range = block.text.len()..block.text.len() + line.len();
            let (line_number, length) = (sequence + 1, line.len() as u64 + 3);
            block.records.push(Record { sequence, line: line_number, offset: 9, length, range });
            block.text.extend_from_slice(line);
        }
        block
    }

    proptest! {
        #[test]
        fn an_entry_comes_back_and_no_part_or_damaged_one_is_taken_for_it(
            lines in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..9),
            cut in any::<prop::sample::Index>(),
            bit in any::<prop::sample::Index>(),
        ) {
            let block = block(&lines);
            let reached = Reached { line: 9, offset: 300, ended: false, beginning: None };
            let head = Head::new(Timestamp::from_microsecond(1_772_323_200_000_001).unwrap(), super::lines(&block, Some(reached)));
            let mut bytes = Vec::new();
            write(&head, &block.text, &mut bytes).unwrap();
            let (again, text, length) = read(&mut &bytes[..], bytes.len() as u64).unwrap().unwrap();
            prop_assert_eq!((&again, length), (&head, bytes.len() as u64));
            let again = again.into_block(text, 7).unwrap();
            prop_assert_eq!((again.input, again.text, again.records), (block.input, block.text, block.records));
            let part = cut.index(bytes.len());
            prop_assert!(read(&mut &bytes[..part], part as u64).unwrap().is_none());
            let bit = bit.index(bytes.len() * 8);
            bytes[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(read(&mut &bytes[..], bytes.len() as u64).unwrap().is_none());
        }
    }
}
