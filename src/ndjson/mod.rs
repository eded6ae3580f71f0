//! Reads newline-delimited JSON: plain or gzip, lines of any length, and the check whether a line is admissible.
//!
//! The engine's source, the tester's readback and the validator all use this reader.

mod admissible;
mod chunked;
mod decode;
mod kind;
mod lines;
mod peek;
mod quick_check;
mod utf16;

#[cfg(feature = "forward")]
pub(crate) use admissible::check_and_index;
pub use admissible::{Inadmissible, MAX_DEPTH, check};
pub use chunked::Unchunked;
pub use decode::{Compression, Decoded, Gap, Gaps};
pub use kind::OtherKind;
pub use lines::{DEFAULT_MAX_LINE_BYTES, Line, Lines};
pub use utf16::Utf16;
