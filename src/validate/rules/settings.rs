//! The rules that the settings of a connection add for each batch.

use std::borrow::Cow;
use std::ops::ControlFlow;

use jiff::civil::Date;

use crate::contract::object_key::folder_date;
use crate::contract::raw::{self, Kind, Member};
use crate::json;
use crate::settings::effect::{FieldMask, date_folder, filtered_by};
use crate::settings::{Connection, DateFolders};
use crate::validate::findings::LineFault;
use crate::validate::input::Folder;

use super::explain::Explainer;

/// The rules of a connection. A `null` counts as absent (DTO-3).
#[derive(Debug)]
pub(in crate::validate) struct SettingRules<'a> {
    connection: &'a Connection,
    of_batch: FieldMask,
    of_data: FieldMask,
    of_crash: FieldMask,
}

impl<'a> SettingRules<'a> {
    pub(in crate::validate) fn new(connection: &'a Connection) -> Self {
        Self {
            connection,
            of_batch: FieldMask::of_batch(connection),
            of_data: FieldMask::of_event_data(connection, false),
            of_crash: FieldMask::of_event_data(connection, true),
        }
    }

    /// What an admissible line has although the settings remove it, or lacks although they add it. `folder` is where its file
    /// is.
    pub(in crate::validate) fn check(&self, line: &str, folder: Folder) -> (Vec<LineFault>, OfFolder) {
        let mut faults = Vec::new();
        let Some(batch) = raw::members(line) else { return (faults, OfFolder::Unknown) };
        check_removed(&batch, &self.of_batch, "", &mut faults);
        self.check_unique_id(&batch, &mut faults);
        let mut events = Events::default();
        let _ = raw::each_element(raw::find(&batch, "events").unwrap_or_default(), |event| {
            if let Some(event) = raw::members(event) {
                self.check_event(events.count, &event, &mut faults);
                events.add(&event);
            }
            // The rest would be more of the same.
            if faults.len() < Explainer::FAULTS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        self.check_count(&batch, events.count, &mut faults);
        self.check_location(&batch, &events, &mut faults);
        let of_folder = self.check_folder(&batch, &events, folder);
        (faults, of_folder)
    }

    fn check_unique_id(&self, batch: &[Member<'_>], faults: &mut Vec<LineFault>) {
        let Some(expected) = &self.connection.unique_id else { return };
        let found = raw::find(batch, "unique_id");
        if found.and_then(raw::string).as_deref() != Some(expected) {
            let found = found.map_or_else(
                || "none".to_owned(),
                |text| match Kind::of(text) {
                    Kind::String => "another one".to_owned(),
                    kind => kind.to_string(),
                },
            );
            let expected = format!("`{expected}`, the value of the setting");
            faults.push(LineFault::new("unique_id", expected, found).at("/unique_id"));
        }
    }

    fn check_event(&self, index: usize, event: &[Member<'_>], faults: &mut Vec<LineFault>) {
        let text = |name| raw::find(event, name).and_then(raw::string);
        let event_type = match (text("event_type"), text("request_type")) {
            (Some(event_type), _) => event_type,
            // The identity API's own form of an alias request (U-8).
            (None, Some(request)) if request == "alias" => Cow::Borrowed("alias_request"),
            _ => return,
        };
        if let Some(setting) = filtered_by(&event_type, self.connection) {
            let expected = format!("no {event_type}, because `{setting}` is off");
            faults.push(LineFault::new(setting.as_str(), expected, "one").at(format!("/events/{index}")));
        }
        let mask = if event_type == "crash_report" { &self.of_crash } else { &self.of_data };
        if !mask.is_empty()
            && let Some(data) = raw::find(event, "data").and_then(raw::members)
        {
            check_removed(&data, mask, &format!("/events/{index}/data"), faults);
        }
    }

    /// How many events a batch may have.
    fn check_count(&self, batch: &[Member<'_>], events: usize, faults: &mut Vec<LineFault>) {
        let connection = self.connection;
        if events == 0 && !connection.send_batches_without_events {
            let expected = "no batch without events, because `send_batches_without_events` is off";
            faults.push(LineFault::new("send_batches_without_events", expected, "one").at("/events"));
        } else if events > 1
            && !connection.send_as_batch
            && !(connection.wait_for_complete_batch && may_be_android(batch))
        {
            let expected = "one event per batch, because `send_as_batch` is off";
            faults.push(LineFault::new("BAT-3", expected, events.to_string()).at("/events"));
        }
    }

    /// Whether the batch has the location of one of its events (U-21).
    fn check_location(&self, batch: &[Member<'_>], events: &Events, faults: &mut Vec<LineFault>) {
        if self.connection.include_event_batch_location && events.located && location(batch, "context").is_none() {
            let expected = "the location of one of the events, because `include_event_batch_location` is on";
            faults.push(LineFault::new("include_event_batch_location", expected, "none").at("/context/location"));
        }
    }

    /// Whether the file of the batch is in the folder of its date. Without a time of its own the batch has no known upload time.
    fn check_folder(&self, batch: &[Member<'_>], events: &Events, folder: Folder) -> OfFolder {
        let folder = match folder {
            Folder::Unknown => return OfFolder::Unknown,
            Folder::Base => None,
            Folder::Date(date) => Some(date),
        };
        let mode = self.connection.store_data_in_folders_by_date;
        let (first, uploaded) = (events.first, time(batch));
        let date = match mode {
            // The name rules check that there is no date folder.
            DateFolders::None => return OfFolder::Unknown,
            DateFolders::EventTime => date_folder(mode, first, 0),
            DateFolders::FirstEventOrUploadTime if first.flatten().is_some() => date_folder(mode, first, 0),
            DateFolders::UploadTime | DateFolders::FirstEventOrUploadTime => match uploaded {
                Some(uploaded) => folder_date(uploaded),
                None => return OfFolder::Unknown,
            },
        };
        if date == folder {
            return OfFolder::Right;
        }
        let name = |date: Option<Date>| date.map_or_else(|| "the base folder".to_owned(), |date| format!("`{date}`"));
        let expected = format!("each batch in the folder of its own date, as set by `{mode}`");
        let found = format!("one for {} in {}", name(date), name(folder));
        OfFolder::Wrong(LineFault::new("LAY-3", expected, found).at(""))
    }
}

/// Whether a batch is of the date of its file's folder.
#[derive(Debug)]
pub(in crate::validate) enum OfFolder {
    /// It is not known.
    Unknown,
    Right,
    Wrong(LineFault),
}

/// What the rules for a batch ask of all its events.
#[derive(Debug, Default)]
struct Events {
    count: usize,
    /// The time of the first event, if there is one and it has one.
    first: Option<Option<i64>>,
    /// Whether one has a valid location.
    located: bool,
}

impl Events {
    fn add(&mut self, event: &[Member<'_>]) {
        let data = || raw::find(event, "data").and_then(raw::members);
        self.first.get_or_insert_with(|| data().and_then(|data| time(&data)));
        self.located |= location(event, "data").is_some_and(is_valid_location);
        self.count += 1;
    }
}

fn time(members: &[Member<'_>]) -> Option<i64> {
    raw::find(members, "timestamp_unixtime_ms").and_then(raw::int64)
}

fn is_valid_location(location: &str) -> bool {
    let members = raw::members(location).unwrap_or_default();
    let within = |name, most: f64| {
        let number = raw::find(&members, name).and_then(|text| text.parse::<f64>().ok());
        number.is_some_and(|number| number.abs() <= most)
    };
    within("latitude", 90.0) && within("longitude", 180.0)
}

/// The location below a node, if there is one.
fn location<'a>(members: &[Member<'a>], node: &str) -> Option<&'a str> {
    let members = raw::find(members, node).and_then(raw::members)?;
    raw::find(&members, "location").filter(|text| Kind::of(text) != Kind::Null)
}

/// Adds the members that are there although a setting removes them.
fn check_removed(members: &[Member<'_>], mask: &FieldMask, pointer: &str, faults: &mut Vec<LineFault>) {
    for member in members {
        let name = member.name();
        if let Some(mask) = mask.member(&name) {
            let pointer = || json::member(pointer, &name);
            check_value(member.value, mask, &pointer, faults);
        }
    }
}

fn check_value(value: &str, mask: &FieldMask, pointer: &dyn Fn() -> String, faults: &mut Vec<LineFault>) {
    let kind = Kind::of(value);
    if let Some(setting) = mask.removed_by() {
        if kind != Kind::Null {
            let expected = format!("nothing here, because `{setting}` removes it");
            faults.push(LineFault::new(setting.as_str(), expected, kind.to_string()).at(pointer()));
        }
    } else if let Some(members) = raw::members(value) {
        check_removed(&members, mask, &pointer(), faults);
    } else {
        for (index, element) in raw::elements(value).unwrap_or_default().into_iter().enumerate() {
            if let Some(mask) = mask.element(index) {
                check_value(element, mask, &|| format!("{}/{index}", pointer()), faults);
            }
        }
    }
}

/// Whether the input of a batch may be an Android one (U-22): without a platform it may be.
fn may_be_android(batch: &[Member<'_>]) -> bool {
    let text = |node, name| {
        let members = raw::find(batch, node).and_then(raw::members).unwrap_or_default();
        raw::find(&members, name).and_then(raw::string).map(Cow::into_owned)
    };
    let platform = text("device_info", "platform").or_else(|| text("application_info", "os"));
    platform.is_none_or(|platform| platform.eq_ignore_ascii_case("android"))
}
