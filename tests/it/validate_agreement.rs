//! The fast check and the published schema are one judge: yes from the one is yes from the other, over lines that are
//! made from the schemas and from seeds, printed in odd ways and spoiled.
//!
//! `MP_FORWARDING_LINES=5000000 cargo test --release --test it agree -- --nocapture` holds so many lines of each edition
//! against each other, and starts from another seed if `MP_FORWARDING_SEED` says so.

use mp_forwarding::conform::synthesize::Synthesizer;
use mp_forwarding::contract::schema::{Edition, Form, Judge};
use mp_forwarding::ndjson;
use mp_forwarding::validate::Validator;
use serde::Deserialize as _;
use serde_json::{Value, json};

use crate::schema_instances::{Chance, Maker};
use crate::validate_lines::{print, repeat_member, spoil_bytes, spoil_value};

const EDITIONS: [Edition; 4] = [
    Edition { form: Form::Outbound, strict: false },
    Edition { form: Form::Outbound, strict: true },
    Edition { form: Form::Inbound, strict: false },
    Edition { form: Form::Inbound, strict: true },
];

fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

fn slow(judge: &Judge, line: &[u8]) -> bool {
    ndjson::check(line).is_ok_and(|text| {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        deserializer.disable_recursion_limit();
        judge.is_valid(&Value::deserialize(&mut deserializer).unwrap())
    })
}

#[test]
fn fast_and_slow_agree() {
    let lines = number("MP_FORWARDING_LINES", 4_000);
    let seed = number("MP_FORWARDING_SEED", 1);
    let schemas = EDITIONS.map(Edition::schema);
    std::thread::scope(|scope| {
        for (index, edition) in EDITIONS.into_iter().enumerate() {
            let schemas = &schemas;
            scope.spawn(move || agree_on(edition, schemas, lines, seed + index as u64 * 1000));
        }
    });
}

fn agree_on(edition: Edition, schemas: &[Value; 4], lines: u64, seed: u64) {
    let judge = Judge::of(edition);
    let validator = Validator::new(edition);
    let mut checker = validator.checker();
    let mut chance = Chance::new(seed);
    let mut makers: Vec<Maker<'_>> = schemas.iter().map(|schema| Maker::new(schema, seed + 1)).collect();
    let mut synthesizer = Synthesizer::new(seed + 2, "2026-11-24T07:00:00Z".parse().unwrap());
    let mut kept: [(u64, u64); 2] = [(0, 0); 2];
    for number in 0..lines {
        let mut value = match chance.below(4) {
            0 => serde_json::from_str(&synthesizer.next().unwrap()).unwrap(),
            // Mostly of the edition itself, else of another: a near miss.
            choice => {
                let index = if choice == 1 {
                    chance.below(4)
                } else {
                    EDITIONS.iter().position(|one| *one == edition).unwrap()
                };
                let maker = &mut makers[index];
                maker.taste.sparse = *chance.pick(&[2, 6, 20]);
                if chance.one_in(4) { maker.broken().0 } else { maker.good().0 }
            }
        };
        if chance.one_in(3) {
            for _ in 0..=chance.below(2) {
                spoil_value(&mut value, &mut chance);
            }
        }
        let mut line = print(&value, &mut chance);
        if chance.one_in(12) {
            line = repeat_member(&line, &mut chance);
        }
        if chance.one_in(4) {
            for _ in 0..=chance.below(2) {
                spoil_bytes(&mut line, &mut chance);
            }
        }
        let (fast, slow) = (checker.check_line(&line), slow(&judge, &line));
        assert_eq!(
            fast,
            slow,
            "{edition:?}, line {number} of seed {seed}: fast says {fast}, slow says {slow} ({:?}): {}",
            ndjson::check(&line).err(),
            String::from_utf8_lossy(&line)
        );
        let count = &mut kept[usize::from(ndjson::check(&line).is_ok())];
        if fast { count.0 += 1 } else { count.1 += 1 }
    }
    let [(_, inadmissible), (yes, no)] = kept;
    println!(
        "{edition:?}: {lines} lines, 0 disagreements; {yes} right, {no} refused by the schema, {inadmissible} inadmissible"
    );
    assert!(yes > lines / 8 && no > lines / 8 && inadmissible > lines / 20, "the lines are too much alike");
}

#[test]
fn every_number_and_every_string_is_judged_alike() {
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
        r#"{"environment":"production","nobody":@}"#,
        r#"{"environment":@}"#,
        r#"{"environment":"production","events":[{"data":{"response_code":@,"url":"u"},"event_type":"network_performance"}]}"#,
        r#"{"environment":"production","events":[{"data":{"ios_image_size":@},"event_type":"crash_report"}]}"#,
        r#"{"environment":"production","events":[{"event_type":@}]}"#,
        r#"{"environment":"production","events":[{"request_type":@}]}"#,
    ];
    let judges = EDITIONS.map(|edition| (Judge::of(edition), Validator::new(edition)));
    for value in values {
        for place in places {
            let line = place.replace('@', value);
            for (judge, validator) in &judges {
                let (fast, slow) = (validator.check_line(line.as_bytes()), slow(judge, line.as_bytes()));
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
    let judges = EDITIONS.map(|edition| (Judge::of(edition), Validator::new(edition)));
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
        json!({ "nobody": 1 }),
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
                for (judge, validator) in &judges {
                    let (fast, slow) = (validator.check_line(line.as_bytes()), slow(judge, line.as_bytes()));
                    assert_eq!(fast, slow, "{:?}: {line}", validator.edition());
                }
            }
        }
    }
}

#[test]
fn nesting_and_repeated_keys_are_judged_alike() {
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
            // Nothing else is wrong with them.
            assert_eq!(validator.check_line(line.as_bytes()), admissible, "{:.300}", line);
        }
    }
}
