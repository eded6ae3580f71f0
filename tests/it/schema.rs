//! The published schemas: their properties, the samples, and the command that writes them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

use mp_forwarding::contract::schema::{BATCHES, Edition, Form, SchemaValidator};
use serde_json::{Value, json};

use crate::support::program::{assert_code, program};

const TOLERANT: Edition = Edition { form: Form::Outbound, strict: false };
const STRICT: Edition = Edition { form: Form::Outbound, strict: true };
const RAW_TOLERANT: Edition = Edition { form: Form::Inbound, strict: false };
const RAW_STRICT: Edition = Edition { form: Form::Inbound, strict: true };

/// Every schema that the program publishes, by name.
fn published() -> Vec<(String, Value)> {
    let list = program().args(["schema", "list"]).output().unwrap();
    let list = String::from_utf8(list.stdout).unwrap();
    let names = list.lines().map(|line| line.split_whitespace().next().unwrap());
    let print = |name: &str| {
        let output = program().args(["schema", "print", name]).output().unwrap();
        assert!(output.status.success(), "{name}");
        serde_json::from_slice(&output.stdout).unwrap()
    };
    names.map(|name| (name.to_owned(), print(name))).collect()
}

/// Calls `visit` with every schema inside a schema, and with its path.
fn walk(schema: &Value, path: &str, visit: &mut dyn FnMut(&str, &Value)) {
    visit(path, schema);
    for (keyword, inner) in schema.as_object().into_iter().flatten() {
        let path = format!("{path}/{keyword}");
        match (keyword.as_str(), inner) {
            ("properties" | "$defs", Value::Object(named)) => {
                named.iter().for_each(|(name, inner)| walk(inner, &format!("{path}/{name}"), visit));
            }
            ("allOf" | "anyOf" | "oneOf", Value::Array(branches)) => {
                branches.iter().enumerate().for_each(|(index, inner)| walk(inner, &format!("{path}/{index}"), visit));
            }
            ("items" | "additionalProperties" | "if" | "then" | "else" | "not", inner) => walk(inner, &path, visit),
            _ => {}
        }
    }
}

#[test]
fn the_committed_schemas_are_what_the_program_writes() {
    assert_code(0, program().args(["schema", "check", concat!(env!("CARGO_MANIFEST_DIR"), "/schema")]));
}

#[test]
fn drift_is_shown_and_exits_4() {
    let directory = tempfile::tempdir().unwrap();
    assert_code(0, program().args(["schema", "write"]).arg(directory.path()));
    assert_code(0, program().args(["schema", "check"]).arg(directory.path()));

    let file = directory.path().join("batch.schema.json");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replacen("\"title\": \"Batch\"", "\"title\": \"Bach\"", 1)).unwrap();
    std::fs::remove_file(directory.path().join("forwarding.schema.json")).unwrap();
    std::fs::write(directory.path().join("old.schema.json"), "{}").unwrap();
    let output = program().args(["schema", "check"]).arg(directory.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    let shown = String::from_utf8(output.stdout).unwrap();
    for part in ["differs from line 4", "-   \"title\": \"Bach\",", "+   \"title\": \"Batch\",", "missing", "no longer"]
    {
        assert!(shown.contains(part), "{part} not in {shown}");
    }
}

#[test]
fn an_unknown_name_or_directory_is_a_usage_error() {
    assert_code(2, program().args(["schema", "print", "bach"]));
    assert_code(2, program().args(["schema", "check", "no/such/directory"]));
}

#[test]
fn every_schema_is_a_schema_with_a_name() {
    for (name, schema) in published() {
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{name}");
        assert_eq!(schema["$id"], format!("urn:mp-forwarding:schema:{name}:1"));
        assert!(schema["title"].is_string(), "{name}");
        jsonschema::meta::validate(&schema).unwrap();
        let validator = SchemaValidator::new(schema).unwrap();
        let examples = validator.schema()["examples"].as_array().unwrap();
        assert!(!examples.is_empty(), "{name} has no example");
        for example in examples {
            assert_eq!(validator.explain(example), [], "{name}: {example}");
        }
    }
}

