//! `explain` shows what the engine does, with a rule for each change, and masks values.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use mp_forwarding::conform::plans;
use mp_forwarding::conform::synthesize::Synthesizer;
use mp_forwarding::forward::{Explainer, Input, add_lines};
use mp_forwarding::ndjson::Lines;
use mp_forwarding::report::{Change, ComparisonReport, EventOutcome, ExplainedBatch, ExplanationReport, Rule};
use mp_forwarding::settings::Settings;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::bucket::{NOW, forward};
use crate::support::program::{assert_code, program, run_with_input};

const EVERY_TYPE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/explain/every_type.ndjson");

const LEAST: &str = "[connection]\ns3_bucket_name = 'mp-forwarding-acme'\nstore_data_in_folders_by_date = 'none'\n";

/// A settings file with the two required settings, and `more` at the end of `[connection]`.
fn settings(folder: &TempDir, name: &str, more: &str) -> PathBuf {
    let path = folder.path().join(name);
    let least = "[connection]\ns3_bucket_name = 'mp-forwarding-acme'\nstore_data_in_folders_by_date =";
    let mode = if more.contains("'event_time'") { "" } else { " 'none'" };
    fs::write(&path, format!("{least}{mode}{more}\n")).unwrap();
    path
}

/// The output of the program for the fixture with default settings.
fn explained(arguments: &[&str]) -> String {
    let folder = TempDir::new().unwrap();
    let mut program = program();
    program.args(["explain", "--clock", NOW, "--input", "every_type.ndjson", "--settings"]);
    program.arg(settings(&folder, "connection.toml", "")).args(arguments);
    program.current_dir(PathBuf::from(EVERY_TYPE).parent().unwrap());
    let output = program.output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn explain_all(settings: &Settings, input: &str) -> Vec<ExplainedBatch> {
    let explainer = Explainer::new(settings);
    let now = NOW.parse::<jiff::Timestamp>().unwrap();
    let mut lines = Lines::new(input.as_bytes(), 16 << 20);
    let mut batches = Vec::new();
    while let Some(line) = lines.next_line().unwrap() {
        batches.push(explainer.explain("input", &line, now.as_millisecond()));
    }
    let input = Input::Text { name: "input".to_owned(), text: input.as_bytes().into() };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(add_lines(settings, &input, now, false, &mut batches)).unwrap();
    batches
}

#[test]
fn one_event_of_every_type_under_default_settings() {
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/explain/every_type.txt");
    let shown = explained(&[]);
    if std::env::var_os("MP_FORWARDING_BLESS").is_some() {
        fs::write(golden, &shown).unwrap();
    }
    assert_eq!(shown, fs::read_to_string(golden).unwrap(), "MP_FORWARDING_BLESS=1 updates it");
}

#[test]
fn no_value_is_shown_unless_requested() {
    let values =
        ["Jane", "example.com", "4711", "203.0.113.7", "51.5", "Checkout", "9a1c7d3e", "650122902", "6f1f9f2e"];
    for format in ["human", "json", "jsonl"] {
        let (masked, whole) = (explained(&["--format", format]), explained(&["--format", format, "--unmasked"]));
        for value in values {
            assert!(!masked.contains(value), "{format}: {value} in {masked}");
        }
        // With default settings, `ip`, `mp_deviceid` and the batch's own location are removed from the line.
        for value in ["Jane", "example.com", "4711", "Checkout", "650122902", "6f1f9f2e"] {
            assert!(whole.contains(value), "{format}: {value}");
        }
    }
}

#[test]
fn an_event_is_found_by_its_id_and_a_batch_by_its_line() {
    let report: ExplanationReport =
        serde_json::from_str(&explained(&["--format", "json", "--event-id", "-109840007014118969"])).unwrap();
    let [batch] = report.batches.as_slice() else { panic!("one batch") };
    let [event] = batch.events.as_slice() else { panic!("one event") };
    assert_eq!((event.index, event.event_type.as_deref(), event.line), (2, Some("session_start"), Some(1)));
    assert_eq!(batch.lines.len(), 1);
    assert_eq!(explained(&["--line", "1"]), explained(&[]));

    let folder = TempDir::new().unwrap();
    for (option, value) in [("--event-id", "5"), ("--line", "2")] {
        let mut program = program();
        program.args(["explain", "--input", EVERY_TYPE, option, value, "--settings"]);
        let output = assert_code(1, program.arg(settings(&folder, "connection.toml", "")));
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn an_event_is_found_on_a_line_that_cannot_be_forwarded() {
    let folder = TempDir::new().unwrap();
    let input = folder.path().join("input.ndjson");
    let twice = r#"{"environment":"production","user_identities":[{"identity_type":"email","identity":"a"},{"identity_type":"email","identity":"b"}],"events":[{"event_type":"profile","data":{"event_id":"77"}}]}"#;
    fs::write(&input, format!("{{\"events\":[{{\"event_type\":\"profile\",\"data\":{{\"event_id\":\"78\"\n{twice}\n"))
        .unwrap();
    for (id, line, events) in [("77", 2, 1), ("78", 1, 0)] {
        let mut program = program();
        program.args(["explain", "--format", "json", "--event-id", id, "--input"]).arg(&input).arg("--settings");
        program.arg(settings(&folder, "connection.toml", "\nraw_data_feed = true"));
        let report: ExplanationReport = serde_json::from_slice(&program.output().unwrap().stdout).unwrap();
        let [batch] = report.batches.as_slice() else { panic!("one batch") };
        assert_eq!((batch.line, batch.events.len()), (line, events));
        assert!(batch.quarantined.is_some());
        assert!(batch.events.iter().all(|event| event.outcome == EventOutcome::Quarantined && event.reason.is_some()));
    }
}

#[test]
fn more_batches_than_the_limit_are_reported() {
    let folder = TempDir::new().unwrap();
    let input = folder.path().join("input.ndjson");
    fs::write(&input, "{}\n\n{}\n{}\n").unwrap();
    for (limit, more) in [("2", true), ("3", false)] {
        let mut program = program();
        program.args(["explain", "--format", "json", "--limit", limit, "--input"]).arg(&input).arg("--settings");
        let output = program.arg(settings(&folder, "connection.toml", "")).output().unwrap();
        let report: ExplanationReport = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report.more, more);
        assert_eq!(report.batches.len().to_string(), limit);
    }
}

/// The pointers to all places where two values differ. Arrays of different lengths differ as a whole.
fn differences(before: &Value, after: &Value, at: &str, found: &mut Vec<String>) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
            for name in names {
                let at = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
                match (before.get(name), after.get(name)) {
                    (Some(before), Some(after)) => differences(before, after, &at, found),
                    _ => found.push(at),
                }
            }
        }
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            for (index, (before, after)) in before.iter().zip(after).enumerate() {
                differences(before, after, &format!("{at}/{index}"), found);
            }
        }
        _ if before != after => found.push(at.to_owned()),
        _ => {}
    }
}

