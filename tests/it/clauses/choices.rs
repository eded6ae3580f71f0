//! U-1 to U-34: the questions that the documentation leaves open, and the choices. `schema` also tests U-8 and U-23, and
//! `readers` tests U-29 and U-30, `validate_files` U-28.

use mp_forwarding::contract::object_key::{ObjectKey, ObjectName, is_verification_object};
use mp_forwarding::settings::{ServerSideEncryption, SettingId, Settings, Table};
use mp_forwarding::store::{Acl, Encryption};
use serde_json::{Value, json};

use super::batching::{MINUTE, android, ids, of, profile};
use crate::each_setting::{batch, keys, run, settings};
use crate::support::bucket::{Forwarded, forward};

fn one(more: &str, batch: &Value) -> Value {
    run(more, std::slice::from_ref(batch)).lines().remove(0)
}

fn refused(more: &str) -> bool {
    let text =
        format!("[connection]\ns3_bucket_name = 'mp-forwarding-acme'\nstore_data_in_folders_by_date = 'none'\n{more}");
    Settings::from_toml(&text).is_err()
}

fn flags(forwarded: &Forwarded) -> Vec<String> {
    forwarded.summary.flags.iter().map(|(flag, count)| format!("{flag} {count}")).collect()
}

#[test]
fn u_1_the_verification_object_is_recognised_at_the_root_and_in_the_folder() {
    let name = "mParticle_Bucket_Verification_20240102-996199.txt";
    for key in [name.to_owned(), format!("a/b/{name}"), format!("a/b/2024-01-02/{name}")] {
        assert!(is_verification_object(&key, Some("a/b")), "{key}");
    }
    assert!(!is_verification_object(&format!("elsewhere/{name}"), Some("a/b")));
}

#[test]
fn u_2_no_acl_is_sent_unless_configured() {
    let acl = |more: &str| run(more, &[batch(&["profile"])]).objects[0].acl;
    assert_eq!(acl(""), None);
    assert_eq!(acl("[engine]\nacl = 'bucket-owner-full-control'"), Some(Acl::BucketOwnerFullControl));
}

#[test]
fn u_3_the_encryption_methods_are_these_four() {
    let names = ServerSideEncryption::ALL.map(|method| method.to_string());
    assert_eq!(names, ["None", "AES256", "aws:kms", "aws:kms:dsse"]);
    assert!(refused("server_side_encryption_method = 'kms'"));
}

#[test]
fn u_4_pointers_into_the_metadata_are_excluded_too() {
    let mut mine = batch(&["profile"]);
    mine["application_info"] = json!({ "os": "iOS", "sdk_version": "1" });
    mine["source_info"] = json!({ "channel": "native" });
    let line = one("metadata_field_exclusion = ['/application_info/os', '/source_info/channel']", &mine);
    assert_eq!((&line["application_info"], &line["source_info"]), (&json!({ "sdk_version": "1" }), &json!({})));
    for outside in ["/user_attributes/a", "/events/0", "application_info", "/application_info"] {
        assert!(refused(&format!("metadata_field_exclusion = ['{outside}']")), "{outside}");
    }
}

#[test]
fn u_5_a_batch_without_events_is_recognised_after_filtering() {
    let more = "send_batches_without_events = false\nsend_screen_views = false";
    let forwarded = run(more, &[batch(&["screen_view"]), batch(&[]), batch(&["profile"])]);
    assert_eq!(forwarded.event_types(), [["profile"]]);
    let filtered: Vec<_> = forwarded.summary.fates.filtered.iter().map(|(id, count)| (id.as_str(), *count)).collect();
    assert_eq!(filtered, [("send_screen_views", 1), ("send_batches_without_events", 1)]);
}

#[test]
fn u_6_an_unknown_type_is_forwarded() {
    assert_eq!(run("", &[batch(&["from_the_future"])]).event_types(), [["from_the_future"]]);
}

