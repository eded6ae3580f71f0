//! Reads plain or gzip files. The first two bytes decide, never the name (FILE-2).

use std::io::{self, Read};

use flate2::read::MultiGzDecoder;

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// How a file is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// Plain text.
    Plain,
    /// One or more gzip members.
    Gzip,
}

/// A reader of a file's text, plain or decompressed.
pub struct Decoded<R: Read> {
    compression: Compression,
    inner: Inner<R>,
}

enum Inner<R: Read> {
    Plain(Sniffed<R>),
    Gzip(Box<MultiGzDecoder<Sniffed<R>>>),
}

/// The first bytes, then the rest.
type Sniffed<R> = io::Chain<io::Cursor<Vec<u8>>, R>;

impl<R: Read> Decoded<R> {
    /// Detects the compression from the first two bytes of `reader`.
    ///
    /// # Errors
    /// If these bytes cannot be read.
    pub fn new(mut reader: R) -> io::Result<Self> {
        let mut head = Vec::with_capacity(GZIP_MAGIC.len());
        reader.by_ref().take(GZIP_MAGIC.len() as u64).read_to_end(&mut head)?;
        let gzip = head == GZIP_MAGIC;
        let sniffed = io::Cursor::new(head).chain(reader);
        Ok(if gzip {
            Self { compression: Compression::Gzip, inner: Inner::Gzip(Box::new(MultiGzDecoder::new(sniffed))) }
        } else {
            Self { compression: Compression::Plain, inner: Inner::Plain(sniffed) }
        })
    }

    /// How the file is stored.
    pub fn compression(&self) -> Compression {
        self.compression
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.inner {
            Inner::Plain(reader) => reader.read(buffer),
            Inner::Gzip(reader) => reader.read(buffer),
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
