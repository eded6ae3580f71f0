//! The data of all event types, laid over each other: which member is what for which types.

use super::compile::{Result, unknown};
use super::events::OWN;
use super::keys::Table;
use super::shape::{Demand, Events, Kinds, Member, ObjectRule, Program, Shape, ShapeId, Types};

/// Lays the data of the types over each other. Each kind of event comes with whether it is closed.
pub(super) fn merge(
    program: &Program,
    types: &[&str],
    data: Vec<(Shape, bool)>,
    other: Option<(Shape, bool)>,
    alias: Option<(Shape, bool)>,
    place: &str,
) -> Result<Events> {
    let named = data.len();
    let kinds: Vec<(Shape, bool)> = data.into_iter().chain(other).chain(alias).collect();
    if kinds.len() > Kinds::BITS as usize {
        return unknown("more than 32 kinds of event", place);
    }
    let bit = |present: bool, index: usize| if present { 1 << index } else { 0 };
    let mut events = Events {
        own: Table::new(OWN),
        types: Table::new(types.iter().copied()),
        other: bit(other.is_some(), named),
        alias: bit(alias.is_some(), named + usize::from(other.is_some())),
        closed: kinds.iter().all(|(_, closed)| *closed),
        ..Events::default()
    };
    if !events.closed && kinds.iter().any(|(_, closed)| *closed) {
        return unknown("closed and open kinds of event", place);
    }
    let mut names: Vec<&str> = Vec::new();
    for (index, (shape, _)) in kinds.iter().enumerate() {
        let kind: Kinds = 1 << index;
        let ObjectRule::Record(record) = shape.object else { return unknown("an event within an event", place) };
        let record = &program.records[usize::from(record)];
        if shape.types.and(Types::NULL) != Types::OBJECT.and(Types::NULL) {
            return unknown("data that is no object", place);
        }
        if shape.types.has(Types::NULL) {
            events.nullable |= kind;
        }
        match record.others {
            None => {}
            Some(Program::ANYTHING) => events.open |= kind,
            Some(_) => return unknown("data with a rule for other members", place),
        }
        let mut demand = Demand::default();
        for (own, name) in record.names.iter().enumerate() {
            let index = names.iter().position(|known| known == name).unwrap_or_else(|| {
                names.push(name);
                events.members.push(Member { known: 0, shapes: Vec::new() });
                names.len() - 1
            });
            if index >= 128 {
                return unknown("more than 128 members of event data", place);
            }
            events.members[index].add(kind, record.properties[own].shape);
            demand.required |= (record.required >> own & 1) << index;
            demand.one_of |= (record.one_of >> own & 1) << index;
        }
        events.demands.push(demand);
    }
    events.keys = Table::new(names.iter().copied());
    events.timestamp = events.keys.position(b"timestamp_unixtime_ms");
    events.event_id = events.keys.position(b"event_id");
    Ok(events)
}

impl Member {
    fn add(&mut self, kind: Kinds, shape: ShapeId) {
        self.known |= kind;
        match self.shapes.iter_mut().find(|(_, known)| *known == shape) {
            Some((kinds, _)) => *kinds |= kind,
            None => self.shapes.push((kind, shape)),
        }
    }
}
