//! Reads plain or gzip files. The first two bytes decide, never the name (FILE-2).

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;
use memchr::memchr;

use super::peek::Peek;

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// How many gaps of a file are kept apart.
const GAPS: usize = 1_000;

/// The header and the trailer of a gzip member alone are this long.
const SHORTEST_MEMBER: u64 = 18;

/// How a file is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// Plain text.
    Plain,
    /// One or more gzip members.
    Gzip,
}

/// Bytes behind a gzip member that belong to none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Gap {
    /// The offset of the first one, in stored bytes.
    pub at: u64,
    /// Their number.
    pub length: u64,
    /// Whether another member begins behind them.
    pub is_between: bool,
    /// Whether they may be a batch: text with a brace, or enough bytes for a damaged member. Zeros and blanks around them do not
    /// count.
    pub may_be_batch: bool,
}

/// What was passed over in a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Gaps {
    /// The first thousand.
    pub first: Vec<Gap>,
    /// The bytes of all.
    pub bytes: u64,
    /// Whether one of them may be a batch.
    pub may_be_batch: bool,
}

/// A reader of a file's text, plain or decompressed.
pub struct Decoded<R: Read> {
    compression: Compression,
    inner: Inner<R>,
    gaps: Option<Gaps>,
}

enum Inner<R: Read> {
    Plain(Peek<R>),
    Member(Box<GzDecoder<Peek<R>>>),
    Ended,
}

impl<R: Read> Decoded<R> {
    /// Detects the compression from the first two bytes of `reader`. Bytes between or after gzip members are an error.
    ///
    /// # Errors
    /// If these bytes cannot be read.
    pub fn new(reader: R) -> io::Result<Self> {
        let mut reader = Peek::new(reader);
        Ok(if reader.ahead(GZIP_MAGIC.len())?.starts_with(&GZIP_MAGIC) {
            let member = Box::new(GzDecoder::new(reader));
            Self { compression: Compression::Gzip, inner: Inner::Member(member), gaps: None }
        } else {
            Self { compression: Compression::Plain, inner: Inner::Plain(reader), gaps: None }
        })
    }

    /// The same reader, which passes over bytes that are not gzip and reads the members behind them.
    #[must_use]
    pub fn over_gaps(self) -> Self {
        Self { gaps: Some(Gaps::default()), ..self }
    }

    /// How the file is stored.
    pub fn compression(&self) -> Compression {
        self.compression
    }

    /// What was passed over so far; `None` where that is an error.
    pub fn gaps(&self) -> Option<&Gaps> {
        self.gaps.as_ref()
    }

    /// Goes on to the next member; whether there is one.
    fn next_member(&mut self, reader: &mut Peek<R>) -> io::Result<bool> {
        let next = reader.ahead(GZIP_MAGIC.len())?;
        if next.is_empty() || next.starts_with(&GZIP_MAGIC) {
            return Ok(!next.is_empty());
        }
        let at = reader.offset();
        let Some(gaps) = &mut self.gaps else {
            let message = format!("bytes that are not gzip follow at byte {at}");
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        };
        let (is_between, may_be_batch) = pass_over(reader)?;
        let length = reader.offset() - at;
        gaps.bytes += length;
        gaps.may_be_batch |= may_be_batch;
        if gaps.first.len() < GAPS {
            gaps.first.push(Gap { at, length, is_between, may_be_batch });
        }
        Ok(is_between)
    }
}

