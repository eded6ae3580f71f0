//! Ten million events from a million devices. Too long for every day:
//!
//! ```text
//! cargo test --release --lib a_million_devices -- --ignored --nocapture --test-threads 1
//! ```

use std::time::Instant;

use super::key::Key;
use super::*;
use crate::settings::Settings;

const DEVICES: u64 = 1_000_000;
const ROUNDS: u64 = 10;

fn push(budget: u64) {
    let text = "[connection]\ns3_bucket_name = \"mp-forwarding-load\"\nstore_data_in_folders_by_date = \"none\"\n";
    let settings = Settings::from_toml(text).unwrap();
    let mut batcher = Batcher::new(&settings, budget);
    let started = Instant::now();
    let (mut lines, mut events, mut early, mut most) = (0_u64, 0, 0_u64, 0);
    let mut count = |closed: Vec<Line>| {
        for line in closed {
            lines += 1;
            events += line.carried.weight();
            early += u64::from(!line.carried.flags.is_empty());
        }
    };
    for round in 0..ROUNDS {
        for device in 0..DEVICES {
            let sequence = round * DEVICES + device;
            let text = format!(
                r#"{{"events":[{{"event_type":"custom_event","data":{{"event_name":"load","event_id":"{sequence}"}}}}],"environment":"production","mpid":"{device}","user_attributes":{{"round":{round}}}}}"#
            );
            let key =
                Key::of_text(&format!("production {device} and whatever else a key of usual length tells of a device"));
            let way = Way::Gather { key, ends: false };
            count(batcher.receive((sequence / 20_000) as i64, way, vec![Draft::of(&text, sequence)]));
        }
        most = most.max(batcher.open());
    }
    count(batcher.close_all());
    assert_eq!(events, DEVICES * ROUNDS);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("VmHWM: unknown here");
    println!(
        "budget {} MiB: {events} events, {DEVICES} devices, at most {most} windows open, {lines} lines, {early} closed early, {:?}, {peak}",
        budget >> 20,
        started.elapsed()
    );
}

#[test]
#[ignore = "takes minutes and gigabytes"]
fn a_million_devices_within_the_default_budget() {
    push(
        Settings::from_toml(
            "[connection]\ns3_bucket_name = \"mp-forwarding-load\"\nstore_data_in_folders_by_date = \"none\"\n",
        )
        .unwrap()
        .engine
        .buffer_bytes
            / 2,
    );
}

#[test]
#[ignore = "takes minutes and gigabytes"]
fn a_million_devices_all_open_at_once() {
    push(4 << 30);
}
