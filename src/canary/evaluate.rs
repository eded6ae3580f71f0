//! Compares the events that arrived with those that were sent.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::Arc;

use flate2::write::GzEncoder;
use serde_json::{Map, Value};

use super::batches::{MarkedBatches, MarkedEvent};
use super::watch::Arrival;
use crate::contract::schema::{Edition, Form};
use crate::ndjson::Compression;
use crate::report::model::{Check, Finding, Findings, Outcome, Place, Severity, counted};
use crate::settings::effect::{FieldMask, filtered_by};
use crate::settings::{Connection, ServerSideEncryption, Settings};
use crate::validate::{Input, Options, compare_members, compare_values, validate};

/// The data of a run at its end.
#[derive(Debug)]
pub struct Evidence<'a> {
    /// The settings of the connection.
    pub settings: &'a Settings,
    /// The batches that were sent.
    pub sent: &'a MarkedBatches,
    /// Whether a request was repeated after a lost answer. Then events may arrive twice (EVT-1).
    pub maybe_twice: bool,
    /// The objects that arrived.
    pub arrivals: &'a [Arrival],
    /// Objects that could not be read, with the reason.
    pub unreadable: &'a [(String, String)],
}

/// The fates of the events, and every check.
#[derive(Debug)]
pub struct Evaluation {
    /// The checks, in the order of the report.
    pub checks: Vec<Check>,
    /// The findings.
    pub findings: Vec<Finding>,
    /// The number of events that arrived.
    pub arrived: u64,
    /// The number of events that a setting filters.
    pub filtered: u64,
    /// The number of events that did not arrive although no setting filters them.
    pub missing: u64,
}

/// The places of each event, by its mark.
type Found = BTreeMap<String, Vec<FoundEvent>>;

/// An event that arrived.
struct FoundEvent {
    place: Place,
    data: Map<String, Value>,
    /// The members of its batch other than the events.
    batch: Arc<Map<String, Value>>,
}

