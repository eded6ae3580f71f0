//! DTO-5 to DTO-7, LIM-1, LIM-2, SEC-6 and DELIVERY-1.

use mp_forwarding::conform::synthesize::Synthesizer;
use mp_forwarding::contract::limits::exceeded;
use mp_forwarding::contract::schema::{Edition, Form, SchemaValidator};
use serde_json::{Value, json};

use crate::each_setting::{batch, run, settings};
use crate::support::bucket::{NOW, forward};

#[test]
fn dto_5_an_event_without_type_or_data_is_forwarded_as_it_came() {
    let mut mine = batch(&["profile", "profile", "profile", "profile"]);
    mine["events"][0] = json!({ "data": {} });
    mine["events"][1] = json!({ "event_type": "profile" });
    mine["events"][2] = json!("profile");
    let events = mine["events"].clone();
    let forwarded = run("", &[mine]);
    assert_eq!(forwarded.lines()[0]["events"], events);
    assert_eq!((forwarded.summary.fates.written, forwarded.summary.fates.quarantined), (4, 0));
}

#[test]
fn dto_6_a_commerce_event_has_exactly_one_kind() {
    let kinds = [
        ("product_action", json!({ "action": "purchase" })),
        ("promotion_action", json!({ "action": "view", "promotions": [{ "id": "p" }] })),
        ("product_impressions", json!([{ "product_impression_list": "l", "products": [] }])),
    ];
    let faults = |chosen: &[usize]| {
        let mut mine = batch(&["commerce_event"]);
        for kind in chosen {
            mine["events"][0]["data"][kinds[*kind].0] = kinds[*kind].1.clone();
        }
        // Only the strict edition requires it, because real clients send some without a kind (DTO-7).
        let faults = SchemaValidator::of(Edition { form: Form::Outbound, strict: true }).explain(&mine);
        faults.iter().any(|fault| fault.pointer == "/events/0/data" && fault.schema_path.ends_with("/oneOf"))
    };
    for (kind, (name, _)) in kinds.iter().enumerate() {
        assert!(!faults(&[kind]), "{name}");
    }
    for chosen in [&[][..], &[0, 1], &[1, 2], &[0, 2], &[0, 1, 2]] {
        assert!(faults(chosen), "{chosen:?}");
    }
}

#[test]
fn dto_7_batches_of_real_clients_are_forwarded() {
    for client in ["python", "node"] {
        let path = format!("{}/tests/fixtures/clients/{client}.ndjson", env!("CARGO_MANIFEST_DIR"));
        let input = std::fs::read_to_string(path).unwrap();
        for more in ["", "raw_data_feed = true", "send_as_batch = false"] {
            let ledger = forward(&settings(more), &input).summary.fates;
            assert_eq!(ledger.quarantined, 0, "{client} {more}");
            assert_eq!(ledger.received, ledger.written + ledger.filtered_total());
        }
    }
}

#[test]
fn lim_1_a_batch_over_128_kib_is_forwarded_unchanged_and_flagged() {
    let of = |length: usize| {
        let mut mine = batch(&["profile"]);
        mine["mpid"] = "7".into();
        mine["events"][0]["data"]["x"] = "x".repeat(length).into();
        mine
    };
    let forwarded = run("", &[of(140_000), of(70_000), of(70_000)]);
    assert_eq!(forwarded.summary.fates.written, 3);
    let mut lengths: Vec<usize> = forwarded.texts().iter().map(|(_, text)| text.len() / 1_000).collect();
    lengths.sort_unstable();
    assert_eq!(lengths, [70, 70, 140], "two that are too long together are not merged");
    let flags: Vec<_> = forwarded.summary.flags.iter().map(|(flag, count)| format!("{flag} {count}")).collect();
    assert_eq!(flags, ["oversize 1", "closed_by_size 1"]);
    let event_name = json!({ "events": [{ "data": { "event_name": "e".repeat(257) } }] }).to_string();
    let blanks = " ".repeat(131_073 - event_name.len());
    let excess = exceeded(&(event_name + &blanks), 9);
    assert_eq!(excess.iter().map(|excess| excess.found).collect::<Vec<_>>(), [131_073, 257]);
}

#[test]
fn lim_2_user_attributes_have_limits_of_their_own() {
    let attributes: Value = (0..101).map(|index| (format!("a{index}"), Value::from("x"))).collect();
    assert_eq!(exceeded(&json!({ "user_attributes": attributes }).to_string(), 9).len(), 1);
    let (name, value) = ("n".repeat(257), "v".repeat(4097));
    assert_eq!(exceeded(&json!({ "user_attributes": { name: value } }).to_string(), 9).len(), 2);
    assert_eq!(exceeded(&json!({ "user_attributes": { "n".repeat(256): "v".repeat(4096) } }).to_string(), 9), []);
}

#[test]
fn sec_6_block_metadata_lists_the_blocked_data_in_both_forms() {
    let block = json!({ "blocked_event_ids": ["-9007199254740993"], "blocked_event_attributes":
        [{ "event_id": "5", "event_attributes": ["./data/custom_attributes/x"] }],
        "blocked_user_attributes": ["a"], "blocked_user_identities": ["email"], "blocked_device_identities": ["idfv"] });
    let mut mine = batch(&["profile"]);
    mine["context"] = json!({ "data_plan": { "plan_id": "p", "plan_version": 1, "block_metadata": block } });
    for more in ["", "raw_data_feed = true"] {
        let line = run(more, std::slice::from_ref(&mine)).lines().remove(0);
        assert_eq!(line.pointer("/context/data_plan/block_metadata"), Some(&block), "{more}");
        for strict in [false, true] {
            let form = if more.is_empty() { Form::Outbound } else { Form::Inbound };
            let faults = SchemaValidator::of(Edition { form, strict }).explain(&line);
            assert!(faults.iter().all(|fault| !fault.pointer.starts_with("/context")), "{faults:?}");
        }
    }
}

#[test]
fn delivery_1_every_event_is_written_once_or_has_a_reported_reason() {
    let mut input: String = Synthesizer::new(9, NOW.parse().unwrap()).take(200).map(|line| line + "\n").collect();
    input.push_str("not JSON\n{\"events\":[5]}\n{\"environment\":\"staging\"}\n");
    for more in ["", "send_as_batch = false", "send_custom_events = false\nsend_batches_without_events = false"] {
        let forwarded = forward(&settings(more), &input);
        let ledger = &forwarded.summary.fates;
        assert_eq!(ledger.received, ledger.written + ledger.filtered_total() + ledger.quarantined, "{more}");
        assert_eq!((ledger.quarantined, ledger.pending()), (1, 0));
        let events = forwarded.lines().iter().map(|line| line["events"].as_array().map_or(0, Vec::len)).sum::<usize>();
        assert!(events as u64 <= ledger.written && events > 100);
    }
}
