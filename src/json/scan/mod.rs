//! Reads JSON from its bytes, without building values. The validator, the check for admissible lines and the reader of raw
//! members use it.

mod bytes;
mod keys;
mod number;
mod skip;
mod text;

pub(crate) use bytes::{decimal, digits, is_guid};
pub(crate) use keys::{Key, OpenKeys, Word};
pub(crate) use number::number;
pub(crate) use skip::{after_blanks, after_value};
pub(crate) use text::{Text, between, string, unescape};
