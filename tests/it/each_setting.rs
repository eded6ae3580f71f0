//! Every connection setting alone: on, off and missing, with the smallest batch that shows the effect. A test has the
//! setting's id as its name.

use std::fmt::Debug;

use mp_forwarding::forward::s3_config;
use mp_forwarding::settings::{SettingId, Settings, Table};
use mp_forwarding::store::Encryption;
use serde_json::{Value, json};

use crate::support::bucket::{Forwarded, forward};

/// Checks that every setting has a test.
macro_rules! tests {
    ($($id:ident)*) => {
        #[test]
        fn every_connection_setting_has_a_test() {
            let tests = [$((stringify!($id), $id as fn()),)*];
            let settings = SettingId::ALL.iter().filter(|id| id.table() == Table::Connection);
            assert_eq!(tests.map(|(id, _)| id).to_vec(), settings.map(|id| id.as_str()).collect::<Vec<_>>());
        }
    };
}

tests! {
    s3_bucket_name folder_name server_side_encryption_method store_data_in_folders_by_date unique_id
    metadata_field_exclusion send_lifecycle_events send_screen_views send_crash_events
    send_network_performance_events send_custom_events send_push_registrations_and_receipts send_as_batch
    wait_for_complete_batch include_location_information send_commerce_events use_compression include_consent_state
    include_metadata include_user_attribute_change_events include_user_identity_change_events
    send_batches_without_events include_event_batch_location send_alias_requests include_mp_deviceid raw_data_feed
}

/// The two required settings, and `more`.
pub(crate) fn settings(more: &str) -> Settings {
    let mode =
        if more.contains("store_data_in_folders_by_date") { "" } else { "store_data_in_folders_by_date = 'none'" };
    Settings::from_toml(&format!("[connection]\ns3_bucket_name = 'mp-forwarding-acme'\n{mode}\n{more}\n")).unwrap()
}

pub(crate) fn run(more: &str, batches: &[Value]) -> Forwarded {
    let input: String = batches.iter().map(|batch| format!("{batch}\n")).collect();
    forward(&settings(more), &input)
}

/// The result for a batch with the flag `id` on, off and missing; `more` is added to the settings.
fn flag<T: Debug + PartialEq>(
    id: &str,
    default: bool,
    more: &str,
    batches: &[Value],
    seen: impl Fn(&Forwarded) -> T,
    on: T,
    off: T,
) {
    assert_ne!(on, off, "{id}: the batch shows nothing");
    for (value, expected) in [
        (format!("{id} = true"), &on),
        (format!("{id} = false"), &off),
        (String::new(), if default { &on } else { &off }),
    ] {
        assert_eq!(&seen(&run(&format!("{more}\n{value}"), batches)), expected, "{id}: `{value}`");
    }
}

pub(crate) fn batch(events: &[&str]) -> Value {
    let events: Vec<Value> = events.iter().map(|kind| json!({ "event_type": kind, "data": {} })).collect();
    json!({ "environment": "production", "events": events })
}

/// Tests a flag that forwards events of these types. An event type without a setting is always forwarded (SET-1).
fn filter(id: &str, default: bool, types: &[&str]) {
    let all = [types, &["profile"]].concat();
    let on = vec![all.iter().map(|kind| (*kind).to_owned()).collect::<Vec<_>>()];
    flag(id, default, "", &[batch(&all)], Forwarded::event_types, on, vec![vec!["profile".to_owned()]]);
    let summary = run(&format!("{id} = false"), &[batch(&all)]).summary;
    let filtered: Vec<_> = summary.fates.filtered.iter().map(|(setting, count)| (setting.as_str(), *count)).collect();
    assert_eq!(filtered, [(id, types.len() as u64)], "{id}: the ledger names the setting");
}

/// Tests a flag that forwards the top-level members `names`.
fn member(id: &str, default: bool, names: &[&str]) {
    let mut batch = batch(&["profile"]);
    for name in names {
        batch[name] = json!({ "a": 1 });
    }
    let present = |forwarded: &Forwarded| {
        let line = forwarded.lines().remove(0);
        names.iter().map(|name| line.get(name).cloned()).collect::<Vec<_>>()
    };
    let on = vec![Some(json!({ "a": 1 })); names.len()];
    flag(id, default, "", &[batch], present, on, vec![None; names.len()]);
}

pub(crate) fn keys(forwarded: &Forwarded) -> Vec<&str> {
    forwarded.objects.iter().map(|object| object.key.as_str()).collect()
}

#[test]
fn s3_bucket_name() {
    assert_eq!(s3_config(&settings("")).unwrap().bucket, "mp-forwarding-acme");
    for absent in ["", "s3_bucket_name = ''\n"] {
        let text = format!("[connection]\nstore_data_in_folders_by_date = 'none'\n{absent}");
        let error = Settings::from_toml(&text).unwrap_err();
        assert_eq!(error.problems()[0].path, "connection.s3_bucket_name");
    }
}

