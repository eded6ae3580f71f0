//! The framing of an upload (`Content-Encoding: aws-chunked`), which some look-alikes of S3 store with the object.

use std::io::{self, BufRead, Read};

use memchr::memmem;

use super::peek::Peek;

/// The longest line between two chunks, and the longest trailer. A signature needs about 90 bytes.
const LONGEST: usize = 4096;

/// Whether a text begins with the size of a chunk in front of what may be an export.
pub(super) fn is_chunked(text: &[u8]) -> bool {
    size(text).is_some_and(|(size, header)| {
        let begins = |start: &[u8]| text[header..].starts_with(start);
        size > 0
            && (text[..header].contains(&b';')
                || [&b"{"[..], b"[", b"\x1f\x8b", b"\xef\xbb\xbf"].into_iter().any(begins))
    })
}

/// The size of the chunk whose header a text begins with, and the length of that header.
fn size(text: &[u8]) -> Option<(u64, usize)> {
    let header = memmem::find(&text[..text.len().min(LONGEST)], b"\r\n")?;
    let digits = text[..header].iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let is_size = (1..=16).contains(&digits) && (digits == header || text[digits] == b';');
    let size = std::str::from_utf8(&text[..digits]).ok().and_then(|digits| u64::from_str_radix(digits, 16).ok());
    Some((size.filter(|_| is_size)?, header + 2))
}

/// Reads the bytes that were uploaded, without their framing. Framing that breaks off is an error.
pub struct Unchunked<R> {
    reader: Peek<R>,
    /// What is left of the present chunk.
    left: u64,
    /// Whether a chunk was read whose end was not seen yet.
    is_open: bool,
    ended: bool,
}

impl<R: Read> Unchunked<R> {
    /// The reader begins with the size of the first chunk.
    pub fn new(reader: R) -> Self {
        Self { reader: Peek::new(reader), left: 0, is_open: false, ended: false }
    }

    fn broken<T>(&self) -> io::Result<T> {
        let message = format!("the aws-chunked framing breaks off at byte {}", self.reader.offset());
        Err(io::Error::new(io::ErrorKind::InvalidData, message))
    }

    /// Reads what is between two chunks.
    fn next_chunk(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.is_open) {
            if !self.reader.ahead(2)?.starts_with(b"\r\n") {
                return self.broken();
            }
            self.reader.consume(2);
        }
        let Some((size, header)) = size(self.reader.ahead(LONGEST)?) else { return self.broken() };
        self.reader.consume(header);
        (self.left, self.is_open) = (size, size > 0);
        if size == 0 {
            // Trailers are names and values, each on a line; then the text ends.
            let rest = self.reader.ahead(LONGEST)?;
            let is_trailer = |line: &[u8]| line.is_empty() || line.starts_with(b"x-amz-") && line.contains(&b':');
            let lines = rest.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
            if rest.len() >= LONGEST || !lines.into_iter().all(is_trailer) {
                return self.broken();
            }
            self.ended = true;
        }
        Ok(())
    }
}

impl<R: Read> Read for Unchunked<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.left == 0 && !self.ended && !into.is_empty() {
            self.next_chunk()?;
        }
        let most = into.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        if most == 0 {
            return Ok(0);
        }
        let read = self.reader.read(&mut into[..most])?;
        self.left -= read as u64;
        if read == 0 { self.broken() } else { Ok(read) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Result<String, String> {
        let mut out = String::new();
        Unchunked::new(text).read_to_string(&mut out).map(|_| out).map_err(|error| error.to_string())
    }

    #[test]
    fn the_framing_goes_and_what_is_not_framed_is_left_alone() {
        let signed = b"3;chunk-signature=ab\r\n{}\n\r\n2;chunk-signature=cd\r\n{}\r\n0;chunk-signature=ef\r\n\r\n";
        let trailed = b"3\r\n{}\n\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\nx-amz-trailer-signature:ab\r\n\r\n";
        assert_eq!(read(signed).as_deref(), Ok("{}\n{}"));
        assert_eq!(read(trailed).as_deref(), Ok("{}\n"));
        assert!(is_chunked(signed) && is_chunked(trailed) && is_chunked(b"1f\r\n\x1f\x8b"));
        for plain in
            [&b"{}\r\n"[..], b"17\r\n18\r\n", b"", b"abc", b"0\r\n\r\n", b"zz\r\n{}", b"1ffffffffffffffff\r\n{"]
        {
            assert!(!is_chunked(plain), "{plain:?}");
        }
    }

    #[test]
    fn framing_that_breaks_off_is_an_error() {
        for cut in [&b"3\r\n{}"[..], b"3\r\n{}\n", b"3\r\n{}\n\r\n", b"3\r\n{}\nxx0\r\n\r\n", b"3\r\n{}\n\r\n0\r\n{}\n"]
        {
            assert!(read(cut).unwrap_err().starts_with("the aws-chunked framing breaks off at byte"), "{cut:?}");
        }
    }
}
