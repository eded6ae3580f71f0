//! Measures the speed of the line check and of other validators and readers with the same lines, in one run.
//!
//! `cargo run --release -p validate-bench` prints a table. `-- --megabytes 200 --rounds 3` sets the size of the sample
//! and the number of measurements (the median counts). It uses one core and memory only, and measures processor time on
//! Linux. `compare.py` compares whole processes, including those of other languages, with `-- --alone NAME FILE`.

mod alone;

use std::hint::black_box;
use std::time::Instant;

use mp_forwarding::conform::synthesize::Synthesizer;
use mp_forwarding::contract::schema::{Edition, Form, SchemaValidator};
use mp_forwarding::ndjson;
use mp_forwarding::validate::{Tally, Validator};
use serde::de::IgnoredAny;
use serde_json::Value;

/// A name, and a function that counts the valid lines.
type Contender<'a> = (&'static str, Box<dyn FnMut() -> usize + 'a>);

const OUTBOUND: Edition = Edition { form: Form::Outbound, strict: false };

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |name: &str, otherwise: usize| {
        let place = arguments.iter().position(|argument| argument == name);
        place.and_then(|place| arguments.get(place + 1)).and_then(|text| text.parse().ok()).unwrap_or(otherwise)
    };
    if let Some([_, name, file]) = arguments.windows(3).find(|arguments| arguments[0] == "--alone") {
        match alone::run(name, file) {
            Ok(_) if name == "right" => {}
            Ok(lines) => println!("{lines}"),
            Err(error) => {
                eprintln!("{name}: {error}");
                std::process::exit(2);
            }
        }
        return;
    }
    let (megabytes, rounds) = (number("--megabytes", 64), number("--rounds", 3));

    let text = sample(megabytes * 1_000_000);
    let lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    println!("{} MB in {} lines, {rounds} rounds, medians", text.len() / 1_000_000, lines.len());

    let validator = Validator::new(OUTBOUND);
    let schema = SchemaValidator::of(OUTBOUND);
    let mut contenders: Vec<Contender<'_>> = vec![
        (
            "this: fast check",
            Box::new(|| {
                let mut checker = validator.checker();
                lines.iter().filter(|line| checker.check_line(line)).count()
            }),
        ),
        (
            "this: fast check with the summary",
            Box::new(|| {
                let mut checker = validator.checker();
                let mut tally = Tally::new(&validator);
                let right = lines.iter().filter(|line| {
                    let right = checker.check_line(line);
                    if right {
                        tally.add(line, checker.facts(), 0, 1);
                    }
                    right
                });
                right.count()
            }),
        ),
        (
            "jsonschema over serde_json::Value",
            Box::new(|| {
                count(&lines, |line| serde_json::from_slice::<Value>(line).is_ok_and(|value| schema.is_valid(&value)))
            }),
        ),
        ("serde_json::Value alone", Box::new(|| count(&lines, |line| serde_json::from_slice::<Value>(line).is_ok()))),
        ("admissibility alone (serde)", Box::new(|| count(&lines, |line| ndjson::check(line).is_ok()))),
        (
            "serde_json IgnoredAny",
            Box::new(|| count(&lines, |line| serde_json::from_slice::<IgnoredAny>(line).is_ok())),
        ),
        ("sonic-rs IgnoredAny", Box::new(|| count(&lines, |line| sonic_rs::from_slice::<IgnoredAny>(line).is_ok()))),
        (
            "simd-json tape",
            Box::new(|| {
                let (mut copy, mut buffers) = (Vec::new(), simd_json::Buffers::default());
                count(&lines, |line| {
                    copy.clear();
                    copy.extend_from_slice(line);
                    black_box(simd_json::to_tape_with_buffers(&mut copy, &mut buffers)).is_ok()
                })
            }),
        ),
        ("memchr of the line ends", Box::new(|| memchr::memchr_iter(b'\n', &text).count())),
    ];
    let mut speeds = vec![Vec::new(); contenders.len()];
    for _ in 0..rounds {
        for ((name, run), speeds) in contenders.iter_mut().zip(&mut speeds) {
            let started = Instant::now();
            let on_processor = processor_seconds();
            let mut runs = 0.0;
            // Long enough for the system's processor clock, which has a resolution of milliseconds.
            while runs == 0.0 || started.elapsed().as_millis() < 300 {
                assert_eq!(black_box(run()), lines.len(), "{name} refuses a line");
                runs += 1.0;
            }
            let seconds = match (on_processor, processor_seconds()) {
                (Some(before), Some(after)) => after - before,
                _ => started.elapsed().as_secs_f64(),
            };
            speeds.push(text.len() as f64 * runs / 1e6 / seconds);
        }
    }
    let medians: Vec<f64> = speeds
        .iter_mut()
        .map(|speeds| {
            speeds.sort_by(f64::total_cmp);
            speeds[speeds.len() / 2]
        })
        .collect();
    println!("{:36} {:>9} {:>22}", "", "MB/s", "the fast check is");
    for ((name, _), median) in contenders.iter().zip(&medians) {
        println!("{name:36} {median:9.0} {:18.2} times", medians[0] / median);
    }
}

/// The processor time of this thread, on systems that report it. Other processes do not affect it.
fn processor_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse::<f64>().ok().map(|nanoseconds| nanoseconds / 1e9)
}

fn count(lines: &[&[u8]], mut is_right: impl FnMut(&[u8]) -> bool) -> usize {
    lines.iter().filter(|line| is_right(line)).count()
}

/// Batches with various events, in the outbound form.
fn sample(bytes: usize) -> Vec<u8> {
    let now = "2026-11-24T07:00:00Z".parse().unwrap_or_default();
    let validator = Validator::new(OUTBOUND);
    let mut checker = validator.checker();
    let mut text = Vec::with_capacity(bytes + 1_000_000);
    for line in Synthesizer::new(1, now).filter(|line| checker.check_line(line.as_bytes())) {
        text.extend_from_slice(line.as_bytes());
        text.push(b'\n');
        if text.len() >= bytes {
            break;
        }
    }
    text
}