#[test]
fn folder_name() {
    let batch = [batch(&["profile"])];
    assert!(keys(&run("folder_name = 'exports/eu'", &batch))[0].starts_with("exports/eu/unknown_2026"));
    for unset in ["", "folder_name = ''"] {
        assert!(keys(&run(unset, &batch))[0].starts_with("unknown_2026"));
    }
}

#[test]
fn server_side_encryption_method() {
    for (typed, asked_for) in [
        ("", None),
        ("server_side_encryption_method = 'None'", None),
        ("server_side_encryption_method = 'AES256'", Some(Encryption::Aes256)),
        ("server_side_encryption_method = 'aws:kms'", Some(Encryption::AwsKms { key_id: None })),
        ("server_side_encryption_method = 'aws:kms:dsse'", Some(Encryption::AwsKmsDsse { key_id: None })),
    ] {
        assert_eq!(run(typed, &[batch(&["profile"])]).objects[0].encryption, asked_for, "{typed}");
    }
}

#[test]
fn store_data_in_folders_by_date() {
    // 2026-01-01 and 2026-02-01 in UTC.
    let (event, upload) = (1_767_225_600_000_i64, "1769904000000");
    let with_event = json!({ "environment": "production", "timestamp_unixtime_ms": upload, "events":
        [{ "event_type": "profile", "data": { "timestamp_unixtime_ms": event } }] });
    let without = json!({ "environment": "production", "timestamp_unixtime_ms": upload });
    let folder = |mode: &str, batch: &Value| {
        let forwarded = run(&format!("store_data_in_folders_by_date = '{mode}'"), std::slice::from_ref(batch));
        forwarded.texts().remove(0).0
    };
    for (mode, of_event, of_none) in [
        ("none", "", ""),
        ("event_time", "2026-01-01", ""),
        ("upload_time", "2026-02-01", "2026-02-01"),
        ("first_event_or_upload_time", "2026-01-01", "2026-02-01"),
    ] {
        assert_eq!(
            (folder(mode, &with_event).as_str(), folder(mode, &without).as_str()),
            (of_event, of_none),
            "{mode}"
        );
    }
    for absent in ["", "store_data_in_folders_by_date = 'UNSELECTED'"] {
        let error = Settings::from_toml(&format!("[connection]\ns3_bucket_name = 'mp-forwarding-acme'\n{absent}"));
        assert_eq!(error.unwrap_err().problems()[0].path, "connection.store_data_in_folders_by_date");
    }
}

#[test]
fn unique_id() {
    let seen = |more: &str, batch: Value| run(more, &[batch]).lines().remove(0).get("unique_id").cloned();
    let mut own = batch(&["profile"]);
    own["unique_id"] = json!("theirs");
    assert_eq!(seen("unique_id = 'ours'", batch(&["profile"])), Some(json!("ours")));
    assert_eq!(seen("unique_id = 'ours'", own.clone()), Some(json!("ours")));
    for unset in ["", "unique_id = ''"] {
        assert_eq!(seen(unset, batch(&["profile"])), None);
        assert_eq!(seen(unset, own.clone()), Some(json!("theirs")));
    }
}

#[test]
fn metadata_field_exclusion() {
    let mut batch = batch(&["profile"]);
    batch["ip"] = json!("203.0.113.7");
    batch["device_info"] = json!({ "device": "Jane's", "brand": "Acme" });
    let left = |exclusion: &str| {
        let more = format!("raw_data_feed = true\n{exclusion}");
        let line = run(&more, std::slice::from_ref(&batch)).lines().remove(0);
        [line.pointer("/device_info/device"), line.get("ip"), line.pointer("/device_info/brand")].map(|at| at.is_some())
    };
    assert_eq!(left(""), [true; 3]);
    assert_eq!(left("metadata_field_exclusion = []"), [true; 3]);
    assert_eq!(left("metadata_field_exclusion = ['Device Name']"), [false, true, true]);
    assert_eq!(left("metadata_field_exclusion = ['IP Address']"), [true, false, true]);
    assert_eq!(left("metadata_field_exclusion = ['/device_info/brand']"), [true, true, false]);
}

#[test]
fn send_lifecycle_events() {
    filter("send_lifecycle_events", true, &["application_state_transition", "session_start", "session_end"]);
}

#[test]
fn send_screen_views() {
    filter("send_screen_views", true, &["screen_view"]);
}

#[test]
fn send_crash_events() {
    filter("send_crash_events", true, &["crash_report"]);
}

#[test]
fn send_network_performance_events() {
    filter("send_network_performance_events", true, &["network_performance"]);
}

#[test]
fn send_custom_events() {
    filter("send_custom_events", true, &["custom_event"]);
}

#[test]
fn send_push_registrations_and_receipts() {
    let types = ["push_registration", "push_message", "push_reaction"];
    filter("send_push_registrations_and_receipts", true, &types);
}

#[test]
fn send_as_batch() {
    let batch = [batch(&["profile", "opt_out"])];
    let (first, second) = ("profile".to_owned(), "opt_out".to_owned());
    let (on, off) = (vec![vec![first.clone(), second.clone()]], vec![vec![first], vec![second]]);
    flag("send_as_batch", true, "", &batch, Forwarded::event_types, on, off);
}

