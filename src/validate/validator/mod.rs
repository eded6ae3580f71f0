//! Answers yes or no in one pass over the bytes. The check is part of the parser, so that no value is built and none is
//! read twice. The rules are compiled from the published schema, and therefore from the types of [`crate::contract`].

mod compile;
mod compile_event;
mod event;
mod key_table;
mod line_facts;
mod line_validator;
mod number;
mod open_keys;
mod pattern;
mod program;
mod walk;

#[cfg(feature = "explain")]
pub(super) use crate::json::scan::decimal;
pub use line_facts::{EventFacts, LineFacts, Span};
pub use line_validator::{Checker, Validator};
