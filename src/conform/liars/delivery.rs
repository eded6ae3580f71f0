//! Liars that lose, repeat or invent (DELIVERY-1).

use super::edit;
use super::lie::{Liar, Lie};
use super::stage::Stage;
use crate::store::Object;

pub(super) const LIARS: &[Liar] = &[
    Liar::new(
        "lost-event",
        "conservation",
        Stage::Plain,
        Lie::Writes(|_, object| {
            edit::lines(object, |lines| {
                let Some(line) =
                    lines.iter_mut().find(|line| edit::events(line).is_some_and(|(_, each)| each.len() > 1))
                else {
                    return;
                };
                *line = edit::with_events(line, |each| each[1..].iter().map(|event| (*event).to_owned()).collect());
            })
        }),
        "drops an event",
    ),
    Liar::new(
        "lost-line",
        "conservation",
        Stage::Plain,
        Lie::Writes(|_, object| {
            edit::lines(object, |lines| {
                if lines.len() > 1 {
                    lines.remove(0);
                }
            })
        }),
        "drops a line",
    ),
    Liar::new(
        "lost-file",
        "conservation",
        Stage::Plain,
        Lie::Writes(|_, object| if object.key.contains("Shop") { vec![object] } else { Vec::new() }),
        "says that a file was written, and writes none",
    ),
    Liar::new(
        "lost-empty-batch",
        "conservation",
        Stage::Plain,
        Lie::Reads(|mut lines| {
            lines.retain(|line| edit::events(line).is_none_or(|(_, each)| !each.is_empty()));
            lines
        }),
        "drops batches without events",
    ),
    Liar::new(
        "repeated-line",
        "conservation",
        Stage::Plain,
        Lie::Writes(|_, object| edit::lines(object, |lines| lines.extend_from_within(..1))),
        "writes a line twice",
    ),
    Liar::new(
        "repeated-file",
        "conservation",
        Stage::Plain,
        Lie::Writes(|_, object| {
            let (front, number) = object.key.rsplit_once('_').unwrap_or((&object.key, ""));
            let turned = if number.starts_with('1') { '2' } else { '1' };
            let key = format!("{front}_{turned}{}", number.get(1..).unwrap_or_default());
            vec![Object { key, ..object.clone() }, object]
        }),
        "writes a file again under another name after a retry",
    ),
    Liar::new(
        "repeated-event",
        "conservation",
        Stage::Plain,
        Lie::Writes(|_, object| {
            edit::lines(object, |lines| {
                let twice = |each: &[&str]| each.iter().chain(each.first()).map(|event| (*event).to_owned()).collect();
                *lines = lines.iter().map(|line| edit::with_events(line, twice)).collect();
            })
        }),
        "writes an event twice",
    ),
    Liar::new(
        "invented-event",
        "conservation",
        Stage::Plain,
        Lie::Writes(|_, object| {
            edit::lines(object, |lines| {
                let invented = r#"{"event_type":"custom_event","data":{"event_id":"999"}}"#;
                let more = |each: &[&str]| each.iter().chain(&[invented]).map(|event| (*event).to_owned()).collect();
                *lines = lines.iter().map(|line| edit::with_events(line, more)).collect();
            })
        }),
        "adds an event that nobody sent",
    ),
    Liar::new(
        "overwritten-object",
        "conservation",
        Stage::Small,
        Lie::WritesOver(same_key),
        "writes over an object that is there",
    ),
    Liar::new(
        "key-twice",
        "conservation",
        Stage::Small,
        Lie::Writes(same_key),
        "draws a key twice, and takes the refusal for a success",
    ),
    Liar::new(
        "boastful-count",
        "own-count",
        Stage::Plain,
        Lie::Counts(|fates| {
            fates.written += 1;
            fates.received += 1;
        }),
        "claims more than was written",
    ),
    Liar::new(
        "lopsided-count",
        "own-count",
        Stage::Plain,
        Lie::Counts(|fates| fates.filtered.clear()),
        "keeps a count that does not add up",
    ),
];

/// Gives every file the key of the first one of its app.
fn same_key(first: &mut Vec<Object>, mut object: Object) -> Vec<Object> {
    let app = |object: &Object| object.key.split('_').next().map(str::to_owned);
    match first.iter().find(|known| app(known) == app(&object)) {
        Some(known) => object.key.clone_from(&known.key),
        None => first.push(object.clone()),
    }
    vec![object]
}
