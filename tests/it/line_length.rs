//! The judge knows to the byte how long a line is, so that it can tell where 128 KiB are full (BAT-1, BAT-2).

use mp_forwarding::conform::compare::{Clock, Observed, compare};
use mp_forwarding::conform::expect::{Closing, Expectation};
use mp_forwarding::conform::matrix::matrix;
use mp_forwarding::conform::synthesize::Synthesizer;
use mp_forwarding::settings::{Connection, DateFolders, Settings};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::bucket::{NOW, forward};
use crate::liars::{assert_caught_with, edit};

/// The same document with blanks between its tokens and escapes in its texts and names.
fn respelled(text: &str, dice: &mut ChaCha8Rng) -> String {
    let mut out = String::new();
    let mut in_text = false;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => {
                let escape = characters.next().unwrap();
                out.extend([character, escape]);
                out.extend(characters.by_ref().take(if escape == 'u' { 4 } else { 0 }));
            }
            'a'..='z' if in_text && dice.random_ratio(1, 40) => {
                out.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            '/' if in_text && dice.random_ratio(1, 4) => out.push_str("\\/"),
            '{' | '}' | '[' | ']' | ',' | ':' if !in_text && dice.random_ratio(1, 6) => {
                out.push_str([" ", "\t", ""][dice.random_range(0..3)]);
                out.push(character);
                out.push(' ');
            }
            _ => {
                in_text ^= character == '"';
                out.push(character);
            }
        }
    }
    out
}

#[test]
fn the_judge_knows_the_length_of_every_line_to_the_byte() {
    let now = NOW.parse().unwrap();
    let mut dice = ChaCha8Rng::seed_from_u64(5);
    let (mut lines, mut merged) = (0, 0);
    for (seed, plan) in (1..).zip(matrix(&"mp-forwarding-length".parse().unwrap(), 2)) {
        let mut settings = Settings::new(plan.connection);
        settings.connection.use_compression = false;
        let input: Vec<String> = Synthesizer::new(seed, now).take(60).map(|line| respelled(&line, &mut dice)).collect();
        let expectation = Expectation::of(input.iter().map(String::as_bytes), &settings, now);
        let forwarded = forward(&settings, &input.join("\n"));
        let texts = forwarded.texts();
        let observed: Vec<_> = texts.iter().map(|(_, text)| Observed { object: "o", line: 1, text }).collect();
        let comparison = compare(&expectation, &observed, &settings.connection, Clock::Fixed);
        assert_eq!(comparison.findings, [], "seed {seed}: {:?}", settings.connection);
        for (seen, matched) in observed.iter().zip(comparison.matched) {
            let expected = &expectation.lines[matched.unwrap()];
            assert_eq!(seen.text.len(), expected.length, "seed {seed}: {:?}\n{}", settings.connection, seen.text);
            lines += 1;
            merged += usize::from(expected.sources.len() > 1);
        }
    }
    println!("{lines} lines, {merged} of them merged");
    assert!(lines > 500 && merged > 100, "{lines} lines, {merged} of them merged");
}

/// Batches of one device, whose events take about a quarter of a line each and are full of escapes.
fn long_batches() -> String {
    let event = |index: usize| {
        let name = "\\u00e9\\/ ".repeat(2_600 + index % 7 * 11);
        format!(r#"{{"event_type":"custom_event","data":{{"event_id":"{index}","event_name":"{name}"}}}}"#)
    };
    let batch = |index| {
        format!(
            r#"{{"mpid":"1","mp_deviceid":"d","timestamp_unixtime_ms":"1772323200000","events":[{}]}}"#,
            event(index)
        ) + "\n"
    };
    (0..42).map(batch).collect()
}

fn by_default() -> Settings {
    Settings::new(Connection::new("mp-forwarding-length".parse().unwrap(), DateFolders::None))
}

#[test]
fn a_forwarder_that_closes_a_full_line_one_batch_early_is_caught() {
    let input = long_batches();
    let expectation = Expectation::of(input.lines().map(str::as_bytes), &by_default(), NOW.parse().unwrap());
    assert!(expectation.lines.iter().filter(|line| line.closing == Closing::Full).count() > 5);
    assert_caught_with(
        &input,
        |object| {
            edit(object, |text| {
                let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
                // As many lines as there were, none of them past the bound: only the last holds more.
                let [.., full, last] = &mut lines[..] else { return text };
                let Some(at) = full.rfind(r#",{"event_type""#) else { return text };
                let end = full[at..].find(']').unwrap() + at;
                let event = full[at + 1..end].to_owned();
                full.replace_range(at..end, "");
                let begin = last.find('[').unwrap() + 1;
                last.insert_str(begin, &(event + ","));
                assert!(last.len() <= 131_072, "{}", last.len());
                lines.join("\n") + "\n"
            })
        },
        "BAT-1",
    );
}