/// Asserts that each difference between a batch and its own line is one of its changes. Returns the number of
/// differences.
fn assert_explained(batch: &ExplainedBatch, input: &str) -> usize {
    let [line] = batch.lines.as_slice() else { return 0 };
    if line.batches != 1 {
        return 0;
    }
    let (mut before, mut after): (Value, Value) =
        (serde_json::from_str(input).unwrap(), serde_json::from_str(&line.text).unwrap());
    let (events, written) = (before["events"].take(), after["events"].take());
    let mut total = 0;
    let mut check = |before: &Value, after: &Value, changes: &[Change]| {
        let mut found = Vec::new();
        differences(before, after, "", &mut found);
        for at in &found {
            let is_explained =
                changes.iter().any(|change| at.starts_with(&change.pointer) || change.pointer.starts_with(at.as_str()));
            assert!(is_explained, "{}:{}: {at} is not explained: {changes:?}", batch.input, batch.line);
        }
        total += found.len();
    };
    check(&before, &after, &batch.changes);
    let kept = batch.events.iter().filter(|event| event.line.is_some());
    for (event, after) in kept.zip(written.as_array().into_iter().flatten()) {
        check(&events[event.index as usize], after, &event.changes);
    }
    total
}

/// Every difference between input and output is explained, and the explained filters, quarantine, folders and lines are
/// those of the engine.
#[test]
fn the_explanation_is_what_the_engine_does() {
    let input: String = Synthesizer::new(5, NOW.parse().unwrap()).take(500).map(|line| line + "\n").collect();
    let texts: Vec<&str> = input.lines().collect();
    let mut clauses = BTreeSet::new();
    let mut compared = 0;
    for plan in plans(&"mp-forwarding-acme".parse().unwrap()) {
        let mut settings = Settings::new(plan.connection);
        // gzip would hide the lines.
        settings.connection.use_compression = false;
        let mut filtered = BTreeMap::new();
        let mut quarantined = 0;
        let mut lines = BTreeSet::new();
        let mut cited = |rule: &Rule| {
            assert!(!rule.sentence.is_empty(), "{}: {rule:?} says nothing", plan.name);
            clauses.insert(rule.clause.clone());
        };
        for batch in explain_all(&settings, &input) {
            compared += assert_explained(&batch, texts[batch.line as usize - 1]);
            for change in batch.changes.iter().chain(batch.events.iter().flat_map(|event| &event.changes)) {
                cited(&change.rule);
            }
            batch.batching.iter().for_each(&mut cited);
            if batch.events.is_empty() {
                quarantined += u64::from(batch.quarantined.is_some());
                if let Some(rule) = &batch.dropped_by {
                    *filtered.entry(rule.clause.clone()).or_default() += 1;
                }
            }
            batch
                .dropped_by
                .iter()
                .chain(batch.events.iter().filter_map(|event| event.rule.as_ref()))
                .for_each(&mut cited);
            for event in &batch.events {
                match event.outcome {
                    EventOutcome::Quarantined => quarantined += 1,
                    EventOutcome::Dropped => *filtered.entry(event.rule.clone().unwrap().clause).or_default() += 1,
                    EventOutcome::Kept | EventOutcome::Shaped => {
                        let line = &batch.lines[event.line.unwrap() as usize - 1];
                        let id = event.event_id.as_deref().unwrap_or_default();
                        assert!(line.text.contains(id), "{}: {event:?} is not on its line", plan.name);
                    }
                }
            }
            lines.extend(batch.lines.into_iter().map(|line| (line.folder, line.text)));
        }
        let forwarded = forward(&settings, &input);
        let ledger = &forwarded.summary.fates;
        let recorded: BTreeMap<String, u64> =
            ledger.filtered.iter().map(|(setting, count)| (setting.to_string(), *count)).collect();
        assert_eq!((filtered, quarantined), (recorded, ledger.quarantined), "{}", plan.name);
        assert!(lines == forwarded.texts().into_iter().collect(), "{}: the lines differ", plan.name);
    }
    assert!(compared > 10_000, "{compared} differences are too few to say much");
    for clause in [
        "BAT-1",
        "BAT-3",
        "DTO-1",
        "U-16",
        "U-23",
        "unique_id",
        "include_event_batch_location",
        "include_consent_state",
    ] {
        assert!(clauses.contains(clause), "{clause} is never the reason: {clauses:?}");
    }
}