#[test]
fn every_property_is_described_and_no_internal_keyword_remains() {
    const KEYWORDS: &[&str] = &[
        "$schema",
        "$id",
        "$defs",
        "$ref",
        "title",
        "description",
        "examples",
        "default",
        "type",
        "enum",
        "const",
        "properties",
        "patternProperties",
        "dependentSchemas",
        "required",
        "additionalProperties",
        "items",
        "prefixItems",
        "minItems",
        "maxItems",
        "pattern",
        "minimum",
        "maximum",
        "allOf",
        "anyOf",
        "oneOf",
        "writeOnly",
        "if",
        "then",
        "else",
        "not",
    ];
    for (name, schema) in published() {
        let of_a_batch = BATCHES.iter().any(|batch| batch.name == name);
        walk(&schema, "", &mut |path, inner| {
            for keyword in inner.as_object().into_iter().flatten().map(|(keyword, _)| keyword) {
                assert!(KEYWORDS.contains(&keyword.as_str()), "{name}{path}: {keyword}");
            }
            let mut place = path.rsplit('/');
            let (_, within) = (place.next(), place.next());
            let condition = ["/if/", "/then/", "/else/", "/oneOf/"].iter().any(|part| path.contains(part));
            if matches!(within, Some("properties" | "$defs")) && !condition && !inner.is_boolean() {
                let defined = inner["$ref"].as_str().and_then(|place| schema.pointer(place.trim_start_matches('#')));
                let description = defined.unwrap_or(inner)["description"].as_str().unwrap_or_default();
                assert!(description.len() > 3, "{name}{path} has no description");
                assert!(!of_a_batch || description.contains("Source: "), "{name}{path} has no source: {description}");
            }
        });
    }
}

#[test]
fn u_23_the_sample_lines_of_the_s3_page_are_valid() {
    for (name, time, id, customer) in [
        ("MyTestEvent", "1595542763908", "1234", "TestCustomerId1"),
        ("MyOtherTestEvent", "1595543017730", "2345", "TestCustomerId2"),
    ] {
        let line = json!({
            "events": [{
                "data": { "event_name": name, "timestamp_unixtime_ms": time, "event_id": id },
                "event_type": "custom_event",
            }],
            "user_identities": [{ "identity_type": "customer_id", "identity": customer }],
            "environment": "production",
        });
        assert_eq!(SchemaValidator::of(TOLERANT).explain(&line), []);
        assert_eq!(SchemaValidator::of(STRICT).explain(&line), []);
    }
}

/// An inbound batch with these members and events.
fn raw(members: Value, events: Value) -> Value {
    let mut batch = members;
    batch["environment"] = json!("production");
    batch["events"] = events;
    batch
}

#[test]
fn dto_7_batches_of_real_clients_are_tolerated_and_partly_refused_when_strict() {
    let cases = [
        // (where strict refuses, the batch)
        (Some("/user_identities/customerid"), raw(json!({ "user_identities": { "customerid": "1" } }), json!([]))),
        (
            Some("/events/0/data/custom_flags/a"),
            raw(json!({}), json!([{ "event_type": "opt_out", "data": { "custom_flags": { "a": ["x", 1], "b": 2 } } }])),
        ),
        (None, raw(json!({ "mpid": "7346244611012968789", "device_info": null, "context": null }), json!([]))),
        (
            None,
            raw(
                json!({ "mpid": 7346244611012968789_i64, "user_attributes": { "a": 1, "b": ["x"], "c": null } }),
                json!([]),
            ),
        ),
        (None, raw(json!({}), json!([{ "event_type": "session_start", "data": {} }]))),
        (
            Some("/events/0/data"),
            raw(json!({}), json!([{ "event_type": "commerce_event", "data": { "class_name": "ValueError" } }])),
        ),
        (Some("/device_info/platform"), raw(json!({ "device_info": { "platform": 3 } }), json!([]))),
        (Some("/environment"), json!({ "environment": "unknown" })),
    ];
    for (refused, batch) in cases {
        assert_eq!(SchemaValidator::of(RAW_TOLERANT).explain(&batch), [], "{batch}");
        let faults = SchemaValidator::of(RAW_STRICT).explain(&batch);
        match refused {
            Some(pointer) => assert!(faults.iter().any(|fault| fault.pointer == pointer), "{batch} {faults:?}"),
            None => assert_eq!(faults, [], "{batch}"),
        }
    }
}

#[test]
fn u_8_an_alias_request_is_recognised_in_both_formats() {
    let data = json!({ "source_mpid": 1, "destination_mpid": "2", "start_unixtime_ms": 3, "end_unixtime_ms": "4" });
    for event in
        [json!({ "event_type": "alias_request", "data": data }), json!({ "request_type": "alias", "data": data })]
    {
        assert_eq!(SchemaValidator::of(RAW_TOLERANT).explain(&raw(json!({}), json!([event]))), []);
    }
    let wrong = raw(json!({}), json!([{ "request_type": "alias", "data": { "source_mpid": {} } }]));
    assert_eq!(SchemaValidator::of(RAW_TOLERANT).explain(&wrong)[0].pointer, "/events/0/data/source_mpid");
}

#[test]
fn writers_are_exact_and_never_a_mixture() {
    let strict = SchemaValidator::of(STRICT);
    let places =
        |batch: Value| -> Vec<String> { strict.explain(&batch).into_iter().map(|fault| fault.pointer).collect() };
    assert_eq!(places(json!({ "environment": "production", "mpid": 5 })), ["/mpid"]);
    assert_eq!(places(json!({ "environment": "production", "ip": "203.0.113.7" })), ["/ip"]);
    assert_eq!(places(json!({ "environment": "production", "user_identities": {} })), ["/user_identities"]);
    let tolerant = SchemaValidator::of(TOLERANT);
    assert!(tolerant.is_valid(&json!({ "environment": "production", "mpid": 5, "ip": "203.0.113.7" })));
    assert!(!tolerant.is_valid(&json!({ "environment": "staging" })));
    assert!(tolerant.is_valid(&json!({})) && !SchemaValidator::of(RAW_STRICT).is_valid(&json!({})));
}

