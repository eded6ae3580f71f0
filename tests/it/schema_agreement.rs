//! The types and the schemas accept the same values. A fault is reported once, at its place. Other validators can read
//! the same instances.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

use std::io::Write as _;
use std::path::Path;

use mp_forwarding::contract::schema::{BATCHES, Edition, Form, SchemaValidator};
use mp_forwarding::contract::{Batch, RawBatch};
use mp_forwarding::forward::Quarantined;
use mp_forwarding::report::{ComparisonReport, ExplainedBatch, ExplanationReport, ForwardingReport};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::support::instances::{Break, Chance, Maker};
use crate::support::tools::skip;

const EDITIONS: [Edition; 4] = [
    Edition { form: Form::Outbound, strict: false },
    Edition { form: Form::Outbound, strict: true },
    Edition { form: Form::Inbound, strict: false },
    Edition { form: Form::Inbound, strict: true },
];

#[test]
fn generated_instances_are_valid_and_strictly_valid_ones_are_tolerated() {
    for edition in EDITIONS {
        let validator = SchemaValidator::of(edition);
        let tolerant = SchemaValidator::of(Edition { strict: false, ..edition });
        let mut maker = Maker::new(validator.schema(), 1);
        for _ in 0..500 {
            let (instance, _) = maker.good();
            assert_eq!(validator.explain(&instance), [], "{edition:?}: {instance}");
            assert_eq!(tolerant.explain(&instance), [], "{edition:?}: {instance}");
        }
    }
}

#[test]
fn one_broken_place_is_one_fault_there() {
    for edition in EDITIONS {
        let validator = SchemaValidator::of(edition);
        let mut maker = Maker::new(validator.schema(), 2);
        for _ in 0..1500 {
            let (instance, place) = maker.broken();
            let faults = validator.explain(&instance);
            let pointers: Vec<&str> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
            assert_eq!(pointers, [place.pointer.as_str()], "{edition:?} {place:?} {faults:?} {instance}");
            assert!(validator.schema().pointer(&faults[0].schema_path).is_some(), "{faults:?}");
        }
    }
}

#[test]
fn serde_reads_what_the_tolerant_schemas_accept_and_nothing_else() {
    type Reads = fn(&Value) -> bool;
    let forms: [(Form, Reads); 2] = [
        (Form::Outbound, |value| serde_json::from_str::<Batch>(&value.to_string()).is_ok()),
        (Form::Inbound, |value| serde_json::from_str::<RawBatch>(&value.to_string()).is_ok()),
    ];
    for (form, reads) in forms {
        let validator = SchemaValidator::of(Edition { form, strict: false });
        let mut chance = Chance::new(3);
        let (mut accepted, mut refused) = (0, 0);
        for strict in [false, true] {
            let schema = Edition { form, strict }.schema();
            let mut maker = Maker::new(&schema, 4);
            maker.taste.sparse = 9;
            for _ in 0..3000 {
                let mut instance = if chance.one_in(3) { maker.broken().0 } else { maker.good().0 };
                for _ in 0..chance.below(3) {
                    spoil(&mut instance, &mut chance);
                }
                let valid = validator.is_valid(&instance);
                assert_eq!(reads(&instance), valid, "{form:?} {:?} {instance}", validator.explain(&instance));
                if valid { accepted += 1 } else { refused += 1 }
            }
        }
        assert!(accepted > 1000 && refused > 1000, "{accepted} accepted, {refused} refused");
    }
}

/// Adds an unusual value somewhere, or removes something.
fn spoil(value: &mut Value, chance: &mut Chance) {
    let odd: [Value; 22] = [
        json!(null),
        json!(true),
        json!(0),
        json!(1.0),
        json!(1.5),
        json!(-1),
        json!(1e300),
        json!(2147483648_u32),
        json!(9223372036854775807_i64),
        json!(9223372036854775808_u64),
        json!(18446744073709551615_u64),
        json!(-9.3e18),
        json!(""),
        json!("x"),
        json!("1.5"),
        json!("-1"),
        json!("99999999999999999999"),
        json!([]),
        json!({}),
        json!([null]),
        json!({ "a": null }),
        json!([{ "timestamp_unixtime_ms": "1" }]),
    ];
    let below = match value {
        Value::Array(elements) => elements.len(),
        Value::Object(members) => members.len(),
        _ => 0,
    };
    if below == 0 || chance.one_in(6) {
        *value = chance.pick(&odd).clone();
        return;
    }
    let place = chance.below(below);
    match value {
        Value::Array(elements) => spoil(&mut elements[place], chance),
        Value::Object(members) => {
            if chance.one_in(8) {
                let name = members.keys().nth(place).unwrap().clone();
                members.shift_remove(&name);
            } else {
                spoil(members.values_mut().nth(place).unwrap(), chance);
            }
        }
        _ => {}
    }
}