/// The folder is that of the line's first event, which may come from another batch.
#[test]
fn batches_on_one_line_are_explained_with_that_line() {
    let part = |id: u64, day: i64| {
        let happened = 1_767_225_600_000 + day * 86_400_000;
        let session = r#""session_uuid":"s""#;
        format!(
            r#"{{"environment":"production","mpid":"7","timestamp_unixtime_ms":"1767300000000","device_info":{{"platform":"Android"}},"events":[{{"event_type":"profile","data":{{"event_id":"{id}","timestamp_unixtime_ms":"{happened}",{session}}}}}]}}"#
        ) + "\n"
    };
    let input = part(1, 0) + &part(2, 5);
    let of = |more: &str| {
        let text = format!(
            "[connection]\ns3_bucket_name = 'mp-forwarding-acme'\nstore_data_in_folders_by_date = 'event_time'\n{more}"
        );
        let batches = explain_all(&Settings::from_toml(&text).unwrap(), &input);
        let shown = |batch: &ExplainedBatch| {
            let line = &batch.lines[0];
            (batch.batching.clone().unwrap().clause, line.folder.clone(), line.batches, line.file_line)
        };
        batches.iter().map(shown).collect::<Vec<_>>()
    };
    let together = |clause: &str| vec![(clause.to_owned(), "2026-01-01".to_owned(), 2, 1); 2];
    assert_eq!(of(""), together("BAT-1"));
    assert_eq!(of("wait_for_complete_batch = true"), together("BAT-2"));
    let apart = |folder: &str| ("BAT-3".to_owned(), folder.to_owned(), 1, 1);
    assert_eq!(of("send_as_batch = false"), [apart("2026-01-01"), apart("2026-01-06")]);
}

