//! The lines that batches end in, found by running the whole engine over the input: what is gathered with a batch, and
//! which folder the first event of the whole line calls for, no batch says alone.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use jiff::Timestamp;

use crate::contract::object_key::ObjectName;
use crate::forward::dry_run::{DryRunError, run};
use crate::forward::ledger::{Flag, LedgerEntry, LedgerSink, Placement};
use crate::forward::source::Input;
use crate::report::{ExplainedBatch, ExplainedLine, Rule};
use crate::settings::{SettingId, Settings};
use crate::store::{Body, Object, ObjectMeta, Page, Store, StoreError};

use super::{mask, of_clause};

/// Adds to explained batches of `input` the lines that they end in when a forwarding run at `clock` reads all of it. With
/// `masked`, the lines show every name, but no value that could tell of a person.
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
    // It is the text that is told.
    settings.connection.use_compression = false;
    let objects = Arc::new(Objects::default());
    let numbers = batches.iter().enumerate().map(|(index, batch)| (batch.line, index)).collect();
    let mut finder = Finder { objects: objects.clone(), numbers, batches, masked, object: None, noted: Vec::new() };
    run(&settings, std::slice::from_ref(input), clock, objects, Some(&mut finder)).await?;
    Ok(())
}

/// A bucket that keeps an object until the journal has heard of all its lines.
#[derive(Debug, Default)]
struct Objects {
    bodies: Mutex<HashMap<String, Bytes>>,
}

impl Objects {
    fn take(&self, key: &str) -> Bytes {
        self.bodies.lock().unwrap_or_else(PoisonError::into_inner).remove(key).unwrap_or_default()
    }
}

#[async_trait]
impl Store for Objects {
    fn name(&self) -> String {
        "lines to tell of".to_owned()
    }

    async fn put(&self, object: &Object) -> Result<(), StoreError> {
        let mut bodies = self.bodies.lock().unwrap_or_else(PoisonError::into_inner);
        bodies.insert(object.key.clone(), object.body.clone());
        Ok(())
    }

    async fn get(&self, key: &str) -> Result<Body, StoreError> {
        Err(StoreError::answered("GetObject", key, 404, Some("NoSuchKey"), "nothing is kept in a dry_run"))
    }

    async fn head(&self, _: &str) -> Result<Option<ObjectMeta>, StoreError> {
        Ok(None)
    }

    async fn list(&self, _: &str, _: Option<&str>) -> Result<Page, StoreError> {
        Ok(Page::default())
    }

    async fn delete(&self, _: &str) -> Result<(), StoreError> {
        Ok(())
    }

    async fn create_bucket(&self) -> Result<(), StoreError> {
        Ok(())
    }
}

/// Listens to the ledger for the lines of the batches that are explained.
struct Finder<'a> {
    objects: Arc<Objects>,
    /// Which batch stands on a line of the input.
    numbers: HashMap<u64, usize>,
    batches: &'a mut [ExplainedBatch],
    masked: bool,
    /// The object whose lines are being told: an object is told as a whole, line after line.
    object: Option<Telling>,
    /// Where the line that is being told was noted: batch and place in its lines.
    noted: Vec<(usize, usize)>,
}

struct Telling {
    key: String,
    body: Bytes,
    /// Where each line begins and ends in the body, worked out when the first is asked for.
    lines: Option<Vec<(usize, usize)>>,
    line: u64,
    batches: u64,
}

impl Telling {
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
        if self.object.as_ref().is_none_or(|telling| telling.key != **object) {
            let (key, body) = (object.to_string(), self.objects.take(object));
            self.object = Some(Telling { key, body, lines: None, line: 0, batches: 0 });
        }
        let Some(telling) = &mut self.object else { return Ok(()) };
        if telling.line != *object_line {
            (telling.line, telling.batches) = (*object_line, 0);
            self.noted.clear();
        }
        telling.batches += 1;
        if let Some(&index) = self.numbers.get(line) {
            let batch = &mut self.batches[index];
            let number = batch.lines.len() as u64 + 1;
            let mut carries = events.is_empty();
            for event in &mut batch.events {
                if events.iter().any(|carried| u64::from(carried) == event.index) {
                    event.line = Some(number);
                    carries = true;
                }
            }
            // A line without any of the events that were asked for is not asked for either.
            if carries {
                batch.lines.push(explained(telling, self.masked, *object_line, flags));
                self.noted.push((index, batch.lines.len() - 1));
            }
        }
        for &(batch, line) in &self.noted {
            self.batches[batch].lines[line].batches = telling.batches;
        }
        Ok(())
    }
}

fn explained(telling: &mut Telling, masked: bool, file_line: u64, flags: &[Flag]) -> ExplainedLine {
    let (folder, name) = telling.key.rsplit_once('/').unwrap_or(("", &telling.key));
    let (folder, app_name) =
        (folder.to_owned(), name.parse().map(|name: ObjectName| name.app_name).unwrap_or_default());
    let text = telling.text(file_line);
    ExplainedLine {
        folder,
        folder_rule: Rule { setting: Some(SettingId::StoreDataInFoldersByDate.to_string()), ..of_clause("LAY-3") },
        app_name,
        file_line,
        batches: 1,
        bytes: text.len() as u64,
        flags: flags.iter().map(ToString::to_string).collect(),
        text: if masked { mask::mask(text) } else { text.to_owned() },
    }
}
