//! The values that mParticle adds to a batch before forwarding (DTO-1).

use std::collections::HashMap;
use std::fmt::Write as _;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::contract::raw::{self, Member};

/// The largest number of sessions that are remembered. When it is exceeded, all sessions start again.
const SESSIONS: usize = 10_000;

/// Adds the platform's values: ids and the time of receipt to each batch; ids, times and the session to each event.
/// Existing values are not changed.
#[derive(Debug)]
pub struct Platform {
    random: ChaCha8Rng,
    /// The open session of each user, by the text of the first identifier in its batch.
    sessions: HashMap<String, Session>,
}

#[derive(Debug, Clone)]
struct Session {
    id: i64,
    uuid: String,
    start: i64,
}

impl Platform {
    /// A platform with ids from `seed`.
    pub fn new(seed: u64) -> Self {
        Self { random: ChaCha8Rng::seed_from_u64(seed), sessions: HashMap::new() }
    }

    /// The batch as the platform forwards it. `received` is the time of receipt in milliseconds since 1970. Text that
    /// is not an object is returned unchanged.
    pub fn complete(&mut self, batch: &str, received: i64) -> String {
        let Some(members) = raw::members(batch) else { return batch.to_owned() };
        let user = ["mp_deviceid", "mpid", "user_identities"];
        let user = user.iter().find_map(|name| raw::find(&members, name)).unwrap_or_default().to_owned();
        let batch_id = self.integer();
        let added = [
            ("batch_id", batch_id.to_string()),
            ("timestamp_unixtime_ms", received.to_string()),
            ("schema_version", "2".to_owned()),
            ("source_info", r#"{"channel":"server_to_server"}"#.to_owned()),
            ("system_notifications", "[]".to_owned()),
        ];
        let events = raw::find(&members, "events").and_then(raw::elements);
        let events = events.map(|events| {
            let events: Vec<String> = events.into_iter().map(|event| self.event(event, &user, received)).collect();
            format!("[{}]", events.join(","))
        });
        object(&members, events.map(|events| ("events", events)), &added)
    }

    fn event(&mut self, event: &str, user: &str, received: i64) -> String {
        let Some(members) = raw::members(event) else { return event.to_owned() };
        let Some(data) = raw::find(&members, "data").and_then(raw::members) else { return event.to_owned() };
        let time = raw::find(&data, "timestamp_unixtime_ms").and_then(raw::int64).unwrap_or(received);
        let event_type = raw::find(&members, "event_type").and_then(raw::string).unwrap_or_default();
        let given = raw::find(&data, "session_id").and_then(raw::int64);
        let session = self.session(user, event_type == "session_start", given, time);
        let added = [
            ("timestamp_unixtime_ms", time.to_string()),
            ("event_id", self.integer().to_string()),
            ("event_start_unixtime_ms", time.to_string()),
            ("message_id", format!("\"{}\"", self.uuid())),
            ("message_type", "\"events\"".to_owned()),
            ("session_id", session.id.to_string()),
            ("session_uuid", format!("\"{}\"", session.uuid)),
            ("session_start_unixtime_ms", session.start.to_string()),
        ];
        let data = object(&data, None, &added);
        object(&members, Some(("data", data)), &[])
    }

    /// The session of an event, with the id that the client has given it.
    fn session(&mut self, user: &str, is_new: bool, given: Option<i64>, start: i64) -> Session {
        let is_same = |session: &&Session| given.is_none_or(|given| given == session.id);
        if !is_new && let Some(session) = self.sessions.get(user).filter(is_same) {
            return session.clone();
        }
        let session = Session { id: given.unwrap_or_else(|| self.integer()), uuid: self.uuid(), start };
        if self.sessions.len() >= SESSIONS {
            self.sessions.clear();
        }
        self.sessions.insert(user.to_owned(), session.clone());
        session
    }

    /// An id beyond 2^53, like mParticle's ids.
    fn integer(&mut self) -> i64 {
        let magnitude = self.random.random_range((1 << 53) + 1..i64::MAX);
        if self.random.random() { magnitude } else { -magnitude }
    }

    fn uuid(&mut self) -> String {
        uuid::Builder::from_random_bytes(self.random.random()).into_uuid().to_string()
    }
}

/// An object with these members, with one value replaced, and with the missing members in `added` (DTO-3: null means
/// missing).
fn object(members: &[Member<'_>], replaced: Option<(&str, String)>, added: &[(&str, String)]) -> String {
    let mut text = String::from("{");
    let mut put = |key: &str, value: &str| {
        let comma = if text.len() > 1 { "," } else { "" };
        let _ = write!(text, "{comma}{key}:{value}");
    };
    let is_added = |name: &str| added.iter().any(|(added, _)| *added == name);
    for member in members {
        match &replaced {
            Some((name, value)) if member.name() == *name && member.value != "null" => put(member.key, value),
            _ if member.value == "null" && is_added(&member.name()) => {}
            _ => put(member.key, member.value),
        }
    }
    for (name, value) in added {
        if raw::find(members, name).is_none() {
            put(&format!("\"{name}\""), value);
        }
    }
    text.push('}');
    text
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn ids_and_times_are_added_and_the_rest_stays_as_it_came() {
        let batch = r#"{"environment":"development","mpid":9007199254740993,"batch_id":null,"events":[
            {"event_type":"session_start","data":{"custom_attributes":{"a":"\u00e9"}}},
            {"event_type":"custom_event","data":{"event_id":"7","timestamp_unixtime_ms":5}},
            {"event_type":"opt_out"},
            {"event_type":"session_start","data":{"session_id":9007199254740993}},
            {"event_type":"screen_view","data":{"screen_name":"s"}}]}"#;
        let mut platform = Platform::new(1);
        let completed = platform.complete(batch, 1_772_323_200_000);
        assert!(completed.contains(r#""mpid":9007199254740993"#) && completed.contains(r#"{"a":"\u00e9"}"#));
        let value: Value = serde_json::from_str(&completed).unwrap();
        assert_eq!(value["timestamp_unixtime_ms"], 1_772_323_200_000_i64);
        assert!(value["batch_id"].as_i64().unwrap().unsigned_abs() > 1 << 53);
        let data = |index: usize| &value["events"][index]["data"];
        assert_eq!(data(1)["event_id"], "7");
        assert_eq!(data(1)["event_start_unixtime_ms"], 5);
        assert_eq!(data(0)["session_uuid"], data(1)["session_uuid"]);
        assert_eq!(data(0)["session_start_unixtime_ms"], 1_772_323_200_000_i64);
        assert_eq!(value["events"][2], serde_json::json!({ "event_type": "opt_out" }));
        assert_eq!(data(4)["session_id"], 9_007_199_254_740_993_i64);
        assert_eq!(data(3)["session_uuid"], data(4)["session_uuid"]);
        // A completed batch is not changed again.
        assert_eq!(platform.complete(&completed, 1), completed);
    }
}
