//! Tests of batching: the input is a sequence of batches, the result is the input lines in each output line.

use jiff::Timestamp;

use super::*;
use crate::settings::{Connection, DateFolders, Settings};

fn settings(change: impl Fn(&mut Connection)) -> Settings {
    let mut connection = Connection::new("mp-forwarding-test".parse().unwrap(), DateFolders::None);
    change(&mut connection);
    Settings::new(connection)
}

fn sessions() -> Settings {
    settings(|c| c.wait_for_complete_batch = true)
}

/// A batch with one event `id` of user 1 on device `d`, received at this second.
fn batch(second: i64, id: &str) -> String {
    with(second, id, "custom_event", r#""mpid":1,"mp_deviceid":"d""#)
}

fn with(second: i64, id: &str, kind: &str, members: &str) -> String {
    let ms = second * 1_000;
    format!(
        r#"{{"timestamp_unixtime_ms":{ms},{members},"schema_version":2,"events":[{{"event_type":"{kind}","data":{{"event_id":"{id}","session_id":7}}}}]}}"#
    )
}

fn android(second: i64, id: &str, kind: &str) -> String {
    with(second, id, kind, r#""mpid":1,"mp_deviceid":"d","device_info":{"platform":"Android"}"#)
}

fn outcome(settings: &Settings, batches: &[String]) -> Expectation {
    let received_at = Timestamp::from_second(1_000_000).unwrap();
    let outcome = Expectation::of(batches.iter().map(String::as_bytes), settings, received_at);
    let quarantined: u64 = outcome.quarantined.iter().map(|entry| entry.events).sum();
    assert_eq!(outcome.received, outcome.written() + outcome.filtered.len() as u64 + quarantined);
    outcome
}

/// The input lines of each output line, and why it was closed.
fn lines(settings: &Settings, batches: &[String]) -> Vec<(Vec<usize>, Closing)> {
    let lines = outcome(settings, batches).lines.into_iter();
    lines.map(|line| (line.sources.iter().map(|source| source.input).collect(), line.closing)).collect()
}

#[test]
fn bat_1_a_window_opens_with_the_first_batch_and_ends_after_its_length() {
    use Closing::{InputOver, WindowOver};
    let default = settings(|_| {});
    let batches = [batch(100, "a"), batch(699, "b"), batch(700, "c"), batch(1_299, "d")];
    assert_eq!(lines(&default, &batches), [(vec![0, 1], WindowOver), (vec![2, 3], InputOver)]);
    let mut short = default;
    short.engine.window_seconds = 1;
    assert_eq!(lines(&short, &batches[..2]), [(vec![0], WindowOver), (vec![1], InputOver)]);
    // A new batch does not extend a window.
    let steady = [0, 400, 599, 600].map(|second| batch(second, "x"));
    assert_eq!(lines(&settings(|_| {}), &steady), [(vec![0, 1, 2], WindowOver), (vec![3], InputOver)]);
}

#[test]
fn bat_1_windows_close_in_the_order_of_their_ends() {
    let of =
        |second, device: &str| with(second, device, "custom_event", &format!(r#""mpid":1,"mp_deviceid":"{device}""#));
    let batches = [of(0, "a"), of(0, "b"), of(1, "c"), of(2, "a"), of(601, "d")];
    let order = lines(&settings(|_| {}), &batches).into_iter().map(|(inputs, _)| inputs).collect::<Vec<_>>();
    assert_eq!(order, [vec![0, 3], vec![1], vec![2], vec![4]]);
}

#[test]
fn bat_1_a_window_with_one_batch_is_that_batch() {
    let alone = [batch(0, "a"), batch(600, "b")];
    let outcome = outcome(&settings(|c| c.include_mp_deviceid = true), &alone);
    let texts = outcome.lines.into_iter().map(|line| line.text.replace("\"0\"", "0").replace("\"600000\"", "600000"));
    let expected = alone.map(|batch| batch.replace(r#""mpid":1"#, r#""mpid":"1""#).replace(":7", ":\"7\""));
    assert_eq!(texts.collect::<Vec<_>>(), expected);
}

#[test]
fn bat_1_late_batches_join_the_open_window_and_time_never_goes_back() {
    use Closing::{InputOver, WindowOver};
    let default = settings(|_| {});
    let late = [batch(1_000, "a"), batch(5, "b"), batch(1_599, "c"), batch(990, "d"), batch(1_600, "e")];
    assert_eq!(lines(&default, &late), [(vec![0, 1, 2, 3], WindowOver), (vec![4], InputOver)]);
    // The window of a late batch ends for batches that arrive ten minutes after it, although the current time does not
    // change.
    let other = with(5, "b", "custom_event", r#""mpid":2"#);
    let late =
        [batch(1_000, "a"), other.clone(), other.replace(":5000", ":1599000"), other.replace(":5000", ":1600000")];
    assert_eq!(lines(&default, &late), [(vec![1], WindowOver), (vec![0], WindowOver), (vec![2, 3], InputOver)]);
}

#[test]
fn bat_1_a_batch_without_timestamp_arrives_when_it_is_received() {
    use Closing::{InputOver, WindowOver};
    let unstamped = batch(0, "b").replace(r#""timestamp_unixtime_ms":0,"#, "");
    let batches = [batch(999_999, "a"), unstamped.clone(), batch(1_000_599, "c")];
    assert_eq!(lines(&settings(|_| {}), &batches), [(vec![0, 1], WindowOver), (vec![2], InputOver)]);
    let batches = [batch(999_400, "a"), unstamped];
    assert_eq!(lines(&settings(|_| {}), &batches), [(vec![0], WindowOver), (vec![1], InputOver)]);
}

#[test]
fn bat_1_a_batch_without_user_stands_alone_and_is_ready_at_once() {
    let unknown_user = with(0, "a", "custom_event", r#""mpid":null,"mp_deviceid":"d""#);
    let batches = [batch(0, "b"), unknown_user.clone(), unknown_user];
    let expected = [(vec![1], Closing::Alone), (vec![2], Closing::Alone), (vec![0], Closing::InputOver)];
    assert_eq!(lines(&settings(|_| {}), &batches), expected);
}

#[test]
fn bat_1_a_line_never_passes_128_kib_by_merging() {
    let default = settings(|_| {});
    let long = |second, length: usize| batch(second, &"x".repeat(length));
    let frame = outcome(&default, &[long(0, 1)]).lines[0].text.len() - 1;
    let event = r#",{"event_type":"custom_event","data":{"event_id":"x","session_id":"7"}}"#.len();
    let exact = |more: usize| [long(0, 1), long(0, LONGEST_MERGED_LINE - frame - event - 1 + 1 + more)];
    let fits = outcome(&default, &exact(0));
    assert_eq!((fits.lines.len(), fits.lines[0].text.len()), (1, LONGEST_MERGED_LINE));
    assert_eq!(lines(&default, &exact(1)), [(vec![0], Closing::Full), (vec![1], Closing::InputOver)]);
    // A batch after a full window is in a new window, which opened later.
    let after = [long(0, 70_000), long(500, 70_000), batch(1_099, "a"), batch(1_100, "b")];
    let expected = [(vec![0], Closing::Full), (vec![1, 2], Closing::WindowOver), (vec![3], Closing::InputOver)];
    assert_eq!(lines(&default, &after), expected);
    let oversize = [batch(0, "a"), long(1, LONGEST_MERGED_LINE), batch(2, "b")];
    let expected = [(vec![0], Closing::Full), (vec![1], Closing::Oversize), (vec![2], Closing::InputOver)];
    assert_eq!(lines(&default, &oversize), expected);
}

#[test]
fn bat_1_parts_are_filtered_before_they_merge() {
    let unsent = settings(|c| {
        c.send_batches_without_events = false;
        c.send_screen_views = false;
    });
    let filtered = with(0, "a", "screen_view", r#""mpid":1,"mp_deviceid":"d","a":1"#);
    let batches = [filtered.clone(), batch(599, "b"), filtered, batch(1_198, "c")];
    assert_eq!(lines(&unsent, &batches), [(vec![1, 3], Closing::InputOver)]);
    let sent = settings(|c| c.send_screen_views = false);
    let outcome = outcome(&sent, &batches[..2]);
    assert_eq!(outcome.lines.len(), 1);
    assert!(outcome.lines[0].text.contains(r#""a":1"#));
    assert_eq!((outcome.written(), outcome.lines[0].events()), (1, 1));
}

#[test]
fn bat_1_quarantined_batches_take_no_part() {
    let raw = settings(|c| c.raw_data_feed = true);
    let twice = r#""mpid":1,"mp_deviceid":"d","user_identities":[{"identity_type":"a","identity":"b"},{"identity_type":"a","identity":"c"}]"#;
    let batches = [batch(0, "a"), with(5_000, "b", "unknown", twice), batch(599, "c"), "{".to_owned()];
    assert_eq!(lines(&raw, &batches), [(vec![0, 2], Closing::InputOver)]);
}

#[test]
fn bat_1_a_merged_line_lies_where_its_first_event_and_its_newest_timestamp_say() {
    let late = batch(172_800, "a").replace(r#""session_id""#, r#""timestamp_unixtime_ms":0,"session_id""#);
    let batches = [late, batch(172_801, "b")];
    let folder =
        |mode| outcome(&settings(|c| c.store_data_in_folders_by_date = mode), &batches).lines[0].folder.clone();
    assert_eq!(folder(DateFolders::EventTime), "1970-01-01");
    assert_eq!(folder(DateFolders::UploadTime), "1970-01-03");
    let midnight = [batch(86_399, "a"), batch(86_400, "b")];
    let by_upload = settings(|c| c.store_data_in_folders_by_date = DateFolders::UploadTime);
    assert_eq!(outcome(&by_upload, &midnight).lines[0].folder, "1970-01-02");
}

#[test]
fn u_17_the_newest_top_level_values_are_those_of_the_last_batch_received() {
    let one = r#"{"timestamp_unixtime_ms":9000,"mpid":1,"batch_id":1,"schema_version":2,"user_attributes":{"a":1},"events":[]}"#;
    let two = r#"{"timestamp_unixtime_ms":5000,"batch_id":2,"mpid":"1","user_attributes":{"b":2},"x":1,"deleted_user_attributes":["a"]}"#;
    let outcome = outcome(&settings(|_| {}), &[one.to_owned(), two.to_owned()]);
    let expected = r#"{"timestamp_unixtime_ms":"5000","mpid":"1","batch_id":"2","schema_version":2,"user_attributes":{"b":2},"events":[],"x":1,"deleted_user_attributes":["a"]}"#;
    assert_eq!(outcome.lines[0].text, expected);
    assert_eq!((outcome.received, outcome.written(), outcome.lines[0].events()), (2, 2, 0));
    assert!(!outcome.lines[0].stamped_at_receipt);
}

#[test]
fn bat_2_a_session_is_one_line_and_ready_when_it_has_ended() {
    use Closing::{InputOver, SessionEnded};
    let batches = [
        android(0, "a", "session_start"),
        android(5_000, "b", "custom_event"),
        android(80_000, "c", "session_end"),
        android(80_001, "d", "custom_event"),
    ];
    assert_eq!(lines(&sessions(), &batches), [(vec![0, 1, 2], SessionEnded), (vec![3], InputOver)]);
    let alone = settings(|c| {
        c.wait_for_complete_batch = true;
        c.send_as_batch = false;
    });
    assert_eq!(lines(&alone, &batches), lines(&sessions(), &batches));
    // The end of the session counts as received, even if it is not forwarded.
    let unheard = settings(|c| {
        c.wait_for_complete_batch = true;
        c.send_lifecycle_events = false;
        c.send_batches_without_events = false;
    });
    assert_eq!(lines(&unheard, &batches), [(vec![1], SessionEnded), (vec![3], InputOver)]);
    let outcome = outcome(&sessions(), &batches);
    assert_eq!(outcome.lines[0].gathering, Gathering::Session);
}

#[test]
fn bat_2_a_session_that_never_ends_is_released() {
    use Closing::{InputOver, SessionReleased};
    let batches =
        [android(0, "a", "custom_event"), android(86_399, "b", "custom_event"), android(86_400, "c", "custom_event")];
    assert_eq!(lines(&sessions(), &batches), [(vec![0, 1], SessionReleased), (vec![2], InputOver)]);
    let mut soon = sessions();
    soon.engine.session_release_seconds = 10;
    assert_eq!(lines(&soon, &batches[..2]), [(vec![0], SessionReleased), (vec![1], InputOver)]);
}

#[test]
fn bat_2_sessions_are_kept_apart_and_other_platforms_follow_send_as_batch() {
    let other = android(2, "b", "custom_event").replace(":7", ":8");
    let batches = [android(0, "a", "custom_event"), other, android(1, "c", "session_end")];
    assert_eq!(lines(&sessions(), &batches), [(vec![0, 2], Closing::SessionEnded), (vec![1], Closing::InputOver)]);
    let ios = [batch(0, "a"), batch(1, "b").replace("custom_event", "session_end"), batch(600, "c")];
    assert_eq!(lines(&sessions(), &ios), [(vec![0, 1], Closing::WindowOver), (vec![2], Closing::InputOver)]);
}

#[test]
fn bat_2_a_session_past_128_kib_is_split() {
    let long = |second, kind| android(second, &"x".repeat(70_000), kind);
    let batches = [long(0, "custom_event"), long(50_000, "custom_event"), android(100_000, "a", "session_end")];
    let expected = [(vec![0], Closing::Full), (vec![1, 2], Closing::SessionEnded)];
    assert_eq!(lines(&sessions(), &batches), expected);
}

#[test]
fn bat_3_events_are_alone_whatever_the_time() {
    let single = settings(|c| c.send_as_batch = false);
    let two = batch(0, "a").replace("}]}", r#"},{"event_type":"profile","data":{}}]}"#);
    let batches = [two, batch(0, "b"), r#"{"mpid":1,"mp_deviceid":"d"}"#.to_owned()];
    let outcome = outcome(&single, &batches);
    let sources = outcome.lines.iter().map(|line| (line.sources[0].input, line.sources[0].events.clone()));
    assert_eq!(sources.collect::<Vec<_>>(), [(0, vec![0]), (0, vec![1]), (1, vec![0]), (2, vec![])]);
    assert!(outcome.lines.iter().all(|line| line.gathering == Gathering::None && line.closing == Closing::Alone));
}