/// Evaluates the objects: with the checks of `validate` for names, folders, lines and settings, and against the sent
/// batches.
pub fn evaluate(evidence: &Evidence<'_>) -> Evaluation {
    let Evidence { settings, sent, maybe_twice, arrivals, unreadable } = evidence;
    let connection = &settings.connection;
    let found = found(arrivals, sent);
    let mut findings = Findings::default();
    let (mut arrived, mut filtered, mut missing, mut twice, mut compared) = (0, 0, 0, 0, 0);
    for event in &sent.events {
        let places = found.get(&event.mark).map(Vec::as_slice).unwrap_or_default();
        match (filtered_by(event.event_type, connection), places) {
            (None, []) => {
                missing += 1;
                findings.add(not_arrived(event));
            }
            (Some(_), []) => filtered += 1,
            (Some(setting), [FoundEvent { place, .. }, ..]) => {
                let what = format!("no {}, because `{setting}` is off", event.event_type);
                let finding = Finding::expected("filtered", Severity::Error, what, "one", place.clone());
                findings.add(Finding { setting: Some(setting.to_string()), ..finding }.clause(setting.as_str()));
            }
            (None, places) => {
                arrived += 1;
                if let [_, FoundEvent { place: second, .. }, ..] = places {
                    twice += 1;
                    let finding =
                        Finding::expected("once", Severity::Error, "each event once", "an event again", second.clone());
                    if !maybe_twice {
                        findings.add(
                            finding
                                .clause("U-28")
                                .remedy("Remove repeated events by message_id or event_id in the warehouse."),
                        );
                    }
                }
                for FoundEvent { place, data, .. } in places {
                    compared += 1;
                    compare_event(event, data, connection, place, &mut findings);
                }
            }
        }
    }
    let lines = compare_batches(sent, connection, &found, &mut findings);
    for (key, reason) in *unreadable {
        let place = Place { object: Some(key.clone()), found: Some(reason.clone()), ..Place::default() };
        let message = format!("an object cannot be read: {reason}");
        findings.add(Finding::new("objects", Severity::Note, message).clause("FILE-2").at(place));
    }
    let encrypted = encryption(settings, arrivals, &mut findings);
    let (mut list, _) = findings.into_parts();
    let is_fault = |finding: &&Finding| finding.severity == Severity::Error;
    let failed = |id: &str| list.iter().filter(is_fault).any(|finding| finding.check == id);
    let own = |id: &str, clause, title: &str, seen: String, open: Option<&str>, is_empty: bool| {
        let mut check = Check::new(id, clause, title);
        check.seen = seen;
        check.outcome = match open {
            _ if failed(id) => Outcome::Fail,
            Some(reason) => Outcome::open(reason),
            None if is_empty => Outcome::skip("nothing to check"),
            None => Outcome::Pass,
        };
        check
    };
    let events = |count: u64| counted(count, "event", "events");
    let wanted = arrived + missing;
    let mut checks = vec![
        own(
            "arrived",
            Some("SET-1"),
            "events that the settings forward arrive",
            format!("{arrived} of {}", events(wanted)),
            None,
            wanted == 0,
        ),
        own(
            "filtered",
            Some("SET-2"),
            "events that a setting filters do not arrive",
            events(filtered),
            None,
            filtered == 0,
        ),
        own(
            "once",
            Some("U-28"),
            "each event arrives once",
            match twice {
                0 => events(arrived),
                twice => format!("{}, {twice} repeated", events(arrived)),
            },
            (*maybe_twice && twice > 0).then_some("a request was sent again, and mParticle may have accepted it twice"),
            arrived == 0,
        ),
        own("content", Some("DTO-4"), "values arrive as they were sent", events(compared), None, compared == 0),
        own(
            "batches",
            Some("DTO-1"),
            "environment, identities, metadata and data plan arrive as they were sent",
            counted(lines, "line", "lines"),
            None,
            lines == 0,
        ),
        own(
            "objects",
            Some("FILE-2"),
            "new objects can be read",
            match unreadable.len() {
                0 => counted(arrivals.len() as u64, "object", "objects"),
                count => format!(
                    "{} with the mark, {count} not readable",
                    counted(arrivals.len() as u64, "object", "objects")
                ),
            },
            (!unreadable.is_empty()).then_some("objects that could not be read may have missing events"),
            arrivals.is_empty(),
        ),
        own(
            "encryption",
            Some("SSE-1"),
            "server-side encryption as chosen",
            encrypted.seen,
            encrypted.open,
            encrypted.is_empty,
        ),
    ];
    let (of_lines, of_line_findings) = validate_arrivals(connection, arrivals);
    checks.extend(of_lines);
    list.extend(of_line_findings);
    Evaluation { checks, findings: list, arrived, filtered, missing }
}

fn not_arrived(event: &MarkedEvent) -> Finding {
    let message = format!("a {} did not arrive", event.event_type);
    Finding::new("arrived", Severity::Error, message).clause("SET-1").remedy(
        "Look at the connection in mParticle: a data plan that blocks it, a filter, a paused output, or a delay longer than --wait.",
    )
}

/// The marked events of the marked lines.
fn found(arrivals: &[Arrival], sent: &MarkedBatches) -> Found {
    let mut found = Found::new();
    for arrival in arrivals {
        for (line, number) in arrival.lines.iter().zip(1..) {
            let Ok(Value::Object(mut batch)) = serde_json::from_str::<Value>(line) else { continue };
            let events = batch.remove("events").unwrap_or_default();
            let batch = Arc::new(batch);
            for (index, event) in events.as_array().into_iter().flatten().enumerate() {
                let Some(data) = event["data"].as_object() else { continue };
                let Some(mark) = mark_of(data).filter(|mark| mark.starts_with(&sent.mark)) else { continue };
                let place = Place {
                    object: Some(arrival.key.clone()),
                    line: Some(number),
                    pointer: Some(format!("/events/{index}")),
                    ..Place::default()
                };
                let event = FoundEvent { place, data: data.clone(), batch: batch.clone() };
                found.entry(mark.to_owned()).or_default().push(event);
            }
        }
    }
    found
}

/// The mark of an event: of its attribute, else of its `source_message_id`.
pub(super) fn mark_of(data: &Map<String, Value>) -> Option<&str> {
    let attribute = data.get("custom_attributes").and_then(|attributes| attributes["canary"].as_str());
    attribute.or_else(|| data.get("source_message_id")?.as_str())
}

