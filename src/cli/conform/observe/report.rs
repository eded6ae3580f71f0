//! The report of what was seen.

use super::Observed;
use super::rows::{checks, open};
use crate::conform::changed_settings;
use crate::report::{Case, Check, ConformanceReport, Finding, Histogram, Place, Status, Tool};
use crate::validate::{Repeats, Tally};

/// Below this a file costs a query engine more to open than to read, in bytes.
const SMALL: u64 = 1 << 20;

impl Observed {
    pub(super) fn report(mut self) -> ConformanceReport {
        let names: Vec<String> = self.inputs.iter().map(|input| input.key.clone().unwrap_or_default()).collect();
        let checked = self.outcome.check(&self.options, |index| names.get(index).cloned().unwrap_or_default());
        let mut checks = checks(checked);
        checks.extend(self.outcome.tally.as_ref().map(repeats));
        checks.extend(self.open_rows());
        let settings = self.declared.iter().flat_map(|settings| changed_settings(&settings.connection));
        let mut sizes = Histogram::of_sizes();
        self.inputs
            .iter()
            .filter_map(|input| input.size())
            .for_each(|size| sizes.add(size.try_into().unwrap_or(i64::MAX)));
        ConformanceReport {
            tool: Tool::default(),
            subject: "the writer of this bucket".to_owned(),
            target: self.target,
            seed: None,
            cases: vec![Case {
                name: "as it stands".to_owned(),
                settings: settings.map(|(setting, value)| (setting.to_string(), value)).collect(),
                input_lines: 0,
                objects: self.inputs.len() as u64,
                lines: self.outcome.lines,
                stored_bytes: self.outcome.stored_bytes,
                fates: None,
            }],
            checks,
            sizes: Some(sizes),
            lateness: self.outcome.tally.as_ref().map(|tally| tally.delays.clone()),
            milliseconds: u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX),
        }
    }

    /// What is seen where the contract promises nothing.
    fn open_rows(&self) -> Vec<Check> {
        let mut rows = Vec::new();
        if !self.foreign.is_empty() {
            let seen = format!("{} objects", self.foreign.len());
            let keys: Vec<String> = self.foreign.iter().map(|key| format!("`{}`", key.escape_debug())).collect();
            let why = "the export did not write them, and a bucket may hold more than the export";
            rows.push(open("foreign-objects", "s3_bucket_name", "objects of others", seen, &keys, why));
        }
        let days = &self.seen.days;
        let ((missing, first), (hours, first_hours)) = (days.missing_days(), days.missing_hours());
        let told: Vec<String> = first.iter().map(ToString::to_string).chain(first_hours).collect();
        let seen = format!("{} days with files, {missing} without between, {hours} hours without", days.count());
        let why = "without the input nobody knows whether there was anything to write";
        rows.push(open("gaps", "LAY-4", "days and hours without a file", seen, &told, why));
        let drift = self.seen.fields.drift();
        let seen = format!(
            "{} fields in {} lines, {} come or go",
            self.seen.fields.count(),
            self.seen.fields.lines,
            drift.len()
        );
        let why = "readers keep unknown fields, and apps change";
        rows.push(open("field-drift", "DTO-3", "fields that come and go", seen, &drift, why));
        let small = self.inputs.iter().filter(|input| input.size().is_some_and(|size| size < SMALL)).count();
        let seen = format!("{small} of {} below 1 MiB", self.inputs.len());
        let why = "nothing is promised of sizes; query engines like files of 64 MiB and more";
        rows.push(open("small-files", "U-20", "small files", seen, &[], why));
        if let Some(tally) = &self.outcome.tally {
            let seen = format!("{} of {} batches", about(&tally.repeated_batches), tally.batches);
            let why = "without batching, and where a batch is split, one batch is many lines";
            rows.push(open("batch-ids", "BAT-1", "batch ids that were there before", seen, &[], why));
        }
        rows
    }
}

fn repeats(tally: &Tally) -> Check {
    let check = Check::new("repeats", "DELIVERY-1", "no event twice, as far as event_id tells");
    let events: u64 = tally.events.iter().sum();
    let count = tally.repeated_events.count();
    if count == 0 {
        return Check { seen: format!("{events} events"), ..check };
    }
    let message = format!("{} events have an event_id that was there before", about(&tally.repeated_events));
    let finding = Finding { clause: check.clause.clone(), setting: None, place: Place::default(), message };
    let seen = format!("{events} events, {count} wrong");
    Check { status: Status::Fail, seen, found: count, findings: vec![finding], ..check }
}

/// Many ids are counted by a sample of them.
fn about(repeats: &Repeats) -> String {
    if repeats.is_exact() { repeats.count().to_string() } else { format!("about {}", repeats.count()) }
}
