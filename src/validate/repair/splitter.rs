//! Puts each batch of a text on a line of its own without changing a character within strings or a digit. What is no batch is
//! copied as it is.

use std::io::{self, Write};
use std::ops::Range;

use memchr::{memchr, memchr3};

use super::correction::{Correction, Corrections};
use crate::ndjson;

/// Lines that were joined in vain are looked at one by one again. Past this many bytes they are not joined with each other a
/// second time, so that no text takes long.
const JOINED_AGAIN: usize = 1 << 20;

/// Where the next byte is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// Between batches.
    Top,
    /// Behind a backslash between batches.
    Backslash,
    /// Behind these bytes of a byte order mark.
    Mark(u8),
    /// Within a batch.
    Batch,
    /// Within a string of a batch.
    String,
    /// Behind a backslash in a string.
    Escape,
    /// In a line that is copied as it is.
    Wrong,
}

/// Takes a text in pieces and writes its batches.
pub(super) struct Splitter<W> {
    out: W,
    max: usize,
    pub(super) corrections: Corrections,
    /// What is not written yet: a line or more.
    held: Vec<u8>,
    /// Where the batches in it are.
    batches: Vec<Range<usize>>,
    at: At,
    /// Where the present batch begins in `held`, how deep the next byte is in it, and its last byte that is no blank.
    start: usize,
    depth: usize,
    last: u8,
    /// Whether an array around batches is open, and whether it was at the beginning of the line.
    in_array: bool,
    was_in_array: bool,
    /// What the line has beside its batches.
    marks: u64,
    arrays: u64,
    /// Commas, line feeds written as `\n`, and record separators.
    separators: u64,
    /// Whether a part of the line is written already.
    is_begun: bool,
    /// How many of the next bytes are not joined over the ends of lines.
    lone: usize,
    /// Text to take again.
    again: Vec<Vec<u8>>,
}

impl<W: Write> Splitter<W> {
    /// Holds at most `max` bytes of a batch.
    pub(super) fn new(out: W, max: usize) -> Self {
        Self {
            out,
            max,
            corrections: Corrections::default(),
            held: Vec::new(),
            batches: Vec::new(),
            at: At::Top,
            start: 0,
            depth: 0,
            last: 0,
            in_array: false,
            was_in_array: false,
            marks: 0,
            arrays: 0,
            separators: 0,
            is_begun: false,
            lone: 0,
            again: Vec::new(),
        }
    }

    /// Takes the next piece.
    pub(super) fn take(&mut self, piece: &[u8]) -> io::Result<()> {
        self.take_once(piece)?;
        while let Some(text) = self.again.pop() {
            self.take_once(&text)?;
        }
        Ok(())
    }

    /// Ends the text, and gives back where it was written. `None` where the text ends within an array around batches: it was cut.
    pub(super) fn finish(mut self) -> io::Result<(Option<W>, Corrections)> {
        while !self.held.is_empty() || self.is_begun {
            match self.at {
                At::Top => {
                    let has_batches = !self.batches.is_empty();
                    self.end_line(b"")?;
                    self.corrections.add(Correction::LastLineEnd, u64::from(has_batches));
                }
                At::Wrong => self.end_line(b"")?,
                _ => {
                    self.refuse()?;
                    while let Some(text) = self.again.pop() {
                        self.take_once(&text)?;
                    }
                }
            }
        }
        Ok(((!self.in_array).then_some(self.out), self.corrections))
    }

    /// Takes a piece up to the first byte after which earlier text is to be taken again; the rest waits.
    fn take_once(&mut self, piece: &[u8]) -> io::Result<()> {
        let (mut next, waiting) = (0, self.again.len());
        while next < piece.len() {
            let from = next;
            // Most bytes are within strings, or within lines that are copied.
            if matches!(self.at, At::String | At::Wrong) {
                let rest = &piece[next..];
                let found = if self.at == At::String { memchr3(b'"', b'\\', b'\n', rest) } else { memchr(b'\n', rest) };
                next += found.unwrap_or(rest.len());
                self.held.extend_from_slice(&piece[from..next]);
            }
            if let Some(byte) = piece.get(next) {
                next += 1;
                self.byte(*byte)?;
            }
            self.lone = self.lone.saturating_sub(next - from);
            if self.held.len() > self.max {
                self.make_room()?;
            }
            if self.again.len() > waiting {
                // It comes after what is taken again.
                self.again.insert(waiting, piece[next..].to_vec());
                return Ok(());
            }
        }
        Ok(())
    }

