//! The small cases for mutants: a dozen batches with different settings.

use std::fmt::Write as _;

use crate::conform::access::AccessKind;
use crate::settings::{BucketName, Connection, DateFolders, MetadataExclusion, ServerSideEncryption, Settings};

/// The time of the cases, in UTC.
pub(super) const NOW: &str = "2026-03-01T02:00:00Z";

/// One of the cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fixture {
    Plain,
    Gzip,
    Dated,
    Uploaded,
    Encrypted,
    Rich,
    Lean,
    Raw,
    Sessions,
    Single,
    Small,
    Large,
    Full,
    Wrong,
    Roles,
    User,
}

impl Fixture {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Gzip => "gzip",
            Self::Dated => "dated",
            Self::Uploaded => "uploaded",
            Self::Encrypted => "encrypted",
            Self::Rich => "rich",
            Self::Lean => "lean",
            Self::Raw => "raw",
            Self::Sessions => "sessions",
            Self::Single => "single",
            Self::Small => "small",
            Self::Large => "large",
            Self::Full => "full",
            Self::Wrong => "wrong",
            Self::Roles => "roles",
            Self::User => "user",
        }
    }

    /// How mParticle gets access, if the case tests it.
    pub(super) fn access_kind(self) -> Option<AccessKind> {
        match self {
            Self::Roles => Some(AccessKind::RoleBased),
            Self::User => Some(AccessKind::UserBased),
            _ => None,
        }
    }

    pub(super) fn settings(self, bucket: BucketName) -> Settings {
        let mut settings = Settings::new(Connection::new(bucket, DateFolders::None));
        let connection = &mut settings.connection;
        match self {
            Self::Plain | Self::Large | Self::Full | Self::Wrong | Self::Roles | Self::User => {}
            Self::Gzip => connection.use_compression = true,
            Self::Dated | Self::Uploaded => {
                connection.folder_name = "exports/app".parse().ok();
                connection.store_data_in_folders_by_date =
                    if self == Self::Dated { DateFolders::EventTime } else { DateFolders::UploadTime };
            }
            Self::Encrypted => {
                connection.server_side_encryption_method = ServerSideEncryption::AwsKms;
                settings.engine.sse_kms_key_id = Some("the-key".to_owned());
            }
            Self::Rich => {
                connection.unique_id = Some("ours".to_owned());
                connection.include_event_batch_location = true;
                connection.metadata_field_exclusion =
                    MetadataExclusion { device_name: true, ..MetadataExclusion::default() };
            }
            Self::Lean => {
                connection.send_screen_views = false;
                connection.send_batches_without_events = false;
                connection.include_metadata = false;
                connection.include_location_information = false;
            }
            Self::Raw => connection.raw_data_feed = true,
            Self::Sessions => connection.wait_for_complete_batch = true,
            Self::Single => connection.send_as_batch = false,
            Self::Small => settings.engine.max_file_lines = 1,
        }
        settings
    }

    /// See [`Scenario::input_faults`](crate::conform::Scenario).
    pub(super) fn input_faults(self) -> &'static [(&'static str, usize)] {
        match self {
            Self::Wrong => &[("/events/*/data/screen_name", 1)],
            _ => &[],
        }
    }

    pub(super) fn input(self) -> String {
        match self {
            Self::Large => return large(),
            Self::Full => return full(),
            Self::Wrong => return WRONG.to_owned(),
            _ => {}
        }
        let mut text = String::new();
        for line in LINES {
            text.push_str(line);
            text.push('\n');
        }
        text
    }
}

/// A batch with a value of the wrong type, which is passed on as it is.
const WRONG: &str = concat!(
    r#"{"environment":"production","batch_id":1,"timestamp_unixtime_ms":1772323200000,"mpid":1,"mp_deviceid":"w","#,
    r#""events":[{"event_type":"screen_view","data":{"event_id":1,"screen_name":5}}]}"#,
    "\n"
);

