//! A batch as received: its top-level members, its events, and the values that later stages need from before filtering
//! (U-18).

use std::borrow::Cow;

use crate::contract::raw::{self, Kind, Member};

/// The values of `environment` (DTO-8). The last one is the default in the published schema.
const ENVIRONMENTS: [&str; 3] = ["development", "production", "unknown"];

/// A batch, parsed down to its events' types and data.
#[derive(Debug)]
pub(crate) struct Received<'a> {
    /// The members of the batch, in order.
    pub(crate) members: Vec<Member<'a>>,
    /// The readable events, in order.
    pub(crate) events: Vec<Event<'a>>,
    /// The events that cannot be read.
    pub(crate) broken: Vec<BrokenEvent<'a>>,
    /// The number of received events.
    pub(crate) event_count: u64,
}

/// An event of a batch.
#[derive(Debug)]
pub(crate) struct Event<'a> {
    /// The event's index in the batch.
    pub(crate) index: usize,
    /// The event's members, in order.
    pub(crate) members: Vec<Member<'a>>,
    /// The event's type; `alias_request` also for the format of the identity API (U-8).
    pub(crate) event_type: Cow<'a, str>,
    /// The members of the event's `data`.
    pub(crate) data: Vec<Member<'a>>,
}

/// An event that cannot be forwarded although others of its batch can.
#[derive(Debug)]
pub(crate) struct BrokenEvent<'a> {
    pub(crate) index: usize,
    pub(crate) text: &'a str,
    pub(crate) reason: &'static str,
}

impl<'a> Received<'a> {
    /// Reads a batch from admissible text.
    ///
    /// # Errors
    /// The reason to quarantine the whole batch.
    pub(crate) fn read(text: &'a str) -> Result<Self, String> {
        let members = raw::members(text).ok_or_else(|| "the batch is not a JSON object".to_owned())?;
        let mut received = Self { members, events: Vec::new(), broken: Vec::new(), event_count: 0 };
        let environment = raw::find(&received.members, "environment");
        if environment
            .is_some_and(|value| !raw::string(value).is_some_and(|name| ENVIRONMENTS.contains(&name.as_ref())))
        {
            return Err("`environment` is none of `development`, `production` and `unknown` (DTO-8)".to_owned());
        }
        let Some(events) = raw::find(&received.members, "events") else { return Ok(received) };
        let elements =
            raw::elements(events).ok_or_else(|| format!("`events` is {}, not an array", Kind::of(events)))?;
        received.event_count = elements.len() as u64;
        received.events.reserve(elements.len());
        for (index, text) in elements.into_iter().enumerate() {
            match Event::read(index, text) {
                Ok(event) => received.events.push(event),
                Err(reason) => received.broken.push(BrokenEvent { index, text, reason }),
            }
        }
        Ok(received)
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
    fn read(index: usize, text: &'a str) -> Result<Self, &'static str> {
        let members = raw::members(text).ok_or("the event is not a JSON object")?;
        let is_alias = raw::find(&members, "request_type").and_then(raw::string).is_some_and(|kind| kind == "alias");
        let event_type = match raw::find(&members, "event_type") {
            _ if is_alias => Cow::Borrowed("alias_request"),
            Some(value) => raw::string(value).ok_or("`event_type` is not a string")?,
            None => return Err("the event has no `event_type`"),
        };
        let data = raw::find(&members, "data").ok_or("the event has no `data`")?;
        let data = raw::members(data).ok_or("the event's `data` is not a JSON object")?;
        Ok(Self { index, members, event_type, data })
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
    fn siblings_of_a_broken_event_go_on() {
        let text = r#"{"events":[1,{"data":{}},{"event_type":"profile"},{"event_type":"profile","data":5},
            {"event_type":7,"data":{}},{"event_type":"profile","data":{}},{"request_type":"alias","data":{}}]}"#;
        let received = Received::read(text).unwrap();
        assert_eq!(received.event_count, 7);
        assert_eq!(received.broken.iter().map(|event| event.index).collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
        let types: Vec<_> = received.events.iter().map(|event| event.event_type.as_ref()).collect();
        assert_eq!(types, ["profile", "alias_request"]);
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