    fn byte(&mut self, byte: u8) -> io::Result<()> {
        match (self.at, byte) {
            (At::Top | At::Wrong, b'\n') => return self.end_line(b"\n"),
            (At::Batch, b'\n') if self.lone > 0 => {
                self.at = At::Wrong;
                return self.end_line(b"\n");
            }
            (At::String | At::Escape | At::Backslash | At::Mark(_), b'\n') => {
                self.held.push(byte);
                return self.refuse();
            }
            _ => self.held.push(byte),
        }
        match (self.at, byte) {
            (At::Top, b' ' | b'\t' | b'\r') | (At::Wrong, _) => {}
            (At::Top, b'{') => (self.at, self.start, self.depth, self.last) = (At::Batch, self.held.len() - 1, 1, byte),
            (At::Top, b'[') if !self.in_array => {
                self.in_array = true;
                self.arrays += 1;
            }
            (At::Top, b']') if self.in_array => {
                self.in_array = false;
                self.separators += 1;
            }
            // Without an array, a comma is a separator only behind a batch.
            (At::Top, b',') if self.in_array || self.is_begun || !self.batches.is_empty() => self.separators += 1,
            // The separator of RFC 7464.
            (At::Top, 0x1e) => self.separators += 1,
            (At::Top, b'\\') => self.at = At::Backslash,
            (At::Backslash, b'n' | b'r') => {
                self.at = At::Top;
                self.separators += 1;
            }
            (At::Top, 0xef) => self.at = At::Mark(1),
            (At::Mark(1), 0xbb) => self.at = At::Mark(2),
            (At::Mark(2), 0xbf) => {
                self.at = At::Top;
                self.marks += 1;
            }
            (At::String, b'"') => self.at = At::Batch,
            (At::String, b'\\') => self.at = At::Escape,
            (At::String, _) => {}
            (At::Escape, _) => self.at = At::String,
            (At::Batch, b' ' | b'\t' | b'\r' | b'\n') => {}
            (At::Batch, _) => return self.byte_of_batch(byte),
            _ => return self.refuse(),
        }
        Ok(())
    }

