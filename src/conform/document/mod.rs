//! A JSON document as exactly as a judge needs it: numbers keep their spelling, text is decoded, keys keep their order,
//! and what is not admissible (DTO-9) is refused with its place.

mod digest;
mod parse;
mod value;

pub use parse::{DocumentError, MAX_DEPTH, parse};
pub use value::Value;
