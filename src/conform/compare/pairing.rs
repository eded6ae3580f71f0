//! Finds the expected line for each remaining observed line.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::conform::document::Value;
use crate::conform::expect::{ExpectedLine, mark};

/// The properties that identify a line although its content differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    /// The marks of the batches in the line. For an observed line only the newest is known.
    marks: Vec<String>,
    kin: Option<u64>,
    pub(super) events: Vec<String>,
    /// The number of events, with or without an id.
    pub(super) count: usize,
    rough: [Option<String>; 3],
}

impl Identity {
    pub(super) fn of(document: &Value) -> Self {
        let events = document.get("events").and_then(Value::elements).unwrap_or_default();
        Self {
            marks: mark(document).into_iter().collect(),
            kin: None,
            events: events.iter().filter_map(event_id).collect(),
            count: events.len(),
            rough: ["timestamp_unixtime_ms", "mpid", "environment"].map(|key| document.get(key).and_then(digits)),
        }
    }

    pub(super) fn of_expected(line: &ExpectedLine, document: &Value) -> Self {
        Self { marks: line.marks.clone(), kin: line.kin, ..Self::of(document) }
    }
}

/// An event's id, from a number or a string.
pub(super) fn event_id(event: &Value) -> Option<String> {
    event.get("data")?.get("event_id").and_then(digits)
}

fn digits(value: &Value) -> Option<String> {
    match value {
        Value::Number(text) => Some(text.clone()),
        Value::Text(text) => Some(text.to_string()),
        _ => None,
    }
}

/// Expected and observed lines with common events.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub(super) expected: Vec<usize>,
    pub(super) observed: Vec<usize>,
}

/// The pairs `(expected, observed)`, and the groups whose events are split differently into lines.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    pub(super) pairs: Vec<(usize, usize)>,
    pub(super) split_differently: Vec<Group>,
}

/// Pairs the remaining lines.
pub(super) fn pair(expected: &[Identity], observed: &[Identity]) -> Pairs {
    let mut pairs = Pairs::default();
    let mut open = (vec![true; expected.len()], vec![true; observed.len()]);
    for group in groups(expected, observed) {
        let is_split = group.expected.len() + group.observed.len() > 2
            && is_each_once(expected, &group.expected)
            && is_each_once(observed, &group.observed);
        if is_split {
            group.expected.iter().for_each(|index| open.0[*index] = false);
            group.observed.iter().for_each(|index| open.1[*index] = false);
            pairs.split_differently.push(group);
            continue;
        }
        for index in group.expected {
            let shared = |other: &usize| {
                let ids = &observed[*other].events;
                expected[index].events.iter().filter(|id| ids.contains(id)).count()
            };
            let best = group
                .observed
                .iter()
                .copied()
                .filter(|other| open.1[*other])
                .max_by_key(|other| (shared(other), std::cmp::Reverse(*other)));
            if let Some(other) = best.filter(|other| shared(other) > 0) {
                open.0[index] = false;
                open.1[other] = false;
                pairs.pairs.push((index, other));
            }
        }
    }

    // A line without event ids can be found by its batch's id, and without this by the properties of its sender.
    pair_by(|identity| identity.marks.last().cloned(), expected, observed, &mut open, &mut pairs.pairs);
    let rough = |identity: &Identity| identity.rough.iter().any(Option::is_some).then(|| identity.rough.clone());
    pair_by(rough, expected, observed, &mut open, &mut pairs.pairs);
    pairs
}

