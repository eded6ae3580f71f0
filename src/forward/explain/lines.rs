//! Finds the lines of batches by a dry run of the whole engine. Which batches share a line, and the folder of its first
//! event, depend on other batches.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;

use crate::contract::object_key::ObjectName;
use crate::forward::dry_run::{DryRunError, DryRunStore, run};
use crate::forward::input::Input;
use crate::forward::ledger::{Flag, LedgerEntry, LedgerSink, Placement};
use crate::report::{ExplainedBatch, ExplainedLine, Rule};
use crate::settings::{SettingId, Settings};

use super::mask;
use super::rules::of_clause;

/// Adds to explained batches of `input` the lines that they are written to if a run at `clock` reads the whole input. With
/// `masked`, lines and events show every name, but no value that could be personal data.
///
/// # Errors
/// If the input cannot be read to its end.
pub async fn add_lines(
    settings: &Settings,
    input: &Input,
    clock: Timestamp,
    masked: bool,
    batches: &mut [ExplainedBatch],
) -> Result<(), DryRunError> {
    let mut settings = settings.clone();
    // The text of the lines is shown.
    settings.connection.use_compression = false;
    let objects = Arc::new(DryRunStore::with_bodies());
    let numbers = batches.iter().enumerate().map(|(index, batch)| (batch.line, index)).collect();
    let mut finder =
        Finder { objects: objects.clone(), numbers, batches, masked, room: MOST_TEXT, object: None, added: Vec::new() };
    run(&settings, std::slice::from_ref(input), clock, objects, Some(&mut finder)).await?;
    if masked {
        batches.iter_mut().flat_map(|batch| &mut batch.events).for_each(mask::mask_event);
    }
    Ok(())
}

/// The largest total of the texts of all lines, in bytes.
const MOST_TEXT: usize = 64 << 20;

/// Finds the lines of the explained batches in the ledger.
struct Finder<'a> {
    objects: Arc<DryRunStore>,
    /// The batch on each line of the input.
    numbers: HashMap<u64, usize>,
    batches: &'a mut [ExplainedBatch],
    masked: bool,
    /// How many bytes of text the further lines may have.
    room: usize,
    /// The current object. The ledger has the entries of an object together, line by line.
    object: Option<ObjectLines>,
    /// Where the current line was added: the batch, and the index in its lines.
    added: Vec<(usize, usize)>,
}

struct ObjectLines {
    key: String,
    body: Bytes,
    /// The start and end of each line in the body, computed when the first is needed.
    lines: Option<Vec<(usize, usize)>>,
    line: u64,
    batches: u64,
}

impl ObjectLines {
    fn text(&mut self, line: u64) -> &str {
        let body = &self.body;
        let lines = self.lines.get_or_insert_with(|| {
            let mut start = 0;
            memchr::memchr_iter(b'\n', body).map(|end| (std::mem::replace(&mut start, end + 1), end)).collect()
        });
        let range = usize::try_from(line).ok().and_then(|line| lines.get(line.checked_sub(1)?).copied());
        let bytes = range.and_then(|(start, end)| self.body.get(start..end));
        bytes.and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

impl LedgerSink for Finder<'_> {
    fn write(&mut self, entry: &LedgerEntry<'_>) -> io::Result<()> {
        let LedgerEntry::Written(Placement { line, events, object, object_line, flags, .. }) = entry else {
            return Ok(());
        };
        if self.object.as_ref().is_none_or(|current| current.key != **object) {
            let (key, body) = (object.to_string(), self.objects.take_body(object));
            self.object = Some(ObjectLines { key, body, lines: None, line: 0, batches: 0 });
        }
        let Some(current) = &mut self.object else { return Ok(()) };
        if current.line != *object_line {
            (current.line, current.batches) = (*object_line, 0);
            self.added.clear();
        }
        current.batches += 1;
        if let Some(&index) = self.numbers.get(line) {
            let batch = &mut self.batches[index];
            let number = batch.lines.len() as u64 + 1;
            let mut carries = events.is_empty();
            for carried in events.iter() {
                if let Ok(place) = batch.events.binary_search_by_key(&u64::from(carried), |event| event.index) {
                    batch.events[place].line = Some(number);
                    carries = true;
                }
            }
            // A line without any requested event is omitted.
            if carries {
                batch.lines.push(explained(current, self.masked, *object_line, flags, &mut self.room));
                self.added.push((index, batch.lines.len() - 1));
            }
        }
        for &(batch, line) in &self.added {
            self.batches[batch].lines[line].batches = current.batches;
        }
        Ok(())
    }
}

fn explained(
    object: &mut ObjectLines,
    masked: bool,
    file_line: u64,
    flags: &[Flag],
    room: &mut usize,
) -> ExplainedLine {
    let (folder, name) = object.key.rsplit_once('/').unwrap_or(("", &object.key));
    let (folder, app_name) =
        (folder.to_owned(), name.parse().map(|name: ObjectName| name.app_name).unwrap_or_default());
    let text = object.text(file_line);
    let bytes = text.len() as u64;
    let text = match room.checked_sub(text.len()) {
        Some(left) => {
            *room = left;
            text
        }
        None => "",
    };
    ExplainedLine {
        folder,
        folder_rule: Rule { setting: Some(SettingId::StoreDataInFoldersByDate.to_string()), ..of_clause("LAY-3") },
        app_name,
        file_line,
        batches: 1,
        bytes,
        flags: flags.iter().map(ToString::to_string).collect(),
        text: if masked && !text.is_empty() { mask::mask(text) } else { text.to_owned() },
    }
}
