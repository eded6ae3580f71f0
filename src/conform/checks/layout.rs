//! LAY-1 to LAY-5: the folders of files. They are taken from the segments of the keys, independent of the file names.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::definition::{CaseResult, Definition, Snapshot, place};
use crate::conform::bucket::Object;
use crate::contract::object_key::ObjectName;
use crate::settings::DateFolders;

pub(super) const FOLDER: Definition = Definition {
    id: "folder-name",
    clause: "LAY-1",
    title: "keys below folder_name",
    consequence_of: &[],
    evaluate: |snapshot| {
        let mut result = CaseResult::default();
        for object in snapshot.objects {
            result.saw("key(s)", 1);
            if below(snapshot, &object.key).is_none() {
                let expected = format!("a key below the folder `{}`", snapshot.folder());
                result.unexpected(place(object, None), expected, format!("`{}`", object.key));
            }
        }
        result
    },
};

pub(super) const DATE_FORM: Definition = Definition {
    id: "date-form",
    clause: "LAY-2",
    title: "date folders are YYYY-MM-DD",
    consequence_of: &["LAY-1"],
    evaluate: |snapshot| {
        let mut result = CaseResult::default();
        if snapshot.scenario.settings.connection.store_data_in_folders_by_date == DateFolders::None {
            result.not_applicable = Some("store_data_in_folders_by_date is `none`".into());
        }
        for object in snapshot.objects {
            let Some(segments) = below(snapshot, &object.key) else { continue };
            match segments.split_once('/') {
                None => {}
                Some((folder, _)) if is_date(folder) => result.saw("date folder(s)", 1),
                Some((folder, _)) => {
                    result.unexpected(place(object, None), "a date folder, YYYY-MM-DD", format!("`{folder}`"));
                }
            }
        }
        result
    },
};

pub(super) const DATE: Definition = Definition {
    id: "date-folders",
    clause: "LAY-3",
    title: "each batch in its date folder",
    consequence_of: &["LAY-1", "LAY-2"],
    evaluate: |snapshot| {
        let mut result = CaseResult::default();
        let mode = snapshot.scenario.settings.connection.store_data_in_folders_by_date.as_str();
        for (object, line, expected) in matched(snapshot) {
            result.saw("line(s)", 1);
            let folder = folder(&object.key);
            if folder != expected {
                let found = format!("{}, expected {}", shown(folder), shown(expected));
                let expected = format!("the folder of store_data_in_folders_by_date `{mode}`");
                result.unexpected(place(object, Some(line)), expected, found);
            }
        }
        result
    },
};

pub(super) const LATE: Definition = Definition {
    id: "late-batches",
    clause: "LAY-4",
    title: "late batches keep their date",
    consequence_of: &["LAY-1", "LAY-2", "LAY-3"],
    evaluate: |snapshot| {
        let mut result = CaseResult::default();
        for (object, line, expected) in matched(snapshot) {
            let Some(forwarded) = forwarded_on(&object.key) else { continue };
            let wanted = last(expected);
            if !is_date(wanted) || wanted == forwarded {
                continue;
            }
            result.saw("late line(s)", 1);
            if last(folder(&object.key)) == forwarded {
                let found = format!("the day of forwarding, not `{wanted}`");
                result.unexpected(place(object, Some(line)), "the folder of the batch's own date", found);
            }
        }
        if result.seen.is_empty() {
            return CaseResult::not_applicable("no batch has another date than its file's name");
        }
        result
    },
};

pub(super) const ONE_GROUP: Definition = Definition {
    id: "one-app-one-folder",
    clause: "LAY-5",
    title: "one app and one folder in each file",
    consequence_of: &["LAY-3", "NAME-1"],
    evaluate: |snapshot| {
        let mut result = CaseResult::default();
        let mut apps: Vec<BTreeSet<&str>> = vec![BTreeSet::new(); snapshot.objects.len()];
        let mut folders: Vec<BTreeSet<&str>> = vec![BTreeSet::new(); snapshot.objects.len()];
        for (index, (object, _)) in snapshot.places.iter().enumerate() {
            if let Some(expected) = snapshot.comparison.matched[index] {
                let line = &snapshot.expectation.lines[expected];
                apps[*object].insert(&line.app_name);
                folders[*object].insert(&line.folder);
            }
        }
        for ((object, apps), folders) in snapshot.objects.iter().zip(apps).zip(folders) {
            result.saw("file(s)", 1);
            let mut report = |expected: &str, found| result.unexpected(place(object, None), expected, found);
            if apps.len() > 1 {
                report("batches of one app in a file", format!("{} apps: {}", apps.len(), list(&apps)));
            }
            if folders.len() > 1 {
                report("batches of one folder in a file", format!("{} folders: {}", folders.len(), list(&folders)));
            }
            if let (Some(app), Ok(name)) = (apps.first(), name(&object.key).parse::<ObjectName>())
                && apps.len() == 1
                && name.app_name != *app
            {
                report("the app of the batches in the name", format!("`{}` for `{app}`", name.app_name));
            }
        }
        result
    },
};

/// Lines with a known expected line: the object, the line, and the expected folder.
fn matched<'a>(snapshot: &Snapshot<'a>) -> impl Iterator<Item = (&'a Object, u64, &'a str)> {
    let (lines, objects) = (&snapshot.expectation.lines, snapshot.objects);
    let matched = snapshot.places.iter().zip(&snapshot.comparison.matched);
    matched
        .filter_map(move |((object, line), index)| Some((&objects[*object], *line, lines[(*index)?].folder.as_str())))
}

/// The key without the configured folder, if the key is in that folder.
fn below<'a>(snapshot: &Snapshot<'_>, key: &'a str) -> Option<&'a str> {
    match snapshot.folder() {
        "" => Some(key),
        folder => key.strip_prefix(folder)?.strip_prefix('/'),
    }
}

fn folder(key: &str) -> &str {
    key.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn name(key: &str) -> &str {
    key.rsplit_once('/').map_or(key, |(_, name)| name)
}

fn last(folder: &str) -> &str {
    folder.rsplit('/').next().unwrap_or_default()
}

fn is_date(folder: &str) -> bool {
    folder.len() == "YYYY-MM-DD".len() && folder.parse::<Date>().is_ok()
}

/// The day in a file's name, in the format of a date folder.
fn forwarded_on(key: &str) -> Option<String> {
    let name: ObjectName = name(key).parse().ok()?;
    Some(jiff::tz::TimeZone::UTC.to_datetime(name.forwarded_at).date().to_string())
}

fn shown(folder: &str) -> String {
    if folder.is_empty() { "the bucket's root".to_owned() } else { format!("`{folder}`") }
}

fn list(names: &BTreeSet<&str>) -> String {
    let shown: Vec<_> = names.iter().take(3).map(|name| format!("`{name}`")).collect();
    shown.join(", ") + if names.len() > 3 { " …" } else { "" }
}
