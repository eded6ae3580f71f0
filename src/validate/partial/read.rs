//! Writes and reads partials.

use std::io::{Read, Write};

use flate2::write::GzEncoder;
use jiff::Timestamp;
use serde::Deserialize;

use super::document::{
    AlikeFiles, BucketCounts, Counts, ErrorText, FaultList, FileList, PartialDocument, Shards, StoredFiles, TallyCounts,
};
use super::shard::Shard;
use super::{KeySum, Partial, numbers};
use crate::contract::schema::{Edition, Form};
use crate::ndjson::Decoded;
use crate::report::model::Tool;
use crate::validate::contents::Tally;
use crate::validate::input::InputError;
use crate::validate::outcome::{Outcome, chain};
use crate::validate::validator::Validator;

/// The version of the format.
const FORMAT: u32 = 1;

/// The largest text of a partial in bytes.
const MOST: u64 = 64 << 20;

/// Why bytes are not a partial that can be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PartialError {
    /// It is something else, or was cut.
    #[error("it is no partial of `validate --partial`, or not the whole of one: {0}")]
    Other(String),
    /// It was written by another version.
    #[error("it was written by version {found} of the program and this is {own}: make all partials with one version")]
    Version {
        /// The version that wrote it.
        found: String,
        /// This version.
        own: String,
    },
    /// It was changed.
    #[error("it is damaged: it has {0}; make it again")]
    Damaged(&'static str),
}

/// What a partial has that no run writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Damaged(pub(super) &'static str);

impl From<Damaged> for PartialError {
    fn from(Damaged(what): Damaged) -> Self {
        Self::Damaged(what)
    }
}

/// The part of a document that says which version it is.
#[derive(Deserialize)]
struct Head {
    partial: u32,
    tool: Tool,
}

impl Partial {
    /// The partial as a file: gzip of a JSON document whose schema is published as `partial`.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Neither can fail: every key is a text or a number, and the writer is memory.
        let text = serde_json::to_vec(&self.document()).unwrap_or_default();
        let mut gzip = GzEncoder::new(Vec::new(), flate2::Compression::default());
        let _ = gzip.write_all(&text);
        gzip.finish().unwrap_or_default()
    }

    /// Reads what [`Self::to_bytes`] gave, or its text.
    ///
    /// # Errors
    /// If it is something else, was written by another version, or was changed.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PartialError> {
        let other = |error: &dyn std::error::Error| PartialError::Other(error.to_string());
        let mut text = Vec::new();
        let mut decoded = Decoded::new(bytes).map_err(|error| other(&error))?.take(MOST + 1);
        decoded.read_to_end(&mut text).map_err(|error| other(&error))?;
        if text.len() as u64 > MOST {
            return Err(PartialError::Other(format!("it has more than {MOST} bytes of text")));
        }
        let head: Head = serde_json::from_slice(&text).map_err(|error| other(&error))?;
        let own = Tool::default().version;
        if head.partial != FORMAT || head.tool.version != own {
            return Err(PartialError::Version { found: head.tool.version, own });
        }
        serde_json::from_slice::<numbers::Document>(&text).map_err(|error| {
            match error.to_string().starts_with(numbers::TOO_LARGE) {
                true => PartialError::Damaged(numbers::TOO_LARGE),
                false => other(&error),
            }
        })?;
        let document: PartialDocument = serde_json::from_slice(&text).map_err(|error| other(&error))?;
        drop(text);
        Ok(document.read()?)
    }

    fn document(&self) -> PartialDocument {
        let outcome = &self.outcome;
        PartialDocument {
            partial: FORMAT,
            tool: Tool::default(),
            target: self.target.clone(),
            options: self.terms.clone(),
            shards: self
                .shards
                .as_ref()
                .map(|(of, numbers)| Shards { of: *of, numbers: Vec::from_iter(numbers.clone()) }),
            files: self.files.iter().map(|files| FileList { count: files.count, hash: hex(files.hash) }).collect(),
            complete: self.is_complete(),
            started_at: outcome.started_at.to_string(),
            milliseconds: outcome.milliseconds,
            stopped: outcome.stopped,
            cancelled: outcome.cancelled,
            counts: Counts::of(outcome),
            errors: outcome.errors.iter().map(ErrorText::of).collect(),
            more_errors: outcome.more_errors,
            faults: FaultList::of(&outcome.faults),
            open: FaultList::of(&outcome.open),
            alike: AlikeFiles::of(&outcome.alike),
            not_compared: outcome.alike.others,
            stored: StoredFiles::of(&outcome.contents),
            bucket: BucketCounts::of(&outcome.observed),
            contents: outcome.tally.as_ref().map(|tally| TallyCounts::of(tally, &outcome.event_types)),
        }
    }
}

