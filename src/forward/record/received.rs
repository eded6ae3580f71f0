//! A batch as received: its top-level members, its events, and the values that later stages need from before filtering
//! (U-18).

use std::borrow::Cow;

use crate::contract::raw::{self, Kind, Member};

/// A batch, parsed down to its events' types and data.
#[derive(Debug)]
pub(crate) struct Received<'a> {
    /// The members of the batch, in order.
    pub(crate) members: Vec<Member<'a>>,
    /// Its events, in their order; none where `events` is not an array.
    pub(crate) events: Vec<Event<'a>>,
    /// The number of received events.
    pub(crate) event_count: u64,
}

/// An event of a batch. One of the wrong shape is forwarded as it came, and no setting filters it (SET-1).
#[derive(Debug)]
pub(crate) struct Event<'a> {
    /// The event's index in the batch.
    pub(crate) index: usize,
    /// Its text as it came.
    pub(crate) text: &'a str,
    /// Its members, in their order; none if it is not an object.
    pub(crate) members: Vec<Member<'a>>,
    /// Its type, empty if it has none; `alias_request` also for the identity API's own shape (U-8).
    pub(crate) event_type: Cow<'a, str>,
    /// The members of its `data`; none if that is not an object.
    pub(crate) data: Vec<Member<'a>>,
}

impl<'a> Received<'a> {
    /// Reads a batch from admissible text.
    ///
    /// # Errors
    /// If it is not an object.
    pub(crate) fn read(text: &'a str) -> Result<Self, String> {
        let members = raw::members(text).ok_or_else(|| "the batch is not a JSON object".to_owned())?;
        let elements = raw::find(&members, "events").and_then(raw::elements).unwrap_or_default();
        let event_count = elements.len() as u64;
        let events = elements.into_iter().enumerate().map(|(index, text)| Event::read(index, text)).collect();
        Ok(Self { members, events, event_count })
    }

    /// Whether `events` is something else than an array: then no other batch can be merged with it.
    pub(crate) fn has_other_events(&self) -> bool {
        raw::find(&self.members, "events").is_some_and(|events| Kind::of(events) != Kind::Array)
    }

    /// The name of the app that sent the batch (NAME-1); `None` if it is empty.
    pub(crate) fn app_name(&self) -> Option<Cow<'a, str>> {
        let info = raw::members(raw::find(&self.members, "application_info")?)?;
        raw::string(raw::find(&info, "application_name")?).filter(|name| !name.is_empty())
    }

    /// When the batch was uploaded, in milliseconds since 1970, if known.
    pub(crate) fn uploaded_at(&self) -> Option<i64> {
        raw::find(&self.members, "timestamp_unixtime_ms").and_then(raw::int64)
    }
}

impl<'a> Event<'a> {
    fn read(index: usize, text: &'a str) -> Self {
        let members = raw::members(text).unwrap_or_default();
        let is_alias = raw::find(&members, "request_type").and_then(raw::string).is_some_and(|kind| kind == "alias");
        let event_type = match is_alias {
            true => Cow::Borrowed("alias_request"),
            false => raw::find(&members, "event_type").and_then(raw::string).unwrap_or_default(),
        };
        let data = raw::find(&members, "data").and_then(raw::members).unwrap_or_default();
        Self { index, text, members, event_type, data }
    }

    /// When the event happened, in milliseconds since 1970, if known.
    pub(crate) fn happened_at(&self) -> Option<i64> {
        raw::find(&self.data, "timestamp_unixtime_ms").and_then(raw::int64)
    }

    /// The event's location, if latitude and longitude are numbers in range (U-21).
    pub(crate) fn valid_location(&self) -> Option<&'a str> {
        raw::find(&self.data, "location").filter(|location| is_valid_location(location))
    }
}

/// Whether `text` is a location whose latitude and longitude are numbers in range (U-21).
pub(crate) fn is_valid_location(text: &str) -> bool {
    let within = |members: &[Member<'_>], name, bound: f64| {
        raw::find(members, name)
            .filter(|value| Kind::of(value) == Kind::Number)
            .and_then(|value| value.parse::<f64>().ok())
            .is_some_and(|degrees| degrees.abs() <= bound)
    };
    raw::members(text).is_some_and(|members| within(&members, "latitude", 90.0) && within(&members, "longitude", 180.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_of_the_wrong_shape_is_an_event() {
        let text = r#"{"events":[1,{"data":{}},{"event_type":"profile"},{"event_type":"profile","data":5},
            {"event_type":7,"data":{}},{"event_type":"profile","data":{}},{"request_type":"alias","data":{}}]}"#;
        let received = Received::read(text).unwrap();
        assert_eq!((received.event_count, received.has_other_events()), (7, false));
        let types: Vec<_> = received.events.iter().map(|event| event.event_type.as_ref()).collect();
        assert_eq!(types, ["", "", "profile", "profile", "", "profile", "alias_request"]);
        let other = Received::read(r#"{"events":5}"#).unwrap();
        assert_eq!((other.event_count, other.has_other_events()), (0, true));
        assert!(!Received::read(r#"{"events":null}"#).unwrap().has_other_events());
    }

    #[test]
    fn a_location_is_valid_if_both_numbers_are_in_range() {
        assert!(is_valid_location(r#"{"latitude":-90,"longitude":1.8e2}"#));
        assert!(!is_valid_location(r#"{"latitude":90.1,"longitude":0}"#));
        assert!(!is_valid_location(r#"{"latitude":"1","longitude":0}"#));
        assert!(!is_valid_location(r#"{"latitude":1}"#));
        assert!(!is_valid_location("null"));
    }
}