/// Compares a sent event with the one that arrived. Additional members come from the platform.
fn compare_event(
    event: &MarkedEvent,
    arrived: &Map<String, Value>,
    connection: &Connection,
    place: &Place,
    findings: &mut Findings,
) {
    let mask = FieldMask::of_event_data(connection, event.event_type == "crash_report");
    for (name, sent) in &event.data {
        if mask.member(name).is_none() {
            compare_values("content", sent, arrived.get(name), &format!("/data/{name}"), place, findings);
        }
    }
}

/// Compares the members of each batch that has a marked event with the sent ones. Returns the number of lines.
fn compare_batches(sent: &MarkedBatches, connection: &Connection, found: &Found, findings: &mut Findings) -> u64 {
    let mut lines = BTreeMap::new();
    for FoundEvent { place, batch, .. } in found.values().flatten() {
        lines.insert((place.object.as_deref(), place.line), batch);
    }
    for ((object, line), batch) in &lines {
        let place = Place { object: object.map(str::to_owned), line: *line, ..Place::default() };
        compare_members("batches", &sent.members, batch, connection, &place, findings);
    }
    lines.len() as u64
}

struct Encrypted {
    seen: String,
    open: Option<&'static str>,
    is_empty: bool,
}

/// SSE-1. A bucket may encrypt by default, so encryption without a request does not test mParticle.
fn encryption(settings: &Settings, arrivals: &[Arrival], findings: &mut Findings) -> Encrypted {
    let chosen = settings.connection.server_side_encryption_method;
    let mut methods: BTreeMap<&str, u64> = BTreeMap::new();
    for arrival in arrivals {
        let Some(headers) = &arrival.headers else { continue };
        let method = headers.encryption.as_ref().map_or("none", |stored| stored.method.as_str());
        *methods.entry(method).or_default() += 1;
        if chosen != ServerSideEncryption::None && method != chosen.as_str() {
            let place = Place { object: Some(arrival.key.clone()), ..Place::default() };
            let (wanted, there) = (format!("encryption with `{chosen}`"), format!("`{method}`"));
            let finding = Finding::expected("encryption", Severity::Error, wanted, there, place).clause("SSE-1");
            findings.add(Finding { setting: Some("server_side_encryption_method".to_owned()), ..finding });
        }
    }
    let seen: Vec<String> =
        methods.iter().map(|(method, count)| format!("{method} on {}", counted(*count, "object", "objects"))).collect();
    let is_default = chosen == ServerSideEncryption::None && methods.keys().any(|method| *method != "none");
    Encrypted {
        seen: seen.join(", "),
        open: is_default.then_some("no encryption is chosen; the bucket may encrypt by default"),
        is_empty: methods.is_empty(),
    }
}

/// Validates the marked lines of each object, with its key and its compression.
fn validate_arrivals(connection: &Connection, arrivals: &[Arrival]) -> (Vec<Check>, Vec<Finding>) {
    let form = if connection.raw_data_feed { Form::Inbound } else { Form::Outbound };
    let mut options = Options::new(Edition { form, strict: false });
    (options.names, options.summary, options.connection) = (true, false, Some(connection.clone()));
    let inputs: Vec<Input> = arrivals
        .iter()
        .map(|arrival| {
            let text: String = arrival.lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
            let bytes = match arrival.compression {
                Compression::Gzip => gzip(text.as_bytes()),
                _ => text.into_bytes(),
            };
            Input::reader(arrival.key.clone(), std::io::Cursor::new(bytes)).with_key(arrival.key.clone())
        })
        .collect();
    let checked = validate(&inputs, &options, &|_| {}).into_report(&inputs, &options);
    // Verification objects and limits do not concern the sent batches.
    let checks =
        checked.checks.into_iter().filter(|check| !matches!(check.id.as_str(), "verification-objects" | "limits"));
    (checks.collect(), checked.findings)
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let written = encoder.write_all(text);
    written.and_then(|()| encoder.finish()).unwrap_or_default()
}
