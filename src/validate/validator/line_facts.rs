//! The values of a line that a summary needs. They are recorded during the check.

use std::ops::Range;

/// The position of a value in the line, including the quotes of a string; empty if it is missing.
pub type Span = Range<usize>;

/// The values of the last valid line, as positions in the line.
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

/// The values of an event.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct EventFacts {
    /// The type: an index into [`super::Validator::event_types`], `None` for any other type.
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
