//! Every line against the published schema, by the jsonschema crate: apart from the comparison, so that a fault that engine and
//! expectation share is seen. What was wrong in the input already is not the subject's fault.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize as _;
use serde_json::Value;

use super::matching::{Comparison, Observed};
use crate::conform::expect::{Expectation, ExpectedLine};
use crate::contract::schema::{Edition, Form, SchemaValidator};
use crate::json;
use crate::ndjson;
use crate::validate::{Explainer, LineFault};

/// What the schema says of the lines that were read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SchemaFaults {
    /// Lines that were checked. One that is not admissible JSON (DTO-9) is not among them.
    pub lines: u64,
    /// Lines that the strict edition refuses, and the tolerant one may accept.
    pub not_strict: u64,
    /// The faults that the input does not have, each with the place of its line among those that were read.
    pub own: Vec<(usize, LineFault)>,
    /// The faults that the input has at the same place.
    pub of_input: Vec<(usize, LineFault)>,
}

/// The validators of one form.
struct Schemas {
    tolerant: SchemaValidator,
    strict: SchemaValidator,
    explainer: Explainer,
}

impl Schemas {
    fn new(form: Form) -> Self {
        let tolerant = Edition { form, strict: false };
        Self {
            tolerant: SchemaValidator::of(tolerant),
            strict: SchemaValidator::of(Edition { form, strict: true }),
            explainer: Explainer::new(tolerant),
        }
    }

    fn of(form: Form) -> &'static Self {
        static OUTBOUND: LazyLock<Schemas> = LazyLock::new(|| Schemas::new(Form::Outbound));
        static INBOUND: LazyLock<Schemas> = LazyLock::new(|| Schemas::new(Form::Inbound));
        match form {
            Form::Outbound => &OUTBOUND,
            Form::Inbound => &INBOUND,
        }
    }
}

impl SchemaFaults {
    /// Checks every observed line by the schema of `form`. `input` has the lines that the expectation was computed from.
    pub fn of(
        form: Form,
        input: &[&[u8]],
        expectation: &Expectation,
        observed: &[Observed<'_>],
        comparison: &Comparison,
    ) -> Self {
        let schemas = Schemas::of(form);
        let mut inputs = Inputs { form, lines: input, known: HashMap::new() };
        let mut found = Self::default();
        for (place, seen) in observed.iter().enumerate() {
            let Some(line) = read(seen.text.as_bytes()) else { continue };
            found.lines += 1;
            found.not_strict += u64::from(!schemas.strict.is_valid_text(seen.text, &line));
            if schemas.tolerant.is_valid_text(seen.text, &line) {
                continue;
            }
            let expected = comparison.matched[place].map(|index| &expectation.lines[index]);
            for fault in schemas.explainer.explain(seen.text.as_bytes()) {
                let list = if inputs.have(&line, &fault, expected) { &mut found.of_input } else { &mut found.own };
                list.push((place, fault));
            }
        }
        found
    }
}

/// A fault as it is compared: where, and the kind of what was found there.
type Wrong = (String, String);

/// The faults of input lines, worked out when they are asked for.
struct Inputs<'a> {
    /// The form that is written; a batch whose identities are a map or an array is checked in the form that it has.
    form: Form,
    lines: &'a [&'a [u8]],
    known: HashMap<usize, HashSet<Wrong>>,
}

impl Inputs<'_> {
    /// Whether the input has this fault of `line`: at the same place of a batch that the line is made of. Where that is not known,
    /// any batch counts.
    fn have(&mut self, line: &Value, fault: &LineFault, expected: Option<&ExpectedLine>) -> bool {
        let pointer = settled(line, fault.pointer.as_deref().unwrap_or_default());
        let kind = kind(&fault.found);
        let event = pointer.strip_prefix("/events/").and_then(|rest| {
            let (index, rest) = rest.split_once('/').unwrap_or((rest, ""));
            Some((index.parse::<usize>().ok()?, rest.to_owned()))
        });
        let Some(expected) = expected else {
            let pointer = without_event(&pointer);
            return (0..self.lines.len())
                .any(|input| self.of(input).iter().any(|(at, of)| *of == kind && without_event(at) == pointer));
        };
        if let Some((index, rest)) = event {
            let events = expected
                .sources
                .iter()
                .flat_map(|source| source.events.iter().map(move |event| (source.input, *event)));
            let Some((input, event)) = events.into_iter().nth(index) else { return false };
            let at = if rest.is_empty() { format!("/events/{event}") } else { format!("/events/{event}/{rest}") };
            return self.of(input).contains(&(at, kind));
        }
        // The batch's location may be that of an event (U-21).
        let of_event = pointer.strip_prefix("/context/location");
        expected.sources.iter().any(|source| {
            self.of(source.input).iter().any(|(at, of)| {
                let is_location = |rest| at.starts_with("/events/") && at.ends_with(&format!("/data/location{rest}"));
                *of == kind && (*at == pointer || of_event.is_some_and(is_location))
            })
        })
    }

    fn of(&mut self, input: usize) -> &HashSet<Wrong> {
        let (form, lines) = (self.form, self.lines);
        self.known.entry(input).or_insert_with(|| {
            let text = lines.get(input).copied().unwrap_or_default();
            let Some(line) = read(text) else { return HashSet::new() };
            let form = match &line["user_identities"] {
                Value::Object(_) => Form::Inbound,
                Value::Array(_) => Form::Outbound,
                _ => form,
            };
            let faults = Schemas::of(form).explainer.explain(text).into_iter();
            let wrong =
                |fault: LineFault| (settled(&line, fault.pointer.as_deref().unwrap_or_default()), kind(&fault.found));
            // The inbound form leaves open what an identity of another type is; the outbound form does not.
            let identities = line["user_identities"].as_object().into_iter().flatten();
            let nested = identities.filter_map(|(name, value)| {
                let kind = if value.is_object() { "an object" } else { "an array" };
                let is_nested = value.is_object() || value.is_array();
                is_nested.then(|| (settled(&line, &json::member("/user_identities", name)), kind.to_owned()))
            });
            faults.map(wrong).chain(nested).collect()
        })
    }
}