    fn byte_of_batch(&mut self, byte: u8) -> io::Result<()> {
        // Two values without a comma between them: the line before was cut.
        let is_after_value = matches!(self.last, b'}' | b']' | b'"') || self.last.is_ascii_alphanumeric();
        if matches!(byte, b'{' | b'[' | b'"') && is_after_value {
            return self.refuse();
        }
        self.last = byte;
        match byte {
            b'"' => self.at = At::String,
            b'{' | b'[' if self.depth == ndjson::MAX_DEPTH => return self.refuse(),
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.depth -= 1;
                if self.depth == 0 {
                    if ndjson::check(&self.held[self.start..]).is_err() {
                        return self.refuse();
                    }
                    self.batches.push(self.start..self.held.len());
                    self.at = At::Top;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The text held is no batch. Of several lines, the first is copied as it is and the others are taken again; the rest of a
    /// single one is copied.
    fn refuse(&mut self) -> io::Result<()> {
        match memchr(b'\n', &self.held) {
            Some(end) => {
                let rest = self.held.split_off(end + 1);
                self.held.pop();
                self.at = At::Wrong;
                self.end_line(b"\n")?;
                if rest.len() > JOINED_AGAIN {
                    self.lone = self.lone.max(rest.len());
                }
                if !rest.is_empty() {
                    self.again.push(rest);
                }
            }
            None => self.at = At::Wrong,
        }
        Ok(())
    }

    /// More than the limit is held: writes the batches that are complete, or what is copied.
    fn make_room(&mut self) -> io::Result<()> {
        match self.at {
            At::Wrong => {
                self.out.write_all(&self.held)?;
                self.held.clear();
            }
            // A few bytes more make no difference.
            At::Backslash | At::Mark(_) => return Ok(()),
            _ if self.batches.is_empty() => return self.refuse(),
            _ => {
                let end = if self.at == At::Top { self.held.len() } else { self.start };
                self.is_begun = true;
                self.write_batches()?;
                self.held.drain(..end);
                self.start = 0;
                self.was_in_array = self.in_array;
            }
        }
        self.is_begun = true;
        Ok(())
    }

    /// Writes what is held as lines. `end` is how the line ends.
    fn end_line(&mut self, end: &[u8]) -> io::Result<()> {
        if self.at == At::Wrong {
            self.end_wrong_line(end)?;
        } else {
            let line = self.held.strip_suffix(b"\r").unwrap_or(&self.held);
            let (arrays, marks) = (self.arrays, self.marks);
            let is_framed = self.is_begun || arrays + marks + self.separators > 0;
            if self.batches.is_empty() {
                self.corrections.add(Correction::Blank, u64::from(!is_framed));
            } else if line.len() < self.held.len() && !end.is_empty() {
                self.corrections.add(Correction::LineEnd, 1);
            }
            // Between batches that are put apart, in an array or not, they go without saying.
            let is_alone = !self.is_begun && self.batches.len() <= 1 && !self.was_in_array && arrays == 0;
            self.corrections.add(Correction::Separator, if is_alone { self.separators } else { 0 });
            self.corrections.add(Correction::Array, arrays);
            self.corrections.add(Correction::ByteOrderMark, marks);
            let is_one_line = !line.contains(&b'\n');
            if self.batches.len() == 1 && !is_framed && is_one_line {
                self.out.write_all(line)?;
                self.out.write_all(b"\n")?;
            } else {
                self.write_batches()?;
            }
        }
        self.held.clear();
        self.batches.clear();
        self.at = At::Top;
        self.was_in_array = self.in_array;
        (self.marks, self.arrays, self.separators, self.is_begun) = (0, 0, 0, false);
        Ok(())
    }

    /// Copies the line, unless it is a batch that was encoded as a string.
    fn end_wrong_line(&mut self, end: &[u8]) -> io::Result<()> {
        self.in_array = self.was_in_array;
        let text = serde_json::from_slice::<String>(self.held.trim_ascii()).ok().filter(|_| !self.is_begun);
        // The line end may have been encoded with the batch.
        let batch = text.as_deref().map(str::trim_ascii_end);
        match batch.filter(|batch| !batch.contains('\n') && ndjson::check(batch.as_bytes()).is_ok()) {
            Some(batch) => {
                self.corrections.add(Correction::EncodedTwice, 1);
                self.out.write_all(batch.as_bytes())?;
                self.out.write_all(b"\n")
            }
            None => {
                self.out.write_all(&self.held)?;
                self.out.write_all(end)
            }
        }
    }

    /// Writes each batch that is held on a line of its own.
    fn write_batches(&mut self) -> io::Result<()> {
        let apart = self.batches.len() as u64;
        // A batch that shares its line with the frame alone has a line of its own already.
        self.corrections.add(Correction::Apart, if apart > 1 || self.is_begun { apart } else { 0 });
        for batch in self.batches.drain(..) {
            let batch = &self.held[batch];
            if batch.contains(&b'\n') {
                self.corrections.add(Correction::Joined, 1);
                self.out.write_all(&without_blanks(batch))?;
            } else {
                self.out.write_all(batch)?;
            }
            self.out.write_all(b"\n")?;
        }
        Ok(())
    }
}

/// JSON without the blanks between its parts.
fn without_blanks(json: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(json.len());
    let (mut in_string, mut escaped) = (false, false);
    for byte in json {
        if in_string || !matches!(byte, b' ' | b'\t' | b'\r' | b'\n') {
            text.push(*byte);
        }
        if !in_string {
            in_string = *byte == b'"';
        } else if escaped {
            escaped = false;
        } else {
            escaped = *byte == b'\\';
            in_string = *byte != b'"';
        }
    }
    text
}

#[cfg(test)]
mod tests;
