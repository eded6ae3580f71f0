//! DTO-1 to DTO-4, DTO-8 and DTO-9: the two forms, and what both preserve.

use mp_forwarding::contract::schema::{Edition, Form, SchemaValidator};
use mp_forwarding::validate::Validator;
use serde_json::{Value, json};

use crate::each_setting::{batch, run, settings};
use crate::support::bucket::forward;

/// The text of the only output line for one input line.
fn line(more: &str, input: &str) -> String {
    let mut texts = forward(&settings(more), &format!("{input}\n")).texts();
    assert_eq!(texts.len(), 1, "{input}");
    texts.remove(0).1
}

const INBOUND: &str = r#"{"environment":"production","ip":"203.0.113.7","mpid":-109840007014118971,"timestamp_unixtime_ms":1595542763908,"user_identities":{"email":"a@example.com","customer_id":"7"},"events":[{"event_type":"session_end","data":{"event_id":9007199254740993,"session_id":5,"session_start_unixtime_ms":1,"session_duration_ms":2,"plan_version":3}}]}"#;

#[test]
fn dto_1_the_outbound_form_has_an_array_of_identities_strings_of_digits_and_no_ip() {
    assert_eq!(
        line("", INBOUND),
        r#"{"environment":"production","mpid":"-109840007014118971","timestamp_unixtime_ms":"1595542763908","user_identities":[{"identity_type":"email","identity":"a@example.com"},{"identity_type":"customer_id","identity":"7"}],"events":[{"event_type":"session_end","data":{"event_id":"9007199254740993","session_id":"5","session_start_unixtime_ms":"1","session_duration_ms":"2","plan_version":3}}],"schema_version":2}"#
    );
    // A batch in the outbound form is not changed.
    let outbound = line("", INBOUND);
    assert_eq!(line("", &outbound), outbound);
}

