//! UTF-16 as UTF-8. Half a pair is kept as the escape that JSON has for it: it is no character, and the check of lines finds it.

use std::io::{self, Read};

/// Whether a text is UTF-16, and if so whether its upper bytes come first.
pub(super) fn is_big_endian(text: &[u8]) -> Option<bool> {
    match text {
        [0xfe, 0xff, ..] | [0, b'{' | b'[', 0, ..] => Some(true),
        [0xff, 0xfe, ..] | [b'{' | b'[', 0, _, 0, ..] => Some(false),
        _ => None,
    }
}

/// Reads UTF-16 as UTF-8, with its byte order mark if it has one.
pub struct Utf16<R> {
    reader: R,
    big_endian: bool,
    /// What was read and not decoded: an odd byte, half a pair.
    bytes: Vec<u8>,
    text: Vec<u8>,
    given: usize,
}

impl<R: Read> Utf16<R> {
    /// `big_endian` is whether the upper byte of a unit comes first.
    pub fn new(reader: R, big_endian: bool) -> Self {
        Self { reader, big_endian, bytes: Vec::new(), text: Vec::new(), given: 0 }
    }

    /// Decodes what is there, all of it at the end of the input.
    fn decode(&mut self, is_end: bool) -> io::Result<()> {
        let unit = |pair: &[u8]| match self.big_endian {
            true => u16::from_be_bytes([pair[0], pair[1]]),
            false => u16::from_le_bytes([pair[0], pair[1]]),
        };
        let mut units: Vec<u16> = self.bytes.chunks_exact(2).map(unit).collect();
        if !is_end && units.last().is_some_and(|last| (0xd800..0xdc00).contains(last)) {
            units.pop();
        }
        self.bytes.drain(..units.len() * 2);
        if is_end && !self.bytes.is_empty() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the UTF-16 ends within a character"));
        }
        (self.text, self.given) = (Vec::with_capacity(units.len() * 2), 0);
        for decoded in char::decode_utf16(units) {
            match decoded {
                Ok(character) => self.text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
                Err(half) => self.text.extend_from_slice(format!("\\u{:04x}", half.unpaired_surrogate()).as_bytes()),
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut is_end = false;
        while self.given == self.text.len() && !is_end {
            let before = self.bytes.len();
            self.bytes.resize(before + (32 << 10), 0);
            let read = self.reader.read(&mut self.bytes[before..]);
            self.bytes.truncate(before + *read.as_ref().unwrap_or(&0));
            is_end = read? == 0;
            self.decode(is_end)?;
        }
        let count = into.len().min(self.text.len() - self.given);
        into[..count].copy_from_slice(&self.text[self.given..self.given + count]);
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_orders_are_read_and_half_a_pair_stays_half_a_pair() {
        let text = "\u{feff}{\"a\":\"é😀\"}\n".repeat(20_000);
        for big_endian in [false, true] {
            let bytes = |unit: u16| if big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() };
            let mut stored: Vec<u8> = text.encode_utf16().flat_map(bytes).collect();
            assert_eq!(is_big_endian(&stored), Some(big_endian));
            let mut out = String::new();
            Utf16::new(&stored[..], big_endian).read_to_string(&mut out).unwrap();
            assert!(out == text);
            stored.extend(bytes(0xd83d));
            out.clear();
            Utf16::new(&stored[..], big_endian).read_to_string(&mut out).unwrap();
            assert!(out.ends_with("}\n\\ud83d"));
            stored.push(0);
            assert!(Utf16::new(&stored[..], big_endian).read_to_string(&mut out).is_err());
        }
        assert_eq!(is_big_endian(b"{\"a\":1}"), None);
    }
}
