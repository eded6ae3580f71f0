//! Decides how a batch is merged with others into a line, from the batch as received (U-18).

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::event::event_type;
use crate::conform::document::Value;
use crate::settings::{Connection, SettingId};

/// How the events of a batch are merged into lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gathering {
    /// With other batches of its device within the window (BAT-1).
    Window,
    /// With its whole session (BAT-2).
    Session,
    /// Not merged: each event is on a line of its own (BAT-3).
    None,
}

impl Gathering {
    /// The clause that requires this.
    pub fn clause(self) -> &'static str {
        match self {
            Self::Window => "BAT-1",
            Self::Session => "BAT-2",
            Self::None => "BAT-3",
        }
    }

    /// The setting that selects this.
    pub fn setting(self) -> SettingId {
        match self {
            Self::Window | Self::None => SettingId::SendAsBatch,
            Self::Session => SettingId::WaitForCompleteBatch,
        }
    }
}

/// The properties that batches on one line have in common (U-9, U-17).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key {
    environment: Option<String>,
    mpid: String,
    /// The name, package and bundle id.
    app: [Option<String>; 3],
    /// The id and the version of the data plan, as written.
    plan: [Option<String>; 2],
    device: (&'static str, String),
    /// The member that identifies the session, and its value.
    session: Option<(&'static str, String)>,
}

/// The ids that identify a device without `mp_deviceid`, in this order.
const DEVICE_IDS: &[&str] = &[
    "ios_idfv",
    "ios_advertising_id",
    "android_advertising_id",
    "android_uuid",
    "roku_advertising_id",
    "roku_publisher_id",
    "fire_advertising_id",
    "microsoft_advertising_id",
    "microsoft_publisher_id",
];

/// Events of a batch that are gathered alike.
pub(super) struct Share {
    pub(super) gathering: Gathering,
    /// With which others; without a key they stand alone.
    pub(super) key: Option<Key>,
    /// Whether they say that their session has ended, whatever the settings make of that event.
    pub(super) ends: bool,
    /// The places of the events in the batch.
    pub(super) events: Vec<usize>,
}

/// The shares of a received batch, in the order in which they begin: one for each session where these are waited for, and one for
/// all other events (U-32). At least one.
pub(super) fn shares(batch: &Value, connection: &Connection) -> Vec<Share> {
    let waits = connection.wait_for_complete_batch && is_android(batch);
    let new = |session: Option<(&'static str, String)>| Share {
        gathering: match session {
            Some(_) => Gathering::Session,
            None if connection.send_as_batch => Gathering::Window,
            None => Gathering::None,
        },
        key: key(batch, session),
        ends: false,
        events: Vec::new(),
    };
    let mut sessions: HashMap<Option<(&'static str, String)>, usize> = HashMap::new();
    let mut shares: Vec<Share> = Vec::new();
    for (place, event) in events(batch).iter().enumerate() {
        let own = if waits { session(event) } else { None };
        let ends = own.is_some() && event_type(event) == Some("session_end");
        let index = *sessions.entry(own).or_insert_with_key(|own| {
            shares.push(new(own.clone()));
            shares.len() - 1
        });
        shares[index].events.push(place);
        shares[index].ends |= ends;
    }
    if shares.is_empty() {
        shares.push(new(None));
    }
    shares
}

/// U-22: `device_info.platform`, else `application_info.os`.
fn is_android(batch: &Value) -> bool {
    let of = |node: &str, member: &str| batch.get(node)?.present(member);
    let platform = of("device_info", "platform").or_else(|| of("application_info", "os"));
    platform.and_then(Value::as_text).is_some_and(|name| name.eq_ignore_ascii_case("android"))
}

/// The session of an event: `session_uuid`, else `session_id`.
fn session(event: &Value) -> Option<(&'static str, String)> {
    let data = event.get("data")?;
    ["session_uuid", "session_id"].into_iter().find_map(|name| Some((name, data.get(name).and_then(id)?)))
}

impl Key {
    /// A digest of the key without the session.
    pub(super) fn digest(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        Self { session: None, ..self.clone() }.hash(&mut hasher);
        hasher.finish()
    }
}

fn key(batch: &Value, session: Option<(&'static str, String)>) -> Option<Key> {
    // What has other events than an array of them cannot be merged.
    if batch.present("events").is_some_and(|events| events.elements().is_none()) {
        return None;
    }
    let mpid = batch.get("mpid").and_then(text)?;
    let info = |member: &str| Some(batch.get("application_info")?.present(member)?.canonical());
    let plan = |member: &str| Some(batch.get("context")?.get("data_plan")?.present(member)?.canonical());
    Some(Key {
        environment: batch.present("environment").map(Value::canonical),
        app: ["application_name", "package", "bundle_id"].map(info),
        plan: ["plan_id", "plan_version"].map(plan),
        device: device(batch).or_else(|| Some(("mpid", batch.get("mpid").and_then(id)?)))?,
        mpid,
        session,
    })
}

/// Two ids of different kinds never identify the same device.
fn device(batch: &Value) -> Option<(&'static str, String)> {
    let own = batch.get("mp_deviceid").and_then(id).map(|id| ("mp_deviceid", id));
    let info = batch.get("device_info");
    own.or_else(|| DEVICE_IDS.iter().find_map(|name| Some((*name, info?.get(name).and_then(id)?))))
}

fn events(batch: &Value) -> &[Value] {
    batch.get("events").and_then(Value::elements).unwrap_or_default()
}

/// The id of a device or a session; None if all its digits are zero (U-17).
fn id(value: &Value) -> Option<String> {
    text(value).filter(|id| id.bytes().any(|byte| !matches!(byte, b'0' | b'-')))
}

/// The text of an id in a number or a string; None if it is empty.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Number(text) => Some(text.clone()),
        Value::Text(text) => Some(text.to_string()).filter(|text| !text.is_empty()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conform::document::parse;
    use crate::settings::DateFolders;

    fn route(wait: bool, send_as_batch: bool, batch: &str) -> (Gathering, Option<Key>) {
        let mut connection = Connection::new("mp-forwarding-test".parse().unwrap(), DateFolders::None);
        (connection.wait_for_complete_batch, connection.send_as_batch) = (wait, send_as_batch);
        let share = shares(&parse(batch).unwrap(), &connection).remove(0);
        (share.gathering, share.key)
    }

    fn key_of(members: &str) -> Option<Key> {
        route(false, true, &format!(r#"{{"mpid":1,{members}}}"#)).1
    }

    #[test]
    fn android_waits_for_its_session_and_others_do_not() {
        let with = |info: &str, data: &str| {
            format!(r#"{{"mpid":1,{info},"events":[{{"event_type":"profile","data":{data}}}]}}"#)
        };
        let (phone, session) = (r#""device_info":{"platform":"ANDROID"}"#, r#"{"session_id":5}"#);
        assert_eq!(route(true, false, &with(phone, session)).0, Gathering::Session);
        assert_eq!(route(false, false, &with(phone, session)).0, Gathering::None);
        assert_eq!(route(true, true, &with(phone, "{}")).0, Gathering::Window);
        assert_eq!(route(true, false, &with(phone, "{}")).0, Gathering::None);
        let os = r#""application_info":{"os":"Android"}"#;
        assert_eq!(route(true, false, &with(os, session)).0, Gathering::Session);
        let both = r#""device_info":{"platform":"iOS"},"application_info":{"os":"Android"}"#;
        assert_eq!(route(true, true, &with(both, session)).0, Gathering::Window);
        assert_eq!(route(true, true, &with(&both.replace("\"iOS\"", "null"), session)).0, Gathering::Session);
    }

    #[test]
    fn each_event_goes_to_the_session_that_it_names() {
        let dealt = |events: &str| {
            let batch = format!(r#"{{"mpid":1,"device_info":{{"platform":"Android"}},"events":[{events}]}}"#);
            let mut connection = Connection::new("mp-forwarding-test".parse().unwrap(), DateFolders::None);
            connection.wait_for_complete_batch = true;
            let shares = shares(&parse(&batch).unwrap(), &connection).into_iter();
            let shown = |share: Share| {
                let session = share.key.and_then(|key| key.session).map(|(name, id)| format!("{name} {id}"));
                (session.unwrap_or_default(), share.ends, share.events)
            };
            shares.map(shown).collect::<Vec<_>>()
        };
        let one = |text: &str, ends, events: &[usize]| (text.to_owned(), ends, events.to_vec());
        assert_eq!(dealt(r#"{"data":{"session_id":5,"session_uuid":"u"}}"#), [one("session_uuid u", false, &[0])]);
        assert_eq!(dealt(r#"{"data":{"session_id":"5","session_uuid":null}}"#), [one("session_id 5", false, &[0])]);
        assert_eq!(dealt(r#"{"data":{}}"#), [one("", false, &[0])]);
        assert_eq!(dealt(""), [one("", false, &[])]);
        let end = r#"{"event_type":"session_end","data":{"session_id":1}}"#;
        let events = format!(r#"{{"data":{{"session_id":2}}}},5,{end},{{"data":{{"session_id":"2"}}}}"#);
        assert_eq!(
            dealt(&events),
            [one("session_id 2", false, &[0, 3]), one("", false, &[1]), one("session_id 1", true, &[2])]
        );
    }

    #[test]
    fn the_device_is_its_id_else_one_of_its_identities_else_the_user() {
        let device = |members: &str| key_of(members).unwrap().device.1;
        assert_eq!(device(r#""mp_deviceid":"d","device_info":{"android_uuid":"a"}"#), "d");
        for none in ["null", "\"\"", "\"00000000-0000-0000-0000-000000000000\"", "0"] {
            assert_eq!(device(&format!(r#""mp_deviceid":{none},"device_info":{{"android_uuid":"a"}}"#)), "a");
            assert_eq!(device(&format!(r#""mp_deviceid":{none},"device_info":{{"android_uuid":{none}}}"#)), "1");
        }
        let all = DEVICE_IDS.iter().rev().map(|name| format!(r#""{name}":"{name}""#)).collect::<Vec<_>>();
        for known in 1..=all.len() {
            let last = all[..known].join(",");
            assert_eq!(device(&format!(r#""device_info":{{{last}}}"#)), DEVICE_IDS[DEVICE_IDS.len() - known]);
        }
        assert_ne!(key_of(r#""mp_deviceid":"d""#), key_of(r#""mp_deviceid":"D""#));
        assert_ne!(key_of(r#""mp_deviceid":"d""#), key_of(r#""device_info":{"android_uuid":"d"}"#));
    }

    #[test]
    fn batches_that_differ_in_user_app_plan_or_environment_are_kept_apart() {
        let base = r#""environment":"production","application_info":{"application_name":"a","package":"p"},"context":{"data_plan":{"plan_id":"i","plan_version":1}}"#;
        for (from, to) in [
            ("production", "development"),
            ("\"a\"", "\"b\""),
            ("\"p\"", "\"q\""),
            ("\"i\"", "\"j\""),
            ("version\":1", "version\":2"),
            ("version\":1", "version\":\"1\""),
        ] {
            assert_ne!(key_of(base), key_of(&base.replace(from, to)), "{to}");
        }
        assert_eq!(route(false, true, r#"{"mpid":7}"#), route(false, true, r#"{"mpid":"7","ip":"::1"}"#));
        assert_ne!(route(false, true, r#"{"mpid":7}"#), route(false, true, r#"{"mpid":8}"#));
        assert_eq!(route(false, true, r#"{"mpid":null,"mp_deviceid":"d"}"#), (Gathering::Window, None));
        assert_eq!(route(false, true, r#"{"mp_deviceid":"d"}"#), (Gathering::Window, None));
    }
}
