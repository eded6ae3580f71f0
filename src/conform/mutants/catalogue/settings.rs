//! Mutants that ignore a setting (SET-1, SET-2).

use super::edit;
use crate::conform::mutants::fixture::Fixture::{Lean, Rich};
use crate::conform::mutants::mutant::Mutant;
use crate::conform::mutants::mutant::Mutation::{Input, Settings};
use crate::settings::MetadataExclusion;

pub(super) const MUTANTS: &[Mutant] = &[
    Mutant::new(
        "kept-type",
        "settings",
        "sends screen views although they are off",
        Settings(|settings| settings.connection.send_screen_views = true),
    )
    .on(Lean),
    Mutant::new(
        "kept-alias",
        "settings",
        "sends alias requests although they are off",
        Settings(|settings| settings.connection.send_alias_requests = true),
    )
    .on(Lean),
    Mutant::new(
        "kept-empty",
        "settings",
        "sends batches without events although they are off",
        Settings(|settings| settings.connection.send_batches_without_events = true),
    )
    .on(Lean),
    Mutant::new(
        "leaked-deviceid",
        "settings",
        "writes mp_deviceid although it is off",
        Settings(|settings| settings.connection.include_mp_deviceid = true),
    )
    .on(Lean),
    Mutant::new(
        "leaked-metadata",
        "settings",
        "writes device_info and application_info although they are off",
        Settings(|settings| settings.connection.include_metadata = true),
    )
    .on(Lean),
    Mutant::new(
        "leaked-consent",
        "settings",
        "writes the consent state although it is off",
        Settings(|settings| settings.connection.include_consent_state = true),
    )
    .on(Lean),
    Mutant::new(
        "leaked-location",
        "settings",
        "writes the locations of events although they are off",
        Settings(|settings| settings.connection.include_location_information = true),
    )
    .on(Lean),
    Mutant::new(
        "leaked-device-name",
        "settings",
        "writes the device's name, which metadata_field_exclusion excludes",
        Settings(|settings| settings.connection.metadata_field_exclusion = MetadataExclusion::default()),
    )
    .on(Rich),
    Mutant::new(
        "no-unique-id",
        "settings",
        "leaves out unique_id",
        Settings(|settings| settings.connection.unique_id = None),
    )
    .on(Rich),
    Mutant::new(
        "no-batch-location",
        "settings",
        "leaves out the location of a batch",
        Settings(|settings| settings.connection.include_event_batch_location = false),
    )
    .on(Rich),
    Mutant::new(
        "no-unknown-types",
        "unknown-types",
        "drops events of an unknown type",
        Input(|lines| {
            edit::each_line(lines, |events| events.retain(|event| !event.contains("cart_teleported")));
        }),
    ),
];
