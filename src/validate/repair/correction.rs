//! What a repair did to a file.

use std::collections::BTreeMap;

use crate::report::model::{bytes, counted};

/// A correction that needs no guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Correction {
    Unchunked,
    GzipOnce,
    /// Counted in bytes.
    NotGzip,
    Utf8,
    ByteOrderMark,
    LineEnd,
    LastLineEnd,
    Blank,
    Separator,
    Array,
    Apart,
    Joined,
    EncodedTwice,
}

/// How often each was made.
#[derive(Debug, Clone, Default)]
pub(super) struct Corrections(BTreeMap<Correction, u64>);

impl Corrections {
    pub(super) fn add(&mut self, correction: Correction, count: u64) {
        if count > 0 {
            *self.0.entry(correction).or_default() += count;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each one in words.
    pub(super) fn shown(&self) -> Vec<String> {
        let shown = |(correction, count): (&Correction, &u64)| match correction {
            Correction::Unchunked => "aws-chunked framing removed".to_owned(),
            Correction::GzipOnce => "compressed once instead of twice".to_owned(),
            Correction::NotGzip => format!("{} that are not gzip removed", bytes(*count)),
            Correction::Utf8 => "UTF-8 instead of UTF-16".to_owned(),
            Correction::ByteOrderMark => counted(*count, "byte order mark removed", "byte order marks removed"),
            Correction::LineEnd => counted(*count, "line end of CR LF replaced", "line ends of CR LF replaced"),
            Correction::LastLineEnd => "line feed added at the end".to_owned(),
            Correction::Blank => counted(*count, "blank line removed", "blank lines removed"),
            Correction::Separator => counted(*count, "separator removed", "separators removed"),
            Correction::Array => counted(*count, "array around batches removed", "arrays around batches removed"),
            Correction::Apart => counted(*count, "batch put on a line of its own", "batches put on lines of their own"),
            Correction::Joined => counted(*count, "batch put on one line", "batches put on one line each"),
            Correction::EncodedTwice => {
                counted(*count, "batch decoded that was encoded twice", "batches decoded that were encoded twice")
            }
        };
        self.0.iter().map(shown).collect()
    }
}
