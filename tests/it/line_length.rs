//! The tester computes the length of a line exactly, in order to know where 128 KiB are reached (BAT-1, BAT-2).

use mp_forwarding::conform::compare::{Clock, Observed, compare};
use mp_forwarding::conform::expect::Expectation;
use mp_forwarding::conform::matrix;
use mp_forwarding::conform::synthesize::Synthesizer;
use mp_forwarding::settings::Settings;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::support::bucket::{NOW, forward};

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
fn the_tester_computes_the_exact_length_of_every_line() {
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
