//! The text of an input, plain or gzip by its content, with a bound on how far gzip expands.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::ndjson::{Compression, Decoded, Gaps};

/// Up to this many bytes of text the expansion is not bounded.
const UNBOUNDED: u64 = 64 << 20;

/// Reads the text, and counts the stored bytes behind it.
pub(in crate::validate) struct Stored {
    text: Decoded<Counted>,
    stored: Arc<AtomicU64>,
    expanded: u64,
    max_expansion: u64,
    unbounded: u64,
}

struct Counted {
    reader: Box<dyn Read + Send>,
    count: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(into)?;
        self.count.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl Stored {
    /// Looks at the first two bytes.
    pub(in crate::validate) fn new(reader: Box<dyn Read + Send>, max_expansion: u64) -> io::Result<Self> {
        let stored = Arc::new(AtomicU64::new(0));
        let text = Decoded::new(Counted { reader, count: stored.clone() })?;
        Ok(Self { text, stored, expanded: 0, max_expansion, unbounded: UNBOUNDED })
    }

    /// The same text, over bytes between and behind gzip members.
    pub(in crate::validate) fn over_gaps(self) -> Self {
        Self { text: self.text.over_gaps(), ..self }
    }

    /// The bytes between and behind gzip members that were passed over so far.
    pub(in crate::validate) fn gaps(&self) -> Option<&Gaps> {
        self.text.gaps()
    }

    pub(in crate::validate) fn compression(&self) -> Compression {
        self.text.compression()
    }

    /// How many stored bytes were read.
    pub(in crate::validate) fn stored_bytes(&self) -> u64 {
        self.stored.load(Ordering::Relaxed)
    }
}

impl Read for Stored {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.text.read(into)?;
        self.expanded += read as u64;
        let most = self.stored_bytes().saturating_mul(self.max_expansion).max(self.unbounded);
        if self.compression() == Compression::Gzip && self.expanded > most {
            let bomb = format!(
                "it expands to more than {} times its size; `--max-expansion` raises the limit",
                self.max_expansion
            );
            return Err(io::Error::new(io::ErrorKind::InvalidData, bomb));
        }
        Ok(read)
    }
}

/// Whether an error says that the stream itself is damaged or cut short, not that it could not be had.
pub(in crate::validate) fn is_damage(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::write::GzEncoder;

    use super::*;

    fn read(text: &[u8], max_expansion: u64, unbounded: u64) -> io::Result<usize> {
        let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text)?;
        let mut stored = Stored::new(Box::new(io::Cursor::new(encoder.finish()?)), max_expansion)?;
        stored.unbounded = unbounded;
        stored.read_to_end(&mut Vec::new())
    }

    #[test]
    fn a_bomb_is_damage_and_a_file_that_compresses_well_is_none() {
        let blanks = vec![b' '; 1 << 20];
        assert!(is_damage(&read(&blanks, 100, 1000).unwrap_err()));
        assert_eq!(read(&blanks, 10_000, 1000).unwrap(), blanks.len());
        assert_eq!(read(&blanks, 100, 1 << 20).unwrap(), blanks.len());
    }
}
