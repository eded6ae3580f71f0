//! The properties that merged batches have in common (U-9, U-17).

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::contract::raw::{self, Kind, Member};
use crate::forward::record::{Event, Received};

/// The ids of a device in `device_info`. The first one that exists decides (U-9).
const DEVICE_IDS: [&str; 9] = [
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

/// All properties in one text, because a million keys may be in memory.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    text: Box<str>,
    is_session: bool,
}

/// The session of an event (U-22).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Session<'a> {
    name: &'static str,
    id: Cow<'a, str>,
}

impl Key {
    /// The key of a batch, without a session; `None` if no user or no device is known, so that it is a line of its own. A user of all zeros is one, but
    /// zeros is valid, but does not identify a device.
    pub(crate) fn of(received: &Received<'_>) -> Option<Self> {
        let members = &received.members;
        let node = |name| raw::find(members, name).and_then(raw::members).unwrap_or_default();
        let mpid = text(members, "mpid")?;
        let device_info = node("device_info");
        let (device_name, device) = id(members, "mp_deviceid")
            .map(|id| ("mp_deviceid", id))
            .or_else(|| DEVICE_IDS.iter().find_map(|name| Some((*name, id(&device_info, name)?))))
            .or_else(|| Some(("mpid", id(members, "mpid")?)))?;
        let app = node("application_info");
        let data_plan = raw::find(&node("context"), "data_plan").and_then(raw::members).unwrap_or_default();

        let mut text = String::new();
        let mut field = |value: &str| add_field(&mut text, value);
        field(&noted(members, "environment"));
        field(&mpid);
        field(&noted(&app, "application_name"));
        field(&noted(&app, "package"));
        field(&noted(&app, "bundle_id"));
        field(&noted(&data_plan, "plan_id"));
        field(&noted(&data_plan, "plan_version"));
        field(device_name);
        field(&device);
        Some(Self { text: text.into(), is_session: false })
    }

    /// The same key for this session.
    pub(crate) fn of_session(&self, session: Option<&Session<'_>>) -> Self {
        let Some(Session { name, id }) = session else { return self.clone() };
        let mut text = String::from(&*self.text);
        add_field(&mut text, name);
        add_field(&mut text, id);
        Self { text: text.into(), is_session: true }
    }

    /// Whether it is the key of a session instead of a time window.
    pub(crate) fn is_session(&self) -> bool {
        self.is_session
    }

    /// The length in bytes.
    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }
}

impl<'a> Session<'a> {
    /// The session that an event names.
    pub(crate) fn of(event: &Event<'a>) -> Option<Self> {
        let names = ["session_uuid", "session_id"];
        names.into_iter().find_map(|name| Some(Session { name, id: id(&event.data, name)? }))
    }
}

/// The length parts the fields, whatever characters they hold.
fn add_field(text: &mut String, value: &str) {
    let _ = write!(text, "{}:{value}", value.len());
}

/// An id of a device or a session as text; `None` if all its digits are zero (U-17).
fn id<'a>(members: &[Member<'a>], name: &str) -> Option<Cow<'a, str>> {
    text(members, name).filter(|id| !id.bytes().all(|byte| matches!(byte, b'0' | b'-')))
}

/// A number or a string as text; `None` if it is empty.
fn text<'a>(members: &[Member<'a>], name: &str) -> Option<Cow<'a, str>> {
    let value = raw::find(members, name)?;
    match Kind::of(value) {
        Kind::String => raw::string(value).filter(|text| !text.is_empty()),
        Kind::Number => Some(Cow::Borrowed(value)),
        _ => None,
    }
}

/// A value as text, with decoded escapes.
fn noted<'a>(members: &[Member<'a>], name: &str) -> Cow<'a, str> {
    let value = raw::find(members, name).unwrap_or_default();
    match raw::string(value) {
        Some(Cow::Owned(text)) => Cow::Owned(format!("\"{text}\"")),
        _ => Cow::Borrowed(value),
    }
}