/// Passes over what is not the header of a member. Whether one follows, and whether the bytes may be a batch.
fn pass_over<R: Read>(reader: &mut Peek<R>) -> io::Result<(bool, bool)> {
    let mut has_brace = false;
    // The offsets of the first and the last byte that is neither zero nor blank.
    let mut ends: Option<(u64, u64)> = None;
    loop {
        // The magic number, deflate, and no flag that is reserved.
        let next = reader.ahead(4)?;
        let is_between = matches!(next, [0x1f, 0x8b, 8, flags, ..] if *flags < 0x20);
        if next.is_empty() || is_between {
            let length = ends.map_or(0, |(first, last)| last - first + 1);
            return Ok((is_between, has_brace || length >= SHORTEST_MEMBER));
        }
        let count = memchr(GZIP_MAGIC[0], &next[1..]).map_or(next.len(), |found| found + 1);
        let passed = &next[..count];
        has_brace |= passed.contains(&b'{');
        let counts = |byte: &u8| *byte != 0 && !byte.is_ascii_whitespace();
        let (first, last) = (passed.iter().position(counts), passed.iter().rposition(counts));
        let offset = reader.offset();
        if let (Some(first), Some(last)) = (first, last) {
            ends = Some((ends.map_or(offset + first as u64, |(first, _)| first), offset + last as u64));
        }
        reader.consume(count);
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = match &mut self.inner {
                Inner::Plain(reader) => return reader.read(buffer),
                Inner::Member(member) => member.read(buffer)?,
                Inner::Ended => return Ok(0),
            };
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            if let Inner::Member(member) = std::mem::replace(&mut self.inner, Inner::Ended) {
                let mut reader = member.into_inner();
                if self.next_member(&mut reader)? {
                    self.inner = Inner::Member(Box::new(GzDecoder::new(reader)));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn decode(bytes: &[u8]) -> io::Result<(Compression, Vec<u8>)> {
        let mut decoded = Decoded::new(bytes)?;
        let mut text = Vec::new();
        decoded.read_to_end(&mut text)?;
        Ok((decoded.compression(), text))
    }

    #[test]
    fn content_decides() {
        assert_eq!(decode(b"{}\n").unwrap(), (Compression::Plain, b"{}\n".to_vec()));
        assert_eq!(decode(&gzip(b"{}\n")).unwrap(), (Compression::Gzip, b"{}\n".to_vec()));
        assert_eq!(decode(b"").unwrap(), (Compression::Plain, Vec::new()));
        assert_eq!(decode(b"\x1f").unwrap(), (Compression::Plain, b"\x1f".to_vec()));
    }

    #[test]
    fn what_is_not_gzip_between_members_is_passed_over_where_that_is_asked_for() {
        let (one, two) = (gzip(b"a\n"), gzip(b"b\n"));
        // The last but one of these looks like the beginning of a member; the last one is a member without its first byte.
        for (between, may_be_batch) in [
            (&b"\n"[..], false),
            (&[0; 70_000], false),
            (b"\0\x1f\x8b\x08\xff\x1f", false),
            (b"\n{}\n", true),
            (&[[0; 40].as_slice(), &two[1..], &[0; 70_000]].concat(), true),
        ] {
            let stored = [&one[..], between, &two, b"EOF"].concat();
            let error = decode(&stored).unwrap_err();
            assert_eq!(error.to_string(), format!("bytes that are not gzip follow at byte {}", one.len()));
            let mut decoded = Decoded::new(&stored[..]).unwrap().over_gaps();
            let mut text = Vec::new();
            decoded.read_to_end(&mut text).unwrap();
            assert_eq!(text, b"a\nb\n");
            let (at, length) = (one.len() as u64, between.len() as u64);
            let last = at + length + two.len() as u64;
            let gaps = decoded.gaps().unwrap();
            assert_eq!(
                gaps.first,
                [
                    Gap { at, length, is_between: true, may_be_batch },
                    Gap { at: last, length: 3, is_between: false, may_be_batch: false },
                ]
            );
            assert_eq!((gaps.bytes, gaps.may_be_batch), (length + 3, may_be_batch));
        }
    }

    #[test]
    fn members_follow_each_other() {
        let two = [gzip(b"a\n"), gzip(b"b\n")].concat();
        assert_eq!(decode(&two).unwrap().1, b"a\nb\n");
    }

    #[test]
    fn a_truncated_member_and_trailing_garbage_are_errors() {
        let whole = gzip(b"some text that is long enough\n");
        assert!(decode(&whole[..whole.len() - 4]).is_err());
        assert!(decode(&[whole, b"garbage".to_vec()].concat()).is_err());
    }
}
