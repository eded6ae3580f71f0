//! Tests of the batching clauses and of properties that always hold.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::draft::Draft;
use super::*;
use crate::forward::ledger::Flag;
use crate::forward::record::Received;
use crate::settings::{Connection, DateFolders, Settings};

const MINUTE: i64 = 60_000;
const T: i64 = 1_700_000_000_000;

fn settings(change: impl FnOnce(&mut Connection)) -> Settings {
    let text = "[connection]\ns3_bucket_name = \"mp-forwarding-batch\"\nstore_data_in_folders_by_date = \"none\"\n";
    let mut settings = Settings::from_toml(text).unwrap();
    change(&mut settings.connection);
    settings
}

/// The mode of a batch whose events all go the same way.
fn mode_of(received: &Received<'_>, connection: &Connection) -> BatchMode {
    let [share] = <[_; 1]>::try_from(shares(received, connection)).unwrap();
    share.mode
}

/// A batcher with settings, for batches as text.
struct Bench {
    settings: Settings,
    batcher: Batcher,
    sequence: u64,
}

impl Bench {
    fn new(change: impl FnOnce(&mut Connection)) -> Self {
        Self::with_budget(change, u64::MAX)
    }

    fn with_budget(change: impl FnOnce(&mut Connection), budget: u64) -> Self {
        let settings = settings(change);
        Self { batcher: Batcher::new(&settings, budget), settings, sequence: 0 }
    }

    fn put(&mut self, batch: &Value) -> Vec<Line> {
        let text = batch.to_string();
        let (mode, arrival) = Received::of(&text, |received| {
            (mode_of(received, &self.settings.connection), received.uploaded_at().unwrap())
        });
        self.sequence += 1;
        self.batcher.receive(arrival, &mode, Some(Draft::of(&text, self.sequence - 1)))
    }

    /// Adds batches and returns the batches of each line. The lines at the end of the input are last.
    fn lines(&mut self, batches: &[Value]) -> Vec<Vec<u64>> {
        let mut lines: Vec<Line> = batches.iter().flat_map(|batch| self.put(batch)).collect();
        lines.extend(self.close_all());
        lines.iter().map(sequences).collect()
    }

    fn close_all(&mut self) -> Vec<Line> {
        let (numbers, groups): (Vec<_>, Vec<_>) = self.batcher.open_windows().unzip();
        let lines: Vec<_> = numbers.into_iter().filter_map(|number| self.batcher.complete(number)).collect();
        assert!(lines.iter().map(|line| &line.group).eq(&groups));
        lines
    }
}

fn sequences(line: &Line) -> Vec<u64> {
    line.carried.portions.iter().map(|portion| portion.sequence).collect()
}

/// A batch with one event from `device`, which arrives `after` milliseconds after the start.
fn batch(device: &str, after: i64) -> Value {
    json!({
        "environment": "production", "mpid": "7", "mp_deviceid": device, "timestamp_unixtime_ms": (T + after).to_string(),
        "events": [{ "event_type": "custom_event", "data": { "event_name": format!("{device}{after}") } }],
    })
}

fn with(mut batch: Value, pointer: &str, value: Value) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    batch.pointer_mut(parent).unwrap()[name] = value;
    batch
}

#[test]
fn bat_1_a_window_takes_ten_minutes_from_its_first_batch() {
    let mut bench = Bench::new(|_| {});
    let batches =
        [batch("a", 0), batch("b", 1), batch("a", 10 * MINUTE - 1), batch("a", 10 * MINUTE), batch("b", 10 * MINUTE)];
    assert_eq!(bench.lines(&batches), [vec![0, 2], vec![1, 4], vec![3]]);
}

#[test]
fn bat_1_windows_close_in_the_order_of_their_ends() {
    let mut bench = Bench::new(|_| {});
    for (device, after) in [("a", 0), ("b", 1), ("c", 2)] {
        assert_eq!(bench.put(&batch(device, after)), []);
    }
    let closed = bench.put(&batch("d", 10 * MINUTE + 1));
    assert_eq!(closed.iter().map(sequences).collect::<Vec<_>>(), [[0], [1]]);
}

