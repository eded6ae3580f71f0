//! A batch as received: its top-level members, its events, and the values that later stages need from before filtering
//! (U-18).

use std::borrow::Cow;

use crate::contract::raw::{self, Kind};
use crate::json::{Index, Members, Value};

/// A batch, with its members down to the data of its events.
#[derive(Debug)]
pub(crate) struct Received<'a> {
    /// The members of the batch, in order.
    pub(crate) members: Members<'a>,
    /// Its events; `None` if `events` is not an array.
    list: Option<Members<'a>>,
    /// The number of received events.
    pub(crate) event_count: u64,
    pub(crate) timestamp: Option<Timestamp>,
}

/// A timestamp that is there: milliseconds since 1970, or `None` if it cannot be read.
pub(crate) type Timestamp = Option<i64>;

/// An event of a batch. One of the wrong shape is forwarded as it came, and no setting filters it (SET-1).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Event<'a> {
    /// The event's index in the batch.
    pub(crate) index: usize,
    value: Value<'a>,
}

/// Events of a batch that are forwarded. A batch can have millions of events, so only their places are kept.
#[derive(Debug)]
pub(crate) struct Kept<'a> {
    list: Members<'a>,
    /// The index and the number in the list of each.
    places: Vec<(u32, u32)>,
}

impl<'a> Received<'a> {
    /// Reads a batch from admissible text and its index.
    pub(crate) fn read(text: &'a str, index: &'a Index) -> Self {
        let members = index.members(text);
        let list = members.find("events").and_then(Value::elements);
        let event_count = list.map_or(0, |list| list.into_iter().count() as u64);
        Self { members, list, event_count, timestamp: timestamp(members) }
    }

    /// Its events, in their order; none where `events` is not an array.
    pub(crate) fn events(&self) -> impl Iterator<Item = Event<'a>> + Clone {
        let list = self.list.unwrap_or(Members::NONE).into_iter();
        list.enumerate().map(|(index, element)| Event { index, value: element.value })
    }

    /// Those of its events that `is_kept` selects.
    pub(crate) fn keep(&self, mut is_kept: impl FnMut(&Event<'a>) -> bool) -> Kept<'a> {
        let list = self.list.unwrap_or(Members::NONE);
        let mut places = Vec::new();
        for (index, (number, element)) in list.numbered().enumerate() {
            if is_kept(&Event { index, value: element.value }) {
                places.push((u32::try_from(index).unwrap_or(u32::MAX), number));
            }
        }
        Kept { list, places }
    }

    /// Whether it has an array of events.
    pub(crate) fn has_list(&self) -> bool {
        self.list.is_some()
    }

    /// Whether `events` is something else than an array: then no other batch can be merged with it.
    pub(crate) fn has_other_events(&self) -> bool {
        self.list.is_none() && self.members.find("events").is_some()
    }

    /// The name of the app that sent the batch (NAME-1); `None` if it is empty.
    pub(crate) fn app_name(&self) -> Option<Cow<'a, str>> {
        let name = self.members.find("application_info")?.members().find("application_name")?;
        raw::string(name.text).filter(|name| !name.is_empty())
    }

    /// When the batch was uploaded, in milliseconds since 1970, if known.
    pub(crate) fn uploaded_at(&self) -> Option<i64> {
        self.timestamp.flatten()
    }
}

impl<'a> Kept<'a> {
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// The events, in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Event<'a>> + Clone + '_ {
        self.places
            .iter()
            .filter_map(|(index, number)| Some(Event { index: *index as usize, value: self.list.at(*number)?.value }))
    }
}

impl<'a> Event<'a> {
    /// Its text as it came.
    pub(crate) fn text(&self) -> &'a str {
        self.value.text
    }

    /// Its members, in their order; none if it is not an object.
    pub(crate) fn members(&self) -> Members<'a> {
        self.value.members()
    }

    /// Its type, empty if it has none; `alias_request` also for the identity API's own shape (U-8).
    pub(crate) fn event_type(&self) -> Cow<'a, str> {
        let members = self.members();
        let is_alias =
            members.find("request_type").is_some_and(|kind| raw::string(kind.text).as_deref() == Some("alias"));
        match is_alias {
            true => Cow::Borrowed("alias_request"),
            false => members.find("event_type").and_then(|name| raw::string(name.text)).unwrap_or_default(),
        }
    }

    /// The members of its `data`; none if that is not an object.
    pub(crate) fn data(&self) -> Members<'a> {
        self.members().find("data").map_or(Members::NONE, Value::members)
    }

    pub(crate) fn timestamp(&self) -> Option<Timestamp> {
        timestamp(self.data())
    }

    /// When the event happened, in milliseconds since 1970, if known.
    pub(crate) fn happened_at(&self) -> Option<i64> {
        self.timestamp().flatten()
    }

    /// The event's location, if latitude and longitude are numbers in range (U-21).
    pub(crate) fn valid_location(&self) -> Option<&'a str> {
        self.data().find("location").map(|location| location.text).filter(|location| is_valid_location(location))
    }
}

fn timestamp(members: Members<'_>) -> Option<Timestamp> {
    members.find("timestamp_unixtime_ms").map(|time| raw::int64(time.text))
}

/// Whether `text` is a location whose latitude and longitude are numbers in range (U-21).
pub(crate) fn is_valid_location(text: &str) -> bool {
    let within = |members: &[raw::Member<'_>], name, bound: f64| {
        raw::find(members, name)
            .filter(|value| Kind::of(value) == Kind::Number)
            .and_then(|value| value.parse::<f64>().ok())
            .is_some_and(|degrees| degrees.abs() <= bound)
    };
    raw::members(text).is_some_and(|members| within(&members, "latitude", 90.0) && within(&members, "longitude", 180.0))
}

#[cfg(test)]
impl Received<'_> {
    /// Reads a text and hands the batch over, for tests.
    pub(crate) fn of<T>(text: &str, take: impl FnOnce(&Received<'_>) -> T) -> T {
        let mut index = Index::default();
        crate::ndjson::check_and_index(text.as_bytes(), &mut index).unwrap();
        take(&Received::read(text, &index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_of_the_wrong_shape_is_an_event() {
        let text = r#"{"events":[1,{"data":{}},{"event_type":"profile"},{"event_type":"profile","data":5},
            {"event_type":7,"data":{}},{"event_type":"profile","data":{}},{"request_type":"alias","data":{}}]}"#;
        Received::of(text, |received| {
            assert_eq!((received.event_count, received.has_other_events()), (7, false));
            let types: Vec<_> = received.events().map(|event| event.event_type()).collect();
            assert_eq!(types, ["", "", "profile", "profile", "", "profile", "alias_request"]);
        });
        for (text, has_other_events) in [(r#"{"events":5}"#, true), (r#"{"events":null}"#, false)] {
            Received::of(text, |received| {
                assert_eq!((received.event_count, received.has_other_events()), (0, has_other_events));
            });
        }
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
