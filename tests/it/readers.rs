//! What a reader has to live with (DTO-8, U-29, U-30), by the schemas, the fast check and the program alike; and how little
//! memory the explanation of a wrong line takes.

use std::time::{Duration, Instant};

use mp_forwarding::contract::schema::{Edition, Form, SchemaValidator};
use mp_forwarding::validate::{Explainer, Validator};
use tempfile::TempDir;

use crate::support::program::{assert_code, program, program_within, text};

const OUTBOUND: Edition = Edition { form: Form::Outbound, strict: false };
const OUTBOUND_STRICT: Edition = Edition { form: Form::Outbound, strict: true };
const INBOUND: Edition = Edition { form: Form::Inbound, strict: false };
const INBOUND_STRICT: Edition = Edition { form: Form::Inbound, strict: true };

/// The places that are wrong in a line. The fast check, the schema and the explanation agree on whether there are any.
#[track_caller]
fn wrong(edition: Edition, line: &str) -> Vec<String> {
    let schema = SchemaValidator::of(edition);
    let faults = Explainer::new(edition).explain(line.as_bytes());
    assert_eq!(Validator::new(edition).check_line(line.as_bytes()), faults.is_empty(), "{line}: {faults:?}");
    let instance = serde_json::from_str(line).unwrap();
    assert_eq!(schema.is_valid_text(line, &instance), faults.is_empty(), "{line}: {faults:?}");
    faults.into_iter().map(|fault| format!("{}: {}", fault.pointer.unwrap_or_default(), fault.expected)).collect()
}

