//! The ledger agrees with the report and with the bucket: its counts add up, and each entry names the exact line.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use mp_forwarding::conform::synthesize::Synthesizer;
use mp_forwarding::forward::LedgerEntry;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::embedded::{self, Embedded};
use crate::support::program::program;

const CLOCK: &str = "2026-03-01T00:00:00Z";

struct Run {
    code: i32,
    report: Value,
    stderr: String,
    entries: Vec<Value>,
}

fn forward(server: &Embedded, folder: &Path, more: &str, input: &str) -> Run {
    let (path, ledger) = (folder.join("in.ndjson"), folder.join("ledger.ndjson"));
    fs::write(&path, input).unwrap();
    let output = program()
        .args(["forward", "--format", "json", "--deadline", "5", "--clock", CLOCK, "--settings"])
        .arg(embedded::settings(folder, server, more))
        .arg("--input")
        .arg(&path)
        .arg("--ledger")
        .arg(&ledger)
        .output()
        .unwrap();
    let text = fs::read_to_string(&ledger).unwrap();
    Run {
        code: output.status.code().unwrap(),
        report: serde_json::from_slice(&output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        entries: text.lines().map(|line| serde_json::from_str(line).unwrap()).collect(),
    }
}

fn of<'a>(run: &'a Run, entry: &'a str) -> impl Iterator<Item = &'a Value> {
    run.entries.iter().filter(move |found| found["entry"] == entry)
}

/// The sums of the entries are the counts of the report.
fn assert_sums(run: &Run) {
    let fates = &run.report["fates"];
    for fate in ["written", "quarantined", "unconfirmed", "pending"] {
        let sum: u64 = of(run, fate).map(|entry| entry["count"].as_u64().unwrap()).sum();
        assert_eq!(sum, fates[fate].as_u64().unwrap(), "{fate}");
    }
    let mut filtered: BTreeMap<String, u64> = BTreeMap::new();
    for entry in of(run, "filtered") {
        *filtered.entry(entry["setting"].as_str().unwrap().to_owned()).or_default() += entry["count"].as_u64().unwrap();
    }
    assert_eq!(serde_json::to_value(filtered).unwrap(), fates["filtered"]);
}

#[test]
fn every_event_has_one_fate_and_a_written_one_names_its_line() {
    let server = Embedded::start();
    let folder = TempDir::new().unwrap();
    let mut input: String = Synthesizer::new(11, CLOCK.parse().unwrap()).take(150).map(|line| line + "\n").collect();
    input.push_str(
        "not JSON\n{\"mpid\":1,\"events\":[{\"event_type\":\"profile\",\"data\":{}},{\"event_type\":\"profile\"}]}\n",
    );
    let more = "send_custom_events = false\nsend_batches_without_events = false\ninclude_metadata = false\n";
    let run = forward(&server, folder.path(), more, &input);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert_sums(&run);
    assert!(
        of(&run, "removed").any(|entry| entry["setting"] == "include_metadata" && entry["nodes"].as_u64() > Some(0))
    );

    let objects: BTreeMap<String, Vec<Value>> = server
        .objects()
        .into_iter()
        .map(|object| {
            let text = String::from_utf8(object.text.unwrap()).unwrap();
            (object.key, text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
        })
        .collect();
    let batches: Vec<Value> = input.lines().map(|line| serde_json::from_str(line).unwrap_or_default()).collect();
    // The events of each line, in the order of the entries that name it.
    let mut carried: BTreeMap<(&str, u64), Vec<&Value>> = BTreeMap::new();
    for entry in of(&run, "written") {
        let line = (entry["object"].as_str().unwrap(), entry["object_line"].as_u64().unwrap());
        let batch = &batches[entry["line"].as_u64().unwrap() as usize - 1];
        let events = carried.entry(line).or_default();
        for run in entry["events"].as_array().unwrap() {
            let bounds = (run[0].as_u64().unwrap() as usize, run[1].as_u64().unwrap() as usize);
            events.extend((bounds.0..=bounds.1).map(|index| &batch["events"][index]["event_type"]));
        }
    }
    assert_eq!(carried.len(), objects.values().map(Vec::len).sum::<usize>());
    for ((key, line), events) in carried {
        let written = &objects[key][line as usize - 1]["events"];
        let written: Vec<&Value> = written.as_array().into_iter().flatten().map(|event| &event["event_type"]).collect();
        let is_alias = |event: &Value| event.is_null();
        assert_eq!(written.len(), events.len(), "{key}:{line}");
        assert!(
            written.iter().zip(&events).all(|(written, event)| written == event || is_alias(event)),
            "{key}:{line}"
        );
    }
}

#[test]
fn every_entry_is_valid_against_the_published_schema() {
    let server = Embedded::start();
    let folder = TempDir::new().unwrap();
    let input: String = Synthesizer::new(12, CLOCK.parse().unwrap()).take(80).map(|line| line + "\n").collect();
    let run = forward(&server, folder.path(), "send_screen_views = false\n", &(input + "1\n"));
    let schema = program().args(["schema", "print", "ledger-entry"]).output().unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_slice(&schema.stdout).unwrap()).unwrap();
    for entry in &run.entries {
        assert!(validator.is_valid(entry), "{entry}");
        let text = entry.to_string();
        let read: LedgerEntry<'_> = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_value(read).unwrap(), *entry);
    }
    assert_eq!(run.entries[0]["entry"], "begun");
    assert_eq!(run.entries[0]["at"], CLOCK);
}

#[test]
fn events_that_the_target_refuses_are_pending_with_their_places() {
    let server = Embedded::start();
    let folder = TempDir::new().unwrap();
    let batch = |device: u32| {
        format!(
            r#"{{"mpid":1,"mp_deviceid":"{device}","events":[{{"event_type":"profile","data":{{}}}},{{"event_type":"custom_event","data":{{}}}}]}}"#
        )
    };
    let input = format!("{}\n{}\n", batch(1), batch(2));
    let path = embedded::settings(folder.path(), &server, "");
    let text = fs::read_to_string(&path).unwrap().replace(embedded::BUCKET, "mp-forwarding-nowhere");
    fs::write(&path, text).unwrap();
    fs::write(folder.path().join("in.ndjson"), &input).unwrap();
    let ledger = folder.path().join("ledger.ndjson");
    let output = program()
        .args(["forward", "--format", "json", "--settings"])
        .arg(&path)
        .arg("--input")
        .arg(folder.path().join("in.ndjson"))
        .arg("--ledger")
        .arg(&ledger)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    let entries: Vec<Value> =
        fs::read_to_string(&ledger).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let pending: Vec<_> = entries.iter().filter(|entry| entry["entry"] == "pending").collect();
    let places: Vec<_> = pending.iter().map(|entry| (entry["line"].as_u64(), entry["count"].as_u64())).collect();
    assert_eq!(places, [(Some(1), Some(2)), (Some(2), Some(2))]);
}

#[test]
fn unusual_events_are_forwarded_and_flagged() {
    let server = Embedded::start();
    let folder = TempDir::new().unwrap();
    let event =
        |timestamp: &str| format!(r#"{{"event_type":"profile","data":{{"timestamp_unixtime_ms":{timestamp}}}}}"#);
    let events = ["-5", "1700000000", "\"99999999999999\"", "1700000000000", "\"never\"", "-6"].map(event).join(",");
    let large = "x".repeat(140_000);
    let input = format!(
        "{{\"mpid\":1,\"timestamp_unixtime_ms\":-1,\"events\":[{events}]}}\n{{\"mpid\":2,\"y\":\"{large}\"}}\n"
    );
    let run = forward(&server, folder.path(), "", &input);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(run.report["fates"]["written"], 7);
    let flags: Vec<_> =
        of(&run, "flagged").map(|entry| (entry["flag"].as_str().unwrap(), entry["events"].to_string())).collect();
    let expected = [
        ("timestamp_negative", "[]"),
        ("timestamp_negative", "[[0,0],[5,5]]"),
        ("timestamp_in_seconds", "[[1,1]]"),
        ("timestamp_in_future", "[[2,2]]"),
        ("timestamp_unreadable", "[[4,4]]"),
    ];
    assert_eq!(flags, expected.map(|(flag, events)| (flag, events.to_owned())));
    let oversize: Vec<_> = of(&run, "written").filter(|entry| entry["flags"][0] == "oversize").collect();
    assert_eq!((oversize.len(), oversize[0]["line"].as_u64()), (1, Some(2)));
    assert!(run.stderr.contains("warning: 1 line longer than 128 KiB"), "{}", run.stderr);
    assert!(run.stderr.contains("warning: 3 events or batches with a timestamp before 1970"), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn only_its_owner_can_read_a_ledger() {
    use std::os::unix::fs::PermissionsExt;
    let server = Embedded::start();
    let folder = TempDir::new().unwrap();
    forward(&server, folder.path(), "", "");
    let mode = fs::metadata(folder.path().join("ledger.ndjson")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