#[test]
fn u_9_time_passes_without_arrivals() {
    let mut bench = Bench::new(|_| {});
    bench.put(&batch("a", 0));
    assert_eq!(bench.batcher.next_end(), Some(10 * MINUTE));
    assert_eq!(bench.batcher.pass(10 * MINUTE - 1), []);
    assert_eq!(bench.batcher.next_end(), Some(1));
    assert_eq!(bench.batcher.pass(1).len(), 1);
    assert_eq!(bench.batcher.next_end(), None);
}

#[test]
fn u_17_a_clock_that_steps_back_does_not_move_time_back() {
    let mut bench = Bench::new(|_| {});
    let batches =
        [batch("a", 0), batch("a", -60 * MINUTE), batch("b", 5 * MINUTE), batch("a", 0), batch("c", 10 * MINUTE)];
    assert_eq!(bench.lines(&batches), [vec![0, 1, 3], vec![2], vec![4]]);
    let mut late = Bench::new(|_| {});
    // The window of a late batch accepts batches that arrive within ten minutes of it, until time advances.
    let batches = [batch("a", 0), batch("b", -60 * MINUTE), batch("b", -51 * MINUTE), batch("b", 9 * MINUTE)];
    assert_eq!(late.lines(&batches), [vec![1, 2], vec![0], vec![3]]);
}

/// Regression: a batch without a timestamp arrives when it is read. After it, no window of older batches ended.
#[test]
fn bat_1_one_arrival_far_ahead_does_not_hold_the_windows_of_others_open() {
    let mut bench = Bench::new(|_| {});
    let days = (0..5).map(|day| batch("d", day * 24 * 60 * MINUTE));
    let batches: Vec<_> = std::iter::once(batch("undated", 1_000 * 24 * 60 * MINUTE)).chain(days).collect();
    assert_eq!(bench.lines(&batches), [vec![1], vec![2], vec![3], vec![4], vec![0], vec![5]]);
}

#[test]
fn u_17_a_time_that_no_integer_holds_never_comes() {
    let mut bench = Bench::new(|_| {});
    let absurd = with(batch("a", 0), "/timestamp_unixtime_ms", json!(i64::MAX));
    assert_eq!(bench.lines(&[absurd.clone(), absurd]), [vec![0, 1]]);
    let mut bench = Bench::new(|_| {});
    let absurd = with(batch("a", 0), "/timestamp_unixtime_ms", json!(i64::MIN));
    assert_eq!(bench.lines(&[absurd, batch("a", 0)]), [vec![0], vec![1]]);
}

#[test]
fn u_9_only_what_is_alike_merges() {
    let app = |name: &str, value: &str| with(with(batch("a", 0), "/application_info", json!({})), name, json!(value));
    let plan = |version: Value| {
        with(batch("a", 0), "/context", json!({ "data_plan": { "plan_id": "p", "plan_version": version } }))
    };
    let same = [
        (batch("a", 0), batch("a", 1)),
        (batch("a", 0), with(batch("a", 1), "/mpid", json!(7))),
        (plan(json!(1)), plan(json!(1))),
        // Without a device id, the first id in device_info counts, and without any id, the user.
        (
            with(batch("", 0), "/device_info", json!({ "ios_idfv": "x", "android_uuid": "1" })),
            with(batch("00-0", 0), "/device_info", json!({ "ios_idfv": "x", "android_uuid": "2" })),
        ),
        (batch("", 0), with(batch("", 0), "/mp_deviceid", Value::Null)),
        (with(batch("a", 0), "/mpid", json!(0)), with(batch("a", 0), "/mpid", json!("0"))),
    ];
    for (first, second) in same {
        assert_eq!(Bench::new(|_| {}).lines(&[first.clone(), second.clone()]), [[0, 1]], "{first} {second}");
    }
    let different = [
        (batch("a", 0), batch("A", 0)),
        (batch("a", 0), with(batch("a", 0), "/mpid", json!("8"))),
        (batch("a", 0), with(batch("a", 0), "/environment", json!("development"))),
        (app("/application_info/application_name", "x"), app("/application_info/application_name", "y")),
        (app("/application_info/package", "x"), app("/application_info/package", "y")),
        (plan(json!(1)), plan(json!(2))),
        (plan(json!(1)), batch("a", 0)),
        (
            with(batch("", 0), "/device_info", json!({ "ios_idfv": "x" })),
            with(batch("", 0), "/device_info", json!({ "android_uuid": "x" })),
        ),
        // The user is not known.
        (with(batch("a", 0), "/mpid", Value::Null), with(batch("a", 0), "/mpid", Value::Null)),
        (with(batch("", 0), "/mpid", json!(0)), with(batch("", 0), "/mpid", json!(0))),
    ];
    for (first, second) in different {
        assert_eq!(Bench::new(|_| {}).lines(&[first.clone(), second.clone()]), [[0], [1]], "{first} {second}");
    }
}