/// A line as a tree, if it is admissible (DTO-9).
fn read(line: &[u8]) -> Option<Value> {
    let text = ndjson::check(line).ok()?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    deserializer.disable_recursion_limit();
    Value::deserialize(&mut deserializer).ok()
}

/// The pointer in a spelling that the form and merging do not change: an identity goes by its type, a name by none.
fn settled(line: &Value, pointer: &str) -> String {
    if pointer.starts_with("/deleted_user_attributes/") {
        return "/deleted_user_attributes/*".to_owned();
    }
    let Some(rest) = pointer.strip_prefix("/user_identities/") else { return pointer.to_owned() };
    let (token, below) = rest.split_once('/').unwrap_or((rest, ""));
    let of_element = line["user_identities"].as_array().zip(token.parse::<usize>().ok());
    let name = match of_element.and_then(|(elements, index)| elements.get(index)) {
        Some(element) => match &element["identity_type"] {
            Value::String(name) => json::member("", name),
            Value::Number(name) => format!("/{name}"),
            _ => "/".to_owned(),
        },
        None => format!("/{token}"),
    };
    let name = if name == "/customerid" { "/customer_id" } else { &name };
    match below {
        "" | "identity" => format!("/user_identities{name}"),
        below => format!("/user_identities{name}/{below}"),
    }
}

/// The pointer without the index of an event.
fn without_event(pointer: &str) -> &str {
    let of_event = pointer.strip_prefix("/events/").map(|rest| rest.split_once('/').map_or("", |(_, rest)| rest));
    of_event.unwrap_or(pointer)
}

/// What kind of value was found; its size may differ once settings have taken members out.
fn kind(found: &str) -> String {
    found.split(" of ").next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::matching::{Clock, compare};
    use super::*;
    use crate::settings::{Connection, DateFolders, Settings};

    fn faults(input: &str, written: &str) -> (Vec<String>, Vec<String>) {
        let connection = Connection::new("mp-forwarding-test".parse().unwrap(), DateFolders::None);
        let lines: Vec<&[u8]> = input.lines().map(str::as_bytes).collect();
        let expectation = Expectation::of(
            lines.iter().copied(),
            &Settings::new(connection.clone()),
            "2026-03-01T00:00:02Z".parse().unwrap(),
        );
        let seen: Vec<_> =
            (1..).zip(written.lines()).map(|(line, text)| Observed { object: "a", line, text }).collect();
        let comparison = compare(&expectation, &seen, &connection, Clock::Fixed);
        let found = SchemaFaults::of(Form::Outbound, &lines, &expectation, &seen, &comparison);
        assert_eq!(found.lines, seen.len() as u64);
        let pointers = |of: Vec<(usize, LineFault)>| of.into_iter().filter_map(|(_, fault)| fault.pointer).collect();
        (pointers(found.own), pointers(found.of_input))
    }

    #[test]
    fn a_fault_that_the_input_has_at_the_same_place_is_the_inputs() {
        let input = concat!(
            r#"{"environment":"production","timestamp_unixtime_ms":"5","device_info":"none","user_identities":{"a":null,"customerid":{}},"#,
            r#""events":[{"event_type":"custom_event","data":{"event_id":1,"event_name":5}}]}"#
        );
        let written = concat!(
            r#"{"environment":"production","timestamp_unixtime_ms":"5","device_info":"none","user_identities":[{"identity_type":"customer_id","identity":{}}],"#,
            r#""events":[{"event_type":"custom_event","data":{"event_id":"1","event_name":5}}],"schema_version":2}"#
        );
        let all = ["/device_info", "/events/0/data/event_name", "/user_identities/0/identity"];
        let (own, mut of_input) = faults(input, written);
        of_input.sort();
        assert_eq!((own, of_input), (Vec::new(), all.map(str::to_owned).to_vec()));
        let other = written.replace(r#""schema_version":2"#, r#""schema_version":"two""#);
        assert_eq!(faults(input, &other).0, ["/schema_version"]);
        // The form is the subject's own: a map that was not converted was right in the input.
        let as_map = written.replace(r#"[{"identity_type":"customer_id","identity":{}}]"#, r#"{"customerid":{}}"#);
        assert_eq!(faults(input, &as_map).0, ["/user_identities"]);
    }
}
