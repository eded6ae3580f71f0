//! Answers yes or no in one pass over the bytes. The check is part of the parser, so that no value is built and none is
//! read twice.

use super::compile::compile;
use super::line_facts::LineFacts;
use super::open_keys::Keys;
use super::program::Program;
use super::walk::Walk;
use crate::contract::schema::Edition;

/// Checks whether a line is a batch of an edition: admissible JSON (DTO-9) that the published schema accepts.
///
/// It is created once and shared by all threads. It does no I/O. Creating it takes a few milliseconds (the schema is
/// rendered from the types and compiled). A line needs one pass over its bytes, almost as fast as JSON can be parsed,
/// without an allocation for each value.
///
/// ```
/// use mp_forwarding::contract::schema::{Edition, Form};
/// use mp_forwarding::validate::Validator;
///
/// let validator = Validator::new(Edition { form: Form::Outbound, strict: false });
/// assert!(validator.check_line(br#"{"events":[],"environment":"production"}"#));
/// assert!(!validator.check_line(br#"{"events":[],"environment":"prod"}"#));
///
/// // For many lines: buffers are reused for the next line.
/// let mut checker = validator.checker();
/// assert!(checker.check_line(br#"{"environment":"development"}"#));
/// ```
#[derive(Debug, Clone)]
pub struct Validator {
    program: Program,
    edition: Edition,
}

impl Validator {
    /// The validator of an edition.
    pub fn new(edition: Edition) -> Self {
        match compile(&edition.schema()) {
            Ok(program) => Self { program, edition },
            // The four schemas are constants, and the tests compile each of them.
            Err(unknown) => unreachable!("{unknown}"),
        }
    }

    /// The edition.
    pub fn edition(&self) -> Edition {
        self.edition
    }

    /// Whether `line`, without its newline, is valid. It allocates for objects with keys that the contract does not
    /// name; a [`Checker`] does so only once.
    pub fn check_line(&self, line: &[u8]) -> bool {
        self.checker().check_line(line)
    }

    /// A checker for one thread.
    pub fn checker(&self) -> Checker<'_> {
        Checker {
            program: &self.program,
            keys: Keys::new(self.program.guesses),
            text: Vec::new(),
            facts: LineFacts::default(),
        }
    }

    /// The names of the event types in the contract.
    pub fn event_types(&self) -> impl Iterator<Item = &str> {
        self.program.events.types.names().filter_map(|name| std::str::from_utf8(name).ok())
    }
}

/// Checks one line after the other, and reuses its buffers. Its memory grows with the number of keys in the open
/// objects of one line, never with the number of lines.
#[derive(Debug)]
pub struct Checker<'v> {
    program: &'v Program,
    keys: Keys,
    text: Vec<u8>,
    facts: LineFacts,
}

impl Checker<'_> {
    /// Whether `line`, without its newline, is valid.
    pub fn check_line(&mut self, line: &[u8]) -> bool {
        self.keys.open.clear();
        self.facts.clear();
        Walk::new(self.program, line, &mut self.keys, &mut self.text, &mut self.facts).line().is_ok()
    }

    /// The values of the last line, if it was valid.
    pub fn facts(&self) -> &LineFacts {
        &self.facts
    }
}
