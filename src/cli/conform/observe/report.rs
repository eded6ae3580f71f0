//! The report of an observed bucket.

use super::Observed;
use crate::conform::changed_settings;
use crate::report::Histogram;
use crate::report::model::{Check, Finding, Outcome, Place, Report, Severity, Summary, Tool, counted};
use crate::report::summary::{Case, Conformance};
use crate::validate::{Repeats, Tally};

/// The size in bytes below which a query engine needs more time to open a file than to read it.
const SMALL: u64 = 1 << 20;

impl Observed {
    pub(super) fn report(self) -> Report<Conformance> {
        let (open, repeated) = (self.open_checks(), self.outcome.tally.as_ref().map(repeats));
        let lateness = self.outcome.tally.as_ref().map(|tally| tally.delays.clone());
        let (lines, stored_bytes) = (self.outcome.lines, self.outcome.stored_bytes);
        let checked = self.outcome.into_report(&self.inputs, &self.options);
        // Limits apply to the input to mParticle.
        let mut checks: Vec<Check> = checked.checks.into_iter().filter(|check| check.id != "limits").collect();
        let mut findings = checked.findings;
        if let Some((check, found)) = repeated {
            checks.push(check);
            findings.extend(found);
        }
        checks.extend(open);
        let settings = self.declared.iter().flat_map(|settings| changed_settings(&settings.connection));
        let mut sizes = Histogram::of_sizes();
        let stored = self.inputs.iter().filter_map(|input| input.size());
        stored.for_each(|size| sizes.add(size.try_into().unwrap_or(i64::MAX)));
        let case = Case {
            name: "as it is".to_owned(),
            settings: settings.map(|(setting, value)| (setting.to_string(), value)).collect(),
            objects: self.inputs.len() as u64,
            lines,
            stored_bytes,
            ..Case::default()
        };
        Report {
            tool: Tool::default(),
            command: Conformance::COMMAND.to_owned(),
            target: self.target,
            started_at: self.started_at.to_string(),
            milliseconds: u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX),
            incomplete: None,
            checks,
            findings,
            unlisted_findings: checked.unlisted_findings,
            summary: Conformance { subject: None, seed: None, cases: vec![case], sizes: Some(sizes), lateness },
        }
    }

    /// The checks of values that the contract leaves open.
    fn open_checks(&self) -> Vec<Check> {
        let mut checks = Vec::new();
        if !self.foreign.is_empty() {
            let seen = counted(self.foreign.len() as u64, "object", "objects");
            let keys: Vec<String> = self.foreign.iter().map(|key| format!("`{}`", key.escape_debug())).collect();
            let why = "a bucket may hold objects that the export did not write";
            checks.push(open(
                "foreign-objects",
                "s3_bucket_name",
                "objects that the export did not write",
                seen,
                &keys,
                why,
            ));
        }
        let days = &self.seen.days;
        let ((missing, first), (hours, first_hours)) = (days.missing_days(), days.missing_hours());
        let shown: Vec<String> = first.iter().map(ToString::to_string).chain(first_hours).collect();
        let seen = format!(
            "{}, {missing} without between, {} without",
            counted(days.count(), "day with files", "days with files"),
            counted(hours, "hour", "hours")
        );
        let why = "without the input it is not known whether there was data to write";
        checks.push(open("gaps", "LAY-4", "days and hours without a file", seen, &shown, why));
        let drift = self.seen.fields.drift();
        let seen = format!(
            "{} in {}, {} not on all days",
            counted(self.seen.fields.count(), "field", "fields"),
            counted(self.seen.fields.lines, "line", "lines"),
            drift.len()
        );
        let why = "readers keep unknown fields, and apps change";
        checks.push(open("field-drift", "DTO-3", "fields that appear or disappear", seen, &drift, why));
        let small = self.inputs.iter().filter(|input| input.size().is_some_and(|size| size < SMALL)).count();
        let seen = format!("{small} of {} below 1 MiB", counted(self.inputs.len(), "file", "files"));
        let why = "the documentation says nothing about sizes; query engines prefer files of 64 MiB and more";
        checks.push(open("small-files", "U-20", "small files", seen, &[], why));
        if let Some(tally) = &self.outcome.tally {
            let repeated = tally.repeated_batches.as_ref().map_or_else(String::new, about);
            let seen = format!("{repeated} of {}", counted(tally.batches, "batch", "batches"));
            let why = "without batching, and for split batches, one batch has several lines";
            checks.push(open("batch-ids", "BAT-1", "repeated batch ids", seen, &[], why));
        }
        checks
    }
}

fn repeats(tally: &Tally) -> (Check, Option<Finding>) {
    let check = Check::new("repeats", Some("DELIVERY-1"), "no event twice, by event_id");
    let events: u64 = tally.events.iter().sum();
    let count = tally.repeated_events.count();
    if events == 0 {
        return (check.with(Outcome::skip("nothing to check")), None);
    }
    let check = Check { seen: counted(events, "event", "events"), ..check };
    if count == 0 {
        return (check, None);
    }
    let message = format!("events with a repeated event_id: {}", about(&tally.repeated_events));
    let finding = Finding::new("repeats", Severity::Error, message).clause("DELIVERY-1").at(Place::default());
    (check.with(Outcome::Fail), Some(Finding { count, ..finding }))
}

/// A check that reports what was read where the contract leaves it open.
fn open(id: &str, clause: &str, title: &str, seen: String, items: &[String], why: &str) -> Check {
    let shown = items.iter().take(10).cloned().collect::<Vec<_>>().join(", ");
    let seen = match items.len() {
        0 => seen,
        1..=10 => format!("{seen}: {shown}"),
        more => format!("{seen}: {shown} and {} more", more - 10),
    };
    Check { seen, ..Check::new(id, Some(clause), title).with(Outcome::open(why)) }
}

/// Where there are many ids, their number is estimated from a sample.
fn about(repeats: &Repeats) -> String {
    if repeats.is_exact() { repeats.count().to_string() } else { format!("about {}", repeats.count()) }
}
