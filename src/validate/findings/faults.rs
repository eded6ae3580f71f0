//! Faults grouped by cause while lines are checked, and turned into findings at the end.

use std::collections::{BTreeMap, HashMap};

use super::line_fault::LineFault;
use crate::contract::clause;
use crate::json::without_indices;
use crate::report::model::{Finding, Findings, Place, Severity};
use crate::settings::SettingId;

/// A place of a fault. Places are ordered by inputs and lines.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Location {
    /// The index of the input.
    input: usize,
    /// The line in it, from 1; 0 for the input as a whole.
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
    /// The first places, in their order.
    locations: Vec<Location>,
}

/// Faults by cause. Memory is bounded: past [`Findings::CAUSES`] causes, faults are counted only.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    groups: HashMap<Cause, Group>,
    unlisted: BTreeMap<&'static str, u64>,
    by_input: BTreeMap<usize, u64>,
    /// How many places may be kept beside the first [`Findings::PLACES`] of each cause.
    spare: usize,
}

impl Faults {
    /// No faults yet. `more` places are kept beside the first [`Findings::PLACES`] of each cause.
    pub(in crate::validate) fn keeping(more: usize) -> Self {
        Self { spare: more, ..Self::default() }
    }

    /// Adds a fault of an input's line; line 0 is the input as a whole.
    pub fn add(&mut self, input: usize, line: u64, fault: LineFault) {
        let place = fault.pointer.as_deref().map(without_indices);
        let cause = Cause { clause: fault.clause, place, expected: fault.expected };
        let location = Location { input, line, pointer: fault.pointer, found: fault.found };
        *self.by_input.entry(input).or_default() += 1;
        self.put(cause, Group { count: 1, locations: vec![location] });
    }

    /// Adds the faults that another thread found.
    pub fn merge(&mut self, other: Self) {
        for (clause, count) in other.unlisted {
            *self.unlisted.entry(clause).or_default() += count;
        }
        for (input, count) in other.by_input {
            *self.by_input.entry(input).or_default() += count;
        }
        for (cause, group) in other.groups {
            self.put(cause, group);
        }
    }

    fn put(&mut self, cause: Cause, more: Group) {
        if self.groups.len() >= Findings::CAUSES && !self.groups.contains_key(&cause) {
            *self.unlisted.entry(cause.clause).or_default() += more.count;
            return;
        }
        let group = self.groups.entry(cause).or_default();
        group.count += more.count;
        for location in more.locations {
            // Places mostly come in their order.
            let (Ok(at) | Err(at)) = group.locations.binary_search(&location);
            let is_full = group.locations.len() >= Findings::PLACES && self.spare == 0;
            if is_full && at == group.locations.len() {
                continue;
            }
            group.locations.insert(at, location);
            if is_full {
                group.locations.pop();
            } else if group.locations.len() > Findings::PLACES {
                self.spare -= 1;
            }
        }
    }

    /// Leaves out all but the first `most` faults by input and line.
    pub(in crate::validate) fn keep_first(&mut self, most: usize) {
        if self.count() <= most as u64 {
            return;
        }
        let groups = std::mem::take(&mut self.groups).into_iter();
        let mut all: Vec<(Location, Cause)> = groups
            .flat_map(|(cause, group)| group.locations.into_iter().map(move |location| (location, cause.clone())))
            .collect();
        all.sort_by(|(one, a), (other, b)| one.cmp(other).then_with(|| a.expected.cmp(&b.expected)));
        all.truncate(most);
        *self = Self::keeping(most);
        for (location, cause) in all {
            *self.by_input.entry(location.input).or_default() += 1;
            self.put(cause, Group { count: 1, locations: vec![location] });
        }
    }

    /// The number of faults of each input that has some.
    pub(in crate::validate) fn by_input(&self) -> &BTreeMap<usize, u64> {
        &self.by_input
    }

    /// The number of faults.
    pub fn count(&self) -> u64 {
        self.unlisted.values().sum::<u64>() + self.groups.values().map(|group| group.count).sum::<u64>()
    }

