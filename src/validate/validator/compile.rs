//! Compiles a published schema. There is no second list of fields: the schema comes from the types, and the fast check
//! from the schema. An unknown keyword or pattern is an error and never ignored.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::key_table::Table;
use super::pattern::Pattern;
use super::program::{
    Events, Fact, NumberRule, ObjectRule, Program, Property, Record, Shape, ShapeId, TextRule, Types,
};

/// The schema has something that the fast check does not support.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the fast check does not know `{what}` in the schema at `{place}`")]
pub(super) struct Unknown {
    pub(super) what: String,
    pub(super) place: String,
}

pub(super) type Result<T> = std::result::Result<T, Unknown>;

pub(super) fn unknown<T>(what: impl ToString, place: &str) -> Result<T> {
    Err(Unknown { what: what.to_string(), place: place.to_owned() })
}

/// Compiles the schema of a batch.
///
/// # Errors
/// If the schema has something that is not supported.
pub(super) fn compile(schema: &Value) -> Result<Program> {
    let mut compiler = Compiler {
        schema,
        known: HashMap::new(),
        program: Program {
            shapes: vec![Shape::ANYTHING],
            records: vec![Record {
                names: Vec::new(),
                properties: Vec::new(),
                required: 0,
                others: Some(Program::ANYTHING),
                one_of: 0,
            }],
            keys: Vec::new(),
            names: Vec::new(),
            events: Events::default(),
            root: Program::ANYTHING,
            guesses: 0,
        },
        lists: Vec::new(),
    };
    let root = compiler.shape(schema, "")?;
    compiler.program.root = compiler.intern(root);
    let mut program = compiler.program;
    program.keys = program.records.iter().map(|record| Table::new(record.names.iter().map(String::as_str))).collect();
    let Program { keys, events, guesses, .. } = &mut program;
    for table in keys.iter_mut().chain([&mut events.own, &mut events.keys]) {
        table.guesses = *guesses;
        // One guess after each name, and one for the first name.
        *guesses += table.len() + 1;
    }
    note_facts(&mut program);
    Ok(program)
}

/// Marks the values that the counts of valid lines need.
fn note_facts(program: &mut Program) {
    let root = program.root;
    let facts =
        [("environment", Fact::Environment), ("batch_id", Fact::BatchId), ("timestamp_unixtime_ms", Fact::Received)];
    for (name, fact) in facts {
        note(program, root, name, fact);
    }
    let record = record_of(program, root);
    let app = program.keys[record].position(b"application_info").map(|index| program.records[record].properties[index]);
    if let Some(app) = app {
        note(program, app.shape, "application_name", Fact::App);
    }
}

fn record_of(program: &Program, shape: ShapeId) -> usize {
    match program.shapes[usize::from(shape)].object {
        ObjectRule::Record(record) => usize::from(record),
        ObjectRule::Event => usize::from(Program::OPEN),
    }
}

fn note(program: &mut Program, shape: ShapeId, name: &str, fact: Fact) {
    let record = record_of(program, shape);
    if let Some(index) = program.keys[record].position(name.as_bytes()) {
        program.records[record].properties[index].fact = Some(fact);
    }
}

pub(super) struct Compiler<'a> {
    pub(super) schema: &'a Value,
    /// The shapes of `$defs`; `None` while one is being compiled.
    known: HashMap<&'a str, Option<Shape>>,
    pub(super) program: Program,
    lists: Vec<Vec<&'a str>>,
}

/// Keywords without an effect.
const SILENT: [&str; 6] = ["$schema", "$id", "$defs", "title", "description", "examples"];

