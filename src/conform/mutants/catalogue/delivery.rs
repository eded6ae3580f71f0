//! Mutants that lose, repeat or invent events (DELIVERY-1).

use super::edit;
use crate::conform::mutants::fixture::Fixture::Small;
use crate::conform::mutants::mutant::Mutant;
use crate::conform::mutants::mutant::Mutation::{Events, Fates, Input, Lines, Objects, Overwrites};
use crate::store::Object;

pub(super) const MUTANTS: &[Mutant] = &[
    Mutant::new(
        "lost-event",
        "conservation",
        "drops an event",
        Lines(|lines| {
            if let Some(line) = lines.iter_mut().find(|line| edit::event_count(line) > 1) {
                edit::events_of(line, |events| drop(events.remove(0)));
            }
        }),
    ),
    Mutant::new(
        "lost-line",
        "conservation",
        "drops a line",
        Lines(|lines| {
            if lines.len() > 1 {
                lines.remove(0);
            }
        }),
    ),
    Mutant::new(
        "lost-file",
        "conservation",
        "reports a file as written that it does not write",
        Objects(|_, object| if object.key.contains("Shop") { vec![object] } else { Vec::new() }),
    ),
    Mutant::new(
        "lost-empty-batch",
        "conservation",
        "drops batches without events",
        Input(|lines| lines.retain(|line| edit::event_count(line) > 0)),
    ),
    Mutant::new("repeated-line", "conservation", "writes a line twice", Lines(|lines| lines.extend_from_within(..1))),
    Mutant::new(
        "repeated-file",
        "conservation",
        "writes a file again under another name after a retry",
        Objects(|_, object| {
            let (front, number) = object.key.rsplit_once('_').unwrap_or((&object.key, ""));
            let digit = if number.starts_with('1') { '2' } else { '1' };
            let key = format!("{front}_{digit}{}", number.get(1..).unwrap_or_default());
            vec![Object { key, ..object.clone() }, object]
        }),
    ),
    Mutant::new(
        "repeated-event",
        "conservation",
        "writes an event twice",
        Events(|events| events.extend(events.first().cloned())),
    ),
    Mutant::new(
        "invented-event",
        "conservation",
        "adds an event that was not in the input",
        Events(|events| events.push(r#"{"event_type":"custom_event","data":{"event_id":"999"}}"#.to_owned())),
    ),
    Mutant::new("overwritten-object", "conservation", "overwrites an object", Overwrites(same_key)).on(Small),
    Mutant::new("key-twice", "conservation", "uses a key twice and treats the refusal as success", Objects(same_key))
        .on(Small),
    Mutant::new(
        "inflated-count",
        "own-count",
        "reports more events than it wrote",
        Fates(|fates| {
            fates.written += 1;
            fates.received += 1;
        }),
    ),
    Mutant::new(
        "unbalanced-count",
        "own-count",
        "reports counts that do not add up",
        Fates(|fates| fates.filtered.clear()),
    ),
];

/// Gives every file the key of the first file of its app.
fn same_key(first: &mut Vec<Object>, mut object: Object) -> Vec<Object> {
    let app = |object: &Object| object.key.split('_').next().map(str::to_owned);
    match first.iter().find(|known| app(known) == app(&object)) {
        Some(known) => object.key.clone_from(&known.key),
        None => first.push(object.clone()),
    }
    vec![object]
}
