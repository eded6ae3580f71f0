//! A JSON document with the precision that the tester needs: numbers keep their spelling, text is decoded but the
//! length of its spelling is kept, and keys keep their order. Text that is not admissible (DTO-9) is refused with its
//! position.

mod digest;
mod parse;
mod spelling;
mod value;

pub use parse::{DocumentError, MAX_DEPTH, parse};
pub use spelling::{Parts, Text};
pub use value::Value;
