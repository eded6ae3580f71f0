//! Compiles the schema of an event. `event_type` selects the schema of `data`. The schemas of all types are combined,
//! so that `data` can be checked before its type is known.

use serde_json::{Value, json};

use super::compile::{Compiler, Result, unknown};
use super::key_table::Table;
use super::program::{EVENT_MEMBERS, Events, Kinds, Member, MemberRules, ObjectRule, Program, Shape, ShapeId, Types};

/// The events of each branch.
#[derive(Default)]
struct Branches<'a> {
    /// The known types, in the order of their bits.
    types: Vec<&'a str>,
    /// The data of each known type.
    data: Vec<Shape>,
    /// The data of any other type.
    other: Option<Shape>,
    /// The data of the identity API's alias request.
    alias: Option<Shape>,
    /// The number of branches that refuse members other than `event_type` and `data`.
    closed: usize,
}

impl<'a> Compiler<'a> {
    /// The branches by `event_type`, as [`Edition`](crate::contract::schema::Edition) writes them: one for each type,
    /// one for other types and one for alias requests. The conditions of the branches need not be read.
    pub(super) fn events(&mut self, schema: &'a Value, place: &str) -> Result<Shape> {
        let mut branches = Branches::default();
        for (index, branch) in schema["allOf"].as_array().into_iter().flatten().enumerate() {
            let place = format!("{place}/allOf/{index}");
            let event = self.target(&branch["then"], &place)?;
            let properties = &event["properties"];
            let data = self.shape(&properties["data"], &format!("{place}/properties/data"))?;
            branches.closed += usize::from(event["additionalProperties"] == json!(false));
            if properties["request_type"]["const"] == json!("alias") {
                branches.alias = Some(data);
            } else if let Some(name) = properties["event_type"]["const"].as_str() {
                branches.types.push(name);
                branches.data.push(data);
            } else if properties["event_type"]["type"] == json!("string") {
                branches.other = Some(data);
            } else {
                return unknown("an event without a type", &place);
            }
        }
        self.program.events = overlay(&self.program, branches, place)?;
        Ok(Shape { types: Types::OBJECT, object: ObjectRule::Event, ..Shape::ANYTHING })
    }

    fn target(&self, then: &'a Value, place: &str) -> Result<&'a Value> {
        let name = then["$ref"].as_str().and_then(|reference| reference.strip_prefix("#/$defs/"));
        match name.and_then(|name| self.schema["$defs"].get(name)) {
            Some(schema) => Ok(schema),
            None => unknown(then, place),
        }
    }
}

/// Combines the data of the types: for each member, its shape in each type that has it.
fn overlay(program: &Program, branches: Branches<'_>, place: &str) -> Result<Events> {
    let Branches { types, data, other, alias, closed } = branches;
    let named = data.len();
    let kinds: Vec<Shape> = data.into_iter().chain(other).chain(alias).collect();
    if kinds.len() > Kinds::BITS as usize {
        return unknown("more than 32 kinds of event", place);
    }
    if closed != 0 && closed != kinds.len() {
        return unknown("closed and open kinds of event", place);
    }
    let bit = |present: bool, index: usize| if present { 1 << index } else { 0 };
    let mut events = Events {
        own: Table::new(EVENT_MEMBERS),
        types: Table::new(types.iter().copied()),
        other: bit(other.is_some(), named),
        alias: bit(alias.is_some(), named + usize::from(other.is_some())),
        closed: closed != 0,
        ..Events::default()
    };
    let mut names: Vec<&str> = Vec::new();
    for (index, shape) in kinds.iter().enumerate() {
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
        let mut rules = MemberRules::default();
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
            rules.required |= (record.required >> own & 1) << index;
            rules.one_of |= (record.one_of >> own & 1) << index;
        }
        events.member_rules.push(rules);
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
