//! LAY-1 to LAY-5: where files lie. Folders are read from the keys' segments, whatever the name behind them looks like.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::definition::{Evidence, Promise, Verdict};
use crate::contract::object_key::ObjectName;
use crate::settings::DateFolders;

pub(super) const FOLDER: Promise = Promise {
    name: "folder-name",
    clause: "LAY-1",
    title: "under folder_name",
    consequence_of: &[],
    check: |evidence| {
        let mut verdict = Verdict::default();
        for object in evidence.objects {
            verdict.saw("keys", 1);
            if below(evidence, &object.key).is_none() {
                let message = format!("`{}` must lie under the folder `{}`", object.key, evidence.folder());
                verdict.findings.push(evidence.finding("LAY-1", object, None, message));
            }
        }
        verdict
    },
};

pub(super) const DATE_FORM: Promise = Promise {
    name: "date-form",
    clause: "LAY-2",
    title: "date folders are YYYY-MM-DD",
    consequence_of: &["LAY-1"],
    check: |evidence| {
        let mut verdict = Verdict::default();
        if evidence.scenario.settings.connection.store_data_in_folders_by_date == DateFolders::None {
            verdict.not_applicable = Some("no date folders are asked for".into());
        }
        for object in evidence.objects {
            let Some(segments) = below(evidence, &object.key) else { continue };
            match segments.split_once('/') {
                None => {}
                Some((folder, _)) if is_date(folder) => verdict.saw("date folders", 1),
                Some((folder, _)) => {
                    let message = format!("the folder `{folder}` must be a date, YYYY-MM-DD");
                    verdict.findings.push(evidence.finding("LAY-2", object, None, message));
                }
            }
        }
        verdict
    },
};

pub(super) const DATE: Promise = Promise {
    name: "date-folders",
    clause: "LAY-3",
    title: "each batch in its date folder",
    consequence_of: &["LAY-1", "LAY-2"],
    check: |evidence| {
        let mut verdict = Verdict::default();
        let mode = evidence.scenario.settings.connection.store_data_in_folders_by_date.as_str();
        for (place, expected) in matched(evidence) {
            let (object, line) = (&evidence.objects[place.0], place.1);
            verdict.saw("lines", 1);
            let folder = folder(&object.key);
            if folder != expected {
                let (seen, wanted) = (shown(folder), shown(expected));
                let message =
                    format!("lies in {seen}, but store_data_in_folders_by_date `{mode}` puts it into {wanted}");
                verdict.findings.push(evidence.finding("LAY-3", object, Some(line), message));
            }
        }
        verdict
    },
};

pub(super) const LATE: Promise = Promise {
    name: "late-batches",
    clause: "LAY-4",
    title: "late batches keep their date",
    consequence_of: &["LAY-1", "LAY-2", "LAY-3"],
    check: |evidence| {
        let mut verdict = Verdict::default();
        for (place, expected) in matched(evidence) {
            let (object, line) = (&evidence.objects[place.0], place.1);
            let Some(forwarded) = forwarded_on(&object.key) else { continue };
            let wanted = last(expected);
            if !is_date(wanted) || wanted == forwarded {
                continue;
            }
            verdict.saw("late lines", 1);
            if last(folder(&object.key)) == forwarded {
                let message = format!("lies under the day it was forwarded, but its own date is `{wanted}`");
                verdict.findings.push(evidence.finding("LAY-4", object, Some(line), message));
            }
        }
        if verdict.seen.is_empty() {
            return Verdict::not_applicable("no batch has another date than its file's name");
        }
        verdict
    },
};

pub(super) const ONE_GROUP: Promise = Promise {
    name: "one-app-one-folder",
    clause: "LAY-5",
    title: "one app and one folder a file",
    consequence_of: &["LAY-3", "NAME-1"],
    check: |evidence| {
        let mut verdict = Verdict::default();
        let mut apps: Vec<BTreeSet<&str>> = vec![BTreeSet::new(); evidence.objects.len()];
        let mut folders: Vec<BTreeSet<&str>> = vec![BTreeSet::new(); evidence.objects.len()];
        for (index, (object, _)) in evidence.places.iter().enumerate() {
            if let Some(expected) = evidence.comparison.matched[index] {
                let line = &evidence.expectation.lines[expected];
                apps[*object].insert(&line.app_name);
                folders[*object].insert(&line.folder);
            }
        }
        for ((object, apps), folders) in evidence.objects.iter().zip(apps).zip(folders) {
            verdict.saw("files", 1);
            let mut report = |message| verdict.findings.push(evidence.finding("LAY-5", object, None, message));
            if apps.len() > 1 {
                report(format!("holds batches of {} apps: {}", apps.len(), list(&apps)));
            }
            if folders.len() > 1 {
                report(format!("holds batches for {} folders: {}", folders.len(), list(&folders)));
            }
            if let (Some(app), Ok(name)) = (apps.first(), name(&object.key).parse::<ObjectName>())
                && apps.len() == 1
                && name.app_name != *app
            {
                report(format!("is named for the app `{}` and holds batches of `{app}`", name.app_name));
            }
        }
        verdict
    },
};

/// Observed lines whose expected line is known: where each is, and the folder that it belongs into.
fn matched<'a>(evidence: &Evidence<'a>) -> impl Iterator<Item = ((usize, u64), &'a str)> {
    let lines = &evidence.expectation.lines;
    let matched = evidence.places.iter().zip(&evidence.comparison.matched);
    matched.filter_map(move |(place, index)| Some((*place, lines[(*index)?].folder.as_str())))
}

/// What follows the configured folder, if the key lies under it.
fn below<'a>(evidence: &Evidence<'_>, key: &'a str) -> Option<&'a str> {
    match evidence.folder() {
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

/// The day in a file's name, as a folder would spell it.
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
