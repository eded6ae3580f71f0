//! The fast check and the published schema must agree on every line. The lines are generated from the schemas with
//! seeds, printed in unusual ways and corrupted. Both must refuse what is not admissible (DTO-9).
//!
//! `cargo test --release --test differential -- --seconds 120 --seed 7` compares both for two minutes, with lines of
//! both forms, tolerant and strict. `--lines 1000000` compares this number of lines for each schema. It prints the
//! number of lines of each kind. A line on which they disagree is shortened and printed.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

mod dictionary;
#[allow(dead_code, reason = "it serves other tests as well")]
#[path = "../it/support/instances.rs"]
mod instances;
mod made;
mod minimise;
mod print;
mod spoil_bytes;
mod spoil_value;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use dictionary::Dictionary;
use made::Made;
use minimise::minimise;
use mp_forwarding::contract::schema::{Edition, Form, SchemaValidator};
use mp_forwarding::ndjson;
use mp_forwarding::validate::Validator;
use serde::Deserialize as _;
use serde_json::Value;

const EDITIONS: [Edition; 4] = [
    Edition { form: Form::Outbound, strict: false },
    Edition { form: Form::Outbound, strict: true },
    Edition { form: Form::Inbound, strict: false },
    Edition { form: Form::Inbound, strict: true },
];

/// The number of disagreements of an edition that are shortened and printed.
const SHOWN: u64 = 5;

/// The end of the run.
#[derive(Clone, Copy)]
enum Until {
    Lines(u64),
    Time(Instant),
}

#[derive(Default)]
struct Count {
    lines: u64,
    right: u64,
    refused: u64,
    inadmissible: u64,
    disagreements: u64,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--list") {
        println!("differential: test");
        return ExitCode::SUCCESS;
    }
    // The arguments that `cargo test NAME` passes to all tests.
    if arguments.first().is_some_and(|name| !name.starts_with('-') && !"differential".contains(name.as_str())) {
        return ExitCode::SUCCESS;
    }
    let number = |name: &str| {
        let place = arguments.iter().position(|argument| argument == name)?;
        Some(arguments.get(place + 1)?.parse::<u64>().expect("a number"))
    };
    let seed = number("--seed").unwrap_or(1);
    let started = Instant::now();
    let until = match number("--seconds") {
        Some(seconds) => Until::Time(started + Duration::from_secs(seconds)),
        None => Until::Lines(number("--lines").unwrap_or(4_000)),
    };

    let counts = compare_validators(seed, until);
    let mut all = Count::default();
    for (edition, count) in EDITIONS.iter().zip(counts) {
        let form = if edition.form == Form::Outbound { "outbound" } else { "raw" };
        let name = format!("{form} {}", if edition.strict { "strict" } else { "tolerant" });
        println!("{name:18} {count}");
        assert!(count.is_varied(), "the lines are too much alike");
        all.add(&count);
    }
    println!("{:18} {all}, seed {seed}, {:.0} s", "together", started.elapsed().as_secs_f64());
    ExitCode::from(u8::from(all.disagreements > 0))
}

/// The counts of each edition.
fn compare_validators(seed: u64, until: Until) -> [Count; 4] {
    let schemas = EDITIONS.map(Edition::schema);
    let words = Dictionary::of(&schemas);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let streams = match until {
        Until::Lines(_) => 1,
        Until::Time(_) => cores.div_ceil(EDITIONS.len()) as u64,
    };
    std::thread::scope(|scope| {
        let (schemas, words) = (&schemas, &words);
        let start = |index: usize| {
            (0..streams).map(move |stream| {
                // The distance between the seeds, so that no stream starts within another.
                let seed = seed.wrapping_add((stream * 4 + index as u64 + 1) << 32);
                scope.spawn(move || agree_on(index, Made::new(schemas, index, words, seed), until))
            })
        };
        let threads = [0, 1, 2, 3].map(|index| start(index).collect::<Vec<_>>());
        threads.map(|threads| {
            let mut all = Count::default();
            threads.into_iter().for_each(|thread| all.add(&thread.join().unwrap()));
            all
        })
    })
}

fn agree_on(index: usize, lines: Made<'_>, until: Until) -> Count {
    let (schema, validator) = (SchemaValidator::of(EDITIONS[index]), Validator::new(EDITIONS[index]));
    let mut checker = validator.checker();
    let mut count = Count::default();
    for line in lines {
        let slow = slow(&schema, &line);
        let fast = checker.check_line(&line);
        count.lines += 1;
        match slow {
            None => count.inadmissible += 1,
            Some(true) => count.right += 1,
            Some(false) => count.refused += 1,
        }
        if fast != slow.unwrap_or(false) {
            count.disagreements += 1;
            if count.disagreements <= SHOWN {
                report(&schema, &validator, line, fast);
            }
        }
        if match until {
            Until::Lines(most) => count.lines >= most,
            Until::Time(end) => count.lines.is_multiple_of(64) && Instant::now() >= end,
        } {
            break;
        }
    }
    count
}

/// The result of the schema; `None` for a line that is not admissible.
fn slow(schema: &SchemaValidator, line: &[u8]) -> Option<bool> {
    let text = ndjson::check(line).ok()?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    deserializer.disable_recursion_limit();
    let valid = schema.is_valid_text(text, &Value::deserialize(&mut deserializer).unwrap());
    assert_eq!(
        schema.explain_text(text, 1).is_empty(),
        valid,
        "what is wrong has a reason, and nothing else has: {text}"
    );
    Some(valid)
}

fn report(schema: &SchemaValidator, validator: &Validator, line: Vec<u8>, fast: bool) {
    let shows = |line: &[u8]| validator.check_line(line) == fast && slow(schema, line).unwrap_or(false) != fast;
    // A disagreement that depends on earlier lines does not occur with one line alone.
    let (line, how) = if shows(&line) { (minimise(line, shows), "") } else { (line, ", after other lines only") };
    let word = |yes: bool| if yes { "yes" } else { "no" };
    println!(
        "{:?}: the fast check says {}{how}, the schema says {}: {}",
        validator.edition(),
        word(fast),
        word(!fast),
        line.escape_ascii()
    );
}

impl Count {
    fn add(&mut self, other: &Self) {
        self.lines += other.lines;
        self.right += other.right;
        self.refused += other.refused;
        self.inadmissible += other.inadmissible;
        self.disagreements += other.disagreements;
    }

    /// Asserts that each kind of line occurred often enough.
    fn is_varied(&self) -> bool {
        self.lines < 1000
            || (self.right > self.lines / 8 && self.refused > self.lines / 8 && self.inadmissible > self.lines / 20)
    }
}

impl std::fmt::Display for Count {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{:9} lines: {:9} right, {:9} refused by the schema, {:8} not admissible; {} disagreements",
            self.lines, self.right, self.refused, self.inadmissible, self.disagreements
        )
    }
}
