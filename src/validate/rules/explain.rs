//! The reasons why a line is wrong. Slow: it is asked only about lines that the [`Validator`](crate::validate::Validator) refuses.

use crate::contract::clause;
use crate::contract::limits::{Excess, exceeded};
use crate::contract::schema::{Edition, Fault, Form, SchemaValidator};
use crate::ndjson::{self, Inadmissible};
use crate::validate::findings::LineFault;

/// Gives the reasons why a line is wrong. Slow, but its memory does not grow with the line: nothing of it is kept.
#[derive(Debug)]
pub struct Explainer {
    validator: SchemaValidator,
    edition: Edition,
}

impl Explainer {
    /// How many faults of a line it gives: what is behind the last of them was not looked at.
    pub const FAULTS: usize = 1_000;

    /// The explainer of an edition.
    pub fn new(edition: Edition) -> Self {
        Self { validator: SchemaValidator::of(edition), edition }
    }

    /// What is wrong with a line, without its end, up to [`Self::FAULTS`]; empty if it is valid.
    pub fn explain(&self, line: &[u8]) -> Vec<LineFault> {
        let text = match ndjson::check(line) {
            Ok(text) => text,
            Err(reason) => return vec![refusal(&reason)],
        };
        let faults = self.validator.explain_text(text, Self::FAULTS).into_iter();
        faults
            .map(|fault| LineFault::new(self.clause_of(&fault), fault.expected, fault.found).at(fault.pointer))
            .collect()
    }

    /// The documented limits that a line exceeds (LIM-1, LIM-2), up to [`Self::FAULTS`]; empty for a line that cannot be read.
    pub fn limits(&self, line: &[u8]) -> Vec<LineFault> {
        let Ok(text) = ndjson::check(line) else { return Vec::new() };
        let excesses = exceeded(text, Self::FAULTS).into_iter();
        let fault = |Excess { limit, pointer, found }| {
            LineFault::new(limit.clause, format!("at most {} {}", limit.most, limit.what), found.to_string())
                .at(pointer)
        };
        excesses.map(fault).collect()
    }

    /// The clause of a fault: for a member that is missing that of the member, not that of the object around it.
    fn clause_of(&self, fault: &Fault) -> &'static str {
        let missing = fault.expected.strip_prefix("a member `").and_then(|rest| rest.strip_suffix('`'));
        match (missing, fault.schema_path.strip_suffix("/required")) {
            (Some(name), Some(around)) => self.clause(&format!("{around}/properties/{name}")),
            _ => self.clause(&fault.schema_path),
        }
    }

    /// The clause that a part of the schema rests on: its description, or that of a part around it, names it.
    fn clause(&self, schema_path: &str) -> &'static str {
        let mut path = schema_path;
        loop {
            let text =
                self.validator.schema().pointer(path).and_then(|part| part["description"].as_str()).unwrap_or_default();
            let (about, sources) = text.rsplit_once("Source: ").unwrap_or((text, ""));
            // What a description says of its own rule comes before the source of the whole object.
            let rule = ids(about).filter(|id| id.starts_with("DTO-"));
            if let Some(found) = rule.chain(ids(sources)).find_map(clause::find) {
                return found.id;
            }
            match path.rsplit_once('/') {
                Some((around, _)) => path = around,
                None if self.edition.form == Form::Outbound => return "DTO-1",
                None => return "DTO-2",
            }
        }
    }
}

/// The words of a description that may be the id of a clause.
fn ids(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !(character.is_ascii_alphanumeric() || matches!(character, '-' | '_')))
}

/// A part of serde_json's message, what was expected in that case, and what was found. The column belongs to the place, not to
/// the cause.
const REASONS: [(&str, &str, &str); 8] = [
    ("EOF while parsing", "a complete batch on each line", "a line that ends in the middle of a batch"),
    ("trailing characters", "one batch on each line", "more after the first batch"),
    ("a key occurs twice", "each key once in its object", "a repeated key"),
    ("nested deeper", "at most 128 levels of nesting", "more"),
    ("number out of range", "finite numbers", "a number out of range"),
    ("surrogate", "complete characters in `\\u` escapes", "half a surrogate pair"),
    ("hex escape", "complete characters in `\\u` escapes", "half a surrogate pair"),
    ("control character", "escaped control characters, such as `\\n`", "an unescaped one"),
];

/// The fault of a line that is no admissible JSON.
fn refusal(reason: &Inadmissible) -> LineFault {
    match reason {
        Inadmissible::NotUtf8 { at } => LineFault::new("DTO-9", "UTF-8", format!("another byte in column {}", at + 1)),
        Inadmissible::NotJson { reason, column } => match REASONS.iter().find(|(part, ..)| reason.contains(part)) {
            Some((_, expected, found)) => LineFault::new("DTO-9", *expected, format!("{found}, in column {column}")),
            None => LineFault::new("DTO-9", "JSON", format!("other text in column {column}: {reason}")),
        },
        Inadmissible::NotAnObject { found } => LineFault::new("DTO-9", "a batch (a JSON object)", *found),
        other => LineFault::message("DTO-9", other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_where_what_and_by_which_clause_but_never_the_value() {
        let explainer = Explainer::new(Edition { form: Form::Outbound, strict: false });
        let line = br#"{"environment":"prod","mpid":"secret","events":[{"event_type":"custom_event","data":{"event_name":5}}]}"#;
        let faults = explainer.explain(line);
        let shown: Vec<String> = faults
            .iter()
            .map(|fault| {
                format!(
                    "{} {} {} / {}",
                    fault.clause,
                    fault.pointer.as_deref().unwrap_or(""),
                    fault.expected,
                    fault.found
                )
            })
            .collect();
        assert_eq!(shown.len(), 3, "{shown:?}");
        assert!(shown.iter().all(|text| !text.contains("secret") && !text.contains("prod\"")), "{shown:?}");
        assert!(
            shown.iter().any(|text| text.contains("/events/0/data/event_name a string or null / an integer")),
            "{shown:?}"
        );
        assert!(faults.iter().all(|fault| clause::find(fault.clause).is_some()));
        assert!(shown.iter().any(|text| text.starts_with("DTO-8 /environment one of")), "{shown:?}");
        assert!(explainer.explain(br#"{"environment":"production"}"#).is_empty());
        assert_eq!(explainer.explain(b"{")[0].clause, "DTO-9");
        let deep = |depth: usize| {
            let (open, close) = ("[".repeat(depth - 1), "]".repeat(depth - 1));
            explainer.explain(format!(r#"{{"environment":"production","a":{open}{close}}}"#).as_bytes())
        };
        assert_eq!((deep(128).len(), deep(129).len()), (0, 1));
    }
}
