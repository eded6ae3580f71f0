//! BAT-1 to BAT-3.

use serde_json::{Value, json};

use crate::each_setting::run;
use crate::support::bucket::Forwarded;

pub(super) const MINUTE: i64 = 60_000;
const T: i64 = 1_767_225_600_000;

/// A batch with one event from `device`, which arrives `after` milliseconds after the first one.
pub(super) fn of(device: &str, after: i64, kind: &str, data: Value) -> Value {
    json!({ "environment": "production", "mpid": "7", "mp_deviceid": device, "timestamp_unixtime_ms": (T + after).to_string(),
        "events": [{ "event_type": kind, "data": data }] })
}

pub(super) fn profile(device: &str, after: i64) -> Value {
    of(device, after, "profile", json!({ "event_id": format!("{device}{after}") }))
}

/// The ids of the events of each line, sorted by the first.
pub(super) fn ids(forwarded: &Forwarded) -> Vec<Vec<String>> {
    let id = |event: &Value| event["data"]["event_id"].as_str().unwrap_or_default().to_owned();
    let lines = forwarded.lines();
    let mut ids: Vec<Vec<String>> =
        lines.iter().map(|line| line["events"].as_array().unwrap().iter().map(id).collect()).collect();
    ids.sort();
    ids
}

/// An Android batch of a session.
pub(super) fn android(session: &str, after: i64, kind: &str) -> Value {
    let mut batch = of("d", after, kind, json!({ "event_id": format!("{session}{after}"), "session_uuid": session }));
    batch["device_info"] = json!({ "platform": "Android" });
    batch
}

#[test]
fn bat_1_events_of_a_device_within_ten_minutes_are_one_batch_in_order() {
    let batches = [
        profile("a", 0),
        profile("b", 1),
        profile("a", 10 * MINUTE - 1),
        profile("a", 5 * MINUTE), // late: time does not go back, and the order is that of arrival
        profile("a", 10 * MINUTE),
    ];
    let forwarded = run("", &batches);
    assert_eq!(ids(&forwarded), [vec!["a0", "a599999", "a300000"], vec!["a600000"], vec!["b1"]]);
    let merged = forwarded.lines().into_iter().find(|line| line["events"].as_array().unwrap().len() == 3).unwrap();
    assert_eq!(merged["timestamp_unixtime_ms"], (T + 5 * MINUTE).to_string(), "the newest is last received");
}

#[test]
fn bat_2_an_android_batch_is_a_whole_session() {
    let batches = [
        android("s", 0, "session_start"),
        android("s", 300 * MINUTE, "screen_view"),
        android("t", 300 * MINUTE, "screen_view"),
        android("s", 301 * MINUTE, "session_end"),
        android("s", 302 * MINUTE, "screen_view"),
    ];
    for more in ["", "\nsend_as_batch = false", "\nsend_lifecycle_events = false"] {
        let forwarded = run(&format!("wait_for_complete_batch = true{more}"), &batches);
        let whole = if more.contains("lifecycle") { vec!["s18000000"] } else { vec!["s0", "s18000000", "s18060000"] };
        assert_eq!(ids(&forwarded), [whole, vec!["s18120000"], vec!["t18000000"]], "{more}");
    }
}

#[test]
fn bat_3_each_event_is_on_its_own_line_with_the_members_of_the_batch() {
    let mut mine = profile("a", 0);
    mine["events"].as_array_mut().unwrap().push(profile("a", 1)["events"][0].clone());
    mine["user_attributes"] = json!({ "plan": "gold" });
    let forwarded = run("send_as_batch = false", &[mine, profile("a", 2)]);
    assert_eq!(ids(&forwarded), [["a0"], ["a1"], ["a2"]]);
    let gold = forwarded.lines().iter().filter(|line| line["user_attributes"]["plan"] == "gold").count();
    assert_eq!((gold, forwarded.objects.len()), (2, 1), "lines, not files (U-20)");
}
