//! The breadcrumbs in a crash report: events inside an event.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor, value::MapAccessDeserializer};

use super::attribute::{Map, SingleAttribute};
use super::context::{EventSystemNotificationInfo, Location};
use super::declare::{event_data, record};
use super::device::DeviceCurrentState;
use super::int64::Int64;
use super::name::names;
use super::scalar::{AnyInt64, Guid, Int32, NumberOrBoolean, Scalar};

names! {
    /// The only event type of a breadcrumb.
    BreadcrumbType: "breadcrumb"
}

record! {
    /// A breadcrumb in a crash report.
    CrashBreadcrumb, source "JSON Reference, crash_report" {
        /// Always `breadcrumb`.
        event_type: BreadcrumbType,
        /// The data of the breadcrumb.
        data: BreadcrumbData,
    }
}

event_data! {
    /// A mark that the app recorded for crash reports.
    BreadcrumbData, source "JSON Reference, breadcrumb", required ["label"] {
        /// Number of the session.
        session_number: Int32,
        /// What happened.
        label: String,
    }
}

/// A breadcrumb in a crash report. The reference has events; mParticle's TypeScript models have text.
#[derive(Debug, Clone, PartialEq)]
pub enum Breadcrumb {
    /// A whole event.
    Event(Box<CrashBreadcrumb>),
    /// Text: accepted when reading, refused by the strict schema.
    Text(String),
}

impl<'de> Deserialize<'de> for Breadcrumb {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EventOrText;

        impl<'de> Visitor<'de> for EventOrText {
            type Value = Breadcrumb;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a breadcrumb event or a string")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Breadcrumb, E> {
                Ok(Breadcrumb::Text(text.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Breadcrumb, A::Error> {
                CrashBreadcrumb::deserialize(MapAccessDeserializer::new(map)).map(Box::new).map(Breadcrumb::Event)
            }
        }

        deserializer.deserialize_any(EventOrText)
    }
}

impl schemars::JsonSchema for Breadcrumb {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Breadcrumb".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let event = generator.subschema_for::<CrashBreadcrumb>();
        schemars::json_schema!({ "x-kind": "breadcrumb", "x-of": event })
    }
}