/// Two batches of one device that together are too long for one line.
fn large() -> String {
    let padding = "x".repeat(70 * 1024);
    let mut text = String::new();
    for number in 1..=2 {
        let _ = writeln!(
            text,
            r#"{{"environment":"production","batch_id":{number},"timestamp_unixtime_ms":177232320{number}000,"mpid":1,"mp_deviceid":"l","application_info":{{"application_name":"Shop"}},"events":[{{"event_type":"profile","data":{{"event_id":{number},"custom_attributes":{{"x":"{padding}"}}}}}}]}}"#
        );
    }
    text
}

/// Batches of one device. The events of each take about a quarter of a line and have many escapes.
fn full() -> String {
    let mut text = String::new();
    for number in 0..42 {
        let name = "\\u00e9\\/ ".repeat(2_600 + number % 7 * 11);
        let _ = writeln!(
            text,
            r#"{{"mpid":"1","mp_deviceid":"d","timestamp_unixtime_ms":"1772323200000","events":[{{"event_type":"custom_event","data":{{"event_id":"{number}","event_name":"{name}"}}}}]}}"#
        );
    }
    text
}

/// Batches received from 2026-03-01T00:00:00Z on.
const LINES: &[&str] = &[
    // Ann's device: a window that begins before midnight and continues after it.
    r#"{"environment":"production","batch_id":1001,"timestamp_unixtime_ms":1772323200500,"mpid":9007199254740993,"mp_deviceid":"a","ip":"203.0.113.7","device_info":{"brand":"acme","device":"phone","platform":"iOS"},"application_info":{"application_name":"Shop","package":"com.example.shop","os":"IOS"},"user_identities":{"customer_id":"c1","email":"m\u00fcller@example.com"},"user_attributes":{"age":7,"name":"Zoë"},"consent_state":{"gdpr":{"marketing":{"consented":true}}},"events":[{"event_type":"custom_event","data":{"event_id":1,"timestamp_unixtime_ms":1772323199999,"event_name":"before midnight","location":{"latitude":52.50,"longitude":13.4}}},{"event_type":"screen_view","data":{"event_id":2,"timestamp_unixtime_ms":1772323200000,"screen_name":"at midnight"}}],"x_future":[1]}"#,
    r#"{"environment":"production","batch_id":1002,"timestamp_unixtime_ms":1772323260000,"mpid":9007199254740993,"mp_deviceid":"a","device_info":{"brand":"acme","device":"phone","platform":"iOS"},"application_info":{"application_name":"Shop","package":"com.example.shop","os":"IOS"},"user_identities":{"customer_id":"c1","email":"m\u00fcller@example.com"},"user_attributes":{"age":7,"name":"Zoë"},"events":[{"event_type":"commerce_event","data":{"event_id":3,"timestamp_unixtime_ms":1772323259000,"product_action":{"action":"purchase","transaction_id":"t1"}}},{"event_type":"cart_teleported","data":{"event_id":4,"timestamp_unixtime_ms":1772323259500}}]}"#,
    // Bob on the same device, and test data of Ann.
    r#"{"environment":"production","batch_id":1003,"timestamp_unixtime_ms":1772323261000,"mpid":42,"mp_deviceid":"a","application_info":{"application_name":"Shop"},"events":[{"event_type":"custom_event","data":{"event_id":5,"timestamp_unixtime_ms":1772323200000,"event_name":"at midnight"}}]}"#,
    r#"{"environment":"development","batch_id":1004,"timestamp_unixtime_ms":1772323262000,"mpid":9007199254740993,"mp_deviceid":"a","application_info":{"application_name":"Shop"},"events":[{"event_type":"custom_event","data":{"event_id":6,"timestamp_unixtime_ms":1772323261500,"event_name":"test"}}]}"#,
    // Another app.
    r#"{"environment":"production","batch_id":1005,"timestamp_unixtime_ms":1772323263000,"mpid":43,"mp_deviceid":"b","application_info":{"application_name":"Other/Café"},"events":[{"event_type":"custom_event","data":{"event_id":7,"timestamp_unixtime_ms":1772323262500,"event_name":"elsewhere"}}]}"#,
    // Nine days late.
    r#"{"environment":"production","batch_id":1006,"timestamp_unixtime_ms":1772323264000,"mpid":44,"mp_deviceid":"c","application_info":{"application_name":"Shop"},"events":[{"event_type":"custom_event","data":{"event_id":9,"timestamp_unixtime_ms":1771545600000,"event_name":"late"}}]}"#,
    // Without events.
    r#"{"environment":"production","batch_id":1007,"timestamp_unixtime_ms":1772323265000,"mpid":45,"mp_deviceid":"d","application_info":{"application_name":"Shop"},"user_attributes":{"age":8},"events":[]}"#,
    // Types that are off by default.
    r#"{"environment":"production","batch_id":1008,"timestamp_unixtime_ms":1772323266000,"mpid":46,"mp_deviceid":"e","application_info":{"application_name":"Shop"},"events":[{"event_type":"alias_request","data":{"event_id":10,"source_mpid":46,"destination_mpid":47,"start_unixtime_ms":1772323200000,"end_unixtime_ms":1772323260000}},{"event_type":"user_attribute_change","data":{"event_id":11,"user_attribute_name":"age"}},{"event_type":"custom_event","data":{"event_id":12,"timestamp_unixtime_ms":1772323265500,"event_name":"stays"}}]}"#,
    // A session of forty minutes.
    r#"{"environment":"production","batch_id":1009,"timestamp_unixtime_ms":1772323267000,"mpid":48,"mp_deviceid":"f","device_info":{"platform":"Android"},"application_info":{"application_name":"Shop","os":"Android"},"events":[{"event_type":"session_start","data":{"event_id":13,"timestamp_unixtime_ms":1772323266000,"session_id":77}}]}"#,
    r#"{"environment":"production","batch_id":1010,"timestamp_unixtime_ms":1772324467000,"mpid":48,"mp_deviceid":"f","device_info":{"platform":"Android"},"application_info":{"application_name":"Shop","os":"Android"},"events":[{"event_type":"custom_event","data":{"event_id":14,"timestamp_unixtime_ms":1772324466000,"session_id":77,"event_name":"amid"}}]}"#,
    r#"{"environment":"production","batch_id":1011,"timestamp_unixtime_ms":1772325667000,"mpid":48,"mp_deviceid":"f","device_info":{"platform":"Android"},"application_info":{"application_name":"Shop","os":"Android"},"events":[{"event_type":"session_end","data":{"event_id":15,"timestamp_unixtime_ms":1772325666000,"session_id":77,"session_duration_ms":2400000}}]}"#,
    // Ann again, in a window of its own.
    r#"{"environment":"production","batch_id":1012,"timestamp_unixtime_ms":1772325668000,"mpid":9007199254740993,"mp_deviceid":"a","application_info":{"application_name":"Shop","package":"com.example.shop","os":"IOS"},"events":[{"event_type":"custom_event","data":{"event_id":16,"timestamp_unixtime_ms":1772325667500,"event_name":"later"}}]}"#,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conform::expect::{Closing, Expectation};

    #[test]
    fn lines_are_closed_because_they_are_full() {
        for (fixture, least) in [(Fixture::Large, 1), (Fixture::Full, 6)] {
            let settings = fixture.settings("mp-forwarding-full".parse().unwrap());
            let input = fixture.input();
            let lines = Expectation::of(input.lines().map(str::as_bytes), &settings, NOW.parse().unwrap()).lines;
            assert!(lines.iter().filter(|line| line.closing == Closing::Full).count() >= least, "{fixture:?}");
        }
    }
}