/// Bug: the ledger flags the times of a device whose clock is wrong, and `explain` did not show it.
#[test]
fn the_flags_of_the_ledger_are_shown() {
    let line = |batch: &str, event: &str| {
        format!(
            r#"{{"environment":"production","timestamp_unixtime_ms":{batch},"events":[{{"event_type":"profile","data":{{}}}},{{"event_type":"profile","data":{{"timestamp_unixtime_ms":{event}}}}}]}}"#
        )
    };
    let input =
        [line("2082844801000", "1767225600"), line("1767225600000", "-5"), line("1767225600000", "1767225600000")];
    let batches = explain_all(&Settings::from_toml(LEAST).unwrap(), &input.join("\n"));
    let flags = |index: usize| {
        let ExplainedBatch { flags, events, .. } = &batches[index];
        (flags.join(","), events.iter().map(|event| event.flags.join(",")).collect::<Vec<_>>())
    };
    let none = String::new;
    assert_eq!(flags(0), ("timestamp_in_future".to_owned(), vec![none(), "timestamp_in_seconds".to_owned()]));
    assert_eq!(flags(1), (none(), vec![none(), "timestamp_negative".to_owned()]));
    assert_eq!(flags(2), (none(), vec![none(), none()]));
}

#[test]
fn two_settings_are_compared_over_a_file() {
    let folder = TempDir::new().unwrap();
    let input = folder.path().join("input.ndjson");
    let batches = Synthesizer::new(3, NOW.parse().unwrap()).take(300);
    fs::write(&input, batches.map(|line| line + "\n").collect::<String>()).unwrap();
    let before = settings(&folder, "before.toml", "");
    let after = settings(&folder, "after.toml", "'event_time'\nuse_compression = true\nsend_custom_events = false");
    let compare = |format: &str| {
        let mut program = program();
        program.args(["explain", "--clock", NOW, "--format", format, "--input"]).arg(&input);
        let output = program.arg("--settings").arg(&before).arg("--diff").arg(&after).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let report: ComparisonReport = serde_json::from_str(&compare("json")).unwrap();
    let changed: Vec<&str> = report.settings.iter().map(|changed| changed.setting.as_str()).collect();
    assert_eq!(changed, ["store_data_in_folders_by_date", "send_custom_events", "use_compression"]);
    for (path, side) in [(&before, &report.before), (&after, &report.after)] {
        let forwarded = forward(&Settings::load(path).unwrap(), &fs::read_to_string(&input).unwrap());
        assert_eq!(side.put_requests(), forwarded.objects.len() as u64);
        assert_eq!(side.stored_bytes(), forwarded.objects.iter().map(|object| object.body.len() as u64).sum::<u64>());
        assert_eq!(side.fates, forwarded.summary.fates.to_report());
        assert!(side.fates.is_conserved() && side.batches == 300);
    }
    assert_eq!(report.before.folders.len(), 1);
    assert!(report.after.folders.len() > 1);
    assert!(report.after.stored_bytes() < report.before.stored_bytes());
    assert!(report.after.fates.filtered["send_custom_events"] > 0);

    let table = compare("human");
    for part in
        ["use_compression: false → true", "S3 PUT requests", "events filtered by send_custom_events", "the root"]
    {
        assert!(table.contains(part), "{part} not in {table}");
    }
}

#[test]
fn an_input_from_a_pipe_is_read_twice() {
    let folder = TempDir::new().unwrap();
    let path = settings(&folder, "connection.toml", "");
    for more in [vec![], vec!["--diff".into(), path.clone().into_os_string()]] {
        let run = |input: &str| {
            let mut program = program();
            program.args(["explain", "--clock", NOW, "--format", "json", "--input", input, "--settings"]).arg(&path);
            let output = run_with_input(program.args(&more), fs::read(EVERY_TYPE).unwrap());
            assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).unwrap()
        };
        assert_eq!(run("-"), run(EVERY_TYPE).replace(EVERY_TYPE, "-"));
    }
}

#[test]
fn an_input_that_cannot_be_read_to_its_end_is_refused() {
    let folder = TempDir::new().unwrap();
    let path = settings(&folder, "connection.toml", "");
    let cut = folder.path().join("cut.gz");
    fs::write(&cut, b"\x1f\x8b\x08\x00\x00").unwrap();
    for input in ["no/such/file", cut.to_str().unwrap()] {
        for more in [vec![], vec!["--diff".into(), path.clone().into_os_string()]] {
            let mut program = program();
            program.args(["explain", "--input", input, "--settings"]).arg(&path).args(more);
            assert!(assert_code(2, &mut program).stdout.is_empty());
        }
    }
}
