//! Why an event is, or is not, in the bucket: the way of one batch through the settings, told event by event.
//!
//! What is told comes from the stages of the engine themselves: its filter decides, its projector shapes, and a run of the
//! whole finds the lines and folders. What the projector did is read off its result, and each difference is traced to the
//! cut or the clause behind it, so that a difference which nothing explains would show.

mod differences;
mod lines;
mod mask;

pub use lines::add_lines;

use crate::contract::clause;
use crate::contract::raw;
use crate::ndjson::{self, Inadmissible};
use crate::report::{Change, EventOutcome, ExplainedBatch, ExplainedEvent, Rule};
use crate::settings::{Connection, SettingId, Settings};

use super::batch;
use super::record::{Event, Projector, Received};
use crate::settings::effect::FieldMask;
use crate::settings::effect::filtered_by;
use differences::Differences;

/// Tells what settings make of batches.
#[derive(Debug)]
pub struct Explainer {
    settings: Settings,
    projector: Projector,
    batch: FieldMask,
    event: FieldMask,
    crash_report: FieldMask,
    /// The same connection with every filter closed: what it withholds, a setting names.
    closed: Connection,
}

impl Explainer {
    /// Prepares to explain `settings`.
    pub fn new(settings: &Settings) -> Self {
        let connection = &settings.connection;
        let mut closed = connection.clone();
        for setting in SettingId::ALL {
            if let Some(flag) = closed.flag_mut(*setting) {
                *flag = false;
            }
        }
        Self {
            settings: settings.clone(),
            projector: Projector::new(settings),
            batch: FieldMask::of_batch(connection),
            event: FieldMask::of_event_data(connection, false).below("data"),
            crash_report: FieldMask::of_event_data(connection, true).below("data"),
            closed,
        }
    }

    /// Explains one line of `input`, received at `received_at`, in milliseconds since 1970; [`add_lines`] adds the lines that
    /// it ends in.
    pub fn explain(&self, input: &str, line: &ndjson::Line<'_>, received_at: i64) -> ExplainedBatch {
        let mut batch = ExplainedBatch { input: input.to_owned(), line: line.number, ..ExplainedBatch::default() };
        if let Err(reason) = admissible(line).and_then(|text| self.trace(text, received_at, &mut batch)) {
            batch.quarantined = Some(reason);
        }
        batch
    }

    /// # Errors
    /// Why the batch is quarantined as a whole.
    fn trace(&self, text: &str, received_at: i64, batch: &mut ExplainedBatch) -> Result<(), String> {
        let mut received = Received::read(text)?;
        let batching = batching(&batch::BatchMode::of(&received, &self.settings.connection));
        let events = std::mem::take(&mut received.events);
        let connection = &self.settings.connection;
        let mut readable = events.into_iter();
        let mut broken = received.broken.iter().peekable();
        let mut kept = Vec::new();
        // Where in `batch.events` the kept ones stand.
        let mut places = Vec::new();
        for index in 0..received.event_count as usize {
            if let Some(broken) = broken.next_if(|broken| broken.index == index) {
                batch.events.push(quarantined(index, broken.text, broken.reason));
                continue;
            }
            let Some(event) = readable.next() else { break };
            let filter = filtered_by(&event.event_type, connection);
            let rule = match filter.or_else(|| filtered_by(&event.event_type, &self.closed)) {
                Some(setting) => of_setting(setting),
                None => of_clause("SET-1"),
            };
            batch.events.push(ExplainedEvent {
                index: index as u64,
                event_type: Some(event.event_type.clone().into_owned()),
                event_id: id_of(&event.data),
                outcome: if filter.is_some() { EventOutcome::Dropped } else { EventOutcome::Kept },
                rule: Some(rule),
                reason: None,
                changes: Vec::new(),
                line: None,
            });
            if filter.is_none() {
                places.push(batch.events.len() - 1);
                kept.push(event);
            }
        }

        let projected = self.projector.project(&received, &kept, received_at).inspect_err(|_| {
            for event in &mut batch.events {
                (event.outcome, event.rule) = (EventOutcome::Quarantined, None);
                event.reason.get_or_insert_with(|| "its batch is quarantined as a whole".to_owned());
            }
        })?;
        if projected.is_empty() && !connection.send_batches_without_events {
            batch.dropped_by = Some(of_setting(SettingId::SendBatchesWithoutEvents));
            return Ok(());
        }
        let mut around = Differences::of_batch(connection);
        around.members(
            &received.members,
            &raw::members(&projected.line(&[])).unwrap_or_default(),
            Some(&self.batch),
            "",
        );
        batch.changes = around.found;

        batch.batching = Some(batching);
        for ((event, text), place) in kept.iter().zip(projected.events()).zip(places) {
            let explained = &mut batch.events[place];
            explained.changes = self.changes_of(event, text);
            if !explained.changes.is_empty() {
                explained.outcome = EventOutcome::Shaped;
            }
        }
        Ok(())
    }

