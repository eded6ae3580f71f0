//! Removes and adds members of a batch as the settings require, and converts it to the selected form. Events are
//! handled elsewhere.

use crate::conform::document::Value;
use crate::settings::{Connection, MetadataExclusion, Settings};

use super::{identities, integers};

/// The value for a missing `schema_version` (DTO-1, U-16).
const SCHEMA_VERSION: &str = "2";

/// Converts the members of the batch. `location` is the batch's computed location; `received_ms` replaces a missing
/// timestamp. Returns the JSON Pointers of added or changed members, whose position in the line is not checked.
///
/// # Errors
/// The reason if the batch cannot be written in the selected form (U-19).
pub(super) fn project(
    batch: &mut Value,
    settings: &Settings,
    location: Option<Value>,
    received_ms: i64,
) -> Result<Vec<&'static str>, &'static str> {
    let (connection, mut added) = (&settings.connection, Vec::new());
    batch.renew();
    remove_nodes(batch, connection);
    place_location(batch, connection, location, &mut added);
    if let Some(id) = &connection.unique_id {
        batch.set("unique_id", Value::Text(id.as_str().into()));
        added.push("/unique_id");
    }
    if connection.raw_data_feed {
        if let Some(Value::Array(array)) = batch.get("user_identities") {
            let map = identities::as_map(array)?;
            batch.set("user_identities", map);
            added.push("/user_identities");
        }
        return Ok(added);
    }
    if !settings.engine.keep_ip {
        batch.remove("ip");
    }
    match batch.get("user_identities") {
        Some(Value::Object(map)) => {
            let array = identities::as_array(map);
            batch.set("user_identities", array);
            added.push("/user_identities");
        }
        Some(Value::Array(array)) => {
            let array = identities::normalized(array);
            batch.set("user_identities", array);
        }
        _ => {}
    }
    integers::of_batch(batch);
    if batch.present("schema_version").is_none() {
        batch.set("schema_version", Value::Number(SCHEMA_VERSION.to_owned()));
        added.push("/schema_version");
    }
    if batch.present("timestamp_unixtime_ms").is_none() {
        batch.set("timestamp_unixtime_ms", Value::Text(received_ms.to_string().into()));
        added.push("/timestamp_unixtime_ms");
    }
    Ok(added)
}

fn remove_nodes(batch: &mut Value, connection: &Connection) {
    if !connection.include_consent_state {
        batch.remove("consent_state");
    }
    if !connection.include_mp_deviceid {
        batch.remove("mp_deviceid");
    }
    if !connection.include_metadata {
        for node in ["application_info", "device_info", "source_info"] {
            batch.remove(node);
        }
    }
    let MetadataExclusion { device_name, ip_address, pointers } = &connection.metadata_field_exclusion;
    if *device_name && let Some(device) = batch.get_mut("device_info") {
        device.remove("device");
    }
    if *ip_address {
        batch.remove("ip");
    }
    for pointer in pointers {
        remove_at(batch, pointer.tokens());
    }
}

fn remove_at(value: &mut Value, tokens: &[String]) {
    match (tokens, value) {
        ([last], value @ Value::Object(_)) => {
            value.remove(last);
        }
        ([last], array @ Value::Array(_)) => {
            array.renew();
            if let (Value::Array(items), Some(index)) = (array, index(last))
                && index < items.len()
            {
                items.remove(index);
            }
        }
        ([first, rest @ ..], array @ Value::Array(_)) => {
            array.renew();
            if let (Value::Array(items), Some(index)) = (array, index(first))
                && let Some(item) = items.get_mut(index)
            {
                remove_at(item, rest);
            }
        }
        ([first, rest @ ..], value) => {
            if let Some(member) = value.get_mut(first) {
                remove_at(member, rest);
            }
        }
        ([], _) => {}
    }
}

/// An array index as defined by RFC 6901: digits without a leading zero.
fn index(token: &str) -> Option<usize> {
    let canonical = token == "0" || !token.starts_with(['0', '+']);
    token.parse().ok().filter(|_| canonical)
}

fn place_location(batch: &mut Value, connection: &Connection, location: Option<Value>, added: &mut Vec<&'static str>) {
    if !connection.include_event_batch_location {
        if let Some(context) = batch.get_mut("context") {
            context.remove("location");
        }
        return;
    }
    let Some(location) = location else { return };
    if batch.present("context").is_none() {
        batch.set("context", Value::Object(vec![("location".into(), location)].into()));
        added.push("/context");
    } else if let Some(context) = batch.get_mut("context") {
        context.renew();
        if context.get("location") != Some(&location) {
            context.set("location", location);
            added.push("/context/location");
        }
    }
}
