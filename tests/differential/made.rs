//! Generated lines to compare two validators: made from the schemas with seeds, printed in unusual ways, and corrupted.

use mp_forwarding::conform::synthesize::Synthesizer;
use serde_json::Value;

use crate::dictionary::Dictionary;
use crate::instances::{Chance, Maker};
use crate::print::print;
use crate::spoil_bytes::{repeat_member, spoil_bytes};
use crate::spoil_value::spoil_value;

/// Endless lines, the same for the same seed.
pub(crate) struct Made<'a> {
    chance: Chance,
    makers: Vec<Maker<'a>>,
    /// The schema of most lines.
    own: usize,
    synthesizer: Synthesizer,
    words: &'a Dictionary,
}

impl<'a> Made<'a> {
    /// Lines that are mostly valid for `schemas[own]`.
    pub(crate) fn new(schemas: &'a [Value], own: usize, words: &'a Dictionary, seed: u64) -> Self {
        Self {
            chance: Chance::new(seed),
            makers: schemas.iter().map(|schema| Maker::new(schema, seed + 1)).collect(),
            own,
            synthesizer: Synthesizer::new(seed + 2, "2026-11-24T07:00:00Z".parse().unwrap()),
            words,
        }
    }

    fn value(&mut self) -> Value {
        let chance = &mut self.chance;
        let own = match chance.below(4) {
            0 => return serde_json::from_str(&self.synthesizer.next().unwrap()).unwrap(),
            // Almost valid: a line for another schema.
            1 => chance.below(self.makers.len()),
            _ => self.own,
        };
        let maker = &mut self.makers[own];
        maker.taste.sparse = *chance.pick(&[2, 6, 20]);
        if chance.one_in(4) { maker.broken().0 } else { maker.good().0 }
    }
}

impl Iterator for Made<'_> {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        let mut value = self.value();
        let chance = &mut self.chance;
        if chance.one_in(2) {
            for _ in 0..=chance.below(3) {
                spoil_value(&mut value, chance, self.words);
            }
        }
        let mut line = print(&value, chance);
        if chance.one_in(12) {
            line = repeat_member(&line, chance);
        }
        if chance.one_in(4) {
            for _ in 0..=chance.below(2) {
                spoil_bytes(&mut line, chance, self.words);
            }
        }
        Some(line)
    }
}
