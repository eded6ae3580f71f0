//! What a summary wants to know of a line, noted in passing.

use std::ops::Range;

/// A value's bytes in the line, with the quotes of a string; empty if it was not there.
pub type Span = Range<usize>;

/// What was noted of the last line that was right. The places are those of the line.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct LineFacts {
    /// The batch's environment.
    pub environment: Span,
    /// The batch's id.
    pub batch_id: Span,
    /// The batch's own timestamp: when the platform received it.
    pub received: Span,
    /// The app's name.
    pub app: Span,
    /// The batch's events.
    pub events: Vec<EventFacts>,
}

/// What was noted of an event.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct EventFacts {
    /// Its type: an index into [`super::Validator::event_types`], `None` for any other type.
    pub kind: Option<usize>,
    /// When it happened.
    pub timestamp: Span,
    /// Its id.
    pub id: Span,
}

impl LineFacts {
    pub(super) fn clear(&mut self) {
        self.environment = 0..0;
        self.batch_id = 0..0;
        self.received = 0..0;
        self.app = 0..0;
        self.events.clear();
    }
}