fn event(kind: &str, data: &str) -> String {
    format!(r#"{{"environment":"production","events":[{{"event_type":"{kind}","data":{{{data}}}}}]}}"#)
}

#[test]
fn dto_8_the_environment_may_be_absent_but_for_the_strict_inbound_form() {
    let none: [&str; 0] = [];
    for line in [r#"{"events":[]}"#, r#"{"events":[],"environment":null}"#] {
        for edition in [OUTBOUND, OUTBOUND_STRICT, INBOUND] {
            assert_eq!(wrong(edition, line), none, "{edition:?} {line}");
        }
        assert_eq!(wrong(INBOUND_STRICT, line).len(), 1, "{line}");
    }
    for value in ["\"staging\"", "\"\"", "1", "\"Production\""] {
        let line = format!(r#"{{"environment":{value}}}"#);
        for edition in [OUTBOUND, OUTBOUND_STRICT, INBOUND, INBOUND_STRICT] {
            assert_eq!(wrong(edition, &line).len(), 1, "{edition:?} {line}");
        }
    }
    let unknown = r#"{"environment":"unknown"}"#;
    let faults = [OUTBOUND, INBOUND, OUTBOUND_STRICT, INBOUND_STRICT].map(|edition| wrong(edition, unknown).len());
    assert_eq!(faults, [0, 0, 1, 1]);

    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("a.txt"), "{\"events\":[]}\n".repeat(2)).unwrap();
    let output = assert_code(0, program().args(["validate", "a.txt"]).current_dir(folder.path()));
    assert!(text(&output).contains("2 batches without one"), "{}", text(&output));
}

#[test]
fn u_29_numbers_are_read_as_wide_as_clients_send_them() {
    let none: [&str; 0] = [];
    for (kind, data) in [
        (
            "network_performance",
            r#""url":"u","response_code":200,"bytes_in":3221225472,"bytes_out":4294967296,"time_elapsed":450"#,
        ),
        (
            "network_performance",
            r#""url":"u","response_code":"200","bytes_in":"2048","bytes_out":"10","time_elapsed":"450""#,
        ),
        ("custom_event", r#""event_name":"E","custom_event_type":"other","event_num":"12""#),
        ("custom_event", r#""event_name":"E","custom_event_type":"other","event_num":12"#),
        (
            "custom_event",
            r#""event_name":"E","custom_event_type":9,"device_current_state":{"device_orientation":1,"status_bar_orientation":3}"#,
        ),
        (
            "push_message",
            r#""push_message_type":"sent","push_message_token":"t","push_notification_payload":"{}","push_message_behavior":1"#,
        ),
    ] {
        let line = event(kind, data);
        assert_eq!(wrong(OUTBOUND, &line), none, "{line}");
        assert_eq!(wrong(INBOUND, &line), none, "{line}");
        // Strict: 32-bit byte counts and documented names, but event numbers and orientations either way.
        let is_documented = !data.contains("3221225472") && !data.contains("\"2048\"") && !data.contains("type\":9");
        assert_eq!(wrong(OUTBOUND_STRICT, &line).is_empty(), is_documented, "{line}");
    }
    for (kind, data, place) in [
        ("network_performance", r#""bytes_in":1.5"#, "/events/0/data/bytes_in"),
        ("network_performance", r#""bytes_in":9223372036854775808"#, "/events/0/data/bytes_in"),
        ("custom_event", r#""event_num":"twelve""#, "/events/0/data/event_num"),
    ] {
        assert!(wrong(OUTBOUND, &event(kind, data))[0].starts_with(place), "{data}");
    }
    for edition in [OUTBOUND, OUTBOUND_STRICT, INBOUND, INBOUND_STRICT] {
        assert_eq!(wrong(edition, r#"{"environment":"production","device_info":{"timezone_offset":5.5}}"#), none);
    }
    assert_eq!(wrong(OUTBOUND, r#"{"events":[{"event_type":7,"data":{}}]}"#), ["/events/0/event_type: a string"]);
}

#[test]
fn u_29_published_samples_are_accepted_and_odd_ones_are_named_readably() {
    let quarantined = |ip: &str| {
        format!(
            r#"{{"events":[],"environment":"development","ip":"{ip}","context":{{"data_plan":{{"plan_id":"main","plan_version":1,"block_metadata":{{"dto_version":1,"blocked_user_identities":["customer_id"],"blocked_event_ids":["-7778608565459700000"],"blocked_event_attributes":[{{"event_id":"8561854144327900000","event_attributes":["./data/custom_attributes/a"]}}]}}}}}}}}"#
        )
    };
    assert_eq!(wrong(INBOUND_STRICT, &quarantined("203.0.113.7")), Vec::<String>::new());
    assert_eq!(wrong(INBOUND, &quarantined("")), Vec::<String>::new());
    assert_eq!(wrong(INBOUND_STRICT, &quarantined("")), ["/ip: an IPv4 or IPv6 address"]);

    let misplaced = br#"{"events":[{"data":{"event_name":"E","event_type":"custom_event"}}]}"#;
    let faults = Explainer::new(INBOUND).explain(misplaced);
    assert_eq!((faults.len(), faults[0].clause, faults[0].pointer.as_deref()), (1, "DTO-5", Some("/events/0")));
    assert!(faults[0].found.ends_with("whose `data` has the `event_type`"), "{faults:?}");
}

#[test]
fn u_30_an_integer_that_has_lost_digits_is_wrong_in_every_edition() {
    for (spelled, keeps) in [
        ("1.606896432E+12", true),
        ("1.0", true),
        ("1e3", true),
        ("9.0071992547409920E15", true),
        ("-9007199254740992.0", true),
        ("-5.28e+18", false),
        // Bug: the double that these are rounded to is 2^53, which is no loss.
        ("9007199254740993.0", false),
        ("9.007199254740993E15", false),
        ("-90071992547409930e-1", false),
        ("9007199254740992.5", false),
        ("1.00000000000000000001", false),
        ("9.007199254740994e15", false),
        ("-9223372036854775809", false),
        ("5280000000000000000", true),
    ] {
        let line = format!(r#"{{"environment":"production","mpid":{spelled}}}"#);
        for edition in [OUTBOUND, INBOUND, INBOUND_STRICT] {
            assert_eq!(wrong(edition, &line).is_empty(), keeps, "{edition:?} {spelled}");
        }
        let line = event("custom_event", &format!(r#""session_id":{spelled}"#));
        assert_eq!(wrong(OUTBOUND, &line).is_empty(), keeps, "{spelled}");
    }
    let lost = Explainer::new(OUTBOUND).explain(br#"{"mpid":-5.28e+18}"#);
    assert_eq!(lost[0].expected, "a 64-bit integer with every digit, without fraction and exponent");
    // Where no 64-bit integer stands, no digits are missed.
    for line in [event("network_performance", r#""response_code":1e300"#), r#"{"a":-5.28e+18}"#.to_owned()] {
        assert_eq!(wrong(OUTBOUND, &line), Vec::<String>::new());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_line_of_nothing_but_faults_is_explained_in_little_memory() {
    let folder = TempDir::new().unwrap();
    let many = |one: &str, count: usize| vec![one; count].join(",");
    let lines = [
        format!(r#"{{"environment":"production","events":[{}]}}"#, many("1", 500_000)),
        format!(r#"{{"environment":"production","user_identities":[{}]}}"#, many("{}", 300_000)),
        format!(r#"{{"environment":"production","deleted_user_attributes":[{}]}}"#, many("1", 500_000)),
        event("crash_report", &format!(r#""breadcrumbs":[{}]"#, many("[]", 300_000))),
    ];
    for (number, line) in lines.iter().enumerate() {
        std::fs::write(folder.path().join("a.txt"), format!("{line}\n")).unwrap();
        let arguments = ["validate", "a.txt", "--jobs", "1", "--limits", "--format", "json"];
        let output = program_within(768 << 10).args(arguments).current_dir(folder.path()).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{number}: {}", text(&output));
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((&report["summary"]["wrong_lines"], &report["summary"]["cut_lines"]), (&1.into(), &1.into()));
    }
}

#[test]
fn a_batch_of_many_events_is_explained_in_time_that_grows_with_it() {
    let folder = TempDir::new().unwrap();
    let settings = "[connection]\ns3_bucket_name = 'mp-forwarding-acme'\nstore_data_in_folders_by_date = 'none'\n\
        include_location_information = false\nsend_as_batch = false\n";
    std::fs::write(folder.path().join("c.toml"), settings).unwrap();
    let time = |count: usize| {
        let one = r#"{"event_type":"custom_event","data":{"location":{}}}"#;
        let batch = format!(r#"{{"environment":"production","events":[{}]}}"#, vec![one; count].join(","));
        std::fs::write(folder.path().join("a.ndjson"), batch + "\n").unwrap();
        let started = Instant::now();
        let arguments = ["explain", "--settings", "c.toml", "--input", "a.ndjson", "--format", "json"];
        assert_code(0, program().args(arguments).current_dir(folder.path()));
        started.elapsed()
    };
    let (few, many) = (time(2_000), time(16_000));
    // Eight times as many; quadratic would be 64 times as long.
    assert!(many < few * 24 + Duration::from_secs(2), "{few:?} {many:?}");
}

#[test]
fn a_masked_explanation_shows_ids_that_are_integers_and_types_that_are_known() {
    let folder = TempDir::new().unwrap();
    let settings = "[connection]\ns3_bucket_name = 'mp-forwarding-acme'\nstore_data_in_folders_by_date = 'none'\n";
    std::fs::write(folder.path().join("c.toml"), settings).unwrap();
    let batch = r#"{"environment":"production","events":[{"event_type":"jane_at_example_com","data":{"event_id":"jane@example.com"}},{"event_type":"custom_event","data":{"event_id":"-5"}},{"event_type":{},"data":{"event_id":{"mail":"jane@example.com"}}}]}"#;
    std::fs::write(folder.path().join("a.ndjson"), batch).unwrap();
    for format in ["human", "json"] {
        let arguments = ["explain", "--settings", "c.toml", "--input", "a.ndjson", "--format", format];
        let shown = text(&assert_code(0, program().args(arguments).current_dir(folder.path())));
        assert!(!shown.contains("jane") && shown.contains("-5") && shown.contains("custom_event"), "{shown}");
        let shown = text(&assert_code(0, program().args(arguments).arg("--unmasked").current_dir(folder.path())));
        assert!(shown.contains("jane@example.com"), "{shown}");
    }
}
