//! The checks of one thread on blocks of lines.

use std::sync::Arc;

use jiff::Timestamp;

use super::contents::integer;
use super::findings::LineFault;
use super::input::{Block, Folder};
use super::options::Options;
use super::outcome::Outcome;
use super::rules::{Explainer, OfFolder, SettingRules};
use super::validator::{Checker, Span, Validator};
use crate::contract::object_key::safe_app_name;

/// Checks blocks one after the other.
pub(super) struct LineChecker<'a> {
    checker: Checker<'a>,
    /// Makes the explainer when the first line is wrong.
    explain: &'a (dyn Fn() -> &'a Explainer + Sync),
    settings: Option<&'a SettingRules<'a>>,
    options: &'a Options,
    outcome: Outcome,
    /// The lines of the present block that have faults, where it is to be known which come first.
    lines: Vec<u64>,
}

/// Where a block comes from.
#[derive(Debug, Clone)]
pub(super) struct BlockOrigin {
    /// The index of the input.
    pub(super) input: usize,
    /// Its name.
    pub(super) name: Arc<str>,
    /// The date folder of the input.
    pub(super) folder: Folder,
    /// The app that the input's name has, if that is checked.
    pub(super) app: Option<Arc<str>>,
    /// The day of the input, if its first lines are sampled for their fields.
    pub(super) day: Option<i64>,
    /// The time in the input's name.
    pub(super) forwarded_at: Option<Timestamp>,
}

/// The number of lines of a file that are sampled for their fields.
const SAMPLED: u64 = 5;

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
        Self { checker: validator.checker(), explain, settings, options, outcome, lines: Vec::new() }
    }

    pub(super) fn finish(self) -> Outcome {
        self.outcome
    }

    /// Checks a block and returns the lines of its faults, one for each, if these are counted.
    pub(super) fn check(&mut self, origin: &BlockOrigin, block: &Block) -> Vec<u64> {
        if let Some(length) = block.oversize {
            self.outcome.lines += 1;
            self.outcome.wrong_lines += 1;
            self.outcome.text_bytes += length;
            self.fault(origin, block.first, self.too_long(length));
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
        std::mem::take(&mut self.lines)
    }

    fn fault(&mut self, origin: &BlockOrigin, line: u64, fault: LineFault) {
        self.outcome.faults.add(&origin.name, line, fault);
        if self.options.max_errors.is_some() {
            self.lines.push(line);
        }
    }

    fn line(&mut self, origin: &BlockOrigin, number: u64, mut line: &[u8], terminated: bool) {
        let before = self.outcome.faults.count();
        if number == 1 && line.starts_with(BYTE_ORDER_MARK) {
            line = &line[BYTE_ORDER_MARK.len()..];
            let message = "the file begins with a byte order mark; write UTF-8 without one";
            self.fault(origin, number, LineFault::message("FILE-1", message));
        }
        if let [rest @ .., b'\r'] = line {
            line = rest;
            self.odd_end(origin, number, "the line ends with CR LF; every line ends with LF alone");
        }
        if !terminated {
            self.odd_end(origin, number, "the last line has no line feed; every line ends with one");
        }
        if line.len() > self.options.max_line_bytes {
            self.fault(origin, number, self.too_long(line.len() as u64));
        } else if line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r')) {
            self.outcome.blank_lines += 1;
            self.odd_end(origin, number, "the line is blank; each line is one batch");
        } else {
            self.batch(origin, number, line, before);
        }
        self.outcome.wrong_lines += u64::from(self.outcome.faults.count() > before);
    }

    /// What the documentation does not say of the ends of lines: a fault only where the check is strict (U-11).
    fn odd_end(&mut self, origin: &BlockOrigin, number: u64, message: &str) {
        match self.options.edition.strict {
            true => self.fault(origin, number, LineFault::message("FILE-1", message)),
            false => self.outcome.open.add(&origin.name, number, LineFault::message("U-11", message)),
        }
    }

    /// Checks a line that should be a batch. `before` is the number of faults before this line.
    fn batch(&mut self, origin: &BlockOrigin, number: u64, line: &[u8], before: u64) {
        let mut found = Vec::new();
        let valid = self.checker.check_line(line);
        if valid {
            if let Some(tally) = &mut self.outcome.tally {
                tally.add(line, self.checker.facts(), origin.input, number);
            }
            self.likeness(origin, number, line);
            if let Some(day) = origin.day.filter(|_| number <= SAMPLED)
                && let Ok(batch) = serde_json::from_slice(line)
            {
                self.outcome.observed.fields.add(&batch, day);
            }
        } else {
            found = (self.explain)().explain(line);
            self.outcome.disagreements += u64::from(found.is_empty());
            self.outcome.cut_lines += u64::from(found.len() >= Explainer::FAULTS);
        }
        if let Some(known) = &self.options.known {
            known.find(line, &origin.name, number, origin.forwarded_at);
        }
        if self.options.limits {
            found.extend((self.explain)().limits(line));
        }
        // Settings are about batches: a line that is not JSON has no batch.
        if let Some(settings) = self.settings
            && (valid || found.iter().all(|fault| fault.clause != "DTO-9"))
            && let Ok(text) = std::str::from_utf8(line)
        {
            let (faults, of_folder) = settings.check(text, origin.folder);
            found.extend(faults);
            match of_folder {
                OfFolder::Unknown => {}
                OfFolder::Right => self.outcome.dates.add_right(origin.input),
                OfFolder::Wrong(fault) => {
                    self.outcome.dates.add_wrong(
                        origin.input,
                        number,
                        fault,
                        found.is_empty() && self.outcome.faults.count() == before,
                    );
                }
            }
        }
        found.into_iter().for_each(|fault| self.fault(origin, number, fault));
    }

    /// Notes what identifies the file, and whether the app in its name is that of the batch (U-28).
    fn likeness(&mut self, origin: &BlockOrigin, number: u64, line: &[u8]) {
        let facts = self.checker.facts();
        let text = |span: &Span| line.get(span.clone()).unwrap_or_default();
        if let (true, Some(id)) = (self.options.compares_batch_ids(), integer(text(&facts.batch_id))) {
            self.outcome.likeness.add_id(origin.input, id);
        }
        let Some(named) = &origin.app else { return };
        let app = serde_json::from_slice::<String>(text(&facts.app)).map(|app| safe_app_name(&app));
        if let Some(app) = app.ok().filter(|app| **app != **named) {
            let fault =
                LineFault::new("U-28", "a file name with the app of its batches", format!("a batch of `{app}`"));
            self.outcome.open.add(&origin.name, number, fault);
        }
    }

    fn too_long(&self, length: u64) -> LineFault {
        let most = self.options.max_line_bytes;
        let expected = format!("a line of at most {most} bytes (`--max-line-bytes` raises the limit)");
        LineFault::new("DTO-9", expected, format!("one of {length} bytes"))
    }
}
