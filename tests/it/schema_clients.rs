//! The inbound schemas with batches of mParticle's own clients (tests/fixtures/clients).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use mp_forwarding::contract::RawBatch;
use mp_forwarding::contract::schema::{Edition, Form, SchemaValidator};
use serde_json::Value;

const CLIENTS: [&str; 2] = ["python", "node"];

fn project(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn batches(client: &str) -> Vec<String> {
    let lines: Vec<String> =
        project(&format!("tests/fixtures/clients/{client}.ndjson")).lines().map(str::to_owned).collect();
    assert!(lines.len() >= 40, "{client} has only {} batches", lines.len());
    lines
}

#[test]
fn dto_7_tolerant_schema_and_types_accept_everything_from_the_clients() {
    let tolerant = SchemaValidator::of(Edition { form: Form::Inbound, strict: false });
    for client in CLIENTS {
        for (index, line) in batches(client).iter().enumerate() {
            let batch: Value = serde_json::from_str(line).unwrap();
            assert_eq!(tolerant.explain(&batch), [], "{client}, line {}", index + 1);
            if let Err(error) = serde_json::from_str::<RawBatch>(line) {
                panic!("{client}, line {}: {error}", index + 1);
            }
        }
    }
}

/// A place without indices and attribute names, and the keyword that refused it.
type Refused = (String, String);

#[test]
fn everything_that_strict_refuses_is_documented() {
    let strict = SchemaValidator::of(Edition { form: Form::Inbound, strict: true });
    let mut refused: BTreeMap<Refused, [BTreeSet<usize>; CLIENTS.len()]> = BTreeMap::new();
    for (client, name) in CLIENTS.iter().enumerate() {
        for (index, line) in batches(name).iter().enumerate() {
            for fault in strict.explain(&serde_json::from_str(line).unwrap()) {
                let keyword = fault.schema_path.rsplit('/').next().unwrap_or_default().to_owned();
                refused.entry((place(&fault.pointer), keyword)).or_default()[client].insert(index);
            }
        }
    }
    let mut table = format!("| place | refused by | {} |\n|---|---|---|---|\n", CLIENTS.join(" | "));
    for ((place, keyword), lines) in &refused {
        let counts = lines.each_ref().map(|lines| lines.len().to_string()).join(" | ");
        writeln!(table, "| `{place}` | `{keyword}` | {counts} |").unwrap();
    }
    assert!(project("docs/schema.md").contains(&table), "docs/schema.md should have this table:\n\n{table}");
}

/// Converts `/events/0/data/custom_flags/a` to `/events/*/data/custom_flags/*`.
fn place(pointer: &str) -> String {
    let (mut place, mut named) = (String::new(), false);
    for token in pointer.split('/').skip(1) {
        let index = token.bytes().all(|byte| byte.is_ascii_digit());
        place.push('/');
        place.push_str(if named || index { "*" } else { token });
        named = matches!(token, "custom_attributes" | "custom_flags" | "user_attributes");
    }
    place
}