#[test]
fn dto_2_the_inbound_form_keeps_ip_the_map_and_the_spelling_of_integers() {
    assert_eq!(line("raw_data_feed = true", INBOUND), INBOUND);
    let spelled = INBOUND.replace("1595542763908", "\"1595542763908\"");
    assert_eq!(line("raw_data_feed = true", &spelled), spelled);
    let back = line("raw_data_feed = true", &line("", INBOUND));
    assert!(back.contains(r#""user_identities":{"email":"a@example.com","customer_id":"7"}"#), "{back}");
}

#[test]
fn dto_3_integers_are_read_in_both_spellings_unknown_fields_stay_and_null_is_absent() {
    let mode = "store_data_in_folders_by_date = 'event_time'";
    for spelled in ["1767225600000", "\"1767225600000\""] {
        let text = format!(
            r#"{{"events":[{{"event_type":"profile","data":{{"timestamp_unixtime_ms":{spelled},"new":[1]}},"newer":2}}],"newest":{{}}}}"#
        );
        let forwarded = forward(&settings(mode), &format!("{text}\n"));
        let (folder, line) = forwarded.texts().remove(0);
        assert_eq!(folder, "2026-01-01");
        assert!(line.contains(r#""new":[1]},"newer":2}],"newest":{}"#), "{line}");
    }
    let nulls = r#"{"environment":null,"timestamp_unixtime_ms":null,"user_identities":null,"context":null,"events":[{"event_type":"profile","data":{"timestamp_unixtime_ms":null,"location":null}}]}"#;
    let forwarded = forward(&settings(&format!("{mode}\ninclude_event_batch_location = true")), &format!("{nulls}\n"));
    let (folder, line) = forwarded.texts().remove(0);
    assert_eq!((folder.as_str(), forwarded.summary.fates.written), ("", 1));
    assert!(line.contains(r#""timestamp_unixtime_ms":"1772323200000""#), "receipt: {line}");
    assert!(forwarded.summary.flags.is_empty(), "{:?}", forwarded.summary.flags);
}

#[test]
fn dto_4_digits_characters_and_the_order_of_keys_are_kept() {
    let attributes = r#"{"z":1.10,"a":-0,"e":1E+2,"big":123456789012345678901234567890,"t":"\u00e9é\/\"\ud83d\ude00","b":[ 1 , 2 ]}"#;
    let text = format!(
        r#"{{"schema_version":2,"timestamp_unixtime_ms":"5","events":[{{"data":{{"custom_attributes":{attributes},"event_name":"x"}},"event_type":"custom_event"}}],"a":0.10,"\u0062":1}}"#
    );
    assert_eq!(line("", &text), text);
}

#[test]
fn dto_8_environment_is_development_or_production_in_both_forms() {
    for (value, tolerant, strict) in [
        (json!("development"), true, true),
        (json!("production"), true, true),
        (json!("unknown"), true, false),
        (json!("staging"), false, false),
        (json!("Production"), false, false),
        (json!(""), false, false),
        (json!(1), false, false),
    ] {
        let mut mine = batch(&["profile"]);
        mine["environment"] = value.clone();
        for (form, more) in [(Form::Outbound, ""), (Form::Inbound, "raw_data_feed = true")] {
            let faults = |strict| SchemaValidator::of(Edition { form, strict }).explain(&mine);
            let about = |strict| faults(strict).iter().any(|fault| fault.pointer == "/environment");
            assert_eq!((!about(false), !about(true)), (tolerant, strict), "{form:?} {value}");
            // The engine passes it on: only DTO-9 and U-19 keep a batch back.
            let ledger = run(more, std::slice::from_ref(&mine)).summary.fates;
            assert_eq!((ledger.written, ledger.quarantined), (1, 0), "{value}");
        }
    }
    // A missing value stays missing.
    assert!(line("", r#"{"events":[]}"#).starts_with(r#"{"events":[],"#));
}

#[test]
fn dto_9_inadmissible_lines_are_quarantined_and_refused_by_the_validator() {
    let nested =
        |depth: usize| format!(r#"{{"environment":"production","x":{}{}}}"#, "[".repeat(depth), "]".repeat(depth));
    let validator = Validator::new(Edition { form: Form::Outbound, strict: false });
    for (line, is_good) in [
        (r#"{"environment":"production","x":"\ud83d\ude00","y":1e308}"#.to_owned(), true),
        (nested(127), true),
        (nested(128), false),
        (r#"{"environment":"production","x":1,"x":2}"#.to_owned(), false),
        (r#"{"environment":"production","x":1,"\u0078":2}"#.to_owned(), false),
        (r#"{"environment":"production","x":"\ud800"}"#.to_owned(), false),
        (r#"{"environment":"production","x":1e999}"#.to_owned(), false),
        (r#"{"environment":"production","x":NaN}"#.to_owned(), false),
        (r#"{"environment":"production""#.to_owned(), false),
        ("[]".to_owned(), false),
    ] {
        let ledger = forward(&settings(""), &format!("{line}\n")).summary.fates;
        assert_eq!((ledger.written, ledger.quarantined), if is_good { (1, 0) } else { (0, 1) }, "{line}");
        assert_eq!(validator.check_line(line.as_bytes()), is_good, "{line}");
    }
}

#[test]
fn dto_4_and_9_hold_for_every_generated_batch_in_both_forms() {
    let now = crate::support::bucket::NOW.parse().unwrap();
    let input: String =
        mp_forwarding::conform::synthesize::Synthesizer::new(4, now).take(200).map(|line| line + "\n").collect();
    for (form, more) in [(Form::Outbound, ""), (Form::Inbound, "raw_data_feed = true")] {
        let validator = Validator::new(Edition { form, strict: false });
        let more = format!("{more}\nsend_as_batch = false\nsend_alias_requests = true");
        for (_, text) in forward(&settings(&more), &input).texts() {
            assert!(validator.check_line(text.as_bytes()), "{text}");
            let _: Value = serde_json::from_str(&text).unwrap();
        }
    }
}
