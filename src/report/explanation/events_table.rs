//! Writes the effect of the settings on each event for a terminal.

use std::collections::BTreeMap;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::{Action, Change, EventOutcome, ExplainedBatch, ExplainedEvent, ExplainedLine, ExplanationReport, Rule};
use crate::visible::visible;

const BAD: Style = AnsiColor::Red.on_default().bold();
const GOOD: Style = AnsiColor::Green.on_default();
const CHANGED: Style = AnsiColor::Yellow.on_default();
const DIM: Style = Style::new().dimmed();

/// How many pointers are shown for one kind of change.
const SHOWN: usize = 4;

/// Writes each batch with the outcome of its events, the changes outside its events, and its output lines. The
/// sentences of all cited clauses follow at the end.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_explanation(report: &ExplanationReport, out: &mut dyn Write) -> io::Result<()> {
    for (index, batch) in report.batches.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        write_batch(batch, out)?;
    }
    if report.more {
        writeln!(out, "\n… and more: choose with --line or --event-id, or raise --limit")?;
    }
    let cited: BTreeMap<&str, &str> =
        rules(report).map(|rule| (rule.clause.as_str(), rule.sentence.as_str())).collect();
    let width = cited.keys().map(|clause| clause.len()).max().unwrap_or_default();
    writeln!(out)?;
    for (clause, sentence) in cited {
        writeln!(out, "{clause:width$}  {DIM}{sentence}{DIM:#}")?;
    }
    Ok(())
}

/// Every cited rule.
fn rules(report: &ExplanationReport) -> impl Iterator<Item = &Rule> {
    report.batches.iter().flat_map(|batch| {
        let changes = batch.changes.iter().chain(batch.events.iter().flat_map(|event| &event.changes));
        let of_changes = changes.map(|change| &change.rule);
        let of_events = batch.events.iter().filter_map(|event| event.rule.as_ref());
        let of_lines = batch.lines.iter().map(|line| &line.folder_rule);
        of_events.chain(of_changes).chain(of_lines).chain(&batch.batching).chain(&batch.dropped_by)
    })
}

fn write_batch(batch: &ExplainedBatch, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}:{}", plain(&batch.input), batch.line)?;
    if let Some(reason) = &batch.quarantined {
        writeln!(out, "  {BAD}quarantined{BAD:#} as a whole: {}", plain(reason))?;
    }
    if let Some(rule) = &batch.dropped_by {
        writeln!(out, "  {BAD}dropped{BAD:#} as a whole, no event is left in it ({})", rule.clause)?;
    }
    if !batch.flags.is_empty() {
        writeln!(out, "  {CHANGED}flagged{CHANGED:#}: {}", batch.flags.join(", "))?;
    }
    for event in &batch.events {
        write_event(event, out)?;
    }
    if batch.unlisted > 0 {
        writeln!(out, "  … and {} more events and changes", batch.unlisted)?;
    }
    if !batch.changes.is_empty() {
        writeln!(out, "  outside the events")?;
        write_changes(&batch.changes, out)?;
    }
    for (number, line) in (1..).zip(&batch.lines) {
        write_line(number, line, batch.batching.as_ref(), out)?;
    }
    Ok(())
}

fn write_event(event: &ExplainedEvent, out: &mut dyn Write) -> io::Result<()> {
    let (style, outcome) = match event.outcome {
        EventOutcome::Kept => (GOOD, "kept"),
        EventOutcome::Shaped => (CHANGED, "shaped"),
        EventOutcome::Dropped => (BAD, "dropped"),
        EventOutcome::Quarantined => (BAD, "quarantined"),
    };
    let kind = event.event_type.as_deref().map_or_else(|| "no type".to_owned(), plain);
    let id = event.event_id.as_deref().map(|id| format!(" {}", plain(id))).unwrap_or_default();
    let why = match (&event.rule, &event.reason) {
        (_, Some(reason)) => plain(reason),
        (Some(Rule { setting: Some(setting), .. }), _) => {
            format!("{setting} is {}", if event.outcome == EventOutcome::Dropped { "off" } else { "on" })
        }
        (Some(rule), _) => rule.clause.clone(),
        (None, None) => String::new(),
    };
    let line = event.line.map(|line| format!(", line {line}")).unwrap_or_default();
    writeln!(out, "  {:>3} {kind}{id}: {style}{outcome}{style:#}{line} {DIM}({why}){DIM:#}", event.index)?;
    if !event.flags.is_empty() {
        writeln!(out, "        {CHANGED}flagged{CHANGED:#}: {}", event.flags.join(", "))?;
    }
    write_changes(&event.changes, out)
}

/// Writes changes of one kind under one rule together.
fn write_changes(changes: &[Change], out: &mut dyn Write) -> io::Result<()> {
    let mut kinds: Vec<(&Change, Vec<&str>)> = Vec::new();
    for change in changes {
        let same = kinds.iter_mut().find(|(first, _)| first.action == change.action && first.rule == change.rule);
        match same {
            Some((_, pointers)) => pointers.push(&change.pointer),
            None => kinds.push((change, vec![&change.pointer])),
        }
    }
    for (change, pointers) in kinds {
        let action = match change.action {
            Action::Removed => "removed",
            Action::Added => "added",
            Action::Converted => "converted",
            Action::Replaced => "replaced",
        };
        let shown: Vec<String> = pointers.iter().take(SHOWN).map(|pointer| plain(pointer)).collect();
        let more = pointers.len().checked_sub(SHOWN).filter(|more| *more > 0);
        let more = more.map(|more| format!(" and {more} more")).unwrap_or_default();
        writeln!(out, "        {action} {}{more} {DIM}({}){DIM:#}", shown.join(", "), change.rule.clause)?;
    }
    Ok(())
}

fn write_line(number: u64, line: &ExplainedLine, batching: Option<&Rule>, out: &mut dyn Write) -> io::Result<()> {
    let folder = if line.folder.is_empty() { "the root of the bucket".to_owned() } else { plain(&line.folder) + "/" };
    let with = match line.batches.saturating_sub(1) {
        0 => String::new(),
        1 => " shared with 1 other batch".to_owned(),
        others => format!(" shared with {others} other batches"),
    };
    let flags = if line.flags.is_empty() { String::new() } else { format!(", flagged {}", line.flags.join(", ")) };
    writeln!(
        out,
        "  line {number}: {} bytes{with}{flags}, line {} of a file of `{}` in {GOOD}{folder}{GOOD:#} {DIM}({}{}){DIM:#}",
        line.bytes,
        line.file_line,
        plain(&line.app_name),
        batching.map(|rule| format!("{}, ", rule.clause)).unwrap_or_default(),
        line.folder_rule.clause,
    )?;
    writeln!(out, "    {}", plain(&line.text))
}

/// The text without the bytes that a terminal interprets.
fn plain(text: &str) -> String {
    visible(text).into_owned()
}
