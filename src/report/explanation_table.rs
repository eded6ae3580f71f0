//! Each event's way, for a person at a terminal.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::{Action, Change, ExplainedBatch, ExplainedEvent, ExplainedLine, ExplanationReport, Rule, Way};

const BAD: Style = AnsiColor::Red.on_default().bold();
const GOOD: Style = AnsiColor::Green.on_default();
const CHANGED: Style = AnsiColor::Yellow.on_default();
const DIM: Style = Style::new().dimmed();

/// How many pointers of one kind of change a person is shown at once.
const SHOWN: usize = 4;

/// Writes each batch with the way of its events, what changes around them, and the lines that it becomes.
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
        writeln!(out, "\n… and more: --limit says how many batches are told")?;
    }
    Ok(())
}

fn write_batch(batch: &ExplainedBatch, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}:{}", plain(&batch.input), batch.line)?;
    if let Some(reason) = &batch.quarantined {
        writeln!(out, "  {BAD}quarantined{BAD:#} as a whole: {}", plain(reason))?;
    }
    if let Some(rule) = &batch.dropped_by {
        writeln!(out, "  {BAD}dropped{BAD:#} as a whole, no event is left in it: {}", told(rule))?;
    }
    for event in &batch.events {
        write_event(event, out)?;
    }
    if !batch.changes.is_empty() {
        writeln!(out, "  around the events")?;
        write_changes(&batch.changes, out)?;
    }
    for (number, line) in (1..).zip(&batch.lines) {
        write_line(number, line, out)?;
    }
    Ok(())
}

fn write_event(event: &ExplainedEvent, out: &mut dyn Write) -> io::Result<()> {
    let (style, way) = match event.way {
        Way::Kept => (GOOD, "kept"),
        Way::Shaped => (CHANGED, "shaped"),
        Way::Dropped => (BAD, "dropped"),
        Way::Quarantined => (BAD, "quarantined"),
    };
    let kind = event.event_type.as_deref().map_or_else(|| "no type".to_owned(), plain);
    let id = event.event_id.as_deref().map(|id| format!(" {}", plain(id))).unwrap_or_default();
    let why = match (&event.rule, &event.reason) {
        (_, Some(reason)) => reason.clone(),
        (Some(Rule { setting: Some(setting), sentence, .. }), _) if event.way == Way::Dropped => {
            format!("{setting} is off. {sentence}")
        }
        (Some(Rule { setting: Some(setting), .. }), _) => format!("{setting} is on"),
        (Some(rule), _) => told(rule),
        (None, None) => String::new(),
    };
    let line = event.line.map(|line| format!(", line {line}")).unwrap_or_default();
    writeln!(out, "  {:>3} {kind}{id}: {style}{way}{style:#}{line} {DIM}({why}){DIM:#}", event.index)?;
    write_changes(&event.changes, out)
}

/// Changes of one kind under one rule are told together.
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
        write!(out, "        {action} {}{more} ", shown.join(", "))?;
        match &change.rule {
            Some(rule) => writeln!(out, "{DIM}({}){DIM:#}", told(rule))?,
            None => writeln!(out, "{BAD}(no rule asks for this: it is a bug){BAD:#}")?,
        }
    }
    Ok(())
}

fn write_line(number: u64, line: &ExplainedLine, out: &mut dyn Write) -> io::Result<()> {
    let folder = if line.folder.is_empty() { "the root of the bucket".to_owned() } else { plain(&line.folder) + "/" };
    writeln!(
        out,
        "  line {number}: {} event{} in {} bytes, a file of `{}` in {GOOD}{folder}{GOOD:#} {DIM}({}, {}){DIM:#}",
        line.events,
        if line.events == 1 { "" } else { "s" },
        line.bytes,
        plain(&line.app_name),
        line.rule.clause,
        line.folder_rule.clause,
    )?;
    writeln!(out, "    {}", plain(&line.text))
}

fn told(rule: &Rule) -> String {
    format!("{}: {}", rule.clause, rule.sentence)
}

/// Text of the input without what a terminal would obey.
fn plain(text: &str) -> String {
    if !text.contains(char::is_control) {
        return text.to_owned();
    }
    text.chars().map(|c| if c.is_control() { c.escape_default().to_string() } else { c.to_string() }).collect()
}