fn android(session: Option<&str>, after: i64, event_type: &str) -> Value {
    let mut batch = with(batch("a", after), "/device_info", json!({ "platform": "ANDROID" }));
    batch["events"][0]["event_type"] = event_type.into();
    if let Some(session) = session {
        batch["events"][0]["data"]["session_uuid"] = session.into();
    }
    batch
}

#[test]
fn bat_2_a_batch_is_a_whole_session() {
    let mut bench = Bench::new(|connection| connection.wait_for_complete_batch = true);
    let batches = [
        android(Some("s1"), 0, "session_start"),
        android(Some("s2"), 1, "custom_event"),
        android(None, 2, "custom_event"),
        android(Some("s1"), 300 * MINUTE, "custom_event"),
        android(Some("s1"), 301 * MINUTE, "session_end"),
        android(Some("s1"), 302 * MINUTE, "custom_event"),
    ];
    // A batch without a session is merged within a window (BAT-1).
    assert_eq!(bench.lines(&batches), [vec![2], vec![0, 3, 4], vec![1], vec![5]]);
}

/// Regression: the end of any session closed the session of the batch's first event.
#[test]
fn bat_2_other_platforms_follow_send_as_batch() {
    let ios =
        |session, after| with(android(Some(session), after, "session_end"), "/device_info/platform", json!("iOS"));
    let mut bench = Bench::new(|connection| connection.wait_for_complete_batch = true);
    assert_eq!(bench.lines(&[ios("s1", 0), ios("s2", 1)]), [[0, 1]]);
    let connection = settings(|connection| {
        connection.wait_for_complete_batch = true;
        connection.send_as_batch = false;
    })
    .connection;
    let mode = |batch: &Value| Received::of(&batch.to_string(), |received| mode_of(received, &connection));
    assert_eq!(mode(&ios("s1", 0)), BatchMode::Each);
    assert_eq!(mode(&android(None, 0, "profile")), BatchMode::Each);
    assert!(matches!(mode(&android(Some("s1"), 0, "session_end")), BatchMode::Gather { ends: true, .. }));
}

#[test]
fn bat_3_each_event_goes_its_own_way() {
    let connection = settings(|connection| connection.send_as_batch = false).connection;
    let text = batch("a", 0).to_string();
    assert_eq!(Received::of(&text, |received| mode_of(received, &connection)), BatchMode::Each);
}

#[test]
fn u_10_a_session_that_never_ends_is_released_and_marked() {
    let mut bench = Bench::new(|connection| connection.wait_for_complete_batch = true);
    bench.put(&android(Some("s1"), 0, "session_start"));
    assert_eq!(bench.put(&android(Some("s2"), 1_440 * MINUTE - 1, "session_start")), []);
    let released = bench.put(&android(Some("s1"), 1_440 * MINUTE, "custom_event"));
    assert_eq!(released.iter().map(sequences).collect::<Vec<_>>(), [[0]]);
    assert_eq!(released[0].carried.flags, [Flag::SessionReleased]);
    assert!(bench.close_all().iter().all(|line| line.carried.flags.is_empty()));
}

