//! Mutation tests: one thing is changed in the observed lines, and exactly this is found.

use jiff::Timestamp;

use super::*;
use crate::conform::document::{Value, parse};
use crate::conform::expect::Expectation;
use crate::conform::synthesize::Synthesizer;
use crate::json;
use crate::settings::{Connection, DateFolders, Settings};

const FIRST: &str = r#"{"environment":"production","batch_id":9007199254740993,"mpid":-7,"timestamp_unixtime_ms":5,"mp_deviceid":"d","user_identities":{"email":"a","customer_id":"c"},"consent_state":{},"user_attributes":{"b":1.0,"a":"text"},"ip":"::1","events":[{"event_type":"custom_event","data":{"event_id":1,"location":{"latitude":1,"longitude":2}}},{"event_type":"screen_view","data":{"event_id":2}},{"event_type":"alias_request","data":{"event_id":3}}]}"#;
const SECOND: &str =
    r#"{"environment":"production","batch_id":12,"events":[{"event_type":"first_run","data":{"event_id":4}}]}"#;

fn received_at() -> Timestamp {
    Timestamp::from_millisecond(1_700_000_000_000).unwrap()
}

fn settings(change: impl Fn(&mut Connection)) -> Settings {
    let mut connection = Connection::new("mp-forwarding-test".parse().unwrap(), DateFolders::None);
    change(&mut connection);
    Settings::new(connection)
}

/// The findings as `clause pointer` after `break_it` has changed the correct lines.
fn found_with(settings: &Settings, clock: Clock, break_it: impl Fn(&mut Vec<String>)) -> Vec<String> {
    let inputs = [FIRST.as_bytes(), SECOND.as_bytes()];
    let expectation = Expectation::of(inputs, settings, received_at());
    let mut lines = expectation.lines.iter().map(|line| line.text.clone()).collect::<Vec<_>>();
    let correct = lines.clone();
    break_it(&mut lines);
    assert_ne!(lines, correct, "nothing was broken");
    let comparison = compare(&expectation, &observed(&lines), &settings.connection, clock);
    let texts = comparison.findings.iter().map(|found| found.message.clone()).collect::<String>();
    assert!(!texts.contains("text") && !texts.contains("9007199254740993"), "unmasked: {texts}");
    let findings = comparison.findings.into_iter();
    findings
        .map(|found| format!("{} {}", found.clause.unwrap(), found.places[0].pointer.clone().unwrap_or_default()))
        .collect()
}

fn found(break_it: impl Fn(&mut Vec<String>)) -> Vec<String> {
    found_with(&settings(|_| {}), Clock::Fixed, break_it)
}

fn observed(lines: &[String]) -> Vec<Observed<'_>> {
    (1..).zip(lines).map(|(line, text)| Observed { object: "key", line, text }).collect()
}

fn swap(from: &'static str, to: &'static str) -> impl Fn(&mut Vec<String>) {
    move |lines| lines.iter_mut().for_each(|line| *line = line.replace(from, to))
}

#[test]
fn an_honest_copy_has_no_findings_in_any_order_and_any_free_place() {
    for seed in [1, 2] {
        for change in [
            (|_| {}) as fn(&mut Connection),
            |c| c.raw_data_feed = true,
            |c| c.send_as_batch = false,
            |c| {
                c.include_event_batch_location = true;
                c.unique_id = Some("u".into());
            },
        ] {
            let settings = settings(change);
            let inputs = Synthesizer::new(seed, received_at()).take(300).collect::<Vec<_>>();
            let expectation = Expectation::of(inputs.iter().map(String::as_bytes), &settings, received_at());
            let lines = expectation.lines.iter().rev().map(|line| line.text.clone()).collect::<Vec<_>>();
            let comparison = compare(&expectation, &observed(&lines), &settings.connection, Clock::Fixed);
            assert_eq!(comparison.findings, []);
            assert!(comparison.matched.iter().all(Option::is_some));
        }
    }
    let added_first = |lines: &mut Vec<String>| {
        let moved = r#","schema_version":2,"timestamp_unixtime_ms":"1700000000000""#;
        lines[1] = lines[1].replace(moved, "").replacen('{', &format!("{{{},", &moved[1..]), 1);
    };
    assert_eq!(found(added_first), [] as [&str; 0]);
    assert_eq!(found(swap("\"production\"", "\"produ\\u0063tion\"")), [] as [&str; 0]);
}

