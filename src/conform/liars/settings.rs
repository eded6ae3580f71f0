//! Liars that do not obey a setting (SET-1, SET-2).

use super::edit;
use super::lie::{Liar, Lie};
use super::stage::Stage;
use crate::settings::MetadataExclusion;

pub(super) const LIARS: &[Liar] = &[
    Liar::new(
        "kept-type",
        "settings",
        Stage::Lean,
        Lie::Obeys(|settings| settings.connection.send_screen_views = true),
        "keeps screen views that are not to be sent",
    ),
    Liar::new(
        "kept-alias",
        "settings",
        Stage::Lean,
        Lie::Obeys(|settings| settings.connection.send_alias_requests = true),
        "sends alias requests without being told to",
    ),
    Liar::new(
        "kept-empty",
        "settings",
        Stage::Lean,
        Lie::Obeys(|settings| settings.connection.send_batches_without_events = true),
        "keeps batches without events that are not to be sent",
    ),
    Liar::new(
        "leaked-deviceid",
        "settings",
        Stage::Lean,
        Lie::Obeys(|settings| settings.connection.include_mp_deviceid = true),
        "leaks mp_deviceid",
    ),
    Liar::new(
        "leaked-metadata",
        "settings",
        Stage::Lean,
        Lie::Obeys(|settings| settings.connection.include_metadata = true),
        "leaks device_info and application_info",
    ),
    Liar::new(
        "leaked-consent",
        "settings",
        Stage::Lean,
        Lie::Obeys(|settings| settings.connection.include_consent_state = true),
        "leaks the consent state",
    ),
    Liar::new(
        "leaked-location",
        "settings",
        Stage::Lean,
        Lie::Obeys(|settings| settings.connection.include_location_information = true),
        "leaks the locations of events",
    ),
    Liar::new(
        "leaked-device-name",
        "settings",
        Stage::Rich,
        Lie::Obeys(|settings| settings.connection.metadata_field_exclusion = MetadataExclusion::default()),
        "leaks the device's name, which metadata_field_exclusion names",
    ),
    Liar::new(
        "no-unique-id",
        "settings",
        Stage::Rich,
        Lie::Obeys(|settings| settings.connection.unique_id = None),
        "leaves out unique_id",
    ),
    Liar::new(
        "no-batch-location",
        "settings",
        Stage::Rich,
        Lie::Obeys(|settings| settings.connection.include_event_batch_location = false),
        "leaves out the location of a batch",
    ),
    Liar::new(
        "no-unknown-types",
        "unknown-types",
        Stage::Plain,
        Lie::Reads(|mut lines| {
            for line in &mut lines {
                *line = edit::with_events(line, |each| {
                    let known = each.iter().filter(|event| !event.contains("cart_teleported"));
                    known.map(|event| (*event).to_owned()).collect()
                });
            }
            lines
        }),
        "drops events of a type that it does not know",
    ),
];
