//! Why a line is not right: the slow judge, asked only where the fast one says no.

use serde::Deserialize as _;
use serde_json::Value;

use super::fault::LineFault;
use crate::contract::clause;
use crate::contract::limits::exceeded;
use crate::contract::schema::{Edition, Fault, Form, Judge};
use crate::ndjson::{self, Inadmissible};

/// The judge that gives reasons. Slow: it builds a tree of the line.
#[derive(Debug)]
pub struct Explainer {
    judge: Judge,
    edition: Edition,
}

impl Explainer {
    /// The explainer of an edition.
    pub fn new(edition: Edition) -> Self {
        Self { judge: Judge::of(edition), edition }
    }

    /// What is wrong with a line, without its end; nothing if it is right.
    pub fn explain(&self, line: &[u8]) -> Vec<LineFault> {
        let value = match self.read(line) {
            Ok(value) => value,
            Err(fault) => return vec![fault],
        };
        let faults = self.judge.explain(&value);
        faults
            .into_iter()
            .map(|fault| LineFault {
                clause: self.clause_of(&fault),
                pointer: Some(fault.pointer),
                expected: fault.expected,
                found: fault.found,
            })
            .collect()
    }

    /// The documented limits that a line passes (LIM-1, LIM-2); a line that cannot be read passes none.
    pub fn limits(&self, line: &[u8]) -> Vec<LineFault> {
        let Ok(value) = self.read(line) else { return Vec::new() };
        let excesses = exceeded(&value, line.len());
        excesses
            .into_iter()
            .map(|excess| LineFault {
                clause: excess.limit.clause,
                expected: format!("at most {} {}", excess.limit.most, excess.limit.what),
                found: excess.found.to_string(),
                pointer: Some(excess.pointer),
            })
            .collect()
    }

    fn read(&self, line: &[u8]) -> Result<Value, LineFault> {
        let text = ndjson::check(line).map_err(|reason| foreign(line).unwrap_or_else(|| refusal(&reason)))?;
        // Admissible lines are nested to 128, one deeper than serde_json goes by itself.
        let mut deserializer = serde_json::Deserializer::from_str(text);
        deserializer.disable_recursion_limit();
        Value::deserialize(&mut deserializer).map_err(|error| LineFault::whole("DTO-9", error.to_string()))
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
                self.judge.schema().pointer(path).and_then(|part| part["description"].as_str()).unwrap_or_default();
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

/// How other things begin that are taken for text now and then.
const FOREIGN: [(&[u8], &str); 8] = [
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
    (b"\x1f\x8b", "gzip within gzip"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"BZh", "bzip2"),
    (b"PAR1", "a Parquet file"),
    (b"<", "XML or HTML"),
];

/// What is no text at all, if it is something well known.
fn foreign(line: &[u8]) -> Option<LineFault> {
    let (_, name) = FOREIGN.iter().find(|(beginning, _)| line.starts_with(beginning))?;
    Some(LineFault::file("FILE-1", "lines of UTF-8, plain or gzip", *name))
}

/// What serde_json says of a line, what was expected in that case, and what was found. A column is a place of its own, not
/// a cause of its own.
const REASONS: [(&str, &str, &str); 8] = [
    ("EOF while parsing", "each batch whole on one line", "a line that ends in the middle of one"),
    ("trailing characters", "each batch on a line of its own", "more after the first one"),
    ("a key stands twice", "each key once in its object", "one that stands there twice"),
    ("nested deeper", "at most 128 levels of nesting", "more"),
    ("number out of range", "finite numbers", "one out of range"),
    ("surrogate", "whole characters in `\\u` escapes", "half a surrogate pair"),
    ("hex escape", "whole characters in `\\u` escapes", "half a surrogate pair"),
    ("control character", "control characters escaped, such as `\\n`", "one as it is"),
];

/// A line that is no admissible JSON.
fn refusal(reason: &Inadmissible) -> LineFault {
    match reason {
        Inadmissible::NotUtf8 { at } => LineFault::file("DTO-9", "UTF-8", format!("another byte in column {}", at + 1)),
        Inadmissible::NotJson { reason, column } => match REASONS.iter().find(|(part, ..)| reason.contains(part)) {
            Some((_, expected, found)) => LineFault::file("DTO-9", *expected, format!("{found}, in column {column}")),
            None => LineFault::file("DTO-9", "JSON", format!("other text in column {column}: {reason}")),
        },
        Inadmissible::NotAnObject { found } => LineFault::file("DTO-9", "a batch, which is a JSON object", *found),
        other => LineFault::whole("DTO-9", other.to_string()),
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
        let told: Vec<String> = faults
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
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(told.iter().all(|text| !text.contains("secret") && !text.contains("prod\"")), "{told:?}");
        assert!(
            told.iter().any(|text| text.contains("/events/0/data/event_name a string or null / an integer")),
            "{told:?}"
        );
        assert!(faults.iter().all(|fault| clause::find(fault.clause).is_some()));
        assert!(told.iter().any(|text| text.starts_with("DTO-8 /environment one of")), "{told:?}");
        assert!(explainer.explain(br#"{"environment":"production"}"#).is_empty());
        assert_eq!(explainer.explain(b"{")[0].clause, "DTO-9");
        let deep = |depth: usize| {
            let (open, close) = ("[".repeat(depth - 1), "]".repeat(depth - 1));
            explainer.explain(format!(r#"{{"environment":"production","a":{open}{close}}}"#).as_bytes())
        };
        assert_eq!((deep(128).len(), deep(129).len()), (0, 1));
    }
}
