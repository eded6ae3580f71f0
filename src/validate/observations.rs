//! What is reported of a bucket without a verdict: when its files came, how they are stored, what comes and goes.

use super::contents::{KeptByHash, Observed, Repeats, Tally};
use super::outcome::Outcome;
use crate::report::Histogram;
use crate::report::model::{Check, Finding, Findings, Outcome as CheckOutcome, Place, Severity, counted};

/// The size in bytes below which a query engine needs more time to open a file than to read it.
const SMALL: i64 = 1 << 20;

/// The open rows of a bucket.
pub(super) fn of(outcome: &Outcome) -> Vec<Check> {
    let observed = &outcome.observed;
    let mut checks = vec![gaps(observed), small_files(&outcome.contents.sizes), headers(observed)];
    if let Some(tally) = &outcome.tally {
        checks.push(lateness(&tally.delays));
        checks.push(drift(observed));
        if let Some(repeated) = &tally.repeated_batches {
            let seen = format!("{} of {}", about(repeated), counted(tally.batches, "batch", "batches"));
            let why = "a batch that was split has several lines";
            checks.push(open("batch-ids", "BAT-1", "repeated batch ids", seen, &[], why));
        }
        let events: u64 = tally.events.iter().sum();
        let seen = format!("{} of {}", about(&tally.repeated_events), counted(events, "event", "events"));
        let why = "the documentation does not promise that an event comes once";
        checks.push(open("repeats", "U-28", "events with a repeated event_id", seen, &[], why));
    }
    if observed.foreign > 0 {
        let seen = counted(observed.foreign, "object, not read", "objects, not read");
        let names: Vec<String> =
            observed.first_foreign.iter().map(|name| format!("`{}`", name.escape_debug())).collect();
        let why = "a bucket may hold objects that the export did not write";
        let more = observed.foreign.saturating_sub(names.len() as u64);
        let row = open("foreign-objects", "s3_bucket_name", "objects that the export did not write", seen, &names, why);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        checks.push(Check { seen: row.seen.clone() + &more, ..row });
    }
    checks
}

/// The batches and events of a bucket whose id came before, with both places.
pub(super) fn repeats(tally: &Tally) -> Vec<Finding> {
    let batches = tally.repeated_batches.as_ref().map(|ids| ("batch-ids", "BAT-1", "batch_id", ids));
    let both = batches.into_iter().chain([("repeats", "U-28", "event_id", &tally.repeated_events)]);
    let repeated = both.filter(|(_, _, _, ids)| ids.count() > 0);
    repeated
        .map(|(check, clause, id, ids)| {
            let expected = format!("each {id} once");
            let places = ids.first(Findings::PLACES).into_iter().map(|((first, line), (second, again))| {
                let found = format!("the same {id} as `{}`, line {line}", first.escape_debug());
                Place {
                    object: Some(second.as_ref().to_owned()),
                    line: Some(again.into()),
                    found: Some(found),
                    ..Place::default()
                }
            });
            let places: Vec<Place> = places.collect();
            let found = places.first().and_then(|place| place.found.as_deref()).unwrap_or("one again");
            let message = format!("expected {expected}, found {found}");
            let finding = Finding::new(check, Severity::Note, message).clause(clause);
            Finding { expected: Some(expected), count: ids.count(), places, ..finding }
        })
        .collect()
}

/// The encryption of the objects, in words.
pub(super) fn encryption(observed: &Observed) -> String {
    format!("{}: {}", counted(observed.objects, "object", "objects"), values(&observed.encryption))
}

fn gaps(observed: &Observed) -> Check {
    let ((missing, first), (hours, first_hours)) = (observed.hours.missing_days(), observed.hours.missing_hours());
    let shown: Vec<String> = first.into_iter().chain(first_hours).collect();
    let seen = format!(
        "{}, {missing} without between, {} without",
        counted(observed.hours.days.len() as u64, "day with files", "days with files"),
        counted(hours, "hour", "hours")
    );
    let why = "without the input it is not known whether there was data to write";
    open("gaps", "LAY-4", "days and hours without a file", seen, &shown, why)
}

