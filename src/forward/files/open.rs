//! The open files: one for each app and folder (LAY-5). A file closes by size, count, age, or because all open files
//! together are too large (U-20).

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use sha2::{Digest, Sha256};

use crate::contract::object_key::{ObjectKey, ObjectName};
use crate::settings::Settings;

use crate::forward::batch::{Carried, Group, Line};
use crate::forward::clock::Clock;

/// The lines of a file, each with its newline.
#[derive(Debug, Default)]
pub(crate) struct Content {
    pub(crate) text: Vec<u8>,
    /// The content of each line.
    pub(crate) lines: Vec<Carried>,
}

/// A closed file. Its name and bytes are fixed before the first attempt to store it.
#[derive(Debug)]
pub(crate) struct ClosedFile {
    pub(crate) key: ObjectKey,
    pub(crate) content: Content,
    /// The number of the file in this run, in the order of closing.
    pub(crate) number: u64,
}

/// An open file.
struct OpenFile {
    /// When it was opened, and its number in this run, which gives the oldest file even with a fixed clock.
    age: (Timestamp, u64),
    content: Content,
}

/// All open files.
pub(crate) struct Files {
    settings: Settings,
    clock: Arc<dyn Clock>,
    random: Option<ChaCha8Rng>,
    /// The limit of all open files in bytes. Above it the oldest file closes.
    budget: u64,
    open: HashMap<Group, OpenFile>,
    /// The groups of the open files by the time of their opening and their number, so that the first is the oldest.
    by_age: BTreeMap<(Timestamp, u64), Group>,
    opened: u64,
    closed: u64,
    bytes: u64,
    /// The time in the newest name.
    named_at: Timestamp,
}

/// The range of random numbers in names (U-13).
pub(crate) const NUMBERS: std::ops::RangeInclusive<u32> = 10_000..=99_999;

impl Files {
    pub(crate) fn new(settings: Settings, clock: Arc<dyn Clock>, random: Option<ChaCha8Rng>, budget: u64) -> Self {
        Self {
            settings,
            clock,
            random,
            budget,
            open: HashMap::new(),
            by_age: BTreeMap::new(),
            opened: 0,
            closed: 0,
            bytes: 0,
            named_at: Timestamp::MIN,
        }
    }

    /// Adds a line to its file, and returns the files that had to close.
    pub(crate) fn push(&mut self, line: Line) -> Vec<ClosedFile> {
        let limits = &self.settings.engine;
        let length = line.text.len() as u64 + 1;
        let mut closed = Vec::new();
        let full = self.open.get(&line.group).is_some_and(|OpenFile { content, .. }| {
            content.text.len() as u64 + length > limits.max_file_bytes
                || content.lines.len() as u64 >= limits.max_file_lines
        });
        if full {
            closed.extend(self.close(&line.group));
        }
        let OpenFile { content, .. } = self.open.entry(line.group).or_insert_with_key(|group| {
            self.opened += 1;
            let age = (self.clock.now(), self.opened);
            self.by_age.insert(age, group.clone());
            OpenFile { age, content: Content::default() }
        });
        content.text.extend_from_slice(line.text.as_bytes());
        content.text.push(b'\n');
        content.lines.push(line.carried);
        self.bytes += length;
        while self.bytes > self.budget
            && let Some((_, oldest)) = self.by_age.first_key_value()
        {
            closed.extend(self.close(&oldest.clone()));
        }
        closed
    }

    /// The time until a file is too old; `None` if no file is open or time does not advance.
    pub(crate) fn next_closing(&self) -> Option<Duration> {
        if !self.clock.runs() {
            return None;
        }
        let end = self.next_age_end()?;
        Some(Duration::try_from(end.duration_since(self.clock.now())).unwrap_or_default())
    }

    /// When the oldest file will be too old.
    pub(crate) fn next_age_end(&self) -> Option<Timestamp> {
        let ((opened_at, _), _) = self.by_age.first_key_value()?;
        opened_at.checked_add(self.max_age()).ok()
    }

    /// Closes the files that are too old.
    pub(crate) fn close_aged(&mut self) -> Vec<ClosedFile> {
        let (now, max_age) = (self.clock.now(), self.max_age());
        // A clock that was set back makes no file older.
        let is_aged =
            |group: &&Group| self.open.get(*group).is_some_and(|file| now.duration_since(file.age.0) >= max_age);
        let aged: Vec<Group> = self.by_age.values().take_while(is_aged).cloned().collect();
        aged.iter().filter_map(|group| self.close(group)).collect()
    }

    /// The groups of the open files, the oldest file first.
    pub(crate) fn groups(&self) -> impl Iterator<Item = &Group> {
        self.by_age.values()
    }

    /// Closes the file of this group, if one is open.
    pub(crate) fn close(&mut self, group: &Group) -> Option<ClosedFile> {
        let OpenFile { age, content } = self.open.remove(group)?;
        self.by_age.remove(&age);
        self.bytes -= content.text.len() as u64;
        let now = self.name_time();
        let Settings { connection, engine, .. } = &self.settings;
        let gz = connection.use_compression && engine.gzip_suffix;
        let drawn = match &mut self.random {
            Some(random) => random.random_range(NUMBERS),
            None => number_of(&content.text),
        };
        let name = ObjectName::new(&group.app_name, now, drawn, gz);
        let folder = connection.folder_name.as_ref().map(|folder| folder.as_str().to_owned());
        self.closed += 1;
        Some(ClosedFile { key: ObjectKey { folder, date: group.date, name }, content, number: self.closed })
    }

    /// The current time in whole microseconds. It never returns a time twice, so that no two files of a run have the
    /// same name.
    fn name_time(&mut self) -> Timestamp {
        let least = self.named_at.checked_add(SignedDuration::from_micros(1)).unwrap_or(self.named_at);
        self.named_at = self.clock.now().max(least);
        self.named_at
    }

    fn max_age(&self) -> SignedDuration {
        i64::try_from(self.settings.engine.max_file_age_seconds).map_or(SignedDuration::MAX, SignedDuration::from_secs)
    }
}

/// A number in a name that depends on the content.
fn number_of(text: &[u8]) -> u32 {
    let hash = Sha256::digest(text);
    let drawn = hash.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte));
    let count = u64::from(NUMBERS.end() - NUMBERS.start() + 1);
    NUMBERS.start() + u32::try_from(drawn % count).unwrap_or_default()
}
