//! The batches that are sent: generated events of one generated user, each with its own mark.

use serde_json::{Map, Value, json};

/// The generated user of every run. Many runs thus create only one profile.
const CUSTOMER_ID: &str = "mp-forwarding-canary";

/// The version of the generated app, so that `include_metadata` has something to remove.
const APPLICATION_VERSION: &str = "1.2.3";

/// An integer that changes when it is read as a double (DTO-4).
const LARGE: i64 = 9_007_199_254_740_993;

/// The event types that can be sent, and whether they are sent by default. The others change the user's profile.
pub const EVENT_TYPES: &[(&str, bool)] = &[
    ("session_start", true),
    ("custom_event", true),
    ("screen_view", true),
    ("commerce_event", true),
    ("application_state_transition", true),
    ("crash_report", true),
    ("network_performance", true),
    ("breadcrumb", true),
    ("opt_out", false),
    ("push_message", false),
    ("push_registration", false),
    ("profile", false),
    ("session_end", true),
];

/// An event type that cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("events of type `{}` cannot be sent: {} can", .0.escape_debug(), known())]
pub struct UnknownEventType(String);

fn known() -> String {
    EVENT_TYPES.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

/// An event that was sent.
#[derive(Debug, Clone, PartialEq)]
pub struct MarkedEvent {
    /// The event's type.
    pub event_type: &'static str,
    /// The event's own mark: the mark of the run and a number.
    pub mark: String,
    /// The event's `data`.
    pub data: Map<String, Value>,
}

/// The batches of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct MarkedBatches {
    /// The mark of the run, which is in every event.
    pub mark: String,
    /// The events, in the order in which they are sent.
    pub events: Vec<MarkedEvent>,
    /// The batches, each one JSON object.
    pub bodies: Vec<String>,
    /// The members of every batch that have to arrive, in the inbound form.
    pub members: Map<String, Value>,
}

impl MarkedBatches {
    /// Batches with the mark `mark` and events of `types` (of the default types if it is empty), in the environment
    /// `environment`. `now` is in milliseconds since 1970. `plan` is the id and version of a data plan.
    ///
    /// # Errors
    /// If a type cannot be sent.
    pub fn new(
        mark: &str,
        types: &[String],
        environment: &str,
        plan: Option<&(String, u32)>,
        now: i64,
    ) -> Result<Self, UnknownEventType> {
        if let Some(unknown) = types.iter().find(|name| EVENT_TYPES.iter().all(|(known, _)| known != name)) {
            return Err(UnknownEventType(unknown.clone()));
        }
        let is_chosen = |name: &str, by_default: bool| match types.is_empty() {
            true => by_default,
            false => types.iter().any(|chosen| chosen == name),
        };
        let chosen = EVENT_TYPES.iter().filter(|(name, by_default)| is_chosen(name, *by_default));
        let events: Vec<MarkedEvent> =
            chosen.zip(0..).map(|((name, _), number)| event(name, mark, number, now)).collect();
        // Two batches of one user, so that windows (BAT-1) have batches to merge.
        let half = events.len().div_ceil(2);
        let members = members(environment, plan);
        let bodies = events.chunks(half.max(1)).map(|events| body(events, &members, mark)).collect::<Vec<String>>();
        Ok(Self { mark: mark.to_owned(), events, bodies, members })
    }
}

/// The same for every batch of a run, because a window takes the newest value of each (U-17).
fn members(environment: &str, plan: Option<&(String, u32)>) -> Map<String, Value> {
    let mut members = Map::new();
    members.insert("environment".to_owned(), json!(environment));
    members.insert("user_identities".to_owned(), json!({ "customer_id": CUSTOMER_ID }));
    members.insert("application_info".to_owned(), json!({ "application_version": APPLICATION_VERSION }));
    if let Some((id, version)) = plan {
        members.insert("context".to_owned(), json!({ "data_plan": { "plan_id": id, "plan_version": version } }));
    }
    members
}

fn body(events: &[MarkedEvent], members: &Map<String, Value>, mark: &str) -> String {
    let events = events.iter().map(|event| json!({ "event_type": event.event_type, "data": event.data }));
    let mut batch = members.clone();
    // It identifies a repeated request to mParticle (EVT-1), and need not arrive.
    batch.insert("source_request_id".to_owned(), json!(mark));
    batch.insert("events".to_owned(), events.collect());
    Value::Object(batch).to_string()
}

fn event(event_type: &'static str, mark: &str, number: i64, now: i64) -> MarkedEvent {
    let own = format!("{mark}-{number}");
    let mut data = match event_type {
        "custom_event" => json!({ "event_name": "canary", "custom_event_type": "other" }),
        "screen_view" => json!({ "screen_name": "canary" }),
        "commerce_event" => json!({ "product_action": {
            "action": "purchase", "transaction_id": own, "total_amount": 12.5,
            "products": [{ "id": "canary", "name": "Zoë's tea", "price": 12.5, "quantity": 1 }],
        }}),
        "session_end" => json!({ "session_duration_ms": 1_000 }),
        "application_state_transition" => json!({ "application_transition_type": "application_initialized" }),
        "crash_report" => json!({ "message": "canary", "class_name": "Canary", "severity": "error" }),
        "network_performance" => json!({
            "http_verb": "GET", "url": "https://example.com/canary", "time_elapsed": 10, "bytes_in": 1, "bytes_out": 2, "response_code": 200,
        }),
        "breadcrumb" => json!({ "label": "canary" }),
        "opt_out" => json!({ "is_opted_out": false }),
        "push_message" => json!({ "push_message_token": "canary", "push_message_type": "sent" }),
        "push_registration" => json!({ "register": true, "push_token": "canary" }),
        _ => json!({}),
    };
    data["timestamp_unixtime_ms"] = json!(now + number);
    data["source_message_id"] = json!(own);
    data["custom_attributes"] =
        json!({ "canary": own, "unicode": "Zoë 東京 \u{1f600}", "large_number": LARGE.to_string() });
    let data = match data {
        Value::Object(data) => data,
        _ => Map::new(),
    };
    MarkedEvent { event_type, mark: own, data }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::schema::{Edition, Form};
    use crate::events_api::MAX_REQUEST_BYTES;
    use crate::validate::Validator;

    #[test]
    fn every_type_makes_a_valid_batch() {
        let types: Vec<String> = EVENT_TYPES.iter().map(|(name, _)| (*name).to_owned()).collect();
        let validator = Validator::new(Edition { form: Form::Inbound, strict: false });
        let plan = ("plan".to_owned(), 3);
        let batches = MarkedBatches::new("m", &types, "development", Some(&plan), 1_772_323_200_000).unwrap();
        assert_eq!(batches.events.len(), EVENT_TYPES.len());
        for body in &batches.bodies {
            assert!(validator.check_line(body.as_bytes()), "{body}");
            assert!(body.len() < MAX_REQUEST_BYTES, "{body}");
        }
        let refused = MarkedBatches::new("m", &["uninstall".to_owned()], "development", None, 0).unwrap_err();
        assert!(refused.to_string().contains("`uninstall`"), "{refused}");
    }
}
