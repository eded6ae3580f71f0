//! How much longer a batch is written than this judge's documents say: they hold strings decoded, while a line keeps every
//! escape as it was spelled (DTO-4), and a bound in bytes is about the line.

use crate::conform::document::parse;
use crate::contract::raw;

/// The bytes that escapes add, by where they stand.
#[derive(Debug, Clone, Default)]
pub(super) struct Spelling {
    /// In each event that was received.
    pub(super) events: Vec<usize>,
    /// In each other top-level member.
    pub(super) nodes: Vec<(String, usize)>,
}

impl Spelling {
    /// Looks at a received line.
    pub(super) fn of(line: &str) -> Self {
        let mut spelling = Self::default();
        if !line.contains('\\') {
            return spelling;
        }
        for member in raw::members(line).unwrap_or_default() {
            match (member.name().as_ref(), raw::elements(member.value)) {
                ("events", Some(events)) => spelling.events = events.into_iter().map(excess).collect(),
                (name, _) => spelling.nodes.push((name.to_owned(), excess(member.value))),
            }
        }
        spelling
    }

    /// What the events at these places add.
    pub(super) fn of_events(&self, places: &[usize]) -> usize {
        places.iter().filter_map(|place| self.events.get(*place)).sum()
    }
}

fn excess(text: &str) -> usize {
    let Ok(document) = parse(text) else { return 0 };
    let mut in_string = false;
    let mut escaped = false;
    let blanks = text.bytes().filter(|byte| {
        let blank = !in_string && byte.is_ascii_whitespace();
        (in_string, escaped) = match byte {
            _ if escaped => (in_string, false),
            b'\\' => (in_string, true),
            b'"' => (!in_string, false),
            _ => (in_string, false),
        };
        blank
    });
    (text.len() - blanks.count()).saturating_sub(document.text().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_counted_where_they_stand() {
        let spelling = Spelling::of(r#"{"a" : "\u00e9", "b":"\n", "events":[{"x":"\/"},{"x": "/ \""}]}"#);
        assert_eq!(spelling.nodes, [("a".to_owned(), 4), ("b".to_owned(), 0)]);
        assert_eq!(spelling.events, [1, 0]);
        assert_eq!(spelling.of_events(&[0, 1]), 1);
    }
}