/// A derived `Deserialize` accepts an array for an object, with elements as fields. The reader of a settings file
/// requires a table first.
fn is_array_for_object(broken: &Value, place: &Break) -> bool {
    broken.pointer(&place.pointer).is_some_and(|wrong| wrong[0] == "not")
}

#[test]
fn serde_reads_reports_that_the_schema_accepts_and_writes_valid_ones() {
    /// `definition` is the part of the schema that describes `T`, if it describes several types.
    fn check<T: Serialize + DeserializeOwned>(name: &str, definition: Option<&str>) {
        let mut schema = published(name);
        if let Some(definition) = definition {
            let members = schema.as_object_mut().unwrap();
            assert!(members.shift_remove("anyOf").is_some() && members["$defs"].get(definition).is_some());
            members.insert("$ref".to_owned(), json!(format!("#/$defs/{definition}")));
        }
        let validator = SchemaValidator::new(schema).unwrap();
        let mut maker = Maker::new(validator.schema(), 8);
        for _ in 0..1000 {
            let (instance, _) = maker.good();
            let report: T =
                serde_json::from_value(instance.clone()).unwrap_or_else(|error| panic!("{error} {instance}"));
            assert_eq!(validator.explain(&serde_json::to_value(&report).unwrap()), [], "{instance}");
            let (broken, place) = maker.broken();
            assert!(!validator.is_valid(&broken), "{place:?} {broken}");
            if !is_array_for_object(&broken, &place) {
                assert!(serde_json::from_value::<T>(broken.clone()).is_err(), "{place:?} {broken}");
            }
        }
    }
    check::<ExplanationReport>("explanation", Some("ExplanationReport"));
    check::<ExplainedBatch>("explanation", Some("ExplainedBatch"));
    check::<ComparisonReport>("explanation", Some("ComparisonReport"));
    check::<ForwardingReport>("forwarding", None);
    check::<Quarantined>("quarantine", None);
}

/// A committed schema.
fn published(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema").join(format!("{name}.schema.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Whether both editions accept this as an outbound `mpid`, tolerant first: the spellings of integers, within the
/// numbers that every reader represents exactly and, as strings, up to the limits.
fn spellings() -> [(Value, [bool; 2]); 12] {
    [
        (json!(1), [true, false]),
        (json!(1.0), [true, false]),
        (json!(-0.0), [true, false]),
        (json!(1e15), [true, false]),
        (json!(1.5), [false, false]),
        (json!(9007199254740991_i64), [true, false]),
        (json!("9007199254740993"), [true, true]),
        (json!("-9223372036854775808"), [true, true]),
        (json!("9223372036854775808"), [false, false]),
        (json!("-9223372036854775809"), [false, false]),
        (json!("1.0"), [false, false]),
        (json!("1e3"), [false, false]),
    ]
}

/// Writes instances for other validators to the folder in `MP_FORWARDING_INSTANCES`. There is one file `NAME.ndjson`
/// for each schema of a batch, with lines of `{"schema", "instance", "valid", "broken", "rust"}`: whether the instance
/// is meant to be valid, the place that was broken, and the result of this project's validator.
#[test]
fn instances_for_other_validators() {
    let Some(directory) = std::env::var_os("MP_FORWARDING_INSTANCES") else {
        return skip("MP_FORWARDING_INSTANCES names no folder to write instances to");
    };
    std::fs::create_dir_all(&directory).unwrap();
    for published in BATCHES {
        let validator = SchemaValidator::new(published.schema()).unwrap();
        let mut maker = Maker::new(validator.schema(), 5);
        let mut made: Vec<(Value, Option<String>)> = Vec::new();
        for _ in 0..500 {
            made.push((maker.good().0, None));
            let (instance, place) = maker.broken();
            made.push((instance, Some(place.pointer)));
        }
        if let Some(edition) = ["batch", "batch.strict"].iter().position(|name| *name == published.name) {
            for (mpid, takes) in spellings() {
                let broken = (!takes[edition]).then(|| "/mpid".to_owned());
                made.push((json!({ "environment": "production", "mpid": mpid }), broken));
            }
        }
        let path = Path::new(&directory).join(format!("{}.ndjson", published.name));
        let mut file = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
        for (instance, broken) in made {
            let (schema, rust) = (published.file_name(), validator.is_valid(&instance));
            assert_eq!(rust, broken.is_none(), "{schema}, broken at {broken:?}: {instance}");
            let line = json!({
                "schema": schema, "instance": instance, "valid": broken.is_none(), "broken": broken, "rust": rust,
            });
            writeln!(file, "{line}").unwrap();
        }
        file.flush().unwrap();
    }
}