#[test]
fn a_fault_names_its_place_and_never_a_value() {
    let batch = json!({
        "environment": "production",
        "events": [
            { "event_type": "custom_event", "data": { "event_name": { "secret": "a secret value" }, "event_id": "a secret value" } },
            { "event_type": "commerce_event", "data": { "product_action": {}, "promotion_action": { "action": "view" } } },
            { "data": { "a": "a secret value" } },
        ],
        "mpid": true,
    });
    let shown: Vec<String> = SchemaValidator::of(STRICT).explain(&batch).iter().map(ToString::to_string).collect();
    let expected = [
        "`/events/0/data/event_name`: expected a string, found an object of 1 member",
        "`/events/0/data/event_id`: expected a 64-bit integer as a string of digits, found a string of 14 characters",
        "`/events/1/data/product_action`: expected a member `action`, found an object of 0 members",
        "`/events/1/data`: expected exactly one of product_action, promotion_action, product_impressions, found an object of 2 members",
        "`/events/2`: expected a member `event_type`, found an object of 1 member",
        "`/mpid`: expected a 64-bit integer as a string of digits or null, found a boolean",
    ];
    for line in expected {
        assert!(shown.iter().any(|shown| shown == line), "{line} not in {shown:#?}");
    }
    assert_eq!(shown.len(), expected.len(), "{shown:#?}");
    assert!(!shown.concat().contains("a secret value"));
}

#[test]
fn every_name_of_the_contract_is_a_property() {
    // DTO-1 to DTO-8, U-8, U-16, U-21, U-26, SEC-6 and the settings with a member's name.
    const NAMES: &[&str] = &[
        "events",
        "event_type",
        "data",
        "user_identities",
        "identity_type",
        "identity",
        "timestamp_unixtime_ms",
        "event_id",
        "session_id",
        "session_uuid",
        "session_start_unixtime_ms",
        "event_start_unixtime_ms",
        "batch_id",
        "mpid",
        "plan_version",
        "plan_id",
        "schema_version",
        "source_info",
        "message_id",
        "message_type",
        "system_notifications",
        "unique_id",
        "ip",
        "context",
        "data_plan",
        "block_metadata",
        "blocked_event_ids",
        "blocked_event_attributes",
        "event_attributes",
        "blocked_user_attributes",
        "blocked_user_identities",
        "blocked_device_identities",
        "source_mpid",
        "destination_mpid",
        "start_unixtime_ms",
        "end_unixtime_ms",
        "scope",
        "device_application_stamp",
        "product_action",
        "promotion_action",
        "product_impressions",
        "shopping_cart",
        "customer_id",
        "custom_flags",
        "custom_attributes",
        "user_attributes",
        "deleted_user_attributes",
        "environment",
        "mp_deviceid",
        "device_info",
        "application_info",
        "application_name",
        "package",
        "os",
        "platform",
        "apple_search_ads_attributes",
        "consent_state",
        "gdpr",
        "ccpa",
        "data_sale_opt_out",
        "partner_identities",
        "partner_identity",
        "integration_attributes",
        "attribution_info",
        "location",
        "latitude",
        "longitude",
        "country_code",
        "region_code",
        "city_name",
        "postal_code",
        "dma_code",
        "location_source",
        "response_code",
        "gps_state",
        "added_to_cart_time_ms",
        "session_duration_ms",
        "time_since_start_ms",
        "total_system_memory_usage_bytes",
        "disk_space_free_bytes",
        "external_disk_space_free_bytes",
        "att_timestamp_unixtime_ms",
        "previous_mpid",
        "current_mpid",
        "origin_mpid",
        "ios_image_base_address",
        "ios_image_size",
        "breadcrumbs",
        "device_current_state",
        "ios_idfv",
        "ios_advertising_id",
        "android_advertising_id",
        "android_uuid",
        "roku_advertising_id",
        "fire_advertising_id",
        "microsoft_advertising_id",
        "other_id_2",
        "other_id_10",
        "mobile_number",
        "phone_number_2",
        "phone_number_3",
        "request_type",
    ];
    let mut found = std::collections::BTreeSet::new();
    for edition in [TOLERANT, RAW_TOLERANT] {
        walk(&edition.schema(), "", &mut |_, inner| {
            found.extend(inner["properties"].as_object().into_iter().flatten().map(|(name, _)| name.clone()));
        });
    }
    let missing: Vec<&&str> = NAMES.iter().filter(|name| !found.contains(**name)).collect();
    assert_eq!(missing, Vec::<&&str>::new());
}