/// Groups lines by common event ids. Lines without event ids are grouped by the marks of their batches.
fn groups(expected: &[Identity], observed: &[Identity]) -> Vec<Group> {
    let mut sets = Sets((0..expected.len() + observed.len()).collect());
    let mut by_event: HashMap<&str, usize> = HashMap::new();
    let mut by_mark: [HashMap<&str, usize>; 2] = [HashMap::new(), HashMap::new()];
    for (index, identity) in expected.iter().chain(observed).enumerate() {
        for id in &identity.events {
            sets.unite(*by_event.entry(id).or_insert(index), index);
        }
        for id in &identity.marks {
            by_mark[usize::from(index >= expected.len())].entry(id).or_insert(index);
        }
    }
    // Lines without ids that have the same batch and the same number of events are paired, as long as both sides have
    // one.
    let mut paired = HashSet::new();
    let mut alike: HashMap<(&[String], usize), Vec<usize>> = HashMap::new();
    for (index, identity) in expected.iter().enumerate().rev().filter(|(_, identity)| identity.events.is_empty()) {
        alike.entry((&identity.marks, identity.count)).or_default().push(index);
    }
    for (index, identity) in (expected.len()..).zip(observed).filter(|(_, identity)| identity.events.is_empty()) {
        if let Some(other) = alike.get_mut(&(identity.marks.as_slice(), identity.count)).and_then(Vec::pop) {
            sets.unite(other, index);
            paired.extend([other, index]);
        }
    }
    for (index, identity) in expected.iter().chain(observed).enumerate() {
        let others = &by_mark[usize::from(index < expected.len())];
        let is_open = identity.events.is_empty() && !paired.contains(&index);
        for id in identity.marks.iter().filter(|_| is_open) {
            if let Some(other) = others.get(id.as_str()) {
                sets.unite(*other, index);
            }
        }
    }
    // A batch without ids cannot be found in a line that it was merged into. It is added to the group of similar
    // batches.
    let seen = (expected.len()..expected.len() + observed.len()).map(|index| sets.root(index)).collect::<HashSet<_>>();
    let mut by_kin: HashMap<u64, usize> = HashMap::new();
    for (index, identity) in expected.iter().enumerate().filter(|(index, _)| seen.contains(&sets.root(*index))) {
        identity.kin.map(|kin| by_kin.entry(kin).or_insert(index));
    }
    for (index, identity) in expected.iter().enumerate() {
        let kin = identity.kin.filter(|_| identity.events.is_empty() && !seen.contains(&sets.root(index)));
        if let Some(other) = kin.and_then(|kin| by_kin.get(&kin)) {
            sets.unite(*other, index);
        }
    }

    let mut groups: BTreeMap<usize, Group> = BTreeMap::new();
    for index in 0..expected.len() + observed.len() {
        let group = groups.entry(sets.root(index)).or_default();
        match index.checked_sub(expected.len()) {
            None => group.expected.push(index),
            Some(other) => group.observed.push(other),
        }
    }
    groups.into_values().filter(|group| !group.expected.is_empty() && !group.observed.is_empty()).collect()
}

/// Disjoint sets: each element points to one with a lower number, or is the root of its set.
struct Sets(Vec<usize>);

impl Sets {
    fn root(&mut self, mut index: usize) -> usize {
        while self.0[index] != index {
            self.0[index] = self.0[self.0[index]];
            index = self.0[index];
        }
        index
    }

    fn unite(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        self.0[one.max(other)] = one.min(other);
    }
}

/// Whether each event is in only one of these lines.
fn is_each_once(identities: &[Identity], lines: &[usize]) -> bool {
    let mut seen = HashSet::new();
    lines.iter().flat_map(|index| &identities[*index].events).all(|id| seen.insert(id))
}

fn pair_by<K: std::hash::Hash + Eq>(
    key: impl Fn(&Identity) -> Option<K>,
    expected: &[Identity],
    observed: &[Identity],
    open: &mut (Vec<bool>, Vec<bool>),
    pairs: &mut Vec<(usize, usize)>,
) {
    let mut waiting: HashMap<K, Vec<usize>> = HashMap::new();
    for index in (0..observed.len()).rev().filter(|index| open.1[*index]) {
        if let Some(key) = key(&observed[index]) {
            waiting.entry(key).or_default().push(index);
        }
    }
    for (index, identity) in expected.iter().enumerate() {
        let partner = open.0[index].then(|| key(identity)).flatten();
        if let Some(other) = partner.and_then(|key| waiting.get_mut(&key)).and_then(Vec::pop) {
            open.0[index] = false;
            open.1[other] = false;
            pairs.push((index, other));
        }
    }
}