#[test]
fn u_7_integers_of_32_bits_and_decimals_stay_numbers() {
    let mut mine = batch(&["screen_view"]);
    mine["schema_version"] = 2.into();
    mine["device_info"] = json!({ "screen_height": 800 });
    mine["events"][0]["data"]["location"] = json!({ "latitude": 1.50, "longitude": 2 });
    mine["context"] = json!({ "data_plan": { "plan_version": 3 } });
    let line = one("", &mine);
    for pointer in [
        "/schema_version",
        "/device_info/screen_height",
        "/context/data_plan/plan_version",
        "/events/0/data/location/latitude",
    ] {
        assert_eq!(line.pointer(pointer), mine.pointer(pointer), "{pointer}");
    }
}

#[test]
fn u_8_the_format_of_the_identity_api_is_an_alias_request_too() {
    let data = json!({ "source_mpid": 1, "destination_mpid": 2, "start_unixtime_ms": 3, "end_unixtime_ms": 4 });
    let mine = json!({ "environment": "production", "events": [
        { "event_type": "alias_request", "data": data }, { "request_type": "alias", "data": data, "scope": "device" }] });
    let line = one("send_alias_requests = true", &mine);
    for index in 0..2 {
        let data = &line["events"][index]["data"];
        assert_eq!(
            data,
            &json!({ "source_mpid": "1", "destination_mpid": "2", "start_unixtime_ms": "3", "end_unixtime_ms": "4" })
        );
    }
    assert_eq!(run("", &[mine]).summary.fates.filtered[&SettingId::SendAliasRequests], 2);
}

#[test]
fn u_9_the_window_is_an_option_and_the_device_is_its_first_known_id() {
    let mut short = settings("");
    short.engine.window_seconds = 1;
    let input: String =
        [profile("a", 0), profile("a", 999), profile("a", 1_000)].iter().map(|batch| format!("{batch}\n")).collect();
    assert_eq!(ids(&forward(&short, &input)), [vec!["a0", "a999"], vec!["a1000"]]);
    let by = |device_info: Value| {
        let mut batch = profile("", 0);
        batch["device_info"] = device_info;
        batch
    };
    let (idfv, uuid) = (json!({ "ios_idfv": "x", "android_uuid": "1" }), json!({ "android_uuid": "x" }));
    let merged = |batches: &[Value]| run("", batches).lines().len() < batches.len();
    assert!(merged(&[by(idfv.clone()), by(json!({ "ios_idfv": "x", "android_uuid": "2" }))]));
    assert!(!merged(&[by(idfv), by(uuid)]));
    assert!(
        merged(&[by(json!({})), by(json!({ "ios_idfv": "00000000-0000-0000-0000-000000000000" }))]),
        "else the user"
    );
}

#[test]
fn u_10_a_session_without_an_end_is_released_after_a_day_and_flagged() {
    let day = 1_440 * MINUTE;
    let batches = [android("s", 0, "profile"), android("s", day - 1, "profile"), android("s", day, "profile")];
    let forwarded = run("wait_for_complete_batch = true", &batches);
    assert_eq!(ids(&forwarded), [vec!["s0", "s86399999"], vec!["s86400000"]]);
    assert_eq!(flags(&forwarded), ["session_released 1"]);
}

#[test]
fn u_11_files_are_utf_8_without_a_byte_order_mark_and_end_with_a_newline() {
    let mut mine = batch(&["profile"]);
    mine["events"][0]["data"]["x"] = "\u{feff}é".into();
    let object = run("", &[mine]).objects.remove(0);
    let text = std::str::from_utf8(&object.body).unwrap();
    assert!(text.starts_with('{') && text.ends_with("}\n") && text.contains("\u{feff}é"));
}

#[test]
fn u_12_the_extension_gz_is_an_option() {
    let mut settings = settings("use_compression = true");
    let key = |settings: &_| keys(&forward(settings, &format!("{}\n", batch(&["profile"])))).remove(0).to_owned();
    assert!(key(&settings).ends_with(".txt"));
    settings.engine.gzip_suffix = true;
    assert!(key(&settings).ends_with(".txt.gz"));
    settings.connection.use_compression = false;
    assert!(key(&settings).ends_with(".txt"));
}