#[test]
fn u_18_a_session_end_that_is_filtered_still_ends_the_session() {
    let mut bench = Bench::new(|connection| connection.wait_for_complete_batch = true);
    bench.put(&android(Some("s1"), 0, "custom_event"));
    let text = android(Some("s1"), 1, "session_end").to_string();
    let mode = Received::of(&text, |received| mode_of(received, &bench.settings.connection));
    assert_eq!(bench.batcher.receive(T + 1, &mode, None).len(), 1);
    assert_eq!(bench.batcher.open(), 0);
}

#[test]
fn u_32_events_go_to_the_sessions_that_they_name_and_an_end_closes_its_own() {
    let mut batch = android(Some("b"), 0, "custom_event");
    let event = |kind: &str, id: Value| json!({ "event_type": kind, "data": { "session_uuid": id } });
    for more in [event("session_end", json!("a")), event("profile", Value::Null), event("profile", json!("b"))] {
        batch["events"].as_array_mut().unwrap().push(more);
    }
    let connection = settings(|connection| connection.wait_for_complete_batch = true).connection;
    let text = batch.to_string();
    let shares = Received::of(&text, |received| shares(received, &connection));
    let shown: Vec<_> = shares
        .iter()
        .map(|share| {
            let BatchMode::Gather { key, ends } = &share.mode else { panic!("{:?}", share.mode) };
            (key.is_session(), *ends, share.events.iter().collect::<Vec<_>>())
        })
        .collect();
    assert_eq!(shown, [(true, false, vec![0, 3]), (true, true, vec![1]), (false, false, vec![2])]);
}

fn large(batch: Value, bytes: usize) -> Value {
    with(batch, "/events/0/data/event_name", json!("x".repeat(bytes)))
}

#[test]
fn lim_1_a_merged_batch_never_passes_128_kib() {
    let mut bench = Bench::new(|_| {});
    assert_eq!(bench.put(&large(batch("a", 0), 100_000)), []);
    let closed = bench.put(&large(batch("a", 1), 40_000));
    assert_eq!((sequences(&closed[0]), &closed[0].carried.flags[..]), (vec![0], &[Flag::ClosedBySize][..]));
    // The batch that closed the window opened the next one.
    assert_eq!(bench.put(&batch("a", 2)), []);
    // A batch over the limit is forwarded alone, after the waiting batches.
    let closed = bench.put(&large(batch("a", 3), 200_000));
    assert_eq!(closed.iter().map(sequences).collect::<Vec<_>>(), [vec![1, 2], vec![3]]);
    assert_eq!(closed[1].carried.flags, [Flag::Oversize]);
    assert_eq!(bench.batcher.open(), 0);
}

#[test]
fn lim_1_the_length_that_counts_is_that_of_the_merged_line() {
    let attributes: Value = json!({ "a": "x".repeat(100_000) });
    let batches: Vec<Value> =
        (0..5).map(|after| with(batch("a", after), "/user_attributes", attributes.clone())).collect();
    assert_eq!(Bench::new(|_| {}).lines(&batches), [vec![0, 1, 2, 3, 4]]);
}

#[test]
fn u_22_a_session_over_128_kib_is_split_and_flagged() {
    let mut bench = Bench::new(|connection| connection.wait_for_complete_batch = true);
    bench.put(&large(android(Some("s"), 0, "custom_event"), 100_000));
    let first = bench.put(&large(android(Some("s"), 1, "custom_event"), 100_000));
    let last = bench.put(&android(Some("s"), 2, "session_end"));
    assert_eq!((sequences(&first[0]), sequences(&last[0])), (vec![0], vec![1, 2]));
    assert_eq!(
        (&first[0].carried.flags, &last[0].carried.flags),
        (&vec![Flag::SessionSplit], &vec![Flag::SessionSplit])
    );
}

/// Regression: after a part over the limit, the rest of the session had no flag.
#[test]
fn u_22_what_follows_a_part_that_is_too_long_by_itself_is_flagged_too() {
    let mut bench = Bench::new(|connection| connection.wait_for_complete_batch = true);
    let first = bench.put(&large(android(Some("s"), 0, "custom_event"), 200_000));
    bench.put(&android(Some("s"), 1, "custom_event"));
    let last = bench.put(&android(Some("s"), 2, "session_end"));
    assert_eq!((&first[0].carried.flags, &last[0].carried.flags), (&vec![Flag::Oversize], &vec![Flag::SessionSplit]));
    let again = bench.put(&android(Some("s"), 3, "session_end"));
    assert_eq!(again[0].carried.flags, [], "it has ended");
}

