//! Mutants that ignore a setting (SET-1, SET-2).

use super::edit;
use crate::conform::mutants::fixture::Fixture::{Lean, Rich};
use crate::conform::mutants::mutant::Mutant;
use crate::conform::mutants::mutant::Mutation::{Connection as Change, Input};
use crate::settings::{Connection, MetadataExclusion};

pub(super) const MUTANTS: &[Mutant] = &[
    lean("kept-type", "sends screen views although they are off", |it| it.send_screen_views = true),
    lean("kept-alias", "sends alias requests although they are off", |it| it.send_alias_requests = true),
    lean("kept-empty", "sends batches without events although they are off", |it| {
        it.send_batches_without_events = true
    }),
    lean("leaked-deviceid", "writes mp_deviceid although it is off", |it| it.include_mp_deviceid = true),
    lean("leaked-metadata", "writes device_info and application_info although they are off", |it| {
        it.include_metadata = true;
    }),
    lean("leaked-consent", "writes the consent state although it is off", |it| it.include_consent_state = true),
    lean("leaked-location", "writes the locations of events although they are off", |it| {
        it.include_location_information = true;
    }),
    rich("leaked-device-name", "writes the device's name, which metadata_field_exclusion excludes", |it| {
        it.metadata_field_exclusion = MetadataExclusion::default();
    }),
    rich("no-unique-id", "omits unique_id", |it| it.unique_id = None),
    rich("no-batch-location", "omits the location of a batch", |it| it.include_event_batch_location = false),
    Mutant::new(
        "no-unknown-types",
        "unknown-types",
        "drops events of an unknown type",
        Input(|lines| edit::each_line(lines, |events| events.retain(|event| !event.contains("cart_teleported")))),
    ),
];

/// A mutant with the fixture that turns settings off.
const fn lean(name: &'static str, does: &'static str, change: fn(&mut Connection)) -> Mutant {
    Mutant::new(name, "settings", does, Change(change)).on(Lean)
}

/// A mutant with the fixture that turns settings on.
const fn rich(name: &'static str, does: &'static str, change: fn(&mut Connection)) -> Mutant {
    Mutant::new(name, "settings", does, Change(change)).on(Rich)
}
