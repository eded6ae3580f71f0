//! Tests of each rule, each with the smallest input that shows it.

use jiff::Timestamp;

use super::*;
use crate::conform::document::{Value, parse};
use crate::settings::{Connection, DateFolders, SettingId, Settings};

fn settings(change: impl Fn(&mut Connection)) -> Settings {
    let mut connection = Connection::new("mp-forwarding-test".parse().unwrap(), DateFolders::None);
    change(&mut connection);
    Settings::new(connection)
}

fn received_at() -> Timestamp {
    Timestamp::from_millisecond(1_700_000_000_000).unwrap()
}

fn under(settings: &Settings, line: &str) -> Expectation {
    let expectation = Expectation::of([line.as_bytes()], settings, received_at());
    let quarantined: u64 = expectation.quarantined.iter().map(|q| q.events).sum();
    assert_eq!(expectation.received, expectation.written() + expectation.filtered.len() as u64 + quarantined);
    expectation
}

/// The lines without values that are added if missing.
fn lines(change: impl Fn(&mut Connection), line: &str) -> Vec<String> {
    let filled = format!(r#"{{"schema_version":2,"timestamp_unixtime_ms":"1",{}"#, &line[1..]).replace(",}", "}");
    let raw = settings(&change).connection.raw_data_feed;
    let input = if raw { line.to_owned() } else { filled };
    let texts = under(&settings(change), &input).lines.into_iter().map(|line| line.text);
    texts.map(|text| text.replacen(r#""schema_version":2,"timestamp_unixtime_ms":"1","#, "", 1)).collect()
}

fn default(_: &mut Connection) {}

#[test]
fn integers_become_strings_only_where_the_contract_lists_them() {
    let line = r#"{"batch_id":-9007199254740993,"mpid":"7","plan_version":3,"device_info":{"screen_height":5,"att_timestamp_unixtime_ms":6},"events":[{"event_type":"screen_view","data":{"event_id":-1,"session_duration_ms":5,"custom_attributes":{"event_id":1.0},"device_current_state":{"time_since_start_ms":8,"battery_level":0.5}}},{"event_type":"session_end","data":{"session_duration_ms":5,"session_id":1e3}}]}"#;
    let expected = r#"{"batch_id":"-9007199254740993","mpid":"7","plan_version":3,"device_info":{"screen_height":5,"att_timestamp_unixtime_ms":"6"},"events":[{"event_type":"screen_view","data":{"event_id":"-1","session_duration_ms":5,"custom_attributes":{"event_id":1.0},"device_current_state":{"time_since_start_ms":"8","battery_level":0.5}}},{"event_type":"session_end","data":{"session_duration_ms":"5","session_id":"1000"}}]}"#;
    assert_eq!(lines(default, line), [expected]);
    assert_eq!(lines(|c| c.raw_data_feed = true, line), [line]);
}

#[test]
fn every_listed_integer_of_an_event_is_written_as_a_string() {
    let event = |kind: &str, data: &str| format!(r#"{{"events":[{{"event_type":"{kind}","data":{data}}}]}}"#);
    let all = |c: &mut Connection| {
        c.send_alias_requests = true;
        c.include_user_identity_change_events = true;
    };
    for (kind, data, expected) in [
        ("profile", r#"{"previous_mpid":1,"current_mpid":2}"#, r#"{"previous_mpid":"1","current_mpid":"2"}"#),
        ("crash_report", r#"{"ios_image_size":18446744073709551615}"#, r#"{"ios_image_size":"18446744073709551615"}"#),
        ("custom_event", r#"{"event_id":9223372036854775808}"#, r#"{"event_id":9223372036854775808}"#),
        (
            "crash_report",
            r#"{"breadcrumbs":[{"event_type":"breadcrumb","data":{"event_id":4}}]}"#,
            r#"{"breadcrumbs":[{"event_type":"breadcrumb","data":{"event_id":"4"}}]}"#,
        ),
        (
            "commerce_event",
            r#"{"product_action":{"products":[{"added_to_cart_time_ms":5,"quantity":2}]}}"#,
            r#"{"product_action":{"products":[{"added_to_cart_time_ms":"5","quantity":2}]}}"#,
        ),
        (
            "user_identity_change",
            r#"{"new":{"timestamp_unixtime_ms":5},"old":null}"#,
            r#"{"new":{"timestamp_unixtime_ms":"5"},"old":null}"#,
        ),
        ("alias_request", r#"{"source_mpid":1,"end_unixtime_ms":2}"#, r#"{"source_mpid":"1","end_unixtime_ms":"2"}"#),
        ("not_known", r#"{"event_id":1,"source_mpid":1}"#, r#"{"event_id":"1","source_mpid":1}"#),
    ] {
        assert_eq!(lines(all, &event(kind, data)), [event(kind, expected)]);
    }
}

#[test]
fn identities_become_an_array_in_the_order_of_the_map() {
    let line = r#"{"user_identities":{"email":"a","customerid":"c","facebook":null,"other":12345678901234567890,"new_kind":true}}"#;
    let expected = r#"{"user_identities":[{"identity_type":"email","identity":"a"},{"identity_type":"customer_id","identity":"c"},{"identity_type":"other","identity":"12345678901234567890"},{"identity_type":"new_kind","identity":"true"}]}"#;
    assert_eq!(lines(default, line), [expected]);
    let both = r#"{"user_identities":{"customerid":"c","customer_id":"d"}}"#;
    assert!(lines(default, both)[0].contains(r#""identity_type":"customerid""#));
    let array = r#"{"user_identities":[{"identity_type":"email","identity":"a","timestamp_unixtime_ms":5}]}"#;
    assert_eq!(lines(default, array), [array.replace(":5}", r#":"5"}"#)]);
    assert_eq!(lines(default, r#"{"user_identities":null}"#), [r#"{"user_identities":null}"#]);
}

#[test]
fn a_raw_feed_has_identities_as_a_map_and_two_of_one_type_cannot_be() {
    let raw = |c: &mut Connection| c.raw_data_feed = true;
    let array =
        r#"{"user_identities":[{"identity_type":"email","identity":"a","timestamp_unixtime_ms":"5"}],"ip":"::1"}"#;
    assert_eq!(lines(raw, array), [r#"{"user_identities":{"email":"a"},"ip":"::1"}"#]);
    let twice = r#"{"user_identities":[{"identity_type":"email","identity":"a"},{"identity_type":"email","identity":"b"}],"events":[{"event_type":"unknown","data":{}},{"event_type":"screen_view","data":{}}]}"#;
    let outcome = under(&settings(raw), twice);
    assert!(outcome.lines.is_empty());
    assert_eq!((outcome.received, outcome.quarantined[0].events), (2, 2));
}

#[test]
fn what_is_absent_is_filled_in_and_nothing_else_is_invented() {
    let outcome = under(&settings(default), r#"{"environment":"production","ip":"192.0.2.1","schema_version":null}"#);
    let expected = r#"{"environment":"production","schema_version":2,"timestamp_unixtime_ms":"1700000000000"}"#;
    assert_eq!(outcome.lines[0].text, expected);
    assert_eq!(outcome.lines[0].added, ["/schema_version", "/timestamp_unixtime_ms"]);
    assert!(outcome.lines[0].stamped_at_receipt);
    assert_eq!(lines(|c| c.unique_id = Some("u".into()), r#"{"unique_id":1}"#), [r#"{"unique_id":"u"}"#]);
    assert_eq!(lines(default, r#"{"unique_id":1}"#), [r#"{"unique_id":1}"#]);
}

#[test]
fn each_event_type_obeys_its_setting_and_no_other() {
    let types = [
        ("application_state_transition", Some(SettingId::SendLifecycleEvents)),
        ("session_start", Some(SettingId::SendLifecycleEvents)),
        ("session_end", Some(SettingId::SendLifecycleEvents)),
        ("screen_view", Some(SettingId::SendScreenViews)),
        ("crash_report", Some(SettingId::SendCrashEvents)),
        ("network_performance", Some(SettingId::SendNetworkPerformanceEvents)),
        ("custom_event", Some(SettingId::SendCustomEvents)),
        ("push_registration", Some(SettingId::SendPushRegistrationsAndReceipts)),
        ("push_message", Some(SettingId::SendPushRegistrationsAndReceipts)),
        ("push_reaction", Some(SettingId::SendPushRegistrationsAndReceipts)),
        ("commerce_event", Some(SettingId::SendCommerceEvents)),
        ("user_attribute_change", Some(SettingId::IncludeUserAttributeChangeEvents)),
        ("user_identity_change", Some(SettingId::IncludeUserIdentityChangeEvents)),
        ("alias_request", Some(SettingId::SendAliasRequests)),
        ("breadcrumb", None),
        ("first_run", None),
        ("opt_out", None),
        ("profile", None),
        ("uninstall", None),
        ("pre_attribution", None),
        ("validation_result", None),
        ("unknown", None),
        ("never heard of", None),
    ];
    let switches = types.iter().filter_map(|(_, setting)| *setting).collect::<std::collections::BTreeSet<_>>();
    for off in &switches {
        let settings = settings(|c| {
            switches.iter().for_each(|id| *c.flag_mut(*id).unwrap() = id != off);
        });
        for (kind, setting) in types {
            let line = format!(r#"{{"events":[{{"event_type":"{kind}","data":{{}}}}]}}"#);
            let outcome = under(&settings, &line);
            let filtered = outcome.filtered_by().into_iter().collect::<Vec<_>>();
            if setting == Some(*off) {
                assert_eq!(filtered, [(*off, 1)], "{kind}");
                assert!(outcome.lines[0].text.starts_with(r#"{"events":[]"#), "{kind}");
            } else {
                assert_eq!((filtered.len(), outcome.lines[0].events()), (0, 1), "{kind} under {off}");
            }
        }
    }
}

#[test]
fn alias_requests_are_known_in_every_shape() {
    for event in [r#"{"event_type":"alias_request","data":{}}"#, r#"{"request_type":"alias","data":{"source_mpid":1}}"#]
    {
        let line = format!(r#"{{"events":[{event}]}}"#);
        let outcome = under(&settings(default), &line);
        assert_eq!(outcome.filtered_by().into_iter().collect::<Vec<_>>(), [(SettingId::SendAliasRequests, 1)]);
        let kept = lines(|c| c.send_alias_requests = true, &line);
        assert_eq!(kept, [line.replace(r#""source_mpid":1"#, r#""source_mpid":"1""#)]);
    }
}

#[test]
fn removals_take_their_nodes_and_nothing_else() {
    let line = r#"{"consent_state":{},"mp_deviceid":"d","device_info":{"device":"x","os":"y","list":[1,2],"a/b":{"c":1}},"application_info":{"package":"p"},"source_info":{},"a":1}"#;
    let everything = |c: &mut Connection| {
        c.include_consent_state = true;
        c.include_mp_deviceid = true;
    };
    assert_eq!(lines(everything, line), [line]);
    let without = line.replace(r#""consent_state":{},"mp_deviceid":"d","#, "");
    assert_eq!(lines(default, line), [without]);
    assert_eq!(lines(|c| c.include_metadata = false, line), [r#"{"a":1}"#]);
    let excluding = |items: &'static [&'static str]| {
        move |c: &mut Connection| {
            everything(c);
            items.iter().for_each(|item| c.metadata_field_exclusion.exclude(item).unwrap());
        }
    };
    assert_eq!(lines(excluding(&["Device Name"]), line), [line.replace(r#""device":"x","#, "")]);
    let pointed = line.replace("[1,2]", "[1]").replace(r#"{"c":1}"#, "{}");
    assert_eq!(
        lines(excluding(&["/device_info/list/1", "/device_info/a~1b/c", "/device_info/list/01"]), line),
        [pointed]
    );
    let raw = |c: &mut Connection| {
        c.raw_data_feed = true;
        c.metadata_field_exclusion.exclude("IP Address").unwrap();
    };
    assert_eq!(lines(raw, r#"{"ip":"::1","a":1}"#), [r#"{"a":1}"#]);
}

#[test]
fn the_batch_location_is_its_own_else_the_first_valid_one_of_a_surviving_event() {
    let on = |c: &mut Connection| {
        c.include_event_batch_location = true;
        c.include_location_information = false;
        c.send_screen_views = false;
    };
    let events = r#"[{"event_type":"screen_view","data":{"location":{"latitude":1,"longitude":1}}},{"event_type":"unknown","data":{"location":{"latitude":91,"longitude":1}}},{"event_type":"unknown","data":{"location":{"latitude":5.20e1,"longitude":-180}}}]"#;
    let kept = r#"[{"event_type":"unknown","data":{}},{"event_type":"unknown","data":{}}]"#;
    let found = r#"{"latitude":5.20e1,"longitude":-180}"#;
    let with = |context: &str, events: &str| format!(r#"{{"context":{context},"events":{events}}}"#);
    assert_eq!(lines(on, &with("{}", events)), [with(&format!(r#"{{"location":{found}}}"#), kept)]);
    assert_eq!(lines(on, &with("null", events)), [with(&format!(r#"{{"location":{found}}}"#), kept)]);
    let own = r#"{"location":{"latitude":0,"longitude":0}}"#;
    assert_eq!(lines(on, &with(own, events)), [with(own, kept)]);
    let invalid = r#"{"location":{"latitude":"0","longitude":0}}"#;
    assert_eq!(lines(on, &with(invalid, "[]")), [with(invalid, "[]")]);
    assert_eq!(lines(default, &with(own, "[]")), [with("{}", "[]")]);
}

#[test]
fn breadcrumbs_lose_their_location_with_the_events() {
    let line = r#"{"events":[{"event_type":"crash_report","data":{"breadcrumbs":[{"data":{"location":{},"label":"l"}}],"custom_attributes":{"location":"kept"}}}]}"#;
    assert_eq!(lines(|c| c.include_location_information = false, line), [line.replace(r#""location":{},"#, "")]);
}

#[test]
fn whether_a_batch_is_without_events_is_decided_after_filtering() {
    let off = |c: &mut Connection| c.send_batches_without_events = false;
    for line in [r#"{"a":1}"#, r#"{"events":null}"#, r#"{"events":[]}"#] {
        assert_eq!(lines(default, line), [line]);
        let outcome = under(&settings(off), line);
        assert_eq!(outcome.filtered_by().into_iter().collect::<Vec<_>>(), [(SettingId::SendBatchesWithoutEvents, 1)]);
        assert_eq!((outcome.received, outcome.lines.len()), (1, 0));
    }
    let filtered = r#"{"events":[{"event_type":"alias_request","data":{}}]}"#;
    let outcome = under(&settings(off), filtered);
    assert_eq!(outcome.filtered_by().into_iter().collect::<Vec<_>>(), [(SettingId::SendAliasRequests, 1)]);
    assert!(outcome.lines.is_empty());
}

#[test]
fn without_batching_each_event_is_a_line_of_its_own() {
    let alone = |c: &mut Connection| {
        c.send_as_batch = false;
        c.store_data_in_folders_by_date = DateFolders::EventTime;
        c.folder_name = Some("a/b".parse().unwrap());
    };
    let line = r#"{"x":1,"events":[{"event_type":"unknown","data":{"timestamp_unixtime_ms":0}},{"event_type":"alias_request","data":{}},{"event_type":"unknown","data":{"timestamp_unixtime_ms":"86400000"}},{"event_type":"unknown","data":{}}]}"#;
    let outcome = under(&settings(alone), line);
    let placed = outcome.lines.iter().map(|line| (line.sources[0].events.as_slice(), line.folder.as_str()));
    let placed = placed.collect::<Vec<_>>();
    assert_eq!(placed, [(&[0][..], "a/b/1970-01-01"), (&[2], "a/b/1970-01-02"), (&[3], "a/b")]);
    assert!(outcome.lines.iter().all(|line| line.text.starts_with(r#"{"x":1,"events":[{"#)));
    assert_eq!(under(&settings(alone), r#"{"events":[]}"#).lines.len(), 1);
}

#[test]
fn the_folder_follows_the_first_event_as_forwarded() {
    let by_event = settings(|c| {
        c.store_data_in_folders_by_date = DateFolders::EventTime;
        c.send_screen_views = false;
    });
    let line = r#"{"events":[{"event_type":"screen_view","data":{"timestamp_unixtime_ms":0}},{"event_type":"unknown","data":{"timestamp_unixtime_ms":86400000}}]}"#;
    assert_eq!(under(&by_event, line).lines[0].folder, "1970-01-02");
    let by_upload = settings(|c| c.store_data_in_folders_by_date = DateFolders::UploadTime);
    assert_eq!(under(&by_upload, line).lines[0].folder, "2023-11-14");
}

#[test]
fn events_of_the_wrong_shape_are_forwarded_as_they_came() {
    let line = r#"{"events":[5,{"data":{}},{"event_type":1,"data":{}},{"event_type":"unknown"},{"event_type":"unknown","data":[]},{"event_type":"unknown","data":{"ok":1}}]}"#;
    let outcome = under(&settings(default), line);
    assert_eq!((outcome.received, outcome.quarantined.len(), outcome.written()), (6, 0, 6));
    assert!(outcome.lines[0].text.starts_with(line.strip_suffix('}').unwrap()), "{}", outcome.lines[0].text);
    // What has no array of events cannot be merged, and counts as one.
    let outcome = under(&settings(default), r#"{"mpid":1,"events":5,"environment":"staging"}"#);
    assert_eq!((outcome.received, outcome.written(), outcome.lines[0].closing), (1, 1, Closing::Alone));
}

#[test]
fn each_line_has_the_location_of_its_own_events() {
    let each = settings(|c| {
        c.send_as_batch = false;
        c.include_event_batch_location = true;
    });
    let event = |location: &str| format!(r#"{{"event_type":"profile","data":{{"location":{location}}}}}"#);
    let (here, there) = (r#"{"latitude":1,"longitude":2}"#, r#"{"latitude":3,"longitude":4}"#);
    let events = [event(here), event("null"), event(there)].join(",");
    let located = |own: &str| -> Vec<Option<String>> {
        let outcome = under(&each, &format!(r#"{{"mpid":1{own},"events":[{events}]}}"#));
        let location =
            |line: &ExpectedLine| parse(&line.text).unwrap().get("context")?.get("location").map(Value::text);
        outcome.lines.iter().map(location).collect()
    };
    assert_eq!(located(""), [Some(here.to_owned()), None, Some(there.to_owned())]);
    let own = format!(r#","context":{{"location":{there}}}"#);
    assert_eq!(located(&own), vec![Some(there.to_owned()); 3]);
}

#[test]
fn bad_lines_are_quarantined_whole() {
    for line in ["", "5", "[]", "{", r#"{"a":1,"a":2}"#, r#"{"a":"\ud800"}"#] {
        let outcome = under(&settings(default), line);
        assert_eq!((outcome.received, outcome.quarantined.len(), outcome.lines.len()), (1, 1, 0), "{line}");
    }
    let outcome = Expectation::of([&b"{\"a\":\"\xff\"}"[..]], &settings(default), received_at());
    assert_eq!(outcome.quarantined.len(), 1);
    let mut short = settings(default);
    short.engine.max_line_bytes = 7;
    assert_eq!(under(&short, r#"{"a":1}"#).quarantined, []);
    assert_eq!(under(&short, r#"{"a":12}"#).quarantined.len(), 1);
}

#[test]
fn the_app_name_is_the_option_else_the_batch_s_as_received_else_unknown() {
    let no_metadata = settings(|c| c.include_metadata = false);
    let name = |settings: &Settings, line: &str| under(settings, line).lines[0].app_name.clone();
    assert_eq!(name(&no_metadata, r#"{"application_info":{"application_name":"a/b_c"}}"#), "a-b_c");
    assert_eq!(name(&no_metadata, r#"{"application_info":null}"#), "unknown");
    assert_eq!(name(&no_metadata, r#"{"application_info":{"application_name":""}}"#), "unknown");
    let mut fixed = settings(default);
    fixed.engine.app_name = Some("mine".into());
    assert_eq!(name(&fixed, r#"{"application_info":{"application_name":"a"}}"#), "mine");
}

#[test]
fn the_published_outbound_samples_pass_unchanged() {
    let line = r#"{"events":[{"data":{"event_name":"MyTestEvent","timestamp_unixtime_ms":"1595542763908","event_id":"1234"},"event_type":"custom_event"}],"user_identities":[{"identity_type":"customer_id","identity":"TestCustomerId1"}],"environment":"production"}"#;
    assert_eq!(lines(default, line), [line]);
}