fn small_files(sizes: &Histogram) -> Check {
    let small = sizes.bars.iter().filter(|bar| bar.up_to.is_some_and(|end| end <= SMALL)).map(|bar| bar.count);
    let seen = format!("{} of {} up to 1 MiB", small.sum::<u64>(), counted(sizes.total(), "file", "files"));
    let why = "the documentation says nothing about sizes; query engines prefer files of 64 MiB and more";
    open("small-files", "U-20", "small files", seen, &[], why)
}

fn headers(observed: &Observed) -> Check {
    let (types, encodings) = (values(&observed.types), values(&observed.encodings));
    let seen = format!("Content-Type {types}; Content-Encoding {encodings}");
    let why = "the documentation names no headers; some clients decode an object with a Content-Encoding by themselves";
    open("headers", "U-12", "headers of the objects", seen, &[], why)
}

fn lateness(delays: &Histogram) -> Check {
    let total = delays.total();
    let seen = match total {
        0 => "no event with a time in a batch with a time".to_owned(),
        _ => format!("{}, p50 {}, p99 {}", counted(total, "event", "events"), share(delays, 50), share(delays, 99)),
    };
    let why = "the documentation promises no time; the delay is from the event to the receipt of its batch";
    open("lateness", "BAT-1", "delay from event to receipt", seen, &[], why)
}

/// The range in which a share of the values ends, in percent.
fn share(histogram: &Histogram, percent: u64) -> String {
    let needed = (histogram.total() * percent).div_ceil(100);
    let mut count = 0;
    let labels = histogram.labels().zip(&histogram.bars);
    let mut reached = labels.filter(|(_, bar)| {
        count += bar.count;
        count >= needed
    });
    reached.next().map(|(label, _)| label).unwrap_or_default()
}

fn drift(observed: &Observed) -> Check {
    let fields = &observed.fields;
    let drift = fields.drift();
    let seen = format!(
        "{} in {} of {}, {} not on all days",
        counted(fields.paths.len() as u64, "field", "fields"),
        counted(fields.lines, "line", "lines"),
        counted(fields.days.len() as u64, "day", "days"),
        drift.len()
    );
    let why = "readers keep unknown fields, and apps change";
    open("field-drift", "DTO-3", "fields that appear or disappear", seen, &drift, why)
}

/// A row that reports what was read where the documentation leaves it open.
fn open(id: &str, clause: &str, title: &str, seen: String, items: &[String], why: &str) -> Check {
    let shown = items.iter().take(10).cloned().collect::<Vec<_>>().join(", ");
    let seen = match items.len() {
        0 => seen,
        1..=10 => format!("{seen}: {shown}"),
        more => format!("{seen}: {shown} and {} more", more - 10),
    };
    Check { seen, ..Check::new(id, Some(clause), title).with(CheckOutcome::open(why)) }
}

/// The values of a header and how many objects have each, the most frequent first.
fn values(counts: &KeptByHash<String, u64>) -> String {
    let mut all: Vec<(&String, &u64)> = counts.iter().collect();
    all.sort_by(|(a, one), (b, other)| other.cmp(one).then_with(|| a.cmp(b)));
    let shown = all.iter().take(3).map(|(value, count)| format!("`{}` ({count})", value.escape_debug()));
    let shown = shown.collect::<Vec<_>>().join(", ");
    match all.len() {
        0 => "none".to_owned(),
        1..=3 => shown,
        more => format!("{shown} and {} more", more - 3),
    }
}

/// Where there are many ids, their number is estimated from a sample.
fn about(repeats: &Repeats) -> String {
    if repeats.is_exact() { repeats.count().to_string() } else { format!("about {}", repeats.count()) }
}