#[test]
fn the_form_is_dto_1() {
    assert_eq!(found(swap(r#""batch_id":"12""#, r#""batch_id":12"#)), ["DTO-1 /batch_id"]);
    assert_eq!(found(swap(r#""event_id":"4""#, r#""event_id":4"#)), ["DTO-1 /events/0/data/event_id"]);
    assert_eq!(found(swap(r#""schema_version":2,"#, "")), ["DTO-1 /schema_version"]);
    assert_eq!(found(swap(r#""batch_id":"12""#, r#""ip":"::1","batch_id":"12""#)), ["DTO-1 /ip"]);
    let map = r#"{"email":"a","customer_id":"c"}"#;
    let array = r#"[{"identity_type":"email","identity":"a"},{"identity_type":"customer_id","identity":"c"}]"#;
    assert_eq!(found(swap(array, map)), ["DTO-1 /user_identities"]);
    let one = r#",{"identity_type":"customer_id","identity":"c"}"#;
    assert_eq!(found(swap(one, "")), ["DTO-1 /user_identities"]);
    let raw = settings(|c| c.raw_data_feed = true);
    assert_eq!(found_with(&raw, Clock::Fixed, swap(map, array)), ["DTO-2 /user_identities"]);
    assert_eq!(found_with(&raw, Clock::Fixed, swap(r#""batch_id":12"#, r#""batch_id":"12""#)), ["DTO-2 /batch_id"]);
}

#[test]
fn digits_characters_and_order_are_dto_4() {
    assert_eq!(found(swap("9007199254740993", "9007199254740992")), ["DTO-4 /batch_id"]);
    assert_eq!(found(swap("1.0", "1")), ["DTO-4 /user_attributes/b"]);
    assert_eq!(found(swap("\"text\"", "\"tex\"")), ["DTO-4 /user_attributes/a"]);
    assert_eq!(found(swap(r#""b":1.0,"a":"text""#, r#""a":"text","b":1.0"#)), ["DTO-4 /user_attributes"]);
    assert_eq!(found(swap(r#","a":"text""#, "")), ["DTO-4 /user_attributes/a"]);
    assert_eq!(found(swap(r#""a":"text""#, r#""a":"text","c/d":1"#)), ["DTO-4 /user_attributes/c~1d"]);
    let events = |lines: &mut Vec<String>| {
        let second = r#"{"event_type":"screen_view","data":{"event_id":"2"}}"#;
        lines[0] =
            lines[0].replace(&format!(",{second}"), "").replace("\"events\":[", &format!("\"events\":[{second},"));
    };
    assert_eq!(found(events), ["DTO-4 /events"]);
}

#[test]
fn a_leaked_or_lost_node_names_its_setting() {
    let leak = |node: &'static str| move |lines: &mut Vec<String>| lines[1].insert_str(1, node);
    assert_eq!(found(leak(r#""mp_deviceid":"d","#)), ["include_mp_deviceid /mp_deviceid"]);
    assert_eq!(found(leak(r#""consent_state":{},"#)), ["include_consent_state /consent_state"]);
    let with = settings(|c| c.include_mp_deviceid = true);
    let lost = found_with(&with, Clock::Fixed, swap(r#""mp_deviceid":"d","#, ""));
    assert_eq!(lost, ["include_mp_deviceid /mp_deviceid"]);
    let location = r#","location":{"latitude":1,"longitude":2}"#;
    assert_eq!(found(swap(location, "")), ["include_location_information /events/0/data/location"]);
    let unique = settings(|c| c.unique_id = Some("u".into()));
    let other = found_with(&unique, Clock::Fixed, |lines| lines[0] = lines[0].replace("\"u\"", "\"v\""));
    assert_eq!(other, ["unique_id /unique_id"]);
    let batch_location = settings(|c| c.include_event_batch_location = true);
    let context = r#","context":{"location":{"latitude":1,"longitude":2}}"#;
    let lost = found_with(&batch_location, Clock::Fixed, swap(context, ""));
    assert_eq!(lost, ["include_event_batch_location /context"]);
}

#[test]
fn events_and_lines_are_conserved() {
    let event = r#",{"event_type":"screen_view","data":{"event_id":"2"}}"#;
    assert_eq!(found(swap(event, "")), ["DELIVERY-1 /events"]);
    let repeat = |lines: &mut Vec<String>| lines[0] = lines[0].replace(event, &format!("{event}{event}"));
    assert_eq!(found(repeat), ["DELIVERY-1 /events/2"]);
    let leaked = r#",{"event_type":"alias_request","data":{"event_id":"3"}}"#;
    let leak = |lines: &mut Vec<String>| lines[0] = lines[0].replace(event, &format!("{event}{leaked}"));
    assert_eq!(found(leak), ["send_alias_requests /events/2"]);
    assert_eq!(found(|lines| drop(lines.pop())), ["DELIVERY-1 "]);
    assert_eq!(found(|lines| lines.push(lines[1].clone())), ["DELIVERY-1 "]);
    assert_eq!(found(|lines| lines.push("{\"x\":1}".into())), ["DELIVERY-1 "]);
    assert_eq!(found(|lines| lines.push("{\"x\":".into())), ["DTO-9 "]);
    assert_eq!(found(swap("\"event_id\":\"4\"", "\"event_id\":\"5\"")), ["DELIVERY-1 /events", "DELIVERY-1 /events/0"]);
}

#[test]
fn a_line_that_no_setting_lets_pass_names_the_setting() {
    let filtered = r#"{"batch_id":"77","events":[{"event_type":"alias_request","data":{"event_id":"78"}}]}"#;
    assert_eq!(found(|lines| lines.push(filtered.into())), ["send_alias_requests "]);
    let without = settings(|c| c.send_batches_without_events = false);
    let empty = r#"{"batch_id":"77","events":[]}"#;
    let leaked = found_with(&without, Clock::Fixed, |lines| lines.push(empty.into()));
    assert_eq!(leaked, ["send_batches_without_events "]);
    let alias = r#"{"batch_id":"77","events":[{"request_type":"alias","data":{}}]}"#;
    assert_eq!(found(|lines| lines.push(alias.into())), ["send_alias_requests "]);
}

#[test]
fn a_lost_event_of_an_unknown_type_is_set_1() {
    let inputs = [
        r#"{"batch_id":1,"events":[{"event_type":"cart_teleported","data":{"event_id":9}},{"event_type":"profile","data":{}}]}"#,
    ];
    let settings = settings(|_| {});
    let expectation = Expectation::of(inputs.iter().map(|line| line.as_bytes()), &settings, received_at());
    let gone = r#"{"event_type":"cart_teleported","data":{"event_id":"9"}},"#;
    let lines = [expectation.lines[0].text.replace(gone, "")];
    let comparison = compare(&expectation, &observed(&lines), &settings.connection, Clock::Fixed);
    let clauses = comparison.findings.iter().map(|found| found.clause.as_deref().unwrap()).collect::<Vec<_>>();
    assert_eq!(clauses, ["SET-1"]);
}

#[test]
fn events_divided_otherwise_into_lines_are_one_finding() {
    let single = settings(|c| c.send_as_batch = false);
    let whole = settings(|_| {});
    let lines_under = |settings: &Settings| {
        let expectation = Expectation::of([FIRST.as_bytes(), SECOND.as_bytes()], settings, received_at());
        expectation.lines.into_iter().map(|line| line.text).collect::<Vec<_>>()
    };
    let (split, merged) = (lines_under(&single), lines_under(&whole));
    assert_eq!(found_with(&single, Clock::Fixed, |lines| *lines = merged.clone()), ["BAT-3 "]);
    assert_eq!(found_with(&whole, Clock::Fixed, |lines| *lines = split.clone()), ["BAT-1 "]);

    let nameless = r#"{"batch_id":1,"events":[{"event_type":"profile","data":{"event_id":9}},{"event_type":"opt_out","data":{}}]}"#;
    let under = |settings: &Settings| Expectation::of([nameless.as_bytes()], settings, received_at());
    let lines = under(&single).lines.into_iter().map(|line| line.text).collect::<Vec<_>>();
    let comparison = compare(&under(&whole), &observed(&lines), &whole.connection, Clock::Fixed);
    assert_eq!(comparison.findings.iter().map(|found| found.clause.as_deref().unwrap()).collect::<Vec<_>>(), ["BAT-1"]);
}

/// The findings as clauses if `inputs` are expected with one set of settings and written with another.
fn found_between(expected: &Settings, written: &Settings, inputs: &[String]) -> Vec<String> {
    let of = |settings| Expectation::of(inputs.iter().map(String::as_bytes), settings, received_at());
    let lines = of(written).lines.into_iter().map(|line| line.text).collect::<Vec<_>>();
    let comparison = compare(&of(expected), &observed(&lines), &expected.connection, Clock::Fixed);
    comparison.findings.into_iter().filter_map(|found| found.clause).collect()
}

#[test]
fn windows_and_sessions_cut_otherwise_are_one_finding_each() {
    let batch = |second: i64, events: &str| {
        format!(
            r#"{{"timestamp_unixtime_ms":{second}000,"batch_id":{second},"mpid":1,"mp_deviceid":"d","device_info":{{"platform":"Android"}},"user_attributes":{{"a":{second}}},"events":[{events}]}}"#
        )
    };
    let event = |id: i64| format!(r#"{{"event_type":"profile","data":{{"event_id":{id},"session_id":7}}}}"#);
    let inputs = [batch(1, &event(1)), batch(2, ""), batch(3, &event(3)), batch(302, &event(4))];
    let window = |seconds| {
        let mut settings = settings(|_| {});
        settings.engine.window_seconds = seconds;
        settings
    };
    let sessions = settings(|c| c.wait_for_complete_batch = true);
    assert_eq!(found_between(&window(600), &window(1), &inputs), ["BAT-1"]);
    assert_eq!(found_between(&window(1), &window(600), &inputs), ["BAT-1"]);
    assert_eq!(found_between(&window(2), &window(300), &inputs), ["BAT-1"]);
    assert_eq!(found_between(&sessions, &window(100), &inputs), ["BAT-2"]);
    assert_eq!(found_between(&window(600), &settings(|c| c.send_as_batch = false), &inputs), ["BAT-1"]);
    assert_eq!(found_between(&settings(|c| c.send_as_batch = false), &window(600), &inputs), ["BAT-3"]);
    let fewer = [inputs[0].clone(), inputs[2].clone()];
    let (expected, whole) = (Expectation::of(inputs.iter().map(String::as_bytes), &window(600), received_at()), fewer);
    let lines = Expectation::of(whole.iter().map(String::as_bytes), &window(1), received_at()).lines;
    let lines = lines.into_iter().map(|line| line.text).collect::<Vec<_>>();
    let found = compare(&expected, &observed(&lines), &window(600).connection, Clock::Fixed).findings;
    assert_eq!(found.iter().map(|found| found.clause.as_deref().unwrap()).collect::<Vec<_>>(), ["BAT-1", "DELIVERY-1"]);
}

#[test]
fn another_way_of_batching_is_no_storm_of_findings() {
    let inputs = Synthesizer::new(5, received_at()).take(400).collect::<Vec<_>>();
    let mut short = settings(|_| {});
    short.engine.window_seconds = 1;
    let whole = settings(|c| c.store_data_in_folders_by_date = DateFolders::EventTime);
    for (expected, written) in [(&whole, &short), (&short, &whole)] {
        let merged = Expectation::of(inputs.iter().map(String::as_bytes), &whole, received_at()).lines;
        let merged = merged.iter().filter(|line| line.sources.len() > 1).count();
        let found = found_between(expected, written, &inputs);
        let cut = found.iter().filter(|clause| *clause == "BAT-1").count();
        assert!(merged > 20 && cut > merged / 2 && cut <= merged, "{cut} of {merged}");
        // A few batches without events have the same id as another batch and can be mistaken for it.
        assert!(found.len() <= cut + 3, "{found:?}");
    }
}

#[test]
#[ignore = "a measurement: needs an optimised build and a quiet machine"]
fn speed_of_a_hundred_thousand_lines() {
    let settings = settings(|c| c.send_as_batch = false);
    let inputs = Synthesizer::new(5, received_at()).take(28_000).collect::<Vec<_>>();
    let begun = std::time::Instant::now();
    let expectation = Expectation::of(inputs.iter().map(String::as_bytes), &settings, received_at());
    let expected = begun.elapsed();
    let lines = expectation.lines.iter().map(|line| line.text.clone()).collect::<Vec<_>>();
    let begun = std::time::Instant::now();
    let comparison = compare(&expectation, &observed(&lines), &settings.connection, Clock::Fixed);
    let compared = begun.elapsed();
    let bytes = lines.iter().map(String::len).sum::<usize>() >> 20;
    println!("{} lines, {bytes} MiB: expected in {expected:?}, compared in {compared:?}", lines.len());
    assert_eq!(comparison.findings, []);
}

#[test]
fn the_moment_of_receipt_is_exact_only_under_a_fixed_clock() {
    let later = swap("1700000000000", "1700000000001");
    assert_eq!(found(&later), ["DTO-4 /timestamp_unixtime_ms"]);
    let running = |break_it: &dyn Fn(&mut Vec<String>)| found_with(&settings(|_| {}), Clock::Running, break_it);
    assert_eq!(running(&later), [] as [&str; 0]);
    assert_eq!(running(&swap("\"1700000000000\"", "1700000000000")), ["DTO-1 /timestamp_unixtime_ms"]);
    assert_eq!(running(&swap("\"1700000000000\"", "\"now\"")), ["DTO-4 /timestamp_unixtime_ms"]);
    assert_eq!(running(&swap("\"5\"", "\"6\"")), ["DTO-4 /timestamp_unixtime_ms"]);
}

/// Every mutation of one thing in `value`, with its JSON Pointer.
fn mutations(value: &Value) -> Vec<(String, Value)> {
    fn walk(value: &Value, pointer: &str, put: &mut dyn FnMut(String, Value)) {
        match value {
            Value::Object(members) => {
                for (index, (key, member)) in members.iter().enumerate() {
                    let pointer = json::member(pointer, key);
                    let mut without = members.clone();
                    without.remove(index);
                    put(pointer.clone(), Value::Object(without));
                    walk(member, &pointer, &mut |at, member| {
                        let mut changed = members.clone();
                        changed[index].1 = member;
                        put(at, Value::Object(changed));
                    });
                }
                let mut more = members.clone();
                more.push(("invented".into(), Value::Null));
                put(format!("{pointer}/invented"), Value::Object(more));
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    walk(item, &format!("{pointer}/{index}"), &mut |at, item| {
                        let mut changed = items.clone();
                        changed[index] = item;
                        put(at, Value::Array(changed));
                    });
                }
                put(pointer.to_owned(), Value::Array(items.iter().cloned().chain([Value::Null]).collect()));
            }
            Value::Null => put(pointer.to_owned(), Value::Bool(true)),
            Value::Bool(value) => put(pointer.to_owned(), Value::Bool(!value)),
            Value::Number(spelling) => {
                put(pointer.to_owned(), Value::Text(spelling.as_str().into()));
                put(pointer.to_owned(), Value::Number(format!("1{}", spelling.trim_start_matches('-'))));
            }
            Value::Text(text) => put(pointer.to_owned(), Value::Text(format!("{}.", &**text).into())),
        }
    }
    let mut all = Vec::new();
    walk(value, "", &mut |pointer, value| all.push((pointer, value)));
    all
}

#[test]
fn every_single_change_to_a_line_is_found_at_its_place() {
    let settings = settings(|c| {
        c.include_consent_state = true;
        c.include_mp_deviceid = true;
        c.send_alias_requests = true;
    });
    let inputs = Synthesizer::new(3, received_at()).take(12).collect::<Vec<_>>();
    let expectation = Expectation::of(inputs.iter().map(String::as_bytes), &settings, received_at());
    let lines = expectation.lines.iter().map(|line| line.text.clone()).collect::<Vec<_>>();
    let mut tried = 0;
    for (place, line) in lines.iter().enumerate() {
        for (pointer, changed) in mutations(&parse(line).unwrap()) {
            let mut lines = lines.clone();
            lines[place] = changed.text();
            let comparison = compare(&expectation, &observed(&lines), &settings.connection, Clock::Fixed);
            let place = place as u64 + 1;
            // An event with another id is another event: one is lost and one is invented.
            let is_near =
                |found: &str| found == pointer || pointer.starts_with("/events") && found.starts_with("/events");
            assert!(!comparison.findings.is_empty(), "{pointer}");
            for found in comparison.findings {
                assert!(found.places[0].line == Some(place), "{pointer}: {found:?}");
                assert!(found.places[0].pointer.as_deref().is_some_and(is_near), "{pointer}: {found:?}");
                assert!(crate::contract::clause::find(found.clause.as_deref().unwrap()).is_some(), "{found:?}");
            }
            tried += 1;
        }
    }
    assert!(tried > 500, "{tried}");
}