    /// The number of faults that are not in any group, by clause.
    pub fn unlisted(&self) -> &BTreeMap<&'static str, u64> {
        &self.unlisted
    }

    /// A finding for each cause, in the order of the first places. `name` is the name of an input, `check` the id of the check
    /// that a clause belongs to.
    pub fn into_findings(
        self,
        severity: Severity,
        name: impl Fn(usize) -> String,
        check: impl Fn(&str) -> &'static str,
    ) -> Vec<Finding> {
        let mut groups: Vec<(Cause, Group)> = self.groups.into_iter().collect();
        groups.sort_by(|(one, a), (other, b)| {
            a.locations.cmp(&b.locations).then_with(|| one.expected.cmp(&other.expected))
        });
        groups.into_iter().map(|(cause, group)| finding(cause, group, severity, &check, &name)).collect()
    }
}

fn finding(
    cause: Cause,
    group: Group,
    severity: Severity,
    check: impl Fn(&str) -> &'static str,
    name: impl Fn(usize) -> String,
) -> Finding {
    let Cause { clause, place, expected } = cause;
    let first = group.locations.first().map(|location| location.found.clone()).unwrap_or_default();
    let mut remedies: Vec<&str> = Vec::new();
    for location in &group.locations {
        let remedy = clause::remedy(clause, place.as_deref(), &expected, &location.found);
        remedies.extend(remedy.filter(|remedy| !remedies.contains(remedy)));
    }
    let places = group.locations.into_iter().map(|location| Place {
        case: None,
        object: Some(name(location.input)),
        line: (location.line > 0).then_some(location.line),
        pointer: location.pointer,
        found: Some(location.found).filter(|found| !found.is_empty()),
    });
    let mut finding = match first.is_empty() {
        true => Finding::new(check(clause), severity, expected),
        false => Finding::expected(check(clause), severity, expected, first, Place::default()),
    };
    finding.clause = Some(clause.to_owned());
    finding.setting = clause.parse::<SettingId>().ok().map(|setting| setting.as_str().to_owned());
    finding.place = place;
    finding.remedy = (!remedies.is_empty()).then(|| remedies.join("; "));
    finding.count = group.count;
    finding.places = places.collect();
    finding
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(pointer: &str) -> LineFault {
        LineFault::new("DTO-1", "text", format!("{} characters", pointer.len())).at(pointer)
    }

    #[test]
    fn a_cause_is_one_finding_with_its_first_places_whichever_thread_found_them() {
        let (mut one, mut other) = (Faults::default(), Faults::default());
        for line in (1..=50).rev() {
            let faults = if line % 2 == 0 { &mut one } else { &mut other };
            faults.add(0, line, fault(&format!("/events/{line}/data")));
        }
        one.merge(other);
        let findings = one.into_findings(Severity::Error, |_| "a".to_owned(), |_| "schema");
        assert_eq!((findings.len(), findings[0].count), (1, 50));
        assert_eq!(findings[0].place.as_deref(), Some("/events/*/data"));
        let lines: Vec<_> = findings[0].places.iter().map(|place| place.line).collect();
        assert_eq!(lines, [1, 2, 3, 4, 5].map(Some));
    }

    #[test]
    fn more_places_are_kept_on_request_and_the_first_faults_are_those_of_the_first_files() {
        let (mut one, mut other) = (Faults::keeping(40), Faults::keeping(40));
        for line in (1..=50).rev() {
            let faults = if line % 2 == 0 { &mut one } else { &mut other };
            faults.add(line as usize % 3, line, fault("/mpid"));
        }
        one.merge(other);
        let mut first = one.clone();
        let places = one.into_findings(Severity::Error, |input| input.to_string(), |_| "schema").remove(0).places;
        assert!(places.is_sorted() && places.len() == Findings::PLACES + 40);
        first.keep_first(3);
        assert_eq!((first.count(), first.by_input().clone()), (3, BTreeMap::from([(0, 3)])));
        let finding = first.into_findings(Severity::Error, |input| input.to_string(), |_| "schema").remove(0);
        assert_eq!(finding.places.iter().map(|place| place.line).collect::<Vec<_>>(), [3, 6, 9].map(Some));
    }

    #[test]
    fn memory_is_bounded_and_every_fault_is_counted() {
        let mut faults = Faults::default();
        (0..3000).for_each(|number| faults.add(0, 1, fault(&format!("/user_attributes/a{number}"))));
        assert_eq!((faults.count(), faults.unlisted()["DTO-1"]), (3000, 2000));
    }
}