    fn changes_of(&self, event: &Event<'_>, text: &str) -> Vec<Change> {
        let mask = if event.event_type == "crash_report" { &self.crash_report } else { &self.event };
        let mut differences = Differences::of_event();
        differences.members(&event.members, &raw::members(text).unwrap_or_default(), Some(mask), "");
        differences.found
    }
}

/// The rule by which events come together on lines.
fn batching(way: &batch::BatchMode) -> Rule {
    let (setting, clause) = match way {
        batch::BatchMode::Each => (SettingId::SendAsBatch, "BAT-3"),
        batch::BatchMode::Gather { key, .. } if key.is_session() => (SettingId::WaitForCompleteBatch, "BAT-2"),
        batch::BatchMode::Gather { .. } | batch::BatchMode::Alone => (SettingId::SendAsBatch, "BAT-1"),
    };
    Rule { setting: Some(setting.to_string()), ..of_clause(clause) }
}

fn admissible<'a>(line: &ndjson::Line<'a>) -> Result<&'a str, String> {
    if line.is_oversize() {
        return Err(Inadmissible::TooLong { length: line.length, max: line.bytes.len() }.to_string());
    }
    ndjson::check(line.bytes).map_err(|error| error.to_string())
}

fn quarantined(index: usize, text: &str, reason: &str) -> ExplainedEvent {
    let members = raw::members(text).unwrap_or_default();
    let data = raw::find(&members, "data").and_then(raw::members).unwrap_or_default();
    ExplainedEvent {
        index: index as u64,
        event_type: raw::find(&members, "event_type").and_then(raw::string).map(Into::into),
        event_id: id_of(&data),
        outcome: EventOutcome::Quarantined,
        rule: None,
        reason: Some(reason.to_owned()),
        changes: Vec::new(),
        line: None,
    }
}

fn id_of(data: &[raw::Member<'_>]) -> Option<String> {
    let id = raw::find(data, "event_id")?;
    Some(raw::string(id).map_or_else(|| id.to_owned(), Into::into))
}

/// The effect of a setting, whose clause has its id.
fn of_setting(setting: SettingId) -> Rule {
    Rule { setting: Some(setting.to_string()), ..of_clause(setting.as_str()) }
}

/// A clause, or the choice that settles an open question.
fn of_clause(id: &str) -> Rule {
    let open = || clause::UNDEFINED.iter().find(|open| open.id == id);
    let answered = || open().map(|open| format!("{} {}", open.question, open.choice));
    let sentence = clause::find(id).map(|clause| clause.sentence.to_owned()).or_else(answered);
    Rule { setting: None, clause: id.to_owned(), sentence: sentence.unwrap_or_default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_that_is_cited_says_something() {
        for id in ["SET-1", "DTO-1", "DTO-2", "U-16", "U-23", "LAY-3", "BAT-1", "BAT-2", "BAT-3"] {
            assert!(!of_clause(id).sentence.is_empty(), "{id}");
        }
        for setting in SettingId::ALL.iter().filter(|id| id.table() == crate::settings::Table::Connection) {
            assert!(!of_setting(*setting).sentence.is_empty(), "{setting}");
        }
    }
}
