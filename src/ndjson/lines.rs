//! Reads lines with bounded memory for any input.

use std::io::{self, Read};

use memchr::memchr;

/// The default limit of a line's length in bytes (DTO-9).
pub const DEFAULT_MAX_LINE_BYTES: usize = 16 << 20;

const BLOCK: usize = 1 << 20;

/// One line, without its newline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    /// The line number, counted from 1. Blank lines count.
    pub number: u64,
    /// The offset of its first byte in the text.
    pub offset: u64,
    /// The bytes. A line over the limit is cut at the limit.
    pub bytes: &'a [u8],
    /// The complete length in bytes.
    pub length: u64,
    /// Whether the line ends with `\n`. Only the last line of a file can lack it.
    pub terminated: bool,
}

impl Line<'_> {
    /// Whether the line is longer than the limit. Then `bytes` is only its beginning.
    pub fn is_oversize(&self) -> bool {
        self.length > self.bytes.len() as u64
    }

    /// Whether the line contains only JSON white space. A line over the limit is never blank, because its end is not
    /// known.
    pub fn is_blank(&self) -> bool {
        !self.is_oversize() && self.bytes.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r'))
    }
}

/// The lines of a text. This is not an iterator, because a line borrows the buffer that the next line overwrites.
#[derive(Debug)]
pub struct Lines<R> {
    reader: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    ended: bool,
    number: u64,
    offset: u64,
    max: usize,
}

impl<R: Read> Lines<R> {
    /// Reads lines from `reader`. Lines longer than `max` bytes are cut.
    pub fn new(reader: R, max: usize) -> Self {
        Self { reader, buffer: vec![0; BLOCK], start: 0, end: 0, ended: false, number: 0, offset: 0, max }
    }

    /// The next line, or `None` at the end.
    ///
    /// # Errors
    /// If the reader fails. For gzip this includes a corrupt or truncated stream.
    pub fn next_line(&mut self) -> io::Result<Option<Line<'_>>> {
        let mut searched = self.start;
        loop {
            if let Some(found) = memchr(b'\n', &self.buffer[searched..self.end]) {
                let stop = searched + found;
                let start = std::mem::replace(&mut self.start, stop + 1);
                return Ok(Some(self.line(start, stop, 0, true)));
            }
            if self.ended {
                let (start, stop) = (std::mem::replace(&mut self.start, self.end), self.end);
                return Ok((start < stop).then(|| self.line(start, stop, 0, false)));
            }
            if self.end - self.start > self.max {
                return self.oversize().map(Some);
            }
            searched = self.fill()?;
        }
    }

    /// Whether the buffer has another complete line.
    pub fn has_line(&self) -> bool {
        memchr(b'\n', &self.buffer[self.start..self.end]).is_some()
    }

    /// Reads more bytes, and returns the position of the first new one.
    fn fill(&mut self) -> io::Result<usize> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.end == self.buffer.len() {
            // Doubling keeps the time linear for a long line. One byte more than the limit shows that a line is too
            // long.
            self.buffer.resize((self.buffer.len() * 2).min(self.max.max(BLOCK) + BLOCK), 0);
        }
        let new = self.end;
        loop {
            match self.reader.read(&mut self.buffer[self.end..]) {
                Ok(0) => self.ended = true,
                Ok(read) => self.end += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            }
            return Ok(new);
        }
    }

    /// Skips the rest of a line that is too long, and keeps its beginning.
    fn oversize(&mut self) -> io::Result<Line<'_>> {
        let kept = self.max;
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        let mut passed = self.end - kept;
        self.start = kept;
        self.end = kept;
        loop {
            if self.end + 1 >= self.buffer.len() {
                self.buffer.resize(kept + BLOCK, 0);
            }
            let read = match self.reader.read(&mut self.buffer[kept..]) {
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if read == 0 {
                self.ended = true;
                self.start = kept;
                self.end = kept;
                return Ok(self.line(0, kept, passed, false));
            }
            if let Some(found) = memchr(b'\n', &self.buffer[kept..kept + read]) {
                self.start = kept + found + 1;
                self.end = kept + read;
                passed += found;
                return Ok(self.line(0, kept, passed, true));
            }
            passed += read;
        }
    }

    fn line(&mut self, start: usize, stop: usize, passed: usize, terminated: bool) -> Line<'_> {
        let length = (stop - start + passed) as u64;
        let offset = self.offset;
        self.number += 1;
        self.offset += length + u64::from(terminated);
        let bytes = &self.buffer[start..stop.min(start + self.max)];
        Line { number: self.number, offset, bytes, length, terminated }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Returns at most `step` bytes per read, like a socket or a decoder.
    struct Trickle<'a> {
        rest: &'a [u8],
        step: usize,
    }

    impl Read for Trickle<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.step.min(self.rest.len()).min(buffer.len());
            buffer[..count].copy_from_slice(&self.rest[..count]);
            self.rest = &self.rest[count..];
            Ok(count)
        }
    }

    fn read(text: &[u8], step: usize, max: usize) -> Vec<(u64, u64, Vec<u8>, u64, bool)> {
        let mut lines = Lines::new(Trickle { rest: text, step }, max);
        let mut seen = Vec::new();
        while let Some(line) = lines.next_line().unwrap() {
            seen.push((line.number, line.offset, line.bytes.to_vec(), line.length, line.terminated));
        }
        seen
    }

    #[test]
    fn a_line_past_the_limit_is_cut_and_the_next_one_is_whole() {
        let text = [vec![b'x'; 3 * BLOCK], b"\nok\n".to_vec()].concat();
        let seen = read(&text, usize::MAX, 10);
        assert_eq!(seen.len(), 2);
        assert_eq!((seen[0].2.len(), seen[0].3, seen[0].4), (10, 3 * BLOCK as u64, true));
        assert_eq!(seen[1], (2, 3 * BLOCK as u64 + 1, b"ok".to_vec(), 2, true));
    }

    #[test]
    fn a_line_that_is_too_long_to_look_at_is_not_blank() {
        let text = [vec![b' '; 50], b"{}\n \t\r\n".to_vec()].concat();
        let mut lines = Lines::new(&text[..], 10);
        assert!(!lines.next_line().unwrap().unwrap().is_blank());
        assert!(lines.next_line().unwrap().unwrap().is_blank());
    }

    proptest! {
        #[test]
        fn agrees_with_a_plain_split(text in "[a-c\n]{0,60}", step in 1_usize..9, max in 1_usize..9) {
            let mut expected: Vec<&str> = text.split('\n').collect();
            if expected.last() == Some(&"") {
                expected.pop();
            }
            let seen = read(text.as_bytes(), step, max);
            prop_assert_eq!(seen.len(), expected.len());
            let mut offset = 0;
            for (line, expected) in seen.iter().zip(&expected) {
                prop_assert_eq!(line.1, offset);
                prop_assert_eq!(line.3, expected.len() as u64);
                prop_assert_eq!(&line.2, &expected.as_bytes()[..expected.len().min(max)]);
                offset += expected.len() as u64 + 1;
            }
            let terminated = seen.last().is_none_or(|line| line.4);
            prop_assert_eq!(terminated, text.is_empty() || text.ends_with('\n'));
        }
    }
}
