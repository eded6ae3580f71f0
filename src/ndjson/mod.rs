//! Newline-delimited JSON as it comes: plain or gzip, with lines of any length, and what makes a line admissible.
//!
//! The one reader that the engine's source, the tester's read-back and the validator share.

mod admissible;
mod decode;
mod lines;

pub use admissible::{Inadmissible, MAX_DEPTH, check};
pub use decode::{Compression, Decoded};
pub use lines::{DEFAULT_MAX_LINE_BYTES, Line, Lines};
