//! Compares the strict inbound schema with the one that mParticle publishes. The files belong to mParticle and are not
//! part of this project. `MP_FORWARDING_REFERENCE` is the folder with `mparticle.inbound.eventsapi.schema.json` and
//! `mparticle.events.oas.yaml` (both are on mParticle's documentation site). docs/schema.md lists every known
//! difference with its reason.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jsonschema::Draft;
use mp_forwarding::contract::schema::{Edition, Form, SchemaValidator};
use serde_json::{Value, json};

use crate::support::instances::Maker;
use crate::support::tools::skip_always;

/// The text of a reference file, or `None` if the tests are skipped.
fn reference(file: &str) -> Option<String> {
    let Some(folder) = std::env::var_os("MP_FORWARDING_REFERENCE") else {
        skip_always("MP_FORWARDING_REFERENCE names no folder with mParticle's published schemas");
        return None;
    };
    let path = PathBuf::from(folder).join(file);
    Some(std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

fn strict() -> Value {
    Edition { form: Form::Inbound, strict: true }.schema()
}

/// The places of the published definitions in this project's schema.
const NODES: &[(&str, &str)] = &[
    ("ApplicationInformation", "ApplicationInfo"),
    ("AttributionInfo", "AttributionInfo"),
    ("BatchContext", "Context"),
    ("DataPlanContext", "DataPlan"),
    ("DeviceCurrentState", "DeviceCurrentState"),
    ("DeviceInformation", "DeviceInfo"),
    ("EventData", "CommonEventData"),
    ("EventSystemNotificationInfo", "EventSystemNotificationInfo"),
    ("GDPRConsentState", "Consent"),
    ("ConsentState", "ConsentState"),
    ("GeoLocation", "Location"),
    ("Product", "Product"),
    ("ProductAction", "ProductAction"),
    ("ProductImpression", "ProductImpression"),
    ("Promotion", "Promotion"),
    ("PromotionAction", "PromotionAction"),
    ("ShoppingCart", "ShoppingCart"),
    ("SourceInformation", "SourceInfo"),
    ("UserIdentity", "ChangedIdentity"),
];

#[test]
fn every_property_of_the_published_schema_is_in_this_schema() {
    let Some(text) = reference("mparticle.inbound.eventsapi.schema.json") else { return };
    let published: Value = serde_json::from_str(&text).unwrap();
    let ours = strict();
    let names = |schema: &Value| -> BTreeSet<String> {
        schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
    };
    let mut pairs = vec![(published.clone(), ours.clone(), "the batch".to_owned())];
    pairs.push((
        published["properties"]["user_identities"].clone(),
        ours["$defs"]["UserIdentities"].clone(),
        "user_identities".to_owned(),
    ));
    for (theirs, mine) in NODES {
        pairs.push((published["definitions"][theirs].clone(), ours["$defs"][mine].clone(), (*theirs).to_owned()));
    }
    let mut events = 0;
    for (name, definition) in published["definitions"].as_object().unwrap() {
        let Some(event_type) = definition["properties"]["event_type"]["enum"][0].as_str() else { continue };
        events += 1;
        let data = our_data(&ours, event_type);
        for part in definition["properties"]["data"]["allOf"].as_array().into_iter().flatten() {
            pairs.push((part.clone(), data.clone(), name.clone()));
        }
    }
    assert_eq!(events, 17);
    let mut seen = 0;
    for (theirs, mine, place) in pairs {
        let missing: Vec<String> = names(&theirs).difference(&names(&mine)).cloned().collect();
        assert_eq!(missing, Vec::<String>::new(), "{place}");
        seen += names(&theirs).len();
    }
    assert!(seen > 200, "only {seen} properties were compared");
}

/// This project's schema of an event type's data.
fn our_data(ours: &Value, event_type: &str) -> Value {
    let branches = ours["$defs"]["Event"]["allOf"].as_array().unwrap();
    let branch = branches.iter().find(|branch| branch["if"]["properties"]["event_type"]["const"] == event_type);
    let resolve = |schema: &Value| {
        let reference = schema["$ref"].as_str().or(schema["allOf"][0]["$ref"].as_str()).unwrap();
        ours.pointer(reference.trim_start_matches('#')).unwrap().clone()
    };
    resolve(&resolve(&branch.unwrap_or_else(|| panic!("no {event_type}"))["then"])["properties"]["data"])
}

#[test]
fn every_property_of_the_published_openapi_file_is_in_this_schema() {
    let Some(text) = reference("mparticle.events.oas.yaml") else { return };
    let ours = strict().to_string();
    // The names one level below each `properties:` can be found without a YAML parser.
    let lines: Vec<(usize, &str)> =
        text.lines().map(|line| (line.len() - line.trim_start().len(), line.trim())).collect();
    let mut compared = 0;
    let start = lines.iter().position(|(_, line)| *line == "BulkBatch:").unwrap();
    for (index, (indent, line)) in lines.iter().enumerate().skip(start) {
        if *line != "properties:" {
            continue;
        }
        for (inner, line) in lines[index + 1..].iter().take_while(|(inner, line)| inner > indent || line.is_empty()) {
            let Some(name) = line.strip_suffix(':').filter(|_| *inner == indent + 2) else { continue };
            compared += 1;
            // The OpenAPI name of `context`.
            assert!(name == "batch_context" || ours.contains(&format!("\"{name}\":{{")), "{name}");
        }
    }
    assert!(compared > 250, "only {compared} properties were compared");
}

/// This project's schema without the known differences (docs/schema.md, "What the published schema refuses").
fn common() -> Value {
    let mut schema = strict();
    let mut remove = |pointer: &str, names: &[&str]| {
        let properties = schema.pointer_mut(pointer).unwrap().as_object_mut().unwrap();
        for name in names {
            properties.shift_remove(*name).unwrap_or_else(|| panic!("{pointer} has no {name}"));
        }
    };
    // Members that the published schema does not have and forbids.
    remove(
        "/properties",
        &["schema_version", "unique_id", "partner_identities", "system_notifications", "message_id", "message_type"],
    );
    remove("/properties", &["consent_state"]);
    let late = ["5", "6", "7", "8", "9", "10"].map(|number| format!("other_id_{number}"));
    remove("/$defs/UserIdentities/properties", &late.each_ref().map(String::as_str));
    remove("/$defs/UserIdentities/properties", &["mobile_number", "phone_number_2", "phone_number_3"]);
    remove(
        "/$defs/Location/properties",
        &["country_code", "region_code", "city_name", "postal_code", "dma_code", "location_source"],
    );
    // Event types without a branch in the published schema.
    let branchless = ["push_reaction", "pre_attribution", "validation_result", "unknown", "alias_request"];
    schema["$defs"]["Event"]["allOf"]
        .as_array_mut()
        .unwrap()
        .retain(|branch| !branchless.contains(&branch["if"]["properties"]["event_type"]["const"].as_str().unwrap()));
    // 64-bit integers in strings, empty GUIDs, and text in place of integers or flags or the reverse.
    for name in ["Int64", "UInt64", "AnyInt64"] {
        schema["$defs"][name]["anyOf"].as_array_mut().unwrap().remove(0);
    }
    let guid = schema["$defs"]["Guid"]["pattern"].as_str().unwrap().replace(")?$", ")$");
    schema["$defs"]["Guid"]["pattern"] = json!(guid);
    for name in ["BooleanOrText", "IntegerOrText", "NumberOrBoolean"] {
        schema["$defs"][name]["anyOf"].as_array_mut().unwrap().remove(1);
    }
    // Integers beside names, and time zones with a fraction (U-29).
    for (place, name) in [
        ("DeviceCurrentState", "device_orientation"),
        ("DeviceCurrentState", "status_bar_orientation"),
        ("PushMessageData", "push_message_behavior"),
    ] {
        schema["$defs"][place]["properties"][name]["anyOf"].as_array_mut().unwrap().remove(1);
    }
    schema["$defs"]["DeviceInfo"]["properties"]["timezone_offset"]["type"] = json!(["integer", "null"]);
    // Names that are in only one of the lists.
    for (place, surplus) in [
        ("/$defs/DeviceInfo/properties/platform", "desktop"),
        ("/$defs/SourceInfo/properties/channel", "unknown"),
        ("/$defs/CustomEventData/properties/custom_event_type", "attribution"),
    ] {
        schema.pointer_mut(place).unwrap()["enum"].as_array_mut().unwrap().retain(|name| name != surplus);
    }
    let newer = ["other_id_5", "other_id_6", "other_id_7", "other_id_8", "other_id_9", "other_id_10"];
    schema["$defs"]["ChangedIdentity"]["properties"]["identity_type"]["enum"]
        .as_array_mut()
        .unwrap()
        .retain(|name| !name.as_str().is_some_and(|name| newer.contains(&name) || name.contains("number")));
    // Required in the published schema, but optional in the reference.
    for (event, name) in [("SessionEndData", "session_duration_ms"), ("OptOutData", "is_opted_out")] {
        schema["$defs"][event]["required"] = json!([name]);
    }
    schema["$defs"]["SessionStartEvent"]["properties"]["data"]["allOf"][0]["$ref"] = json!("#/$defs/SessionStartData");
    schema["$defs"]["SessionStartData"] = schema["$defs"]["CommonEventData"].clone();
    schema["$defs"]["SessionStartData"]["required"] = json!(["session_id"]);
    // The flags of a screen view are text in the published schema.
    schema["$defs"]["ScreenViewData"]["properties"]["custom_flags"]["additionalProperties"] =
        json!({ "type": "string" });
    schema
}

/// Why the published schema accepts this broken instance, if known (docs/schema.md, "What the published schema
/// passes").
fn lax(pointer: &str, instance: &Value, expected: &str) -> Option<&'static str> {
    let place: Vec<&str> = pointer.split('/').skip(1).collect();
    let last = place.last().copied().unwrap_or_default();
    let event = || instance["events"][place.get(1)?.parse::<usize>().ok()?]["event_type"].as_str();
    match (place.as_slice(), last) {
        (_, "os" | "device_orientation" | "status_bar_orientation" | "application_state" | "push_message_behavior") => {
            Some("an enum beside a $ref is ignored")
        }
        _ if expected == "at most 2147483647" => Some("integers have no range"),
        (["events", _, "data"], _) if expected.starts_with("exactly one") => Some("a commerce event may be of no kind"),
        (["events", _], _) if expected == "a member `data`" => Some("an event need not have data"),
        (_, "surprise") => Some("unknown members pass where nothing forbids them"),
        (_, "message_id" | "message_type") => Some("members that are not described take any value"),
        (["context", .., "block_metadata" | "location"] | ["context", "location" | "data_plan", ..], _) => {
            Some("members that are not described take any value")
        }
        (["events", _, "data", .., "custom_flags"] | ["events", _, "data", .., "custom_flags", _], _)
            if !matches!(event(), Some("custom_event" | "commerce_event" | "screen_view")) =>
        {
            Some("members that are not described take any value")
        }
        _ if expected == "an object or null" || expected == "an object" => {
            Some("a node without a type takes any value")
        }
        _ => None,
    }
}

#[test]
fn both_schemas_agree_on_what_both_describe() {
    let Some(text) = reference("mparticle.inbound.eventsapi.schema.json") else { return };
    let published: Value = serde_json::from_str(&text).unwrap();
    // Formats are asserted. Otherwise `ip` refuses every text, because both of its branches accept it.
    let published =
        jsonschema::options().with_draft(Draft::Draft7).should_validate_formats(true).build(&published).unwrap();
    let schema = common();
    let ours = SchemaValidator::of(Edition { form: Form::Inbound, strict: true });
    let narrowed = SchemaValidator::new(schema.clone()).unwrap();
    let mut maker = Maker::new(&schema, 6);
    // `null` means absent everywhere. The published schema allows it only for some members.
    maker.taste.nulls = false;

    let (mut alike, mut laxer) = (0, BTreeMap::<&str, u32>::new());
    for _ in 0..3000 {
        let (good, _) = maker.good();
        assert!(ours.is_valid(&good), "{good}");
        let refused: Vec<String> =
            published.iter_errors(&good).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert_eq!(refused, Vec::<String>::new(), "{good}");

        let (broken, place) = maker.broken();
        let faults = narrowed.explain(&broken);
        assert_eq!(faults.len(), 1, "{broken} {faults:?}");
        if !published.is_valid(&broken) {
            alike += 1;
        } else {
            let reason = lax(&place.pointer, &broken, &faults[0].expected);
            let reason =
                reason.unwrap_or_else(|| panic!("the published schema passes {place:?} {faults:?} in {broken}"));
            *laxer.entry(reason).or_default() += 1;
        }
    }
    eprintln!("3000 good alike, {alike} broken alike, laxer there: {laxer:#?}");
    // The reasons are exactly those in docs/schema.md, and each occurs.
    assert_eq!(laxer.len(), 7, "{laxer:?}");
    assert!(alike > 1000, "{alike}");
}
