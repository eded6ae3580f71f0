//! Keeps what was sent and what came back with the mark, for a report about mParticle's behaviour.

use std::collections::BTreeSet;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::batches::MarkedBatches;
use super::evaluate::mark_of;
use super::watch::Arrival;
use crate::ndjson::Compression;
use crate::report::model::counted;

/// A new folder with two files: `sent.ndjson` has the sent batches, `objects.ndjson` the objects with the mark.
///
/// Of a line, only the batch and its marked events are kept. A value that was not sent is replaced by its type and size.
#[derive(Debug)]
pub struct Record {
    folder: PathBuf,
}

impl Record {
    /// Creates the folder, which only its owner can read.
    ///
    /// # Errors
    /// If it exists or cannot be created.
    pub fn create(folder: &Path) -> io::Result<Self> {
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// Writes the sent batches.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn sent(&self, sent: &MarkedBatches) -> io::Result<()> {
        self.write("sent.ndjson", sent.bodies.iter().cloned())
    }

    /// Writes the objects that arrived.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn arrived(&self, sent: &MarkedBatches, arrivals: &[Arrival]) -> io::Result<()> {
        let known = KnownValues::of(sent);
        self.write("objects.ndjson", arrivals.iter().map(|arrival| object(arrival, &sent.mark, &known).to_string()))
    }

    fn write(&self, name: &str, lines: impl Iterator<Item = String>) -> io::Result<()> {
        let mut file = new_file(&self.folder.join(name))?;
        for line in lines {
            file.write_all(line.as_bytes())?;
            file.write_all(b"\n")?;
        }
        file.sync_all()
    }
}

fn new_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn object(arrival: &Arrival, mark: &str, known: &KnownValues) -> Value {
    let headers = arrival.headers.as_ref().map(|headers| {
        json!({
            "content_type": headers.content_type,
            "content_encoding": headers.content_encoding,
            "encryption": headers.encryption.as_ref().map(|encryption| &encryption.method),
        })
    });
    json!({
        "key": arrival.key,
        "compression": if arrival.compression == Compression::Gzip { "gzip" } else { "plain" },
        "headers": headers,
        "found_at": arrival.found_at.to_string(),
        "lines": arrival.lines.iter().map(|line| batch(line, mark, known)).collect::<Vec<_>>(),
    })
}

/// A batch with its marked events alone.
fn batch(line: &str, mark: &str, known: &KnownValues) -> Value {
    let Ok(Value::Object(mut batch)) = serde_json::from_str::<Value>(line) else {
        return json!(format!("{} that are not a JSON object", counted(line.len() as u64, "byte", "bytes")));
    };
    let Some(Value::Array(events)) = batch.remove("events") else { return known.masked(Value::Object(batch)) };
    let all = events.len();
    let is_marked =
        |event: &Value| event["data"].as_object().and_then(mark_of).is_some_and(|of_event| of_event.starts_with(mark));
    let marked: Vec<Value> = events.into_iter().filter(is_marked).map(|event| known.masked(event)).collect();
    let left_out = all - marked.len();
    let mut kept = known.masked(Value::Object(batch));
    kept["events"] = Value::Array(marked);
    match left_out {
        0 => kept,
        left_out => json!({ "batch": kept, "other_events_left_out": left_out }),
    }
}

/// The texts and numbers that were sent.
struct KnownValues(BTreeSet<String>);

impl KnownValues {
    fn of(sent: &MarkedBatches) -> Self {
        let mut known = BTreeSet::new();
        for body in &sent.bodies {
            add(&serde_json::from_str(body).unwrap_or_default(), &mut known);
        }
        Self(known)
    }

    fn masked(&self, value: Value) -> Value {
        match value {
            Value::Object(members) => Value::Object(
                members.into_iter().map(|(name, value)| (name, self.masked(value))).collect::<Map<_, _>>(),
            ),
            Value::Array(elements) => Value::Array(elements.into_iter().map(|value| self.masked(value)).collect()),
            Value::String(text) if !self.0.contains(&text) => {
                let kind =
                    if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') { "digits" } else { "text" };
                let length = counted(text.chars().count() as u64, "character", "characters");
                json!(format!("({kind}, {length})"))
            }
            Value::Number(number) if !self.0.contains(&number.to_string()) => json!("(number)"),
            kept => kept,
        }
    }
}

fn add(value: &Value, known: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| {
            // A name of the inbound form is a value of the outbound one, as that of an identity's type.
            known.insert(name.clone());
            add(value, known);
        }),
        Value::Array(elements) => elements.iter().for_each(|value| add(value, known)),
        Value::String(text) => drop(known.insert(text.clone())),
        Value::Number(number) => drop(known.insert(number.to_string())),
        Value::Null | Value::Bool(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn only_marked_events_and_sent_values_are_kept() {
        let sent = MarkedBatches::new("mpf-1", &["screen_view".to_owned()], "development", None, 1).unwrap();
        let event = json!({ "event_type": "screen_view", "data": sent.events[0].data });
        let other = json!({ "event_type": "custom_event", "data": { "event_name": "someone else's" } });
        let line = json!({ "mpid": "8001", "environment": "development", "ip": "10.1.2.3", "events": [event, other] });
        let arrival = Arrival {
            key: "a.txt".to_owned(),
            lines: vec![line.to_string(), "mpf-1 {".to_owned()],
            compression: Compression::Plain,
            headers: None,
            found_at: Timestamp::UNIX_EPOCH,
        };
        let kept = object(&arrival, "mpf-1", &KnownValues::of(&sent));
        let batch = &kept["lines"][0]["batch"];
        assert_eq!(kept["lines"][0]["other_events_left_out"], 1);
        assert_eq!(batch["events"][0]["data"]["custom_attributes"], line["events"][0]["data"]["custom_attributes"]);
        assert_eq!((&batch["mpid"], &batch["ip"]), (&json!("(digits, 4 characters)"), &json!("(text, 8 characters)")));
        assert_eq!(kept["lines"][1], "7 bytes that are not a JSON object");
        assert!(!kept.to_string().contains("someone") && !kept.to_string().contains("10.1.2.3"));
    }
}
