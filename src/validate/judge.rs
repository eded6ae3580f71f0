//! One thread's judgement of blocks of lines.

use jiff::civil::Date;

use super::blocks::Block;
use super::demands::Demands;
use super::explain::Explainer;
use super::fast::{Checker, Validator};
use super::fault::{Faults, LineFault};
use super::sweep::Options;
use super::tally::Tally;

/// Judges blocks one after the other.
pub(super) struct Judge<'a> {
    checker: Checker<'a>,
    /// Made when the first line is wrong.
    explain: &'a (dyn Fn() -> &'a Explainer + Sync),
    /// What the settings ask for, if there are any.
    demands: Option<&'a Demands<'a>>,
    options: &'a Options,
    part: Part,
}

/// Where a block comes from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seat {
    /// The index of the input.
    pub(super) input: usize,
    /// The date folder that it lies in, `None` within for the base folder; `None` if it is not known where it lies.
    pub(super) folder: Option<Option<Date>>,
}

/// What one thread found.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub(super) tally: Option<Tally>,
    pub(super) faults: Faults,
    pub(super) lines: u64,
    pub(super) wrong_lines: u64,
    pub(super) text_bytes: u64,
    pub(super) disagreements: u64,
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

impl<'a> Judge<'a> {
    pub(super) fn new(
        validator: &'a Validator,
        explain: &'a (dyn Fn() -> &'a Explainer + Sync),
        demands: Option<&'a Demands<'a>>,
        options: &'a Options,
    ) -> Self {
        let tally = options.summary.then(|| Tally::new(validator));
        Self { checker: validator.checker(), explain, demands, options, part: Part { tally, ..Part::default() } }
    }

    pub(super) fn finish(self) -> Part {
        self.part
    }

    /// Judges a block; how many faults it has.
    pub(super) fn block(&mut self, seat: Seat, block: &Block) -> u64 {
        let before = self.part.faults.count();
        if let Some(length) = block.oversize {
            self.part.lines += 1;
            self.part.wrong_lines += 1;
            self.part.text_bytes += length;
            self.part.faults.add(seat.input, block.first, self.too_long(length));
        }
        let text = block.text();
        self.part.text_bytes += text.len() as u64;
        let mut start = 0;
        let mut number = block.first;
        while start < text.len() {
            let end = memchr::memchr(b'\n', &text[start..]).map(|length| start + length);
            self.part.lines += 1;
            self.line(seat, number, &text[start..end.unwrap_or(text.len())], end.is_some());
            number += 1;
            start = end.map_or(text.len(), |end| end + 1);
        }
        self.part.faults.count() - before
    }

    fn line(&mut self, seat: Seat, number: u64, mut line: &[u8], terminated: bool) {
        let mut right = true;
        let mut fault = |faults: &mut Faults, clause, message: &str| {
            faults.add(seat.input, number, LineFault::whole(clause, message));
            right = false;
        };
        let faults = &mut self.part.faults;
        if number == 1 && line.starts_with(BYTE_ORDER_MARK) {
            line = &line[BYTE_ORDER_MARK.len()..];
            fault(faults, "FILE-1", "the file begins with a byte order mark; write UTF-8 without one");
        }
        if let [rest @ .., b'\r'] = line {
            line = rest;
            fault(faults, "FILE-1", "the line ends with CR LF; every line ends with LF alone");
        }
        if !terminated {
            fault(faults, "FILE-1", "the last line has no line feed; every line ends with one");
        }
        if line.len() > self.options.max_line_bytes {
            let too_long = self.too_long(line.len() as u64);
            self.part.faults.add(seat.input, number, too_long);
            right = false;
        } else if line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r')) {
            fault(faults, "FILE-1", "the line is blank; each line is one batch");
        } else {
            right &= self.batch(seat, number, line);
        }
        self.part.wrong_lines += u64::from(!right);
    }

    /// A line that should be a batch; whether it is one.
    fn batch(&mut self, seat: Seat, number: u64, line: &[u8]) -> bool {
        let mut found = Vec::new();
        let right = self.checker.check_line(line);
        if right {
            if let Some(tally) = &mut self.part.tally {
                tally.add(line, self.checker.facts());
            }
        } else {
            found = (self.explain)().explain(line);
            self.part.disagreements += u64::from(found.is_empty());
        }
        if self.options.limits {
            found.extend((self.explain)().limits(line));
        }
        // What the settings say, they say of batches: a line that is none has another trouble.
        if let Some(demands) = self.demands
            && (right || found.iter().all(|fault| fault.clause != "DTO-9"))
            && let Ok(text) = std::str::from_utf8(line)
        {
            found.extend(demands.check(text, seat.folder));
        }
        let right = found.is_empty();
        found.into_iter().for_each(|fault| self.part.faults.add(seat.input, number, fault));
        right
    }

    fn too_long(&self, length: u64) -> LineFault {
        LineFault {
            clause: "DTO-9",
            pointer: None,
            expected: format!(
                "a line of at most {} bytes (`--max-line-bytes` raises the limit)",
                self.options.max_line_bytes
            ),
            found: format!("one of {length} bytes"),
        }
    }
}
