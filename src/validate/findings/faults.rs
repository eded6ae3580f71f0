//! Faults grouped by cause while lines are checked, and turned into findings at the end.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::first_places::FirstPlaces;
use super::line_fault::LineFault;
use crate::contract::clause;
use crate::json::without_indices;
use crate::report::model::{Finding, Findings, Place, Severity};
use crate::settings::SettingId;
use crate::validate::contents::{KeptByHash, hash_of};

/// A place of a fault. Places are ordered by inputs and lines.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::validate) struct Location {
    /// The name of the input.
    pub(in crate::validate) object: Arc<str>,
    /// The line in it, from 1; 0 for the input as a whole.
    pub(in crate::validate) line: u64,
    pub(in crate::validate) pointer: Option<String>,
    pub(in crate::validate) found: String,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::validate) struct Cause {
    pub(in crate::validate) clause: &'static str,
    /// The pointer with `*` for each index of an array.
    pub(in crate::validate) place: Option<String>,
    pub(in crate::validate) expected: String,
}

impl Cause {
    fn hash(&self) -> u64 {
        let place = self.place.as_deref().unwrap_or("\0");
        hash_of(format!("{}\0{place}\0{}", self.clause, self.expected).as_bytes())
    }
}

/// The faults of one cause.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::validate) struct Group {
    pub(in crate::validate) count: u64,
    /// The first places, in their order.
    pub(in crate::validate) locations: Vec<Location>,
}

/// Faults by cause. Memory is bounded: past [`Findings::CAUSES`] causes, faults are counted only. What is kept depends on the
/// faults alone, not on their order, nor on how they were divided.
#[derive(Debug, Clone)]
pub struct Faults {
    groups: KeptByHash<Cause, Group>,
    unlisted: BTreeMap<&'static str, u64>,
    by_input: BTreeMap<Arc<str>, u64>,
    /// Inputs with faults that are not in `by_input`.
    more_inputs: u64,
    first: FirstPlaces,
}

impl Default for Faults {
    fn default() -> Self {
        Self::keeping(0)
    }
}

impl Faults {
    /// No faults yet. The first `places` are kept beside the first [`Findings::PLACES`] of each cause.
    pub(in crate::validate) fn keeping(places: usize) -> Self {
        Self {
            groups: KeptByHash::new(Findings::CAUSES),
            unlisted: BTreeMap::new(),
            by_input: BTreeMap::new(),
            more_inputs: 0,
            first: FirstPlaces::keeping(places),
        }
    }

    /// Adds a fault of an input's line; line 0 is the input as a whole.
    pub fn add(&mut self, input: &Arc<str>, line: u64, fault: LineFault) {
        let (cause, location) = split(input, line, fault);
        self.count_input(input.clone(), 1);
        self.first.add(&location, &cause, 1);
        self.put(cause, Group { count: 1, locations: vec![location] });
    }

    /// Adds `count` faults of one cause, of which these are the first.
    pub(in crate::validate) fn add_all(&mut self, count: u64, first: Vec<(Arc<str>, u64, LineFault)>) {
        let mut locations = Vec::with_capacity(first.len());
        let mut of = None;
        for (input, line, fault) in first {
            let (cause, location) = split(&input, line, fault);
            self.first.add(&location, &cause, 1);
            locations.push(location);
            of = Some(cause);
        }
        if let Some(cause) = of {
            self.put(cause, Group { count, locations });
        }
    }

    /// Adds the faults that another thread or another part of the run found.
    pub fn merge(&mut self, mut other: Self) {
        for (clause, count) in other.unlisted {
            *self.unlisted.entry(clause).or_default() += count;
        }
        self.more_inputs += other.more_inputs;
        other.by_input.into_iter().for_each(|(input, count)| self.count_input(input, count));
        self.first.merge(other.first);
        other.groups.drain().for_each(|(_, cause, group)| self.put(cause, group));
    }

