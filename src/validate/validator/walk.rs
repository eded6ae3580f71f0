//! Walks over one line.

use super::key_table::Table;
use super::line_facts::LineFacts;
use super::number::number;
use super::open_keys::{After, FIRST, Keys};
use super::program::{Fact, ObjectRule, Program, ShapeId, TextRule, Types};
use super::program::{Match, Mismatch};
use crate::json::scan::{self, Key};
use crate::ndjson::MAX_DEPTH;

/// The position of the walk, and its buffers.
pub(super) struct Walk<'a> {
    pub(super) program: &'a Program,
    pub(super) line: &'a [u8],
    pub(super) at: usize,
    pub(super) depth: usize,
    /// Whether a byte outside ASCII was read.
    high: bool,
    pub(super) keys: &'a mut Keys,
    text: &'a mut Vec<u8>,
    pub(super) facts: &'a mut LineFacts,
}

/// An open object.
pub(super) struct Object {
    /// The index of its first unknown key on the stack.
    mark: usize,
    after: After,
    first: bool,
}

/// A member whose key was read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Named {
    Known(usize),
    /// An unknown member; its key is on the stack.
    Other,
}

/// A position to return to.
pub(super) struct Checkpoint {
    at: usize,
    depth: usize,
    keys: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        program: &'a Program,
        line: &'a [u8],
        keys: &'a mut Keys,
        text: &'a mut Vec<u8>,
        facts: &'a mut LineFacts,
    ) -> Self {
        Self { program, line, at: 0, depth: 0, high: false, keys, text, facts }
    }

    /// The whole line.
    pub(super) fn line(mut self) -> Match<()> {
        self.blanks();
        self.value(self.program.root)?;
        self.blanks();
        let ended = self.at == self.line.len();
        // Outside strings JSON is ASCII, so all other bytes were found in strings.
        if ended && (!self.high || std::str::from_utf8(self.line).is_ok()) { Ok(()) } else { Err(Mismatch) }
    }

    /// The next byte; NUL is not a byte of JSON.
    #[inline]
    pub(super) fn peek(&self) -> u8 {
        self.line.get(self.at).copied().unwrap_or(0)
    }

    #[inline]
    pub(super) fn blanks(&mut self) {
        self.at = scan::after_blanks(self.line, self.at);
    }

    /// Checks the value at this position with `shape`.
    pub(super) fn value(&mut self, shape: ShapeId) -> Match<()> {
        let program = self.program;
        let shape = &program.shapes[usize::from(shape)];
        let want = |types: Types| if shape.types.has(types) { Ok(()) } else { Err(Mismatch) };
        match self.peek() {
            b'"' => {
                want(Types::STRING)?;
                self.text(shape.text)
            }
            b'-' | b'0'..=b'9' => {
                want(Types::NUMBER)?;
                self.at = number(self.line, self.at, shape.number)?;
                Ok(())
            }
            b'{' => {
                want(Types::OBJECT)?;
                match shape.object {
                    ObjectRule::Record(record) => self.record(usize::from(record)),
                    ObjectRule::Event => self.event(),
                }
            }
            b'[' => {
                want(Types::ARRAY)?;
                self.array(shape.items)
            }
            b't' => {
                want(Types::BOOLEAN)?;
                self.word(b"true")
            }
            b'f' => {
                want(Types::BOOLEAN)?;
                self.word(b"false")
            }
            b'n' => {
                want(Types::NULL)?;
                self.word(b"null")
            }
            _ => Err(Mismatch),
        }
    }

    fn word(&mut self, word: &[u8]) -> Match<()> {
        let end = self.at + word.len();
        if self.line.get(self.at..end) != Some(word) {
            return Err(Mismatch);
        }
        self.at = end;
        Ok(())
    }

    /// Reads a string at its opening quote. Returns the start of its text and how it ended.
    #[inline]
    fn string(&mut self) -> Match<(usize, scan::Text)> {
        let start = self.at + 1;
        let text = scan::string(self.line, start).ok_or(Mismatch)?;
        self.high |= text.high;
        self.at = text.next;
        Ok((start, text))
    }

    #[inline]
    fn text(&mut self, rule: TextRule) -> Match<()> {
        if let TextRule::Pattern(pattern) = rule {
            // Nearly all such strings have no escapes and are read once.
            if let Some(end) = pattern.plain(self.line, self.at + 1) {
                self.at = end;
                return Ok(());
            }
        }
        let (start, text) = self.string()?;
        if rule == TextRule::Any {
            return Ok(());
        }
        let range = scan::between(start, text);
        let right = self.with_text(range, text.escaped, |program, text| match rule {
            TextRule::Any => true,
            TextRule::Names(list) => program.names[usize::from(list)].position(text).is_some(),
            TextRule::Pattern(pattern) => pattern.accepts(text),
        });
        if right { Ok(()) } else { Err(Mismatch) }
    }

    /// Passes the text of a string with decoded escapes.
    fn with_text<T>(
        &mut self,
        range: std::ops::Range<usize>,
        escaped: bool,
        look: impl FnOnce(&Program, &[u8]) -> T,
    ) -> T {
        if !escaped {
            return look(self.program, &self.line[range]);
        }
        self.text.clear();
        scan::unescape(&self.line[range], self.text);
        look(self.program, self.text)
    }

    /// Reads a string and applies a function to its text.
    pub(super) fn read_text<T>(&mut self, look: impl FnOnce(&Program, &[u8]) -> T) -> Match<T> {
        let (start, text) = self.string()?;
        Ok(self.with_text(scan::between(start, text), text.escaped, look))
    }

    #[inline]
    fn enter(&mut self) -> Match<()> {
        if self.depth == MAX_DEPTH {
            return Err(Mismatch);
        }
        self.depth += 1;
        self.at += 1;
        self.blanks();
        Ok(())
    }

    #[inline]
    fn leave(&mut self) {
        self.depth -= 1;
        self.at += 1;
    }

    fn array(&mut self, items: ShapeId) -> Match<()> {
        self.enter()?;
        if self.peek() == b']' {
            self.leave();
            return Ok(());
        }
        loop {
            self.value(items)?;
            self.blanks();
            match self.peek() {
                b',' => self.at += 1,
                b']' => {
                    self.leave();
                    return Ok(());
                }
                _ => return Err(Mismatch),
            }
            self.blanks();
        }
    }

    /// Enters an object.
    #[inline]
    pub(super) fn object(&mut self) -> Match<Object> {
        self.enter()?;
        Ok(Object { mark: self.keys.open.mark(), after: FIRST, first: true })
    }

    /// Continues to the value of the object's next member; `None` if there is no other member.
    #[inline]
    pub(super) fn member(&mut self, object: &mut Object, table: &Table) -> Match<Option<Named>> {
        match self.keys.guess(table, object.after, self.line, self.at, object.first) {
            Some((index, value)) => {
                object.first = false;
                object.after = index + 1;
                self.at = value;
                self.blanks();
                Ok(Some(Named::Known(index)))
            }
            None => self.read_member(object, table),
        }
    }

    fn read_member(&mut self, object: &mut Object, table: &Table) -> Match<Option<Named>> {
        let first = std::mem::take(&mut object.first);
        self.blanks();
        match self.peek() {
            b'}' => {
                self.leave();
                return if self.keys.open.end(object.mark, self.line) { Ok(None) } else { Err(Mismatch) };
            }
            b',' if !first => {
                self.at += 1;
                self.blanks();
            }
            _ if first => {}
            _ => return Err(Mismatch),
        }
        let key = self.key()?;
        Ok(Some(match self.keys.find(table, self.line, key) {
            Some(index) => {
                self.keys.learn(table, object.after, index);
                object.after = index + 1;
                Named::Known(index)
            }
            None if self.keys.open.insert(object.mark, self.line, key) => Named::Other,
            None => return Err(Mismatch),
        }))
    }

    /// Reads a member's key and continues to its value.
    #[inline]
    fn key(&mut self) -> Match<Key> {
        if self.peek() != b'"' {
            return Err(Mismatch);
        }
        let (start, text) = self.string()?;
        let key = self.keys.open.key(self.line, start, text);
        self.blanks();
        if self.peek() != b':' {
            return Err(Mismatch);
        }
        self.at += 1;
        self.blanks();
        Ok(key)
    }

    fn record(&mut self, record: usize) -> Match<()> {
        let program = self.program;
        let (record, table) = (&program.records[record], &program.keys[record]);
        let (mut seen, mut null) = (0_u128, 0_u128);
        let mut object = self.object()?;
        while let Some(named) = self.member(&mut object, table)? {
            let Named::Known(index) = named else {
                self.value(record.others.ok_or(Mismatch)?)?;
                continue;
            };
            let start = self.at;
            let bit = 1 << index;
            if seen & bit != 0 {
                return Err(Mismatch);
            }
            seen |= bit;
            if self.peek() == b'n' {
                null |= bit;
            }
            let property = record.properties[index];
            self.value(property.shape)?;
            if let Some(fact) = property.fact {
                self.note(fact, start);
            }
        }
        let complete =
            record.required & !seen == 0 && (record.one_of == 0 || (record.one_of & seen & !null).count_ones() == 1);
        if complete { Ok(()) } else { Err(Mismatch) }
    }

    fn note(&mut self, fact: Fact, start: usize) {
        let span = start..self.at;
        match fact {
            Fact::Environment => self.facts.environment = span,
            Fact::BatchId => self.facts.batch_id = span,
            Fact::Received => self.facts.received = span,
            Fact::App => self.facts.app = span,
        }
    }

    pub(super) fn checkpoint(&self) -> Checkpoint {
        Checkpoint { at: self.at, depth: self.depth, keys: self.keys.open.mark() }
    }

    pub(super) fn rewind(&mut self, to: &Checkpoint) {
        self.at = to.at;
        self.depth = to.depth;
        self.keys.open.rewind(to.keys);
    }
}