#[test]
fn wait_for_complete_batch() {
    let part = |kind: &str, platform: &str| {
        json!({ "environment": "production", "mpid": "7", "mp_deviceid": "d", "timestamp_unixtime_ms": "1767225600000",
            "device_info": { "platform": platform },
            "events": [{ "event_type": kind, "data": { "session_uuid": "s" } }] })
    };
    let session = |platform| ["session_start", "screen_view", "session_end"].map(|kind| part(kind, platform));
    let count = |forwarded: &Forwarded| forwarded.lines().len();
    flag("wait_for_complete_batch", false, "send_as_batch = false", &session("Android"), count, 1, 3);
    let on = "send_as_batch = false\nwait_for_complete_batch = true";
    assert_eq!(count(&run(on, &session("iOS"))), 3, "only Android inputs wait");
}

#[test]
fn include_location_information() {
    let location = json!({ "latitude": 1.5, "longitude": 2.5 });
    let batch = json!({ "environment": "production", "events": [
        { "event_type": "profile", "data": { "location": location } },
        { "event_type": "crash_report", "data": { "breadcrumbs": [{ "location": location }] } },
    ] });
    let seen = |forwarded: &Forwarded| {
        let line = forwarded.lines().remove(0);
        let places = ["/events/0/data/location", "/events/1/data/breadcrumbs/0/location"];
        places.map(|place| line.pointer(place).is_some())
    };
    flag("include_location_information", true, "", &[batch], seen, [true; 2], [false; 2]);
}

#[test]
fn send_commerce_events() {
    filter("send_commerce_events", true, &["commerce_event"]);
}

#[test]
fn use_compression() {
    let seen = |forwarded: &Forwarded| {
        let object = &forwarded.objects[0];
        (object.body.starts_with(b"\x1f\x8b"), object.content_type)
    };
    let (on, off) = ((true, "application/gzip"), (false, "text/plain; charset=utf-8"));
    flag("use_compression", false, "", &[batch(&["profile"])], seen, on, off);
}

#[test]
fn include_consent_state() {
    member("include_consent_state", false, &["consent_state"]);
}

#[test]
fn include_metadata() {
    member("include_metadata", true, &["application_info", "device_info", "source_info"]);
}

#[test]
fn include_user_attribute_change_events() {
    filter("include_user_attribute_change_events", false, &["user_attribute_change"]);
}

#[test]
fn include_user_identity_change_events() {
    filter("include_user_identity_change_events", false, &["user_identity_change"]);
}

#[test]
fn send_batches_without_events() {
    let count = |forwarded: &Forwarded| forwarded.lines().len();
    let empty = json!({ "environment": "production", "events": [] });
    let absent = json!({ "environment": "production" });
    for batch in [empty, absent] {
        flag("send_batches_without_events", true, "", &[batch], count, 1, 0);
    }
    // U-5: an empty batch is recognised after filtering.
    let filtered = [batch(&["screen_view"])];
    flag("send_batches_without_events", true, "send_screen_views = false", &filtered, count, 1, 0);
}

#[test]
fn include_event_batch_location() {
    let location = json!({ "latitude": 1.5, "longitude": 2.5 });
    let context = |forwarded: &Forwarded| forwarded.lines()[0].pointer("/context/location").cloned();
    let mut own = batch(&["profile"]);
    own["context"] = json!({ "location": location });
    flag("include_event_batch_location", false, "", &[own], context, Some(location.clone()), None);
    let of_event = json!({ "environment": "production", "events": [{ "event_type": "profile", "data": { "location": location } }] });
    // The location is computed before the events' locations are removed.
    let more = "include_location_information = false";
    flag("include_event_batch_location", false, more, &[of_event], context, Some(location), None);
}

#[test]
fn send_alias_requests() {
    filter("send_alias_requests", false, &["alias_request"]);
    let shape = json!({ "environment": "production", "events": [{ "request_type": "alias", "data": {} }] });
    let count = |forwarded: &Forwarded| forwarded.lines()[0]["events"].as_array().unwrap().len();
    flag("send_alias_requests", false, "", &[shape], count, 1, 0);
}

#[test]
fn include_mp_deviceid() {
    member("include_mp_deviceid", false, &["mp_deviceid"]);
}

#[test]
fn raw_data_feed() {
    let batch = json!({ "environment": "production", "ip": "203.0.113.7", "mpid": 9_007_199_254_740_993_i64,
        "user_identities": { "email": "a@example.com" }, "events": [] });
    let seen = |forwarded: &Forwarded| {
        let line = forwarded.lines().remove(0);
        ["ip", "mpid", "user_identities", "schema_version"].map(|name| line.get(name).cloned())
    };
    let on = [Some(batch["ip"].clone()), Some(batch["mpid"].clone()), Some(batch["user_identities"].clone()), None];
    let identity = json!([{ "identity_type": "email", "identity": "a@example.com" }]);
    let off = [None, Some(json!("9007199254740993")), Some(identity), Some(json!(2))];
    flag("raw_data_feed", false, "", &[batch], seen, on, off);
}
