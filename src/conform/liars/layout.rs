//! Liars about folders (LAY-1 to LAY-5).

use super::edit;
use super::lie::{Liar, Lie};
use super::stage::Stage;
use crate::settings::DateFolders;
use crate::store::Object;

pub(super) const LIARS: &[Liar] = &[
    Liar::new(
        "no-folder",
        "folder-name",
        Stage::Dated,
        Lie::Obeys(|settings| settings.connection.folder_name = None),
        "ignores folder_name",
    ),
    Liar::new(
        "folder-beside",
        "folder-name",
        Stage::Dated,
        Lie::Writes(|_, object| edit::folder(object, "exports/", "exports-old/")),
        "writes into a folder that begins like folder_name",
    ),
    Liar::new(
        "slashed-dates",
        "date-form",
        Stage::Dated,
        Lie::Writes(|_, object| edit::folder(object, "2026-03-01", "2026/03/01")),
        "makes a folder each of year, month and day",
    ),
    Liar::new(
        "local-midnight",
        "date-folders",
        Stage::Dated,
        Lie::Writes(|_, object| edit::folder(object, "2026-03-01", "2026-02-28")),
        "folders what came at midnight UTC under the day before",
    ),
    Liar::new(
        "upload-for-event-time",
        "date-folders",
        Stage::Dated,
        Lie::Obeys(|settings| settings.connection.store_data_in_folders_by_date = DateFolders::UploadTime),
        "folders by the time of upload instead of the first event's",
    ),
    Liar::new(
        "event-for-upload-time",
        "date-folders",
        Stage::Uploaded,
        Lie::Obeys(|settings| settings.connection.store_data_in_folders_by_date = DateFolders::EventTime),
        "folders by the first event's time instead of that of upload",
    ),
    Liar::new(
        "no-dates",
        "date-folders",
        Stage::Dated,
        Lie::Obeys(|settings| settings.connection.store_data_in_folders_by_date = DateFolders::None),
        "makes no date folders",
    ),
    Liar::new(
        "late-for-today",
        "late-batches",
        Stage::Dated,
        Lie::Writes(|_, object| edit::folder(object, "2026-02-20", "2026-03-01")),
        "folders a late batch under today",
    )
    .also(&["date-folders"]),
    Liar::new(
        "mixed-apps",
        "one-app-one-folder",
        Stage::Plain,
        Lie::Writes(|held, object| mix(held, object, |_, _| true)),
        "puts two apps into one file",
    ),
    Liar::new(
        "mixed-dates",
        "one-app-one-folder",
        Stage::Dated,
        Lie::Writes(|held, object| mix(held, object, |one, other| app(one) == app(other))),
        "puts two dates into one file",
    )
    .also(&["date-folders", "late-batches"]),
    Liar::new(
        "other-app",
        "one-app-one-folder",
        Stage::Plain,
        Lie::Writes(|_, object| edit::name(object, |name| name.replace("Shop_", "Ship_"))),
        "names a file for another app",
    ),
];

/// Holds objects back until one fits another, puts both into one file, and then lets all through: uploads come in any order.
fn mix(held: &mut Vec<Object>, object: Object, fits: fn(&str, &str) -> bool) -> Vec<Object> {
    // Once it is done, what was mixed stands here alone, without a key.
    if held.last().is_some_and(|last| last.key.is_empty()) {
        return vec![object];
    }
    let Some(found) = held.iter().position(|first| fits(&first.key, &object.key)) else {
        held.push(object);
        return Vec::new();
    };
    let first = held.remove(found);
    let mut written = std::mem::take(held);
    held.push(Object { key: String::new(), ..object.clone() });
    written.extend(edit::bytes(object, |text| [text.as_slice(), &first.body].concat()));
    written
}

fn app(key: &str) -> &str {
    edit::folder_and_name(key).1.split('_').next().unwrap_or_default()
}