#[test]
fn u_13_the_number_is_random_the_app_name_is_made_safe_and_an_option_overrides_it() {
    let mut settings = settings("send_as_batch = false");
    settings.engine.max_file_lines = 1;
    let mut mine = batch(&["profile"; 200]);
    mine["application_info"] = json!({ "application_name": "a/b\u{1}c" });
    let forwarded = forward(&settings, &format!("{mine}\n"));
    let names: Vec<_> = keys(&forwarded).iter().map(|key| ObjectKey::parse(key, None).unwrap().name).collect();
    assert!(names.iter().all(|name| name.app_name == "a-b-c" && (10_000..=99_999).contains(&name.number)));
    let mut numbers: Vec<_> = names.iter().map(|name| name.number).collect();
    numbers.dedup();
    assert!(numbers.len() > 150, "drawn, not counted");
    settings.engine.app_name = Some("Mine_2".to_owned());
    let key = keys(&forward(&settings, &format!("{mine}\n"))).remove(0).to_owned();
    assert!(key.starts_with("Mine_2_2026"), "{key}");
    mine["application_info"] = json!({ "application_name": "" });
    assert!(keys(&run("", &[mine]))[0].starts_with("unknown_2026"));
}

#[test]
fn u_14_a_date_folder_is_a_day_in_utc() {
    let mut mine = batch(&["profile"]);
    // Half an hour before midnight in UTC, in any time zone of this machine.
    mine["timestamp_unixtime_ms"] = 1_767_223_800_000_i64.into();
    assert_eq!(run("store_data_in_folders_by_date = 'upload_time'", &[mine]).texts()[0].0, "2025-12-31");
}

#[test]
fn u_15_without_a_time_of_the_first_event_the_upload_time_counts() {
    let mut mine = batch(&["profile", "profile"]);
    mine["events"][1]["data"]["timestamp_unixtime_ms"] = 0.into();
    mine["timestamp_unixtime_ms"] = 1_767_225_600_000_i64.into();
    assert_eq!(run("store_data_in_folders_by_date = 'first_event_or_upload_time'", &[mine]).texts()[0].0, "2026-01-01");
}

#[test]
fn u_16_only_the_version_and_the_time_of_receipt_are_added() {
    let line = one("", &json!({ "events": [{ "event_type": "profile", "data": {} }] }));
    let expected = json!({ "events": [{ "event_type": "profile", "data": {} }], "schema_version": 2, "timestamp_unixtime_ms": "1772323200000" });
    assert_eq!(line, expected);
    let own = json!({ "schema_version": 1, "timestamp_unixtime_ms": "5", "events": [] });
    assert_eq!(one("", &own), own);
    assert_eq!(one("raw_data_feed = true", &json!({ "events": [] })), json!({ "events": [] }));
}

#[test]
fn u_17_the_newest_value_wins_maps_merge_by_key_and_the_latest_set_or_delete_counts() {
    let with = |after, attributes: Value, deleted: &[&str]| {
        let mut batch = profile("a", after);
        batch["user_attributes"] = attributes;
        batch["deleted_user_attributes"] = json!(deleted);
        batch["batch_id"] = after.to_string().into();
        batch
    };
    let batches = [
        with(0, json!({ "a": 1, "b": 1 }), &[]),
        with(1, json!({ "b": 2 }), &["a"]),
        with(2, json!({ "c": null }), &["d"]),
    ];
    let line = run("", &batches).lines().remove(0);
    assert_eq!(line["batch_id"], "2");
    assert_eq!(
        (&line["user_attributes"], &line["deleted_user_attributes"]),
        (&json!({ "b": 2, "c": null }), &json!(["a", "d"]))
    );
    for (pointer, value) in [
        ("environment", json!("development")),
        ("mpid", json!("8")),
        ("application_info", json!({ "application_name": "x" })),
    ] {
        let mut other = profile("a", 1);
        other[pointer] = value;
        assert_eq!(run("", &[profile("a", 0), other]).lines().len(), 2, "{pointer}");
    }
    let mut unknown_user = profile("a", 0);
    unknown_user["mpid"] = Value::Null;
    assert_eq!(run("", &[unknown_user.clone(), unknown_user]).lines().len(), 2);
}

