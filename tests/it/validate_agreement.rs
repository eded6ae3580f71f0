//! The fast check and the published schema agree. These values are hand-picked; `tests/differential` does the same with
//! millions of generated lines.

use mp_forwarding::contract::schema::{Edition, Form, SchemaValidator};
use mp_forwarding::ndjson;
use mp_forwarding::validate::Validator;
use serde::Deserialize as _;
use serde_json::{Value, json};

const EDITIONS: [Edition; 4] = [
    Edition { form: Form::Outbound, strict: false },
    Edition { form: Form::Outbound, strict: true },
    Edition { form: Form::Inbound, strict: false },
    Edition { form: Form::Inbound, strict: true },
];

fn slow(schema: &SchemaValidator, line: &[u8]) -> bool {
    ndjson::check(line).is_ok_and(|text| {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        deserializer.disable_recursion_limit();
        schema.is_valid_text(text, &Value::deserialize(&mut deserializer).unwrap())
    })
}

#[test]
fn both_agree_on_every_number_and_every_string() {
    let numbers = [
        "0",
        "-0",
        "-0.0",
        "1.0",
        "1.5",
        "10e-1",
        "1e2",
        "15e-1",
        "1E400",
        "-1e400",
        "1e-400",
        "1.7976931348623157e308",
        "1.7976931348623159e308",
        "2147483647",
        "2147483648",
        "2147483647.0",
        "2147483647.5",
        "-2147483648",
        "-2147483649",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "-9223372036854775809",
        "9223372036854774784.0",
        "9223372036854775807.0",
        "9.223372036854775807e18",
        "18446744073709551615",
        "18446744073709551616",
        "1.8446744073709552e19",
        "100000000000000000000000",
        "01",
        "-",
        "1.",
        ".5",
        "+1",
        "1e",
        "1e+",
        "0x1",
        "00",
        "-01",
        "NaN",
        "1_0",
    ];
    let digits = format!("1{}", "0".repeat(400));
    let strings = [
        r#""12""#,
        r#""\u0031\u0032""#,
        r#""""#,
        r#""\/""#,
        r#""\ud83d\ude00""#,
        r#""\ud83d""#,
        r#""\ude00\ud83d""#,
        r#""\ud83dx""#,
        r#""\u12g4""#,
        r#""\x""#,
        "\"\t\"",
        "\"\u{7f}\"",
        "\"\u{2028}\"",
        r#""iOS""#,
        r#""i\u004fS""#,
        "\"12345678901234567890123456789012345678\"",
    ];
    let values = numbers.into_iter().chain([digits.as_str()]).chain(strings);
    let places = [
        r#"{"environment":"production","mpid":@}"#,
        r#"{"environment":"production","schema_version":@}"#,
        r#"{"environment":"production","api_key":@}"#,
        r#"{"environment":"production","unique_id":@}"#,
        r#"{"environment":"production","device_info":{"platform":@}}"#,
        r#"{"environment":"production","device_info":{"ios_idfv":@}}"#,
        r#"{"environment":"production","user_attributes":{"a":[@]}}"#,
        r#"{"environment":"production","context":{"location":{"latitude":@}}}"#,
        r#"{"environment":"production","unknown":@}"#,
        r#"{"environment":@}"#,
        r#"{"environment":"production","events":[{"data":{"response_code":@,"url":"u"},"event_type":"network_performance"}]}"#,
        r#"{"environment":"production","events":[{"data":{"ios_image_size":@},"event_type":"crash_report"}]}"#,
        r#"{"environment":"production","events":[{"event_type":@}]}"#,
        r#"{"environment":"production","events":[{"request_type":@}]}"#,
    ];
    let validators = EDITIONS.map(|edition| (SchemaValidator::of(edition), Validator::new(edition)));
    for value in values {
        for place in places {
            let line = place.replace('@', value);
            for (schema, validator) in &validators {
                let (fast, slow) = (validator.check_line(line.as_bytes()), slow(schema, line.as_bytes()));
                assert_eq!(fast, slow, "{:?}: {line}", validator.edition());
            }
        }
    }
}

#[test]
fn the_type_may_come_after_the_data() {
    let schema = Edition { form: Form::Outbound, strict: true }.schema();
    let types: Vec<&Value> =
        schema["$defs"]["Event"]["properties"]["event_type"]["enum"].as_array().unwrap().iter().collect();
    let validators = EDITIONS.map(|edition| (SchemaValidator::of(edition), Validator::new(edition)));
    let data = [
        json!({}),
        json!(null),
        json!({ "event_name": "x", "custom_event_type": "other" }),
        json!({ "event_name": 5 }),
        json!({ "screen_name": 5 }),
        json!({ "label": "x", "session_number": 1 }),
        json!({ "product_action": { "action": "purchase" } }),
        json!({ "product_action": { "action": "purchase" }, "promotion_action": null }),
        json!({ "product_action": null }),
        json!({ "product_action": { "action": "purchase" }, "product_impressions": [] }),
        json!({ "source_mpid": "1", "destination_mpid": "2", "start_unixtime_ms": "3", "end_unixtime_ms": "4" }),
        json!({ "unknown": 1 }),
        json!({ "data": "x", "url": "u", "response_code": 200 }),
    ];
    for event_type in types.into_iter().chain([&json!("tomorrow"), &json!(null), &json!(7)]) {
        for data in &data {
            let events = [
                format!(r#"{{"event_type":{event_type},"data":{data}}}"#),
                format!(r#"{{"data":{data},"event_type":{event_type}}}"#),
                format!(r#"{{"data":{data},"request_type":"alias","event_type":{event_type}}}"#),
                format!(r#"{{"data":{data},"request_type":"alias"}}"#),
                format!(r#"{{"data":{data}}}"#),
                format!(r#"{{"event_type":{event_type}}}"#),
            ];
            for event in events {
                let line = format!(r#"{{"environment":"production","events":[{event}]}}"#);
                for (schema, validator) in &validators {
                    let (fast, slow) = (validator.check_line(line.as_bytes()), slow(schema, line.as_bytes()));
                    assert_eq!(fast, slow, "{:?}: {line}", validator.edition());
                }
            }
        }
    }
}

#[test]
fn both_agree_on_nesting_and_repeated_keys() {
    let validators = EDITIONS.map(Validator::new);
    let nested = |depth: usize| {
        format!(r#"{{"environment":"production","system_notifications":{}{}}}"#, "[".repeat(depth), "]".repeat(depth))
    };
    let repeated = |count: usize, twin: &str| {
        let keys: String = (0..count).map(|index| format!(r#""attribute number {index} of many":1,"#)).collect();
        format!(r#"{{"environment":"production","user_attributes":{{{keys}"{twin}":1}}}}"#)
    };
    let mut lines = vec![nested(126), nested(127), nested(128), nested(10_000), nested(1_000_000)];
    for count in [1, 14, 15, 16, 17, 18, 100, 5_000] {
        lines.push(repeated(count, "another"));
        lines.push(repeated(count, "attribute number 0 of many"));
        lines.push(repeated(count, "\\u0061ttribute number 0 of many"));
        lines.push(repeated(count, &format!("attribute number {} of many", count - 1)));
    }
    for line in lines {
        let admissible = ndjson::check(line.as_bytes()).is_ok();
        for validator in &validators {
            // They have no other fault.
            assert_eq!(validator.check_line(line.as_bytes()), admissible, "{:.300}", line);
        }
    }
}
