//! FILE-1, FILE-2, NAME-1, LAY-1 to LAY-5, SSE-1.

use std::collections::BTreeSet;
use std::io::Read;

use mp_forwarding::contract::object_key::ObjectKey;
use mp_forwarding::store::Encryption;
use serde_json::{Value, json};

use crate::each_setting::{batch, keys, run, settings};
use crate::support::bucket::forward;

/// A batch whose event happened and which was uploaded at these times, if given.
fn at(event: Option<i64>, upload: Option<i64>) -> Value {
    let mut batch = batch(&["profile"]);
    if let Some(event) = event {
        batch["events"][0]["data"]["timestamp_unixtime_ms"] = event.into();
    }
    if let Some(upload) = upload {
        batch["timestamp_unixtime_ms"] = upload.into();
    }
    batch
}

const JUNE: i64 = 1_780_272_000_000; // 2026-06-01T00:00:00Z
const JULY: i64 = 1_782_864_000_000; // 2026-07-01T00:00:00Z

/// The folder of a batch.
fn folder(mode: &str, batch: Value) -> String {
    run(&format!("store_data_in_folders_by_date = '{mode}'"), &[batch]).texts().remove(0).0
}

#[test]
fn file_1_a_file_is_ndjson_with_a_newline_at_the_end_and_never_empty() {
    let mut text = batch(&["profile"]);
    text["events"][0]["data"]["note"] = json!("one\ntwo\r\n");
    let forwarded = run("", &[text, batch(&["profile"]), batch(&["profile"])]);
    let body = std::str::from_utf8(&forwarded.objects[0].body).unwrap();
    assert_eq!(forwarded.objects.len(), 1);
    assert!(body.starts_with('{') && body.ends_with("}\n") && !body.contains("\n\n") && !body.contains('\r'));
    assert_eq!(body.lines().count(), 3);
    assert!(body.lines().all(|line| serde_json::from_str::<Value>(line).unwrap().is_object()));
    assert!(run("", &[]).objects.is_empty());
    assert!(
        run("send_custom_events = false\nsend_batches_without_events = false", &[batch(&["custom_event"])])
            .objects
            .is_empty()
    );
}

#[test]
fn file_2_a_compressed_object_is_entirely_gzip() {
    let batches = [batch(&["profile"]), batch(&["opt_out"])];
    let plain = run("", &batches).objects.remove(0);
    let object = run("use_compression = true", &batches).objects.remove(0);
    assert!(object.key.ends_with(".txt"), "{}", object.key);
    assert_eq!(object.content_type, "application/gzip");
    let mut decoder = flate2::bufread::GzDecoder::new(&object.body[..]);
    let mut text = Vec::new();
    decoder.read_to_end(&mut text).unwrap();
    assert!(decoder.into_inner().is_empty(), "one member, and nothing after it");
    assert_eq!(text, plain.body);
}

#[test]
fn name_1_a_file_name_has_app_time_and_number() {
    let mut mine = batch(&["profile"]);
    mine["application_info"] = json!({ "application_name": "Tea_Shop/EU\u{7}" });
    let key = keys(&run("", &[mine])).remove(0).to_owned();
    let (rest, number) = key.strip_suffix(".txt").unwrap().rsplit_once('_').unwrap();
    assert!(
        number.len() == 5 && !number.starts_with('0') && number.bytes().all(|digit| digit.is_ascii_digit()),
        "{key}"
    );
    assert_eq!(rest, "Tea_Shop-EU-_20260301000000000000");
    let published = "mPTravel_20171017170911644493_34523.txt";
    let read = ObjectKey::parse(published, None).unwrap();
    assert_eq!((read.name.app_name.as_str(), read.to_string().as_str()), ("mPTravel", published));
}

#[test]
fn lay_1_every_object_is_in_folder_name() {
    let batches = [at(Some(JUNE), None), at(None, Some(JULY)), batch(&[])];
    let forwarded = run("folder_name = 'exports/eu'\nstore_data_in_folders_by_date = 'event_time'", &batches);
    assert!(forwarded.objects.len() == 2 && keys(&forwarded).iter().all(|key| key.starts_with("exports/eu/")));
}

#[test]
fn lay_2_date_folders_are_days_in_utc_from_midnight_to_midnight() {
    for (at_ms, date) in [
        (JUNE - 1, "2026-05-31"),
        (JUNE, "2026-06-01"),
        (JUNE + 86_399_999, "2026-06-01"),
        (1_709_164_800_000, "2024-02-29"),
        (1_709_251_199_999, "2024-02-29"),
        (1_709_251_200_000, "2024-03-01"),
        (4_107_542_400_000, "2100-03-01"), // 2100 is no leap year
        (4_107_542_399_999, "2100-02-28"),
        (1_767_225_599_999, "2025-12-31"),
        (1_767_225_600_000, "2026-01-01"),
        (0, "1970-01-01"),
        (-1, "1969-12-31"),
        (253_402_300_799_999, "9999-12-31"),
        (-62_167_219_200_000, "0000-01-01"),
    ] {
        assert_eq!(folder("event_time", at(Some(at_ms), None)), date, "{at_ms}");
        assert_eq!(folder("upload_time", at(None, Some(at_ms))), date, "{at_ms}");
    }
}

