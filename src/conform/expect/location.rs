//! The locations of batches and events (include_event_batch_location, include_location_information, U-21).

use crate::conform::document::Value;

/// The batch's location: its own, else that of the first remaining event with a valid location.
pub(super) fn of_batch<'a>(batch: &Value, surviving: impl Iterator<Item = &'a Value>) -> Option<Value> {
    let own = batch.get("context").and_then(|context| context.get("location"));
    let mut events = surviving.filter_map(|event| event.get("data")?.get("location"));
    own.filter(|location| is_valid(location)).or_else(|| events.find(|location| is_valid(location))).cloned()
}

fn is_valid(location: &Value) -> bool {
    let within = |key: &str, bound: f64| match location.get(key) {
        Some(Value::Number(spelling)) => spelling.parse::<f64>().is_ok_and(|degrees| degrees.abs() <= bound),
        _ => false,
    };
    within("latitude", 90.0) && within("longitude", 180.0)
}

/// Removes `location` from an event's data, and from the breadcrumbs in a crash report. Breadcrumbs are events. In
/// mParticle's Python client they are an event's data without the event around it.
pub(super) fn remove(event_type: &str, data: &mut Value) {
    data.remove("location");
    if event_type == "crash_report"
        && let Some(Value::Array(breadcrumbs)) = data.get_mut("breadcrumbs")
    {
        for breadcrumb in breadcrumbs.iter_mut() {
            breadcrumb.remove("location");
            if let Some(data) = breadcrumb.get_mut("data") {
                data.remove("location");
            }
        }
    }
}
