//! The times and sizes of batches: regular, in bursts, late, and after pauses of minutes or a day.
//!
//! Rare situations occur by count instead of chance, so that a few hundred batches contain them for any seed.

use jiff::Timestamp;

use super::dice::Dice;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;

/// The time at which the next batch is received, and its size.
pub(super) struct Beat {
    /// The time in milliseconds since 1970.
    pub(super) at: i64,
    pub(super) size: Size,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Size {
    Usual,
    /// One of several batches that a device sends at the same time and that together exceed the limit of a merged line.
    Burst,
    /// A batch that exceeds this limit alone.
    Oversize,
}

impl Size {
    pub(super) fn events(self, dice: &mut Dice) -> u64 {
        match self {
            Self::Usual => 1 + dice.below(6),
            Self::Burst => 70,
            Self::Oversize => 400,
        }
    }
}

pub(super) struct Rhythm {
    clock: i64,
    number: u64,
}

impl Rhythm {
    pub(super) fn starting(now: Timestamp) -> Self {
        Self { clock: now.as_millisecond(), number: 0 }
    }

    pub(super) fn next(&mut self, dice: &mut Dice) -> Beat {
        let number = self.number;
        self.number += 1;
        if number > 0 && number.is_multiple_of(397) {
            self.clock += 25 * 60 * MINUTE;
        }
        let size = match number % 331 {
            41..=48 => Size::Burst,
            90 => Size::Oversize,
            _ => Size::Usual,
        };
        let late = match dice.below(60) {
            0 if size == Size::Usual => dice.between(SECOND, 15 * MINUTE),
            1 if size == Size::Usual => self.clock - self.clock / SECOND,
            _ => 0,
        };
        let at = self.clock - late;
        self.clock += match dice.below(30) {
            _ if size == Size::Burst => 10,
            0 => dice.between(2 * MINUTE, 11 * MINUTE),
            1..=5 => dice.between(5 * SECOND, 30 * SECOND),
            _ => dice.between(0, 2 * SECOND),
        };
        Beat { at, size }
    }
}
