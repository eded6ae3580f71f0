//! Reads newline-delimited JSON: plain or gzip, lines of any length, and the check whether a line is admissible.
//!
//! The engine's source, the tester's readback and the validator all use this reader.

mod admissible;
mod decode;
mod lines;

pub use admissible::{Inadmissible, MAX_DEPTH, check};
pub use decode::{Compression, Decoded};
pub use lines::{DEFAULT_MAX_LINE_BYTES, Line, Lines};