#[test]
fn u_18_device_session_and_app_are_taken_before_filtering_and_removal() {
    let more = "wait_for_complete_batch = true\nsend_lifecycle_events = false\ninclude_metadata = false\ninclude_mp_deviceid = false";
    let named = |mut batch: Value| {
        batch["application_info"] = json!({ "application_name": "Shop" });
        batch
    };
    let batches = [android("s", 0, "profile"), android("s", 1, "session_end"), android("s", 2, "profile")].map(named);
    let forwarded = run(more, &batches);
    assert_eq!(ids(&forwarded), [["s0"], ["s2"]]);
    assert!(keys(&forwarded)[0].starts_with("Shop_"));
    assert!(
        forwarded.lines().iter().all(|line| line.get("mp_deviceid").is_none() && line.get("device_info").is_none())
    );
}

#[test]
fn u_19_a_raw_data_feed_keeps_spellings_and_two_identities_of_a_type_are_quarantined() {
    let identity = |kind: &str, id: &str| json!({ "identity_type": kind, "identity": id });
    let with = |second: &str| json!({ "mpid": 1, "batch_id": "2", "user_identities": [identity("email", "a"), identity(second, "b")], "events": [] });
    let forwarded = run("raw_data_feed = true\nsend_screen_views = false", &[with("other"), with("email")]);
    let expected =
        json!({ "mpid": 1, "batch_id": "2", "user_identities": { "email": "a", "other": "b" }, "events": [] });
    assert_eq!(forwarded.lines(), [expected]);
    assert_eq!(forwarded.summary.fates.quarantined, 1);
}

#[test]
fn u_20_a_file_closes_by_size_count_or_age_and_holds_many_lines() {
    let batches = vec![batch(&["profile"]); 5];
    let input: String = batches.iter().map(|batch| format!("{batch}\n")).collect();
    let mut settings = settings("send_as_batch = false");
    assert_eq!(forward(&settings, &input).objects.len(), 1);
    settings.engine.max_file_lines = 2;
    assert_eq!(forward(&settings, &input).objects.len(), 3);
    settings.engine.max_file_lines = 100;
    settings.engine.max_file_bytes = 150;
    assert_eq!(forward(&settings, &input).objects.len(), 5);
}

#[test]
fn u_21_a_location_is_valid_with_numbers_in_range_of_an_event_that_is_forwarded() {
    let located = |kind: &str, latitude: Value| {
        let location = json!({ "latitude": latitude, "longitude": 180 });
        json!({ "event_type": kind, "data": { "location": location } })
    };
    let mut mine = batch(&[]);
    mine["ip"] = "203.0.113.7".into();
    mine["events"] = json!([
        located("screen_view", json!(1)),
        located("profile", json!("2")),
        located("profile", json!(91)),
        located("profile", json!(-90))
    ]);
    let more = "include_event_batch_location = true\nsend_screen_views = false\ninclude_location_information = false";
    let line = one(more, &mine);
    assert_eq!(line["context"], json!({ "location": { "latitude": -90, "longitude": 180 } }));
    assert!(line["events"].as_array().unwrap().iter().all(|event| event["data"] == json!({})));
    mine["events"] = json!([located("profile", json!(90.5))]);
    assert!(one(more, &mine).get("context").is_none(), "none is guessed from the IP");
}

