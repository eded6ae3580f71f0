//! The properties that merged batches have in common (U-9, U-17).

use std::borrow::Cow;
use std::sync::Arc;

use crate::contract::raw::{self, Kind};
use crate::forward::record::{Event, Received};
use crate::json::{Members, Value};

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

/// All properties in one place, because a million keys may be in memory.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    bytes: Arc<[u8]>,
    is_session: bool,
}

/// The session of an event (U-22).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Session<'a> {
    name: &'static str,
    id: Cow<'a, str>,
}

impl Key {
    /// The key of a batch, without a session; `None` if no user or no device is known, so that it is a line of its own. A user id of
    /// all zeros is valid, but does not identify a device.
    pub(crate) fn of(received: &Received<'_>) -> Option<Self> {
        let members = received.members;
        let node = |name| members.find(name).map_or(Members::NONE, Value::members);
        let mpid = text(members, "mpid")?;
        let device_info = node("device_info");
        let (device_name, device) = id(members, "mp_deviceid")
            .map(|id| ("mp_deviceid", id))
            .or_else(|| DEVICE_IDS.iter().find_map(|name| Some((*name, id(device_info, name)?))))
            .or_else(|| Some(("mpid", id(members, "mpid")?)))?;
        let app = node("application_info");
        let data_plan = node("context").find("data_plan").map_or(Members::NONE, Value::members);
        let fields = [
            noted(members, "environment"),
            mpid,
            noted(app, "application_name"),
            noted(app, "package"),
            noted(app, "bundle_id"),
            noted(data_plan, "plan_id"),
            noted(data_plan, "plan_version"),
            Cow::Borrowed(device_name),
            device,
        ];
        let mut bytes = Vec::with_capacity(fields.iter().map(|field| FIELD_BYTES + field.len()).sum());
        fields.iter().for_each(|field| add_field(&mut bytes, field));
        Some(Self { bytes: bytes.into(), is_session: false })
    }

    /// The same key for this session.
    pub(crate) fn of_session(&self, session: Option<&Session<'_>>) -> Self {
        let Some(Session { name, id }) = session else { return self.clone() };
        let mut bytes = self.bytes.to_vec();
        add_field(&mut bytes, name);
        add_field(&mut bytes, id);
        Self { bytes: bytes.into(), is_session: true }
    }

    /// Whether it is the key of a session instead of a time window.
    pub(crate) fn is_session(&self) -> bool {
        self.is_session
    }

    /// The length in bytes.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }
}

impl<'a> Session<'a> {
    /// The session that an event names.
    pub(crate) fn of(event: &Event<'a>) -> Option<Self> {
        let data = event.data();
        let names = ["session_uuid", "session_id"];
        names.into_iter().find_map(|name| Some(Session { name, id: id(data, name)? }))
    }
}

/// The bytes of the length of a field.
const FIELD_BYTES: usize = size_of::<u32>();

/// The length separates the fields, whatever characters they contain.
fn add_field(bytes: &mut Vec<u8>, value: &str) {
    bytes.extend_from_slice(&u32::try_from(value.len()).unwrap_or(u32::MAX).to_le_bytes());
    bytes.extend_from_slice(value.as_bytes());
}

/// An id of a device or a session as text; `None` if all its digits are zero (U-17).
fn id<'a>(members: Members<'a>, name: &str) -> Option<Cow<'a, str>> {
    text(members, name).filter(|id| !id.bytes().all(|byte| matches!(byte, b'0' | b'-')))
}

/// A number or a string as text; `None` if it is empty.
fn text<'a>(members: Members<'a>, name: &str) -> Option<Cow<'a, str>> {
    let value = members.find(name)?.text;
    match Kind::of(value) {
        Kind::String => raw::string(value).filter(|text| !text.is_empty()),
        Kind::Number => Some(Cow::Borrowed(value)),
        _ => None,
    }
}

/// A value as text, with decoded escapes.
fn noted<'a>(members: Members<'a>, name: &str) -> Cow<'a, str> {
    let value = members.find(name).map_or("", |value| value.text);
    match raw::string(value) {
        Some(Cow::Owned(text)) => Cow::Owned(format!("\"{text}\"")),
        _ => Cow::Borrowed(value),
    }
}