#[test]
fn under_pressure_the_oldest_window_closes_early_and_says_so() {
    let mut bench = Bench::with_budget(|_| {}, 3_000);
    let mut closed = Vec::new();
    for device in 0..20 {
        closed.extend(bench.put(&batch(&device.to_string(), device)));
        assert!(bench.batcher.open() < 5);
    }
    assert_eq!(sequences(&closed[0]), [0]);
    assert!(closed.iter().all(|line| line.carried.flags == [Flag::ClosedByPressure]));
    assert_eq!(closed.len() + bench.batcher.open(), 20);
}

#[test]
fn lay_3_the_folder_of_a_merged_line_is_that_of_its_first_event_or_newest_upload() {
    const DAY: i64 = 24 * 60 * MINUTE;
    let at = |batch, after: i64| with(batch, "/events/0/data/timestamp_unixtime_ms", json!(T + after));
    let dates = |mode, batches: &[Value]| {
        let mut bench = Bench::new(|connection| connection.store_data_in_folders_by_date = mode);
        let mut lines: Vec<Line> = batches.iter().flat_map(|batch| bench.put(batch)).collect();
        lines.extend(bench.close_all());
        lines.into_iter().map(|line| line.group.date.map(|date| date.to_string())).collect::<Vec<_>>()
    };
    let midnight = 1_700_006_400_000 - T;
    let batches = [at(batch("a", midnight - 1), -DAY), at(batch("a", midnight), 0)];
    assert_eq!(dates(DateFolders::EventTime, &batches), [Some("2023-11-13".to_owned())]);
    assert_eq!(dates(DateFolders::UploadTime, &batches), [Some("2023-11-15".to_owned())]);
    let empty = with(batch("a", midnight - 1), "/events", json!([]));
    assert_eq!(
        dates(DateFolders::EventTime, &[empty, at(batch("a", midnight), -DAY)]),
        [Some("2023-11-13".to_owned())]
    );
}

#[test]
fn u_17_one_batch_alone_stays_as_it_came() {
    let text = r#"{ "environment":"production","mpid":7, "user_attributes": {"a":1},"deleted_user_attributes":["a"],"events":[ ] }"#;
    let rules = super::draft::Rules::new(&settings(|_| {}));
    assert_eq!(Draft::of(text, 0).into_line(rules, Vec::new()).text, text);
}

proptest! {
    // A case has up to 40 batches of 60 kB: 256 cases, the default, take a quarter of the time of all unit tests.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nothing_is_lost_and_each_device_keeps_its_order(
        arrivals in prop::collection::vec((0_u8..4, -5 * MINUTE..25 * MINUTE, 0_usize..60_000), 0..40),
        budget in prop_oneof![Just(u64::MAX), 1_000_u64..200_000],
    ) {
        let mut bench = Bench::with_budget(|_| {}, budget);
        let mut lines = Vec::new();
        for (device, after, bytes) in &arrivals {
            lines.extend(bench.put(&large(batch(&device.to_string(), *after), *bytes)));
        }
        lines.extend(bench.close_all());
        let mut seen = vec![Vec::new(); 4];
        for line in &lines {
            let of = |sequence: &u64| arrivals[*sequence as usize].0;
            let device = of(&sequences(line)[0]);
            prop_assert!(sequences(line).iter().all(|sequence| of(sequence) == device));
            prop_assert!(line.text.len() <= 131_072 || line.carried.flags.contains(&Flag::Oversize));
            seen[usize::from(device)].extend(sequences(line));
        }
        prop_assert!(seen.iter().all(|sequences| sequences.is_sorted()));
        prop_assert_eq!(seen.iter().map(Vec::len).sum::<usize>(), arrivals.len());
    }
}
