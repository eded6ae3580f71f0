//! A JSON document as exactly as a judge needs it: numbers keep their spelling, text is decoded but remembers how
//! long its spelling was, keys keep their order, and what is not admissible (DTO-9) is refused with its place.

mod digest;
mod parse;
mod spelling;
mod value;

pub use parse::{DocumentError, MAX_DEPTH, parse};
pub use spelling::{Parts, Text};
pub use value::Value;