impl PartialDocument {
    fn read(self) -> Result<Partial, Damaged> {
        let shards = match self.shards {
            None => None,
            Some(Shards { of, numbers }) if numbers.iter().all(|number| Shard::new(*number, of).is_ok()) => {
                Some((of, numbers.into_iter().collect()))
            }
            Some(_) => return Err(Damaged("a shard that there cannot be")),
        };
        let files = self.files.into_iter().map(|files| Ok(KeySum { count: files.count, hash: of_hex(&files.hash)? }));
        let started_at: Timestamp = self.started_at.parse().map_err(|_| Damaged("a start that is no time"))?;
        if self.options.summary != self.contents.is_some() {
            return Err(Damaged("contents that do not fit its options"));
        }
        let validator = Validator::new(edition(&self.options.schema)?);
        let event_types: Vec<String> = validator.event_types().map(str::to_owned).collect();
        let tally = self.contents.map(|counts| counts.read(Tally::new(&validator), &event_types)).transpose()?;
        let mut outcome = Outcome::of_part(started_at, self.milliseconds, tally);
        outcome.event_types = event_types;
        outcome.faults = self.faults.read()?;
        outcome.open = self.open.read()?;
        outcome.alike = AlikeFiles::read(self.alike, self.not_compared)?;
        outcome.contents = self.stored.read()?;
        outcome.observed = self.bucket.map(BucketCounts::read).unwrap_or_default();
        outcome.errors = self.errors.into_iter().map(ErrorText::read).collect();
        outcome.more_errors = self.more_errors;
        outcome.stopped = self.stopped;
        outcome.cancelled = self.cancelled;
        self.counts.put(&mut outcome);
        let files = files.collect::<Result<_, Damaged>>()?;
        Ok(Partial { target: self.target, terms: self.options, shards, files, outcome })
    }
}

/// The edition whose schema has this name.
fn edition(schema: &str) -> Result<Edition, Damaged> {
    let (name, strict) = schema.strip_suffix(".strict").map_or((schema, false), |name| (name, true));
    let form = match name {
        "batch" => Form::Outbound,
        "raw-batch" => Form::Inbound,
        _ => return Err(Damaged("a schema that is not known")),
    };
    Ok(Edition { form, strict })
}

impl Counts {
    fn of(outcome: &Outcome) -> Self {
        Self {
            files: outcome.files,
            names: outcome.names,
            verification_objects: outcome.verifications,
            vanished: outcome.vanished,
            unread: outcome.unread,
            other_dates: outcome.other_dates,
            undated: outcome.undated,
            lines: outcome.lines,
            wrong_lines: outcome.wrong_lines,
            cut_lines: outcome.cut_lines,
            blank_lines: outcome.blank_lines,
            text_bytes: outcome.text_bytes,
            stored_bytes: outcome.stored_bytes,
            disagreements: outcome.disagreements,
        }
    }

    fn put(self, outcome: &mut Outcome) {
        outcome.files = self.files;
        outcome.names = self.names;
        outcome.verifications = self.verification_objects.min(self.files);
        outcome.vanished = self.vanished;
        outcome.unread = self.unread;
        outcome.other_dates = self.other_dates;
        outcome.undated = self.undated;
        outcome.lines = self.lines;
        outcome.wrong_lines = self.wrong_lines;
        outcome.cut_lines = self.cut_lines;
        outcome.blank_lines = self.blank_lines;
        outcome.text_bytes = self.text_bytes;
        outcome.stored_bytes = self.stored_bytes;
        outcome.disagreements = self.disagreements;
    }
}

impl ErrorText {
    fn of(error: &InputError) -> Self {
        Self { message: chain(error), of_target: error.is_of_target() }
    }

    fn read(self) -> InputError {
        InputError::Recorded { message: self.message, is_of_target: self.of_target }
    }
}

pub(super) fn hex(hash: u64) -> String {
    format!("{hash:016x}")
}

pub(super) fn of_hex(text: &str) -> Result<u64, Damaged> {
    let is_hex = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let hash = is_hex.then(|| u64::from_str_radix(text, 16).ok()).flatten();
    hash.ok_or(Damaged("a hash that is not 16 hexadecimal digits"))
}