    /// Adds faults of an input to its number of faults.
    pub(in crate::validate) fn count_input(&mut self, input: Arc<str>, count: u64) {
        *self.by_input.entry(input).or_default() += count;
    }

    /// Adds faults that are in no group.
    pub(in crate::validate) fn count_unlisted(&mut self, clause: &'static str, count: u64) {
        *self.unlisted.entry(clause).or_default() += count;
    }

    pub(in crate::validate) fn put(&mut self, cause: Cause, more: Group) {
        let rest = self.groups.put(cause.hash(), cause, more, |own, more| {
            own.count += more.count;
            own.locations.extend(more.locations);
            own.locations.sort();
            own.locations.truncate(Findings::PLACES);
        });
        if let Some((cause, group)) = rest {
            self.count_unlisted(cause.clause, group.count);
        }
    }

    /// The causes and their faults.
    pub(in crate::validate) fn groups(&self) -> impl Iterator<Item = (&Cause, &Group)> {
        self.groups.iter()
    }

    /// Leaves out all but the first `most` faults by input and line.
    pub(in crate::validate) fn keep_first(&mut self, most: usize) {
        if self.count() <= most as u64 {
            return;
        }
        let first = std::mem::replace(&mut self.first, FirstPlaces::keeping(0)).into_first(most as u64);
        *self = Self::keeping(most);
        for (location, cause, count) in first {
            self.count_input(location.object.clone(), count);
            self.first.add(&location, &cause, count);
            let locations = vec![location; usize::try_from(count).unwrap_or(usize::MAX).min(Findings::PLACES)];
            self.put(cause, Group { count, locations });
        }
    }

    /// Keeps the numbers of faults of the `most` inputs that have most of them, and only the number of the other inputs.
    pub(in crate::validate) fn keep_worst(&mut self, most: usize) {
        let worst = self.worst(most);
        self.more_inputs += (self.by_input.len() - worst.len()) as u64;
        self.by_input = worst.into_iter().collect();
    }

    /// The inputs with most faults, the worst first.
    pub(in crate::validate) fn worst(&self, most: usize) -> Vec<(Arc<str>, u64)> {
        let mut inputs: Vec<(Arc<str>, u64)> =
            self.by_input.iter().map(|(input, count)| (input.clone(), *count)).collect();
        inputs.sort_by(|(a, one), (b, other)| other.cmp(one).then_with(|| a.cmp(b)));
        inputs.truncate(most);
        inputs
    }

    /// The number of inputs with faults.
    pub(in crate::validate) fn inputs(&self) -> u64 {
        self.by_input.len() as u64 + self.more_inputs
    }

    /// Adds inputs with faults whose names are not kept.
    pub(in crate::validate) fn add_unnamed_inputs(&mut self, count: u64) {
        self.more_inputs += count;
    }

    /// The number of faults.
    pub fn count(&self) -> u64 {
        self.unlisted.values().sum::<u64>() + self.groups.iter().map(|(_, group)| group.count).sum::<u64>()
    }

    /// The number of faults that are not in any group, by clause.
    pub fn unlisted(&self) -> &BTreeMap<&'static str, u64> {
        &self.unlisted
    }

    /// A finding for each cause, in the order of the first places. `check` gives the id of the check that a clause belongs to.
    pub fn into_findings(mut self, severity: Severity, check: impl Fn(&str) -> &'static str) -> Vec<Finding> {
        let mut first = self.first.by_cause();
        let mut groups: Vec<(Cause, Group)> = self.groups.drain().map(|(_, cause, group)| (cause, group)).collect();
        for (cause, group) in &mut groups {
            // Both are the beginning of all its places.
            let more = first.remove(cause).unwrap_or_default();
            if more.len() > group.locations.len() {
                group.locations = more;
            }
        }
        groups.sort_by(|(one, a), (other, b)| {
            a.locations.cmp(&b.locations).then_with(|| one.expected.cmp(&other.expected)).then_with(|| one.cmp(other))
        });
        groups.into_iter().map(|(cause, group)| finding(cause, group, severity, &check)).collect()
    }
}

