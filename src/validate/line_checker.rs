//! The checks of one thread on blocks of lines.

use super::findings::{Faults, LineFault};
use super::input::{Block, Folder};
use super::options::Options;
use super::outcome::Outcome;
use super::rules::{Explainer, SettingRules};
use super::validator::{Checker, Validator};

/// Checks blocks one after the other.
pub(super) struct LineChecker<'a> {
    checker: Checker<'a>,
    /// Makes the explainer when the first line is wrong.
    explain: &'a (dyn Fn() -> &'a Explainer + Sync),
    settings: Option<&'a SettingRules<'a>>,
    options: &'a Options,
    outcome: Outcome,
}

/// Where a block comes from.
#[derive(Debug, Clone, Copy)]
pub(super) struct BlockOrigin {
    /// The index of the input.
    pub(super) input: usize,
    /// The date folder of the input.
    pub(super) folder: Folder,
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

impl<'a> LineChecker<'a> {
    /// Adds what it finds to `outcome`.
    pub(super) fn new(
        validator: &'a Validator,
        explain: &'a (dyn Fn() -> &'a Explainer + Sync),
        settings: Option<&'a SettingRules<'a>>,
        options: &'a Options,
        outcome: Outcome,
    ) -> Self {
        Self { checker: validator.checker(), explain, settings, options, outcome }
    }

    pub(super) fn finish(self) -> Outcome {
        self.outcome
    }

    /// Checks a block and returns the number of its faults.
    pub(super) fn check(&mut self, origin: BlockOrigin, block: &Block) -> u64 {
        let before = self.outcome.faults.count();
        if let Some(length) = block.oversize {
            self.outcome.lines += 1;
            self.outcome.wrong_lines += 1;
            self.outcome.text_bytes += length;
            self.outcome.faults.add(origin.input, block.first, self.too_long(length));
        }
        let text = block.text();
        self.outcome.text_bytes += text.len() as u64;
        let mut start = 0;
        let mut number = block.first;
        while start < text.len() {
            let end = memchr::memchr(b'\n', &text[start..]).map(|length| start + length);
            self.outcome.lines += 1;
            self.line(origin, number, &text[start..end.unwrap_or(text.len())], end.is_some());
            number += 1;
            start = end.map_or(text.len(), |end| end + 1);
        }
        self.outcome.faults.count() - before
    }

    fn line(&mut self, origin: BlockOrigin, number: u64, mut line: &[u8], terminated: bool) {
        let mut valid = true;
        let mut fault = |faults: &mut Faults, clause, message: &str| {
            faults.add(origin.input, number, LineFault::message(clause, message));
            valid = false;
        };
        let faults = &mut self.outcome.faults;
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
            self.outcome.faults.add(origin.input, number, too_long);
            valid = false;
        } else if line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r')) {
            fault(faults, "FILE-1", "the line is blank; each line is one batch");
        } else {
            valid &= self.batch(origin, number, line);
        }
        self.outcome.wrong_lines += u64::from(!valid);
    }

    /// Checks a line that should be a batch; whether it is one.
    fn batch(&mut self, origin: BlockOrigin, number: u64, line: &[u8]) -> bool {
        let mut found = Vec::new();
        let valid = self.checker.check_line(line);
        if valid {
            if let Some(tally) = &mut self.outcome.tally {
                tally.add(line, self.checker.facts());
            }
        } else {
            found = (self.explain)().explain(line);
            self.outcome.disagreements += u64::from(found.is_empty());
        }
        if self.options.limits {
            found.extend((self.explain)().limits(line));
        }
        // Settings are about batches: a line that is not JSON has no batch.
        if let Some(settings) = self.settings
            && (valid || found.iter().all(|fault| fault.clause != "DTO-9"))
            && let Ok(text) = std::str::from_utf8(line)
        {
            found.extend(settings.check(text, origin.folder));
        }
        let valid = found.is_empty();
        found.into_iter().for_each(|fault| self.outcome.faults.add(origin.input, number, fault));
        valid
    }

    fn too_long(&self, length: u64) -> LineFault {
        let most = self.options.max_line_bytes;
        let expected = format!("a line of at most {most} bytes (`--max-line-bytes` raises the limit)");
        LineFault::new("DTO-9", expected, format!("one of {length} bytes"))
    }
}