#[test]
fn u_22_an_android_input_is_recognised_by_its_platform_else_by_its_os() {
    let with = |name: &str, value: Value| {
        let end = |after, kind| {
            let mut batch = of("d", after, kind, json!({ "session_id": "5" }));
            batch[name] = value.clone();
            batch
        };
        let more = "wait_for_complete_batch = true\nsend_as_batch = false";
        run(more, &[end(0, "profile"), end(60 * MINUTE, "session_end")]).lines().len()
    };
    assert_eq!(with("device_info", json!({ "platform": "android" })), 1);
    assert_eq!(with("application_info", json!({ "os": "Android" })), 1);
    assert_eq!(with("device_info", json!({ "platform": "iOS" })), 2);
}

#[test]
fn u_22_a_session_over_128_kib_is_split_and_flagged() {
    let long = |after, kind| {
        let mut batch = android("s", after, kind);
        batch["events"][0]["data"]["x"] = "x".repeat(70_000).into();
        batch
    };
    let forwarded = run("wait_for_complete_batch = true", &[long(0, "profile"), long(1, "session_end")]);
    assert_eq!((forwarded.lines().len(), flags(&forwarded)), (2, vec!["session_split 2".to_owned()]));
}

#[test]
fn u_23_identities_are_pairs_nulls_are_omitted_and_a_misspelling_is_corrected() {
    let identities = |map: Value| one("", &json!({ "user_identities": map, "events": [] }))["user_identities"].clone();
    let pair = |kind: &str, id: &str| json!({ "identity_type": kind, "identity": id });
    assert_eq!(identities(json!({ "email": null, "customerid": "1" })), json!([pair("customer_id", "1")]));
    assert_eq!(
        identities(json!({ "customerid": "1", "customer_id": "2" })),
        json!([pair("customerid", "1"), pair("customer_id", "2")])
    );
    let stamped = json!([{ "identity_type": "email", "identity": "a", "timestamp_unixtime_ms": 5 }]);
    assert_eq!(identities(stamped)[0]["timestamp_unixtime_ms"], "5");
}

#[test]
fn u_24_bucket_and_mode_are_required_and_displayed_names_ignore_case() {
    let bucket = "s3_bucket_name = 'mp-forwarding-acme'\n";
    for lacking in [
        bucket.to_owned(),
        format!("{bucket}store_data_in_folders_by_date = 'UNSELECTED'"),
        format!("{bucket}store_data_in_folders_by_date = ''"),
        "s3_bucket_name = ''\nstore_data_in_folders_by_date = 'none'".to_owned(),
    ] {
        assert!(Settings::from_toml(&format!("[connection]\n{lacking}")).is_err(), "{lacking}");
    }
    let shown = "[CONNECTION]".to_lowercase()
        + "\n'S3 BUCKET name' = 'mp-forwarding-acme'\n'Store Data in Folders By Date' = 'STORE data in folders by upload time'\nunique_id = ''";
    let read = Settings::from_toml(&shown).unwrap().connection;
    assert_eq!((read.store_data_in_folders_by_date.to_string().as_str(), read.unique_id), ("upload_time", None));
    for id in SettingId::ALL.iter().filter(|id| id.table() == Table::Connection) {
        assert_eq!(
            SettingId::ALL.iter().filter(|other| other.shown_name().eq_ignore_ascii_case(id.shown_name())).count(),
            1
        );
    }
}

#[test]
fn u_25_a_key_is_folder_date_and_name_and_an_impossible_date_uses_the_base_folder() {
    let mut mine = batch(&["profile"]);
    mine["timestamp_unixtime_ms"] = 1_767_225_600_000_i64.into();
    let more = "folder_name = '/exports/eu/'\nstore_data_in_folders_by_date = 'upload_time'";
    assert!(keys(&run(more, std::slice::from_ref(&mine)))[0].starts_with("exports/eu/2026-01-01/unknown_"));
    mine["timestamp_unixtime_ms"] = 253_402_300_800_000_i64.into();
    assert!(keys(&run(more, &[mine]))[0].starts_with("exports/eu/unknown_"));
    for folder in ["a/../b", "a//b", ".."] {
        assert!(refused(&format!("folder_name = '{folder}'")), "{folder}");
    }
}

