//! Mutants of the content of lines (DTO-1, DTO-2, DTO-4).

use crate::conform::mutants::fixture::Fixture::{Raw, Wrong};
use crate::conform::mutants::mutant::Mutant;
use crate::conform::mutants::mutant::Mutation::{Connection as Change, Events, Lines, Text};

pub(super) const MUTANTS: &[Mutant] = &[
    Mutant::new(
        "wrong-type",
        "schema",
        "writes a number where the schema has a string",
        Text(r#""platform":"Android""#, r#""platform":{}"#),
    )
    .also(&["text"]),
    Mutant::new(
        "corrected-value",
        "input-faults",
        "corrects a wrong value of the input",
        Text(r#""screen_name":5"#, r#""screen_name":"5""#),
    )
    .on(Wrong)
    .also(&["text", "outbound-form"]),
    Mutant::new(
        "identities-as-map",
        "outbound-form",
        "leaves identities in the inbound form, a map",
        Text(
            r#"[{"identity_type":"customer_id","identity":"c1"},{"identity_type":"email","identity":"m\u00fcller@example.com"}]"#,
            r#"{"customer_id":"c1","email":"m\u00fcller@example.com"}"#,
        ),
    ),
    Mutant::new(
        "integers-as-numbers",
        "outbound-form",
        "writes a 64-bit integer as a number",
        Text(r#""event_id":"1""#, r#""event_id":1"#),
    ),
    Mutant::new(
        "no-schema-version",
        "outbound-form",
        "omits schema_version",
        Lines(|lines| {
            let without =
                |line: &String| line.replace(r#","schema_version":2"#, "").replace(r#""schema_version":2,"#, "");
            *lines = lines.iter().map(without).collect();
        }),
    ),
    Mutant::new(
        "leaked-ip",
        "outbound-form",
        "writes the ip",
        Lines(|lines| lines.iter_mut().for_each(|line| line.insert_str(1, r#""ip":"203.0.113.7","#))),
    ),
    Mutant::new(
        "raw-as-outbound",
        "inbound-form",
        "writes a raw feed in the outbound form",
        Change(|it| it.raw_data_feed = false),
    )
    .on(Raw)
    .also(&["text"]),
    Mutant::new(
        "lost-digits",
        "text",
        "reads integers as floating point and loses digits beyond 2^53",
        Text("9007199254740993", "9007199254740992"),
    ),
    Mutant::new("rounded-decimals", "text", "writes decimals in another spelling", Text("52.50", "52.5")),
    Mutant::new("lost-characters", "text", "keeps only ASCII", Text("Zoë", "Zo?")),
    Mutant::new(
        "reordered-keys",
        "text",
        "changes the order of keys",
        Text(r#""age":7,"name":"Zoë""#, r#""name":"Zoë","age":7"#),
    ),
    Mutant::new(
        "reversed-events",
        "text",
        "reverses the order of a device's events",
        Events(|events| events.reverse()),
    ),
    Mutant::new(
        "invented-field",
        "text",
        "adds a field of its own",
        Lines(|lines| lines.iter_mut().for_each(|line| line.insert_str(1, r#""processed_by":"us","#))),
    ),
    Mutant::new("lost-unknown-field", "text", "drops a field that it does not know", Text(r#","x_future":[1]"#, "")),
];