impl<'a> Compiler<'a> {
    /// The shape of a schema.
    pub(super) fn shape(&mut self, schema: &'a Value, place: &str) -> Result<Shape> {
        let Some(keywords) = schema.as_object() else { return unknown("a schema that is no object", place) };
        let has = |keyword: &str| keywords.contains_key(keyword);
        let allow = |allowed: &[&str]| match keywords
            .keys()
            .find(|key| !SILENT.contains(&key.as_str()) && !allowed.contains(&key.as_str()))
        {
            Some(keyword) => unknown(keyword, place),
            None => Ok(()),
        };
        if has("allOf") && keywords["allOf"].as_array().is_some_and(|all| all.len() > 1) {
            return self.events(schema, place);
        }
        if has("$ref") || has("allOf") {
            allow(&["$ref", "allOf", "type"])?;
            let shape = match keywords.get("$ref") {
                Some(reference) => self.definition(reference, place)?,
                None => self.shape(&schema["allOf"][0], &format!("{place}/allOf/0"))?,
            };
            return match keywords.get("type") {
                None => Ok(shape),
                Some(types) => match self.types(types, place)? {
                    (_, true) => unknown("integer beside a reference", place),
                    (types, false) => Ok(Shape { types: shape.types.only(types), ..shape }),
                },
            };
        }
        if let Some(branches) = keywords.get("anyOf") {
            allow(&["anyOf"])?;
            return self.union(branches, &format!("{place}/anyOf"));
        }
        let Some(types) = keywords.get("type") else {
            allow(&[])?;
            return Ok(Shape::ANYTHING);
        };
        let (types, integer) = self.types(types, place)?;
        let mut allowed = vec!["type"];
        let mut shape = Shape { types, ..Shape::ANYTHING };
        if integer {
            allowed.extend(["minimum", "maximum"]);
            let bound = |keyword: &str, otherwise: i128| match keywords.get(keyword) {
                None => Ok(otherwise),
                Some(bound) => match bound.as_i64().map(i128::from).or(bound.as_u64().map(i128::from)) {
                    Some(bound) => Ok(bound),
                    None => unknown(bound, place),
                },
            };
            shape.number =
                NumberRule::Integer { least: bound("minimum", i128::MIN)?, most: bound("maximum", i128::MAX)? };
        }
        if types.has(Types::STRING) {
            allowed.extend(["enum", "const", "pattern"]);
            shape.text = self.text(keywords, place)?;
        }
        if types.has(Types::ARRAY) {
            allowed.push("items");
            if let Some(items) = keywords.get("items") {
                let items = self.shape(items, &format!("{place}/items"))?;
                shape.items = self.intern(items);
            }
        }
        if types.has(Types::OBJECT) {
            allowed.extend(["properties", "required", "additionalProperties", "oneOf"]);
            shape.object = self.record(keywords, place)?;
        }
        allow(&allowed)?;
        Ok(shape)
    }

    fn definition(&mut self, reference: &'a Value, place: &str) -> Result<Shape> {
        let name = reference.as_str().and_then(|reference| reference.strip_prefix("#/$defs/"));
        let Some(name) = name else { return unknown(reference, place) };
        match self.known.get(name) {
            Some(Some(shape)) => return Ok(*shape),
            Some(None) => return unknown("a schema within itself", place),
            None => self.known.insert(name, None),
        };
        let shape = self.shape(&self.schema["$defs"][name], &format!("/$defs/{name}"))?;
        self.known.insert(name, Some(shape));
        Ok(shape)
    }

    /// The set of types, and whether numbers must be integers.
    fn types(&self, types: &Value, place: &str) -> Result<(Types, bool)> {
        let list = match types {
            Value::Array(list) => list.as_slice(),
            one => std::slice::from_ref(one),
        };
        let (mut set, mut integer) = (Types::NONE, false);
        for name in list {
            set = set.and(match name.as_str() {
                Some("null") => Types::NULL,
                Some("boolean") => Types::BOOLEAN,
                Some("number") => Types::NUMBER,
                Some("string") => Types::STRING,
                Some("array") => Types::ARRAY,
                Some("object") => Types::OBJECT,
                Some("integer") => {
                    integer = true;
                    Types::NUMBER
                }
                _ => return unknown(name, place),
            });
        }
        Ok((set, integer))
    }

    /// Branches with different types, so that at most one can match.
    fn union(&mut self, branches: &'a Value, place: &str) -> Result<Shape> {
        let mut all = Shape { types: Types::NONE, ..Shape::ANYTHING };
        for (index, branch) in branches.as_array().into_iter().flatten().enumerate() {
            let place = format!("{place}/{index}");
            let branch = self.shape(branch, &place)?;
            if branch.types.only(all.types).has(Types::ALL) {
                return unknown("two branches for one type", &place);
            }
            all.types = all.types.and(branch.types);
            if branch.types.has(Types::NUMBER) {
                all.number = branch.number;
            }
            if branch.types.has(Types::STRING) {
                all.text = branch.text;
            }
            if branch.types.has(Types::ARRAY) {
                all.items = branch.items;
            }
            if branch.types.has(Types::OBJECT) {
                all.object = branch.object;
            }
        }
        Ok(all)
    }

