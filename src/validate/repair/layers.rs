//! Takes off what is around the text of a file.

use std::io::{self, Cursor, Read};
use std::sync::{Arc, Mutex, PoisonError};

use super::correction::{Correction, Corrections};
use crate::ndjson::{Gaps, OtherKind, Unchunked, Utf16};
use crate::validate::input::Stored;

/// How much is detected at to know what a file is.
const HEAD: u64 = 64 << 10;

/// How many layers are taken off: a framed upload of gzip within gzip has three.
const MOST: usize = 4;

/// The text of a file, and what was around it.
pub(super) struct Layers {
    text: Box<dyn Read + Send>,
    /// Whether it is stored as gzip.
    pub(super) gzip: bool,
    pub(super) corrections: Corrections,
    /// What was passed over in each gzip layer so far.
    gaps: Vec<Arc<Mutex<Gaps>>>,
}

/// The text of a gzip layer, which notes what it passes over.
struct OverGaps {
    stored: Stored,
    passed: Arc<Mutex<Gaps>>,
}

impl Read for OverGaps {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.stored.read(into);
        if let Some(gaps) = self.stored.gaps() {
            let mut passed = self.passed.lock().unwrap_or_else(PoisonError::into_inner);
            (passed.bytes, passed.may_be_batch) = (gaps.bytes, gaps.may_be_batch);
        }
        read
    }
}

/// The beginning, which was detected at, and the rest.
type Headed<R> = io::Chain<Cursor<Vec<u8>>, R>;

fn detect<R: Read>(mut reader: R) -> io::Result<(Option<OtherKind>, Headed<R>)> {
    let mut head = Vec::new();
    reader.by_ref().take(HEAD).read_to_end(&mut head)?;
    Ok((OtherKind::of(&head), Cursor::new(head).chain(reader)))
}

impl Layers {
    /// `None` for a file of another kind, which has no batches to write.
    pub(super) fn of(reader: Box<dyn Read + Send>, max_expansion: u64) -> io::Result<Option<Self>> {
        let mut layers = Self { text: reader, gzip: false, corrections: Corrections::default(), gaps: Vec::new() };
        for _ in 0..=MOST {
            let (kind, reader) = detect(layers.text)?;
            layers.text = match kind {
                Some(OtherKind::Chunked { .. }) => {
                    layers.corrections.add(Correction::Unchunked, 1);
                    Box::new(Unchunked::new(reader))
                }
                Some(OtherKind::GzipWithinGzip) => {
                    layers.corrections.add(Correction::GzipOnce, u64::from(layers.gzip));
                    layers.gzip = true;
                    let passed = Arc::<Mutex<Gaps>>::default();
                    layers.gaps.push(passed.clone());
                    Box::new(OverGaps { stored: Stored::new(Box::new(reader), max_expansion)?.over_gaps(), passed })
                }
                Some(OtherKind::Utf16 { big_endian }) => {
                    layers.corrections.add(Correction::Utf8, 1);
                    layers.text = Box::new(Utf16::new(reader, big_endian));
                    return Ok(Some(layers));
                }
                None | Some(OtherKind::SeveralLines | OtherKind::TextSequence) => {
                    layers.text = Box::new(reader);
                    return Ok(Some(layers));
                }
                Some(OtherKind::Foreign(_)) => return Ok(None),
            };
        }
        Ok(None)
    }

    /// How many bytes were passed over between gzip members so far, and whether some of them may be a batch.
    pub(super) fn gaps(&self) -> (u64, bool) {
        self.gaps.iter().fold((0, false), |(bytes, may_be_batch), passed| {
            let passed = passed.lock().unwrap_or_else(PoisonError::into_inner);
            (bytes + passed.bytes, may_be_batch || passed.may_be_batch)
        })
    }
}

impl Read for Layers {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.text.read(into)
    }
}