fn split(input: &Arc<str>, line: u64, fault: LineFault) -> (Cause, Location) {
    let place = fault.pointer.as_deref().map(without_indices);
    let cause = Cause { clause: fault.clause, place, expected: fault.expected };
    (cause, Location { object: input.clone(), line, pointer: fault.pointer, found: fault.found })
}

fn finding(cause: Cause, group: Group, severity: Severity, check: impl Fn(&str) -> &'static str) -> Finding {
    let Cause { clause, place, expected } = cause;
    let first = group.locations.first().map(|location| location.found.clone()).unwrap_or_default();
    let mut remedies: Vec<&str> = Vec::new();
    for location in &group.locations {
        let remedy = clause::remedy(clause, place.as_deref(), &expected, &location.found);
        remedies.extend(remedy.filter(|remedy| !remedies.contains(remedy)));
    }
    let places = group.locations.into_iter().map(|location| Place {
        case: None,
        object: Some(location.object.as_ref().to_owned()),
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

    fn input(number: u64) -> Arc<str> {
        number.to_string().into()
    }

    fn findings(faults: Faults) -> Vec<Finding> {
        faults.into_findings(Severity::Error, |_| "schema")
    }

    #[test]
    fn a_cause_is_one_finding_with_its_first_places_whichever_thread_found_them() {
        let (mut one, mut other) = (Faults::default(), Faults::default());
        for line in (1..=50).rev() {
            let faults = if line % 2 == 0 { &mut one } else { &mut other };
            faults.add(&input(0), line, fault(&format!("/events/{line}/data")));
        }
        one.merge(other);
        let findings = findings(one);
        assert_eq!((findings.len(), findings[0].count), (1, 50));
        assert_eq!(findings[0].place.as_deref(), Some("/events/*/data"));
        let lines: Vec<_> = findings[0].places.iter().map(|place| place.line).collect();
        assert_eq!(lines, [1, 2, 3, 4, 5].map(Some));
    }

    #[test]
    fn more_places_are_kept_on_request_and_the_first_faults_are_those_of_the_first_files() {
        let (mut one, mut other) = (Faults::keeping(45), Faults::keeping(45));
        for line in (1..=50).rev() {
            let faults = if line % 2 == 0 { &mut one } else { &mut other };
            faults.add(&input(line % 3), line, fault("/mpid"));
        }
        one.merge(other);
        let mut first = one.clone();
        let places = findings(one).remove(0).places;
        assert!(places.is_sorted() && places.len() == 45);
        first.keep_first(3);
        assert_eq!((first.count(), first.inputs(), first.worst(10)), (3, 1, vec![(input(0), 3)]));
        let finding = findings(first).remove(0);
        assert_eq!(finding.places.iter().map(|place| place.line).collect::<Vec<_>>(), [3, 6, 9].map(Some));
    }

    #[test]
    fn memory_is_bounded_every_fault_is_counted_and_the_order_does_not_matter() {
        let numbers: Vec<u64> = (0..3000).collect();
        let of = |numbers: &mut dyn Iterator<Item = &u64>| {
            let mut faults = Faults::default();
            numbers.for_each(|number| faults.add(&input(*number), 1, fault(&format!("/user_attributes/a{number}"))));
            faults
        };
        let whole = of(&mut numbers.iter());
        assert_eq!((whole.count(), whole.unlisted()["DTO-1"]), (3000, 2000));
        let mut merged = of(&mut numbers[2000..].iter().rev());
        merged.merge(of(&mut numbers[..2000].iter()));
        for faults in [&mut merged, &mut whole.clone()] {
            faults.keep_worst(10);
            assert_eq!((faults.inputs(), faults.worst(usize::MAX).len()), (3000, 10));
        }
        assert_eq!(findings(merged), findings(whole));
    }
}
