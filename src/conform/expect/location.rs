//! The batch's location and the events' (include_event_batch_location, include_location_information, U-21).

use crate::conform::document::Value;

/// The location that the batch gets: its own, else that of the first surviving event with a valid one.
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

/// Takes `location` from an event's data, and from the breadcrumbs inside a crash report, which are events or, as
/// mParticle's Python client writes them, an event's data without the event around it.
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
