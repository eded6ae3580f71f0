//! Liars about what lines say (DTO-1, DTO-2, DTO-4).

use super::edit;
use super::lie::{Liar, Lie};
use super::stage::Stage;

pub(super) const LIARS: &[Liar] = &[
    Liar::new(
        "identities-as-map",
        "outbound-form",
        Stage::Plain,
        Lie::Writes(|_, object| {
            edit::replace(
                object,
                r#"[{"identity_type":"customer_id","identity":"c1"},{"identity_type":"email","identity":"m\u00fcller@example.com"}]"#,
                r#"{"customer_id":"c1","email":"m\u00fcller@example.com"}"#,
            )
        }),
        "leaves identities as the map that they came as",
    ),
    Liar::new(
        "integers-as-numbers",
        "outbound-form",
        Stage::Plain,
        Lie::Writes(|_, object| edit::replace(object, r#""event_id":"1""#, r#""event_id":1"#)),
        "writes a 64-bit integer as a number",
    ),
    Liar::new(
        "no-schema-version",
        "outbound-form",
        Stage::Plain,
        Lie::Writes(|_, object| {
            edit::lines(object, |lines| {
                lines.iter_mut().for_each(|line| {
                    *line = line.replace(r#","schema_version":2"#, "").replace(r#""schema_version":2,"#, "")
                });
            })
        }),
        "leaves out schema_version",
    ),
    Liar::new(
        "leaked-ip",
        "outbound-form",
        Stage::Plain,
        Lie::Writes(|_, object| {
            edit::lines(object, |lines| lines.iter_mut().for_each(|line| line.insert_str(1, r#""ip":"203.0.113.7","#)))
        }),
        "passes the ip on",
    ),
    Liar::new(
        "raw-as-outbound",
        "inbound-form",
        Stage::Raw,
        Lie::Obeys(|settings| settings.connection.raw_data_feed = false),
        "writes a raw feed in the outbound form",
    )
    .also(&["text"]),
    Liar::new(
        "lost-digits",
        "text",
        Stage::Plain,
        Lie::Writes(|_, object| edit::replace(object, "9007199254740993", "9007199254740992")),
        "holds integers as floating point, and loses digits past 2^53",
    ),
    Liar::new(
        "rounded-decimals",
        "text",
        Stage::Plain,
        Lie::Writes(|_, object| edit::replace(object, "52.50", "52.5")),
        "writes decimals anew",
    ),
    Liar::new(
        "lost-characters",
        "text",
        Stage::Plain,
        Lie::Writes(|_, object| edit::replace(object, "Zoë", "Zo?")),
        "keeps only ASCII",
    ),
    Liar::new(
        "reordered-keys",
        "text",
        Stage::Plain,
        Lie::Writes(|_, object| edit::replace(object, r#""age":7,"name":"Zoë""#, r#""name":"Zoë","age":7"#)),
        "sorts keys by its own mind",
    ),
    Liar::new(
        "reversed-events",
        "text",
        Stage::Plain,
        Lie::Writes(|_, object| {
            edit::lines(object, |lines| {
                let turned = |line: &String| {
                    edit::with_events(line, |each| each.iter().rev().map(|event| (*event).to_owned()).collect())
                };
                *lines = lines.iter().map(turned).collect();
            })
        }),
        "turns the order of a device's events round",
    ),
    Liar::new(
        "invented-field",
        "text",
        Stage::Plain,
        Lie::Writes(|_, object| {
            edit::lines(object, |lines| lines.iter_mut().for_each(|line| line.insert_str(1, r#""processed_by":"us","#)))
        }),
        "adds a field of its own",
    ),
    Liar::new(
        "lost-unknown-field",
        "text",
        Stage::Plain,
        Lie::Writes(|_, object| edit::replace(object, r#","x_future":[1]"#, "")),
        "drops a field that it does not know",
    ),
];