#[test]
fn u_26_the_other_64_bit_integers_are_strings_too() {
    let state = json!({ "time_since_start_ms": 1, "total_system_memory_usage_bytes": 2, "disk_space_free_bytes": 3, "external_disk_space_free_bytes": 4 });
    let mut mine = batch(&["session_end", "crash_report", "profile"]);
    mine["events"][0]["data"] = json!({ "session_duration_ms": 5, "device_current_state": state });
    mine["events"][1]["data"] =
        json!({ "ios_image_base_address": 18_446_744_073_709_551_615_u64, "ios_image_size": 6 });
    mine["events"][2]["data"] = json!({ "previous_mpid": 7, "current_mpid": -8 });
    mine["origin_mpid"] = 9.into();
    mine["device_info"] = json!({ "att_timestamp_unixtime_ms": 10 });
    mine["consent_state"] = json!({ "gdpr": { "ads": { "timestamp_unixtime_ms": 11 } }, "ccpa": { "data_sale_opt_out": { "timestamp_unixtime_ms": 12 } } });
    let line = one("include_consent_state = true", &mine).to_string();
    for digits in (1..=12).map(|number| number.to_string()).chain(["-8".to_owned(), "18446744073709551615".to_owned()])
    {
        let spelled = format!("\"{digits}\"");
        assert!(digits == "8" || line.contains(&spelled), "{spelled} not in {line}");
    }
}

#[test]
fn u_27_the_key_of_kms_is_an_engine_option_and_app_identifiers_cannot_be_excluded() {
    let mut settings = settings("server_side_encryption_method = 'aws:kms'");
    settings.engine.sse_kms_key_id = Some("alias/acme".to_owned());
    let object = forward(&settings, &format!("{}\n", batch(&["profile"]))).objects.remove(0);
    assert_eq!(object.encryption, Some(Encryption::AwsKms { key_id: Some("alias/acme".to_owned()) }));
    assert!(refused("sse_kms_key_id = 'alias/acme'"), "no connection setting");
    for id in ["package", "bundle_id"] {
        assert!(refused(&format!("metadata_field_exclusion = ['/application_info/{id}']")), "{id}");
    }
}

#[test]
fn u_28_a_file_of_ours_has_one_app() {
    let of_app = |app: &str| {
        let mut mine = batch(&["profile"]);
        mine["application_info"] = json!({ "application_name": app });
        mine
    };
    let forwarded = run("", &[of_app("a"), of_app("b")]);
    let names: Vec<_> = keys(&forwarded).into_iter().map(|key| key.parse::<ObjectName>().unwrap().app_name).collect();
    assert_eq!(names, ["a", "b"]);
}

#[test]
fn u_29_event_num_is_written_as_it_came() {
    let mut mine = batch(&["profile", "profile"]);
    mine["events"][0]["data"] = json!({ "event_num": 7 });
    mine["events"][1]["data"] = json!({ "event_num": "8" });
    assert_eq!(one("", &mine)["events"], mine["events"]);
}

#[test]
fn u_30_an_integer_spelled_as_a_double_is_written_as_its_digits_up_to_2_to_the_53rd() {
    let line = r#"{"environment":"production","mpid":1.606896432E+12,"batch_id":-5.28e+18,"origin_mpid":1.5,"events":[{"event_type":"profile","data":{"event_id":1.0,"session_id":1e3}}]}"#;
    let forwarded = forward(&settings(""), &format!("{line}\n"));
    let text = String::from_utf8(forwarded.objects[0].body.to_vec()).unwrap();
    for part in [
        r#""mpid":"1606896432000""#,
        r#""batch_id":-5.28e+18,"#,
        r#""origin_mpid":1.5,"#,
        r#""event_id":"1","session_id":"1000""#,
    ] {
        assert!(text.contains(part), "{part} not in {text}");
    }
    let flags: Vec<_> = forwarded.summary.flags.iter().map(|(flag, count)| (flag.to_string(), *count)).collect();
    let expected = [("integer_respelled", 2), ("digits_lost", 1), ("integer_unreadable", 1)];
    assert_eq!(flags, expected.map(|(flag, count)| (flag.to_owned(), count)));
    // A raw data feed keeps every spelling (U-19).
    let raw = forward(&settings("raw_data_feed = true"), &format!("{line}\n"));
    assert_eq!((&raw.objects[0].body[..line.len()], raw.summary.flags.len()), (line.as_bytes(), 0));
}