    fn text(&mut self, keywords: &'a Map<String, Value>, place: &str) -> Result<TextRule> {
        let list = match (keywords.get("enum"), keywords.get("const"), keywords.get("pattern")) {
            (None, None, None) => return Ok(TextRule::Any),
            (None, None, Some(pattern)) => {
                return match pattern.as_str().and_then(Pattern::of) {
                    Some(pattern) => Ok(TextRule::Pattern(pattern)),
                    None => unknown(pattern, place),
                };
            }
            (Some(Value::Array(list)), None, None) => list.as_slice(),
            (None, Some(only), None) => std::slice::from_ref(only),
            _ => return unknown("several rules for one string", place),
        };
        let mut names = Vec::new();
        for name in list {
            match name {
                Value::String(name) => names.push(name.as_str()),
                // `type` also says whether null is allowed.
                Value::Null => {}
                other => return unknown(other, place),
            }
        }
        let index = self.lists.iter().position(|list| *list == names).unwrap_or_else(|| {
            self.program.names.push(Table::new(names.iter().copied()));
            self.lists.push(names);
            self.lists.len() - 1
        });
        Ok(TextRule::Names(index as u16))
    }

    fn record(&mut self, keywords: &'a Map<String, Value>, place: &str) -> Result<ObjectRule> {
        let others = match keywords.get("additionalProperties") {
            None => Some(Program::ANYTHING),
            Some(Value::Bool(false)) => None,
            Some(schema) => {
                let shape = self.shape(schema, &format!("{place}/additionalProperties"))?;
                Some(self.intern(shape))
            }
        };
        let mut record = Record { names: Vec::new(), properties: Vec::new(), required: 0, others, one_of: 0 };
        for (name, schema) in keywords.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let shape = self.shape(schema, &format!("{place}/properties/{name}"))?;
            let shape = self.intern(shape);
            record.names.push(name.clone());
            record.properties.push(Property { shape, fact: None });
        }
        if record.names.len() > 128 {
            return unknown("more than 128 members", place);
        }
        for name in keywords.get("required").and_then(Value::as_array).into_iter().flatten() {
            match record.names.iter().position(|known| *name == json!(known)) {
                Some(index) => record.required |= 1 << index,
                None => return unknown(name, place),
            }
        }
        for branch in keywords.get("oneOf").and_then(Value::as_array).into_iter().flatten() {
            record.one_of |= 1 << self.alternative(branch, &record, place)?;
        }
        let index = self.program.records.iter().position(|known| *known == record).unwrap_or_else(|| {
            self.program.records.push(record);
            self.program.records.len() - 1
        });
        Ok(ObjectRule::Record(index as u16))
    }

    /// A branch of `oneOf`: the member exists and is not null, whatever its own schema allows.
    fn alternative(&mut self, branch: &Value, record: &Record, place: &str) -> Result<usize> {
        let place = format!("{place}/oneOf");
        let name = branch["required"][0].as_str().unwrap_or_default();
        let Some(index) = record.names.iter().position(|known| known == name) else { return unknown(branch, &place) };
        let of = branch["properties"][name]["type"].clone();
        if *branch != json!({ "properties": { name: { "type": of } }, "required": [name] }) {
            return unknown(branch, &place);
        }
        let shape = self.program.shapes[usize::from(record.properties[index].shape)];
        match self.types(&of, &place)? {
            (types, false) if types.and(Types::NULL) == shape.types.and(Types::NULL) => Ok(index),
            _ => unknown(branch, &place),
        }
    }

    pub(super) fn intern(&mut self, shape: Shape) -> ShapeId {
        let shapes = &mut self.program.shapes;
        let index = shapes.iter().position(|known| *known == shape).unwrap_or_else(|| {
            shapes.push(shape);
            shapes.len() - 1
        });
        index as ShapeId
    }
}
