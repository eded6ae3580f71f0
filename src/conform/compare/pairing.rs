//! Which leftover line was meant to be which.

use std::collections::HashMap;

use crate::conform::document::Value;

/// What tells one line from another although they differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    batch: Option<String>,
    events: Vec<String>,
    /// How many events there are, with or without an id.
    count: usize,
    rough: [Option<String>; 3],
}

impl Identity {
    pub(super) fn of(document: &Value) -> Self {
        let events = document.get("events").and_then(Value::elements).unwrap_or_default();
        Self {
            batch: document.get("batch_id").and_then(digits),
            events: events.iter().filter_map(event_id).collect(),
            count: events.len(),
            rough: ["timestamp_unixtime_ms", "mpid", "environment"].map(|key| document.get(key).and_then(digits)),
        }
    }
}

/// An event's id, whether it is spelled as a number or as a string.
pub(super) fn event_id(event: &Value) -> Option<String> {
    event.get("data")?.get("event_id").and_then(digits)
}

fn digits(value: &Value) -> Option<String> {
    match value {
        Value::Number(text) | Value::Text(text) => Some(text.clone()),
        _ => None,
    }
}

/// The pairs `(expected, observed)`, and the groups whose events are the same but divided otherwise into lines.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    pub(super) pairs: Vec<(usize, usize)>,
    /// Each group: its expected and its observed lines.
    pub(super) divided: Vec<(Vec<usize>, Vec<usize>)>,
}

/// Pairs the leftovers. `inputs` says which input line each expected line comes from.
pub(super) fn pair(expected: &[Identity], inputs: &[usize], observed: &[Identity]) -> Pairs {
    let mut pairs = Pairs::default();
    let mut open = (vec![true; expected.len()], vec![true; observed.len()]);

    let mut by_event: HashMap<&str, usize> = HashMap::new();
    let mut by_batch: HashMap<&str, usize> = HashMap::new();
    let mut groups: HashMap<usize, (Vec<usize>, Vec<usize>)> = HashMap::new();
    for (index, (identity, input)) in expected.iter().zip(inputs).enumerate() {
        for id in &identity.events {
            by_event.entry(id).or_insert(*input);
        }
        if let Some(id) = &identity.batch {
            by_batch.entry(id).or_insert(*input);
        }
        groups.entry(*input).or_default().0.push(index);
    }
    for (index, identity) in observed.iter().enumerate() {
        let known = identity.events.iter().find_map(|id| by_event.get(id.as_str()));
        // Of events without an id only the batch tells where they come from.
        let nameless = || identity.batch.as_deref().filter(|_| identity.events.is_empty());
        if let Some(input) = known.or_else(|| by_batch.get(nameless()?)) {
            groups.entry(*input).or_default().1.push(index);
        }
    }
    let mut groups = groups.into_iter().collect::<Vec<_>>();
    groups.sort_unstable_by_key(|(input, _)| *input);

    for (_, (wanted, seen)) in groups {
        if wanted.len() != seen.len() && !seen.is_empty() && same_events(expected, &wanted, observed, &seen) {
            wanted.iter().for_each(|index| open.0[*index] = false);
            seen.iter().for_each(|index| open.1[*index] = false);
            pairs.divided.push((wanted, seen));
            continue;
        }
        for index in wanted {
            let shared = |other: &usize| {
                let ids = &observed[*other].events;
                expected[index].events.iter().filter(|id| ids.contains(id)).count()
            };
            let best = seen
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

    // A line that lost all its ids may still be known by its batch; without one, by what it says of its sender.
    pair_by(|identity| identity.batch.clone(), expected, observed, &mut open, &mut pairs.pairs);
    let rough = |identity: &Identity| identity.rough.iter().any(Option::is_some).then(|| identity.rough.clone());
    pair_by(rough, expected, observed, &mut open, &mut pairs.pairs);
    pairs
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

fn same_events(expected: &[Identity], wanted: &[usize], observed: &[Identity], seen: &[usize]) -> bool {
    let all = |identities: &[Identity], of: &[usize]| {
        let mut ids = of.iter().flat_map(|index| identities[*index].events.clone()).collect::<Vec<_>>();
        ids.sort_unstable();
        (ids, of.iter().map(|index| identities[*index].count).sum::<usize>())
    };
    all(expected, wanted) == all(observed, seen)
}