#[test]
fn u_31_the_ip_leaves_the_outbound_form_unless_the_option_keeps_it() {
    let mut mine = batch(&["profile"]);
    mine["ip"] = "203.0.113.7".into();
    let kept = |keep_ip, more: &str| {
        let mut settings = settings(more);
        settings.engine.keep_ip = keep_ip;
        forward(&settings, &format!("{mine}\n")).lines()[0].get("ip").is_some()
    };
    let excluded = "metadata_field_exclusion = ['IP Address']";
    assert_eq!([kept(false, ""), kept(true, ""), kept(true, excluded)], [false, true, false]);
}

/// Bug: a session that ended inside a batch that begins with another one stayed open for a day.
#[test]
fn u_32_events_of_a_batch_go_to_their_own_sessions() {
    let event = |kind: &str, session: Value| json!({ "event_type": kind, "data": { "session_id": session } });
    let of_batch = |events: Value| {
        json!({ "environment": "production", "mpid": 1, "mp_deviceid": "d", "device_info": { "platform": "Android" },
            "timestamp_unixtime_ms": "1772323200000", "events": events })
    };
    let first = of_batch(json!([event("custom_event", json!(1))]));
    let second = of_batch(json!([
        event("custom_event", json!(2)),
        event("session_end", json!(1)),
        event("profile", Value::Null)
    ]));
    let sessions = |more: &str| {
        let forwarded = run(&format!("wait_for_complete_batch = true\n{more}"), &[first.clone(), second.clone()]);
        assert_eq!(forwarded.summary.fates.written, 4);
        let of_line = |line: Value| -> Vec<Value> {
            line["events"].as_array().unwrap().iter().map(|event| event["data"]["session_id"].clone()).collect()
        };
        forwarded.lines().into_iter().map(of_line).collect::<Vec<_>>()
    };
    let expected = [vec![json!("1"), json!("1")], vec![json!("2")], vec![Value::Null]];
    assert_eq!(sessions(""), expected);
    let alone = [vec![json!("1"), json!("1")], vec![Value::Null], vec![json!("2")]];
    assert_eq!(sessions("send_as_batch = false"), alone);
}

/// Bug: every line had the location of the batch's first event.
#[test]
fn u_33_each_line_has_the_location_of_its_own_event() {
    let located = |latitude: i64| json!({ "event_type": "profile", "data": { "location": { "latitude": latitude, "longitude": 0 } } });
    let mut mine = batch(&["profile"]);
    mine["events"] = json!([located(1), { "event_type": "profile", "data": {} }, located(2)]);
    let more = "send_as_batch = false\ninclude_event_batch_location = true";
    let latitudes = |batch: &Value| -> Vec<Value> {
        run(more, std::slice::from_ref(batch))
            .lines()
            .iter()
            .map(|line| line["context"]["location"]["latitude"].clone())
            .collect()
    };
    assert_eq!(latitudes(&mine), [json!(1), Value::Null, json!(2)]);
    mine["context"] = json!({ "location": { "latitude": 9, "longitude": 0 } });
    assert_eq!(latitudes(&mine), [9, 9, 9]);
}

#[test]
fn u_34_blanks_at_the_ends_are_refused_and_blanks_alone_are_unset() {
    for setting in ["folder_name", "unique_id"] {
        for typed in [" x", "x ", "\tx"] {
            assert!(refused(&format!("{setting} = {}", json!(typed))), "{setting} {typed:?}");
        }
        assert_eq!(settings(&format!("{setting} = '  '")), settings(""), "{setting}");
    }
}
