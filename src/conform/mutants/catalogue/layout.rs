//! Mutants of folders (LAY-1 to LAY-5).

use super::edit;
use crate::conform::mutants::fixture::Fixture::{Dated, Uploaded};
use crate::conform::mutants::mutant::Mutant;
use crate::conform::mutants::mutant::Mutation::{self, Connection as Change, Folder, Name, Objects};
use crate::settings::DateFolders;
use crate::store::Object;

pub(super) const MUTANTS: &[Mutant] = &[
    dated("no-folder", "folder-name", "ignores folder_name", Change(|it| it.folder_name = None)),
    dated(
        "folder-beside",
        "folder-name",
        "writes to a folder whose name starts with folder_name",
        Folder("exports/", "exports-old/"),
    ),
    dated(
        "slashed-dates",
        "date-form",
        "creates separate folders for year, month and day",
        Folder("2026-03-01", "2026/03/01"),
    ),
    dated(
        "local-midnight",
        "date-folders",
        "puts events of midnight UTC into the folder of the previous day",
        Folder("2026-03-01", "2026-02-28"),
    ),
    dated(
        "upload-for-event-time",
        "date-folders",
        "uses the upload time for folders instead of the first event's time",
        Change(|it| it.store_data_in_folders_by_date = DateFolders::UploadTime),
    ),
    Mutant::new(
        "event-for-upload-time",
        "date-folders",
        "uses the first event's time for folders instead of the upload time",
        Change(|it| it.store_data_in_folders_by_date = DateFolders::EventTime),
    )
    .on(Uploaded),
    dated(
        "no-dates",
        "date-folders",
        "creates no date folders",
        Change(|it| it.store_data_in_folders_by_date = DateFolders::None),
    ),
    dated(
        "late-for-today",
        "late-batches",
        "puts a late batch into today's folder",
        Folder("2026-02-20", "2026-03-01"),
    )
    .also(&["date-folders"]),
    Mutant::new(
        "mixed-apps",
        "one-app-one-folder",
        "puts two apps into one file",
        Objects(|held, object| mix(held, object, |_, _| true)),
    ),
    dated(
        "mixed-dates",
        "one-app-one-folder",
        "puts two dates into one file",
        Objects(|held, object| mix(held, object, |one, other| app(one) == app(other))),
    )
    .also(&["date-folders", "late-batches"]),
    Mutant::new(
        "other-app",
        "one-app-one-folder",
        "names a file for another app",
        Name(|name| name.replace("Shop_", "Ship_")),
    ),
];

/// A mutant with the fixture with date folders.
const fn dated(name: &'static str, check: &'static str, does: &'static str, mutation: Mutation) -> Mutant {
    Mutant::new(name, check, does, mutation).on(Dated)
}

/// Holds objects until a fitting one arrives, writes both to one file, and then passes all objects on. Uploads can come
/// in any order.
fn mix(held: &mut Vec<Object>, object: Object, fits: fn(&str, &str) -> bool) -> Vec<Object> {
    // After mixing, only the mixed object is held, without a key.
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
    written.push(edit::bytes(object, |text| [text.as_slice(), &first.body].concat()));
    written
}

fn app(key: &str) -> &str {
    edit::folder_and_name(key).1.split('_').next().unwrap_or_default()
}