#[test]
fn lay_3_the_mode_selects_the_time_of_the_folder() {
    // With the time of the event, with an event without a time, and without events.
    for (mode, folders) in [
        ("none", ["", "", ""]),
        ("event_time", ["2026-06-01", "", ""]),
        ("upload_time", ["2026-07-01", "2026-07-01", "2026-07-01"]),
        ("first_event_or_upload_time", ["2026-06-01", "2026-07-01", "2026-07-01"]),
    ] {
        let mut empty = at(None, Some(JULY));
        empty["events"] = json!([]);
        let batches = [at(Some(JUNE), Some(JULY)), at(None, Some(JULY)), empty];
        assert_eq!(batches.map(|batch| folder(mode, batch)), folders, "{mode}");
    }
    // The first forwarded event counts, and without an upload time the time of receipt.
    let mut two = at(Some(JULY), None);
    two["events"].as_array_mut().unwrap().insert(0, at(Some(JUNE), None)["events"][0].clone());
    two["events"][0]["event_type"] = "screen_view".into();
    let filtered = "store_data_in_folders_by_date = 'event_time'\nsend_screen_views = false";
    assert_eq!(run(filtered, &[two]).texts()[0].0, "2026-07-01");
    assert_eq!(folder("upload_time", at(Some(JUNE), None)), "2026-03-01");
}

#[test]
fn lay_4_the_dates_of_folder_and_name_may_differ() {
    let key = keys(&run("store_data_in_folders_by_date = 'event_time'", &[at(Some(0), None)])).remove(0).to_owned();
    assert!(key.starts_with("1970-01-01/unknown_20260301"), "{key}");
    assert!(ObjectKey::parse(&key, None).is_ok());
}

#[test]
fn lay_5_a_file_holds_one_app_and_one_folder() {
    let of = |app: &str, event| {
        let mut batch = at(Some(event), None);
        batch["application_info"] = json!({ "application_name": app });
        batch
    };
    let batches = [of("a", JUNE), of("b", JUNE), of("a", JULY), of("a", JUNE), of("b", JUNE + 86_399_999)];
    let forwarded = run("store_data_in_folders_by_date = 'event_time'", &batches);
    let mut seen = BTreeSet::new();
    for object in &forwarded.objects {
        let key = ObjectKey::parse(&object.key, None).unwrap();
        for line in std::str::from_utf8(&object.body).unwrap().lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            assert_eq!(line["application_info"]["application_name"], key.name.app_name);
            let event: i64 = line["events"][0]["data"]["timestamp_unixtime_ms"].as_str().unwrap().parse().unwrap();
            assert_eq!(key.date.unwrap().to_string(), if event < JULY { "2026-06-01" } else { "2026-07-01" });
        }
        seen.insert((key.name.app_name, key.date));
    }
    assert_eq!((seen.len(), forwarded.objects.len(), forwarded.lines().len()), (3, 3, 5));
}

#[test]
fn sse_1_the_configured_encryption_is_requested_for_every_object() {
    let batches = [at(Some(JUNE), None), at(Some(JULY), None)];
    for (method, asked_for) in [
        ("None", None),
        ("AES256", Some(Encryption::Aes256)),
        ("aws:kms", Some(Encryption::AwsKms { key_id: None })),
        ("aws:kms:dsse", Some(Encryption::AwsKmsDsse { key_id: None })),
    ] {
        let more = format!("store_data_in_folders_by_date = 'event_time'\nserver_side_encryption_method = '{method}'");
        let forwarded = run(&more, &batches);
        assert_eq!(forwarded.objects.len(), 2);
        assert!(forwarded.objects.iter().all(|object| object.encryption == asked_for), "{method}");
    }
}

#[test]
fn impossible_timestamps_are_kept_and_flagged_and_the_folder_follows_the_rule() {
    for (timestamp, folder, flag) in [
        (-86_400_001, "1969-12-30", "timestamp_negative"),
        (1_700_000_000, "1970-01-20", "timestamp_in_seconds"),
        (32_503_680_000_000, "3000-01-01", "timestamp_in_future"),
        (253_402_300_800_000, "", "timestamp_in_future"),
        (i64::MAX, "", "timestamp_in_future"),
        (i64::MIN, "", "timestamp_negative"),
    ] {
        let forwarded = run("store_data_in_folders_by_date = 'event_time'", &[at(Some(timestamp), None)]);
        let (found, line) = forwarded.texts().remove(0);
        assert_eq!(found, folder, "{timestamp}");
        assert!(line.contains(&format!("\"timestamp_unixtime_ms\":\"{timestamp}\"")), "{line}");
        let flags: Vec<_> = forwarded.summary.flags.iter().map(|(flag, count)| (flag.to_string(), *count)).collect();
        assert_eq!(flags, [(flag.to_owned(), 1)], "{timestamp}");
        assert_eq!(forwarded.summary.fates.written, 1);
    }
}

#[test]
fn files_close_by_size_and_by_count() {
    let batches = vec![batch(&["profile"]); 10];
    let input: String = batches.iter().map(|batch| format!("{batch}\n")).collect();
    let mut settings = settings("");
    settings.engine.max_file_lines = 3;
    let lines = |settings: &_| {
        let forwarded = forward(settings, &input);
        let bodies = forwarded.objects.iter().map(|object| object.body.iter().filter(|byte| **byte == b'\n').count());
        let mut lines: Vec<_> = bodies.collect();
        lines.sort_unstable();
        lines
    };
    assert_eq!(lines(&settings), [1, 3, 3, 3]);
    settings.engine.max_file_lines = 100;
    settings.engine.max_file_bytes = 1;
    assert_eq!(lines(&settings), [1; 10]);
}
