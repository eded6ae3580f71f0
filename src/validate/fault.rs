//! Faults of lines, gathered into groups: one cause is told once, with its first places and its count.

use std::collections::HashMap;

use super::remedy::remedy;
use crate::report::{Finding, Place};
use crate::settings::SettingId;

/// One thing that is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineFault {
    /// The clause that is broken.
    pub clause: &'static str,
    /// JSON Pointer into the line; `None` if the line is no JSON at all.
    pub pointer: Option<String>,
    /// What was expected, in words: faults of one clause and place that expect the same have one cause.
    pub expected: String,
    /// What was found instead, masked; empty where `expected` says all.
    pub found: String,
}

impl LineFault {
    /// A fault of a line or a file as a whole, told in one sentence.
    pub fn whole(clause: &'static str, message: impl Into<String>) -> Self {
        Self { clause, pointer: None, expected: message.into(), found: String::new() }
    }

    /// A fault of a line or a file as a whole: what was expected, and what was found.
    pub fn file(clause: &'static str, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self { clause, pointer: None, expected: expected.into(), found: found.into() }
    }
}

/// So many places of a group are kept: the first ones, in the order of inputs and lines.
const PLACES: usize = 3;

/// So many groups are kept apart; a body of lines with more kinds of fault is told by these, and the rest is counted.
const GROUPS: usize = 1000;

/// Where a fault is: the index of the input, and the line in it from 1 (0 for the input as a whole).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Seat {
    input: usize,
    line: u64,
    pointer: Option<String>,
    found: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Cause {
    clause: &'static str,
    /// The pointer with `*` for each index of an array.
    place: Option<String>,
    expected: String,
}

#[derive(Debug, Clone, Default)]
struct Group {
    count: u64,
    seats: Vec<Seat>,
}

/// Faults by cause. Its memory is bounded.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    groups: HashMap<Cause, Group>,
    /// Faults whose cause came after there were too many groups.
    beyond: u64,
}

/// All faults of one cause, as a report has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupedFault {
    /// The clause that is broken.
    pub clause: String,
    /// JSON Pointer into the line, with `*` for each index of an array; `None` if it is of a line or a file as a whole.
    pub place: Option<String>,
    /// What was expected, or in one sentence what is wrong.
    pub expected: String,
    /// How many there are.
    pub count: u64,
    /// What to do about them, where that is more than to write what was expected.
    pub remedy: Option<String>,
    /// The first ones.
    pub findings: Vec<Finding>,
}

impl Faults {
    /// Adds a fault of an input's line; line 0 is the input as a whole.
    pub fn add(&mut self, input: usize, line: u64, fault: LineFault) {
        let place = fault.pointer.as_deref().map(without_indices);
        let cause = Cause { clause: fault.clause, place, expected: fault.expected };
        let seat = Seat { input, line, pointer: fault.pointer, found: fault.found };
        self.put(cause, Group { count: 1, seats: vec![seat] });
    }

    /// Adds what was gathered elsewhere.
    pub fn merge(&mut self, other: Self) {
        self.beyond += other.beyond;
        for (cause, group) in other.groups {
            self.put(cause, group);
        }
    }

    fn put(&mut self, cause: Cause, more: Group) {
        if self.groups.len() >= GROUPS && !self.groups.contains_key(&cause) {
            self.beyond += more.count;
            return;
        }
        let group = self.groups.entry(cause).or_default();
        group.count += more.count;
        group.seats.extend(more.seats);
        if group.seats.len() > PLACES {
            group.seats.sort_unstable();
            group.seats.truncate(PLACES);
        }
    }

    /// How many faults there are in all.
    pub fn count(&self) -> u64 {
        self.beyond + self.groups.values().map(|group| group.count).sum::<u64>()
    }

    /// How many of them no group tells.
    pub fn untold(&self) -> u64 {
        self.beyond
    }

    /// The groups, in the order of their first places. `name` gives an input's name.
    pub fn grouped(self, name: impl Fn(usize) -> String) -> Vec<GroupedFault> {
        let mut groups: Vec<(Cause, Group)> = self.groups.into_iter().collect();
        for (_, group) in &mut groups {
            group.seats.sort_unstable();
        }
        groups.sort_by(|(one, a), (other, b)| a.seats.cmp(&b.seats).then_with(|| one.expected.cmp(&other.expected)));
        let finding = |cause: &Cause, seat: Seat| Finding {
            clause: cause.clause.to_owned(),
            setting: cause.clause.parse::<SettingId>().ok().map(|setting| setting.as_str().to_owned()),
            place: Place {
                scenario: None,
                object: Some(name(seat.input)),
                line: (seat.line > 0).then_some(seat.line),
                pointer: seat.pointer,
            },
            message: match seat.found.is_empty() {
                true => cause.expected.clone(),
                false => format!("expected {}, found {}", cause.expected, seat.found),
            },
        };
        groups
            .into_iter()
            .map(|(cause, group)| GroupedFault {
                count: group.count,
                remedy: remedies(&cause, &group.seats),
                findings: group.seats.into_iter().map(|seat| finding(&cause, seat)).collect(),
                clause: cause.clause.to_owned(),
                place: cause.place,
                expected: cause.expected,
            })
            .collect()
    }
}

/// What to do about each of the places, once.
fn remedies(cause: &Cause, seats: &[Seat]) -> Option<String> {
    let mut told: Vec<&str> = Vec::new();
    for seat in seats {
        let remedy = remedy(cause.clause, cause.place.as_deref(), &cause.expected, &seat.found);
        told.extend(remedy.filter(|remedy| !told.contains(remedy)));
    }
    (!told.is_empty()).then(|| told.join("; "))
}

fn without_indices(pointer: &str) -> String {
    let token = |token: &str| match !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit()) {
        true => "*".to_owned(),
        false => token.to_owned(),
    };
    pointer.split('/').map(token).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(pointer: &str) -> LineFault {
        LineFault {
            clause: "DTO-1",
            pointer: Some(pointer.to_owned()),
            expected: "text".to_owned(),
            found: format!("{} characters", pointer.len()),
        }
    }

    #[test]
    fn one_cause_is_one_group_with_its_first_places_whoever_found_them() {
        let (mut one, mut other) = (Faults::default(), Faults::default());
        for line in (1..=50).rev() {
            let faults = if line % 2 == 0 { &mut one } else { &mut other };
            faults.add(0, line, fault(&format!("/events/{line}/data")));
        }
        one.merge(other);
        let groups = one.grouped(|_| "a".to_owned());
        assert_eq!((groups.len(), groups[0].count), (1, 50));
        let lines: Vec<_> = groups[0].findings.iter().map(|finding| finding.place.line).collect();
        assert_eq!(lines, [Some(1), Some(2), Some(3)]);
    }

    #[test]
    fn memory_is_bounded_and_nothing_goes_uncounted() {
        let mut faults = Faults::default();
        (0..3000).for_each(|number| faults.add(0, 1, fault(&format!("/user_attributes/a{number}"))));
        assert_eq!((faults.count(), faults.untold()), (3000, 2000));
    }
}
