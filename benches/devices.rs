//! Ten million events from a million devices through the whole engine, and the memory that it takes.
//!
//! `cargo bench --bench devices` runs the cases one after the other, each in its own process, and fails if one needs
//! more memory than docs/architecture.md states. `-- --devices 100000 --rounds 2` makes it smaller. The bucket is a
//! test double that counts objects.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use async_trait::async_trait;
use mp_forwarding::forward::{Block, Engine, FixedClock, Record, Source, SourceError};
use mp_forwarding::settings::{Connection, DateFolders, Settings};
use mp_forwarding::store::{Fetched, Object, ObjectMeta, Page, Store, StoreError};

const MIB: u64 = 1 << 20;

/// A case: its name, `engine.buffer_bytes`, and the limit of memory with a million devices.
const CASES: [(&str, u64, u64); 2] = [
    ("default buffer: the oldest windows close early", 192 * MIB, 768 * MIB),
    ("every window open", 8_192 * MIB, 8_192 * MIB),
];

/// The number of batches per second of their timestamps. Ten rounds of a million devices fit into one window.
const BATCHES_PER_SECOND: u64 = 20_000;

/// One event of each device per round.
struct Devices {
    devices: u64,
    batches: u64,
    made: u64,
}

#[async_trait]
impl Source for Devices {
    async fn next(&mut self) -> Result<Option<Block>, SourceError> {
        let (mut text, mut records) = (String::with_capacity(MIB as usize), Vec::new());
        while self.made < self.batches && records.len() < 2_000 {
            let (device, round) = (self.made % self.devices, self.made / self.devices);
            let at = 1_767_225_600_000 + self.made * 1_000 / BATCHES_PER_SECOND;
            let start = text.len();
            text.push_str(&format!(
                r#"{{"environment":"production","mpid":"{device}","mp_deviceid":"device-{device}","timestamp_unixtime_ms":"{at}","user_attributes":{{"round":{round}}},"events":[{{"event_type":"custom_event","data":{{"event_name":"load","event_id":"{}","timestamp_unixtime_ms":"{at}"}}}}]}}"#,
                self.made
            ));
            let length = (text.len() - start) as u64;
            records.push(Record {
                sequence: self.made,
                line: self.made + 1,
                offset: start as u64,
                length,
                range: start..text.len(),
            });
            self.made += 1;
        }
        let block = Block { input: "devices".into(), text: text.into_bytes(), records, spooled: None };
        Ok((!block.records.is_empty()).then_some(block))
    }

    fn acknowledge(&mut self, _: u64) {}
}

#[derive(Default)]
struct Counting {
    bytes: AtomicU64,
}

fn nothing_is_kept(key: &str) -> StoreError {
    StoreError::answered("GetObject", key, 404, Some("NoSuchKey"), "a count keeps nothing")
}

#[async_trait]
impl Store for Counting {
    fn name(&self) -> String {
        "a count".to_owned()
    }

    async fn put(&self, object: &Object) -> Result<(), StoreError> {
        self.bytes.fetch_add(object.body.len() as u64, Ordering::Relaxed);
        Ok(())
    }

    async fn get(&self, key: &str) -> Result<Fetched, StoreError> {
        Err(nothing_is_kept(key))
    }

    async fn head(&self, _: &str) -> Result<Option<ObjectMeta>, StoreError> {
        Ok(None)
    }

    async fn list(&self, _: &str, _: Option<&str>) -> Result<Page, StoreError> {
        Ok(Page::default())
    }

    async fn delete(&self, _: &str) -> Result<(), StoreError> {
        Ok(())
    }

    async fn create_bucket(&self) -> Result<(), StoreError> {
        Ok(())
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |name: &str, otherwise: u64| {
        let place = arguments.iter().position(|argument| argument == name);
        place.and_then(|place| arguments.get(place + 1)).and_then(|text| text.parse().ok()).unwrap_or(otherwise)
    };
    let (devices, rounds) = (number("--devices", 1_000_000), number("--rounds", 10));
    let case = number("--case", u64::MAX);
    if let Some((name, buffer, budget)) = CASES.get(case as usize) {
        return run(name, *buffer, *budget, devices, rounds);
    }
    for case in 0..CASES.len() {
        let mut child = Command::new(&arguments[0]);
        child.args(["--case", &case.to_string(), "--devices", &devices.to_string(), "--rounds", &rounds.to_string()]);
        assert!(child.status().expect("this program starts again").success(), "case {case} failed");
    }
}

fn run(name: &str, buffer: u64, budget: u64, devices: u64, rounds: u64) {
    let bucket = "mp-forwarding-devices".parse().expect("a bucket's name");
    let mut settings = Settings::new(Connection::new(bucket, DateFolders::None));
    settings.engine.buffer_bytes = buffer;
    let store = Arc::new(Counting::default());
    let engine = Engine::builder(settings, store.clone())
        .clock(FixedClock("2026-03-01T00:00:00Z".parse().expect("a time")))
        .seed(1)
        .build();
    let mut source = Devices { devices, batches: devices * rounds, made: 0 };
    let started = Instant::now();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let summary = runtime.block_on(engine.run(&mut source, std::future::pending())).expect("the engine runs");
    assert_eq!(summary.fates.written, devices * rounds, "every event is written");
    let peak = peak_memory();
    let flags: Vec<_> = summary.flags.iter().map(|(flag, count)| format!("{flag} {count}")).collect();
    println!(
        "{name}: buffer_bytes {} MiB; {} events of {devices} devices in {} lines and {} files ({} MB); {}; {:.1} s; peak RSS {} (budget {} MiB)",
        buffer / MIB,
        summary.fates.written,
        summary.lines,
        summary.files,
        store.bytes.load(Ordering::Relaxed) / 1_000_000,
        if flags.is_empty() { "nothing closed early".to_owned() } else { flags.join(", ") },
        started.elapsed().as_secs_f64(),
        peak.map_or("unknown here".to_owned(), |peak| format!("{} MiB", peak / MIB)),
        budget / MIB,
    );
    assert!(peak.is_none_or(|peak| peak <= budget), "more memory than stated");
}

/// The peak memory of this process in bytes, on systems that report it.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes << 10)
}
