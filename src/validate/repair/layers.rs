//! Takes off what is around the text of a file.

use std::io::{self, Cursor, Read};

use super::correction::{Correction, Corrections};
use crate::ndjson::{Compression, Gaps, OtherKind, Unchunked, Utf16};
use crate::validate::input::Stored;

/// How much is detected at to know what a file is.
const HEAD: u64 = 64 << 10;

/// The text of a file, and what was around it.
pub(super) struct Layers {
    text: Text,
    /// Whether it is stored as gzip.
    pub(super) gzip: bool,
    pub(super) corrections: Corrections,
}

enum Text {
    Utf8(Headed<Stored>),
    Utf16(Utf16<Headed<Stored>>),
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
        let mut corrections = Corrections::default();
        let stored = match detect(reader)? {
            (Some(OtherKind::Chunked { .. }), reader) => {
                corrections.add(Correction::Unchunked, 1);
                Stored::new(Box::new(Unchunked::new(reader)), max_expansion)?
            }
            (_, reader) => Stored::new(Box::new(reader), max_expansion)?,
        };
        let gzip = stored.compression() == Compression::Gzip;
        let mut detected = detect(stored.over_gaps())?;
        if detected.0 == Some(OtherKind::GzipWithinGzip) {
            corrections.add(Correction::GzipOnce, 1);
            detected = detect(Stored::new(Box::new(detected.1), max_expansion)?.over_gaps())?;
        }
        let text = match detected {
            (None | Some(OtherKind::SeveralLines), text) => Text::Utf8(text),
            (Some(OtherKind::Utf16 { big_endian }), text) => {
                corrections.add(Correction::Utf8, 1);
                Text::Utf16(Utf16::new(text, big_endian))
            }
            _ => return Ok(None),
        };
        Ok(Some(Self { text, gzip, corrections }))
    }

    /// What was passed over between gzip members so far.
    pub(super) fn gaps(&self) -> Option<&Gaps> {
        match &self.text {
            Text::Utf8(text) => text.get_ref().1.gaps(),
            Text::Utf16(_) => None,
        }
    }
}

impl Read for Layers {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match &mut self.text {
            Text::Utf8(text) => text.read(into),
            Text::Utf16(text) => text.read(into),
        }
    }
}
