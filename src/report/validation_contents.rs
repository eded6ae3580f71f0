//! What validated lines hold, for a person at a terminal.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::human::DIM;
use super::{Contents, FolderShare, Repeated};

/// So many rows of a table of counts are shown.
const ROWS: usize = 30;

/// Writes the contents of `files` files.
pub(super) fn write_contents(contents: &Contents, files: u64, out: &mut dyn Write) -> io::Result<()> {
    let events: u64 = contents.events.values().sum();
    writeln!(
        out,
        "{} batches, {events} events, the longest line has {} bytes",
        contents.batches, contents.longest_line
    )?;
    if let (Some(first), Some(last)) = (&contents.first_event, &contents.last_event) {
        writeln!(out, "events from {first} to {last}")?;
    }
    write_counts("events", &contents.events, events, out)?;
    write_counts("environments", &contents.environments, contents.batches, out)?;
    write_counts("apps", &contents.apps, contents.batches, out)?;
    write_lateness(contents, out)?;
    write_files(contents, files, out)?;
    for (what, Repeated { count, exact }) in
        [("batch_id", &contents.repeated_batches), ("event_id", &contents.repeated_events)]
    {
        if *count > 0 {
            let about = if *exact { "" } else { "about " };
            writeln!(out, "{about}{count} came again with the {what} of one before")?;
        }
    }
    writeln!(out)
}

fn write_lateness(contents: &Contents, out: &mut dyn Write) -> io::Result<()> {
    let late = &contents.lateness;
    let counts = [late.within_a_minute, late.within_an_hour, late.within_a_day, late.later];
    let all: u64 = counts.iter().sum();
    if all == 0 {
        return Ok(());
    }
    writeln!(out, "{DIM}events by how long after them their batch was received{DIM:#}")?;
    for (name, count) in ["within a minute", "within an hour", "within a day", "later"].iter().zip(counts) {
        write_row(count, all, name, out)?;
    }
    Ok(())
}

fn write_files(contents: &Contents, files: u64, out: &mut dyn Write) -> io::Result<()> {
    if contents.folders.is_empty() {
        return Ok(());
    }
    let sizes = &contents.sizes;
    let stored: u64 = contents.folders.values().map(|folder| folder.stored_bytes).sum();
    let [all, smallest, largest] = [stored, sizes.smallest, sizes.largest].map(bytes);
    writeln!(out, "{DIM}files: {all} as stored, from {smallest} to {largest}{DIM:#}")?;
    let rows = [
        (sizes.to_64_kib, "up to 64 KiB"),
        (sizes.to_1_mib, "up to 1 MiB"),
        (sizes.to_16_mib, "up to 16 MiB"),
        (sizes.larger, "larger"),
    ];
    for (count, name) in rows {
        write_row(count, files, name, out)?;
    }
    if contents.folders.len() == 1 {
        return Ok(());
    }
    writeln!(out, "{DIM}files by folder{DIM:#}")?;
    let mut rows: Vec<(&String, &FolderShare)> = contents.folders.iter().collect();
    rows.sort_by(|a, b| b.1.files.cmp(&a.1.files).then_with(|| a.0.cmp(b.0)));
    for (name, folder) in rows.iter().take(ROWS) {
        let name = if name.is_empty() { "." } else { name };
        write_row(folder.files, files, &format!("{name} ({})", bytes(folder.stored_bytes)), out)?;
    }
    write_rest(rows.len(), out)
}

fn write_counts(title: &str, counts: &BTreeMap<String, u64>, all: u64, out: &mut dyn Write) -> io::Result<()> {
    let mut rows: Vec<(&String, &u64)> = counts.iter().filter(|(_, count)| **count > 0).collect();
    rows.sort_by(|a, b| b.1.cmp(a.1));
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "{DIM}{title}{DIM:#}")?;
    for (name, count) in rows.iter().take(ROWS) {
        write_row(**count, all, name, out)?;
    }
    write_rest(rows.len(), out)
}

fn write_row(count: u64, all: u64, name: &str, out: &mut dyn Write) -> io::Result<()> {
    match count {
        0 => Ok(()),
        _ if name.trim().is_empty() => write_row(count, all, "(an empty name)", out),
        _ => writeln!(out, "{count:>12} {:>5.1} %  {name}", count as f64 * 100.0 / all.max(1) as f64),
    }
}

fn write_rest(rows: usize, out: &mut dyn Write) -> io::Result<()> {
    if rows > ROWS { writeln!(out, "{:>12} more", rows - ROWS) } else { Ok(()) }
}

/// Bytes in the unit that a person would choose.
pub(super) fn bytes(count: u64) -> String {
    match count {
        0..1_000 => format!("{count} B"),
        1_000..1_000_000 => format!("{:.1} kB", count as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", count as f64 / 1e6),
        _ => format!("{:.1} GB", count as f64 / 1e9),
    }
}
