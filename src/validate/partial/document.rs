//! A partial as it is written.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::terms::Terms;
use crate::report::Histogram;
use crate::report::model::Tool;

/// A partial: gzip of one JSON document, written by `validate --partial` and read by `report merge`. It has no value of an
/// event; names of files and apps are in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PartialDocument {
    /// The version of this format: 1.
    pub(super) partial: u32,
    /// The program that wrote it. Only the same version reads it.
    pub(super) tool: Tool,
    /// What was to be checked.
    pub(super) target: String,
    /// The options; parts are merged only if they have the same ones.
    pub(super) options: Terms,
    /// The shards that it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) shards: Option<Shards>,
    /// The files of each part that is in it.
    pub(super) files: Vec<FileList>,
    /// Whether everything that was to be read was read.
    pub(super) complete: bool,
    /// The start of the run, RFC 3339 in UTC.
    pub(super) started_at: String,
    /// The duration of the run in milliseconds.
    pub(super) milliseconds: u64,
    /// Whether it stopped at `--max-errors`.
    #[serde(default)]
    pub(super) stopped: bool,
    /// Whether it was interrupted.
    #[serde(default)]
    pub(super) cancelled: bool,
    /// How much was read.
    pub(super) counts: Counts,
    /// Inputs that could not be read completely.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) errors: Vec<ErrorText>,
    /// Further errors that are only counted.
    #[serde(default)]
    pub(super) more_errors: u64,
    /// What is wrong.
    pub(super) faults: FaultList,
    /// What the documentation leaves open.
    pub(super) open: FaultList,
    /// Files by what they hold, of at most 65,536 contents.
    pub(super) alike: Vec<AlikeFiles>,
    /// Files that are not compared with others.
    #[serde(default)]
    pub(super) not_compared: u64,
    /// Folders, sizes and dates of the files.
    pub(super) stored: StoredFiles,
    /// What a bucket shows beside its lines; absent where no object was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) bucket: Option<BucketCounts>,
    /// What the valid lines contain, if this was requested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) contents: Option<TallyCounts>,
}

/// The shards of a partial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Shards {
    /// How many shards there are.
    pub(super) of: u32,
    /// The numbers of those that are in this partial, from 1.
    pub(super) numbers: Vec<u32>,
}

/// The files of one part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FileList {
    /// How many there are.
    pub(super) count: u64,
    /// The sum of the hashes of their names, in hexadecimal digits.
    pub(super) hash: String,
}

/// How much was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Counts {
    /// Files, verification objects included.
    pub(super) files: u64,
    /// Files whose names were checked.
    pub(super) names: u64,
    /// Verification objects.
    pub(super) verification_objects: u64,
    /// Objects that were deleted after they were listed.
    pub(super) vanished: u64,
    /// Files that were not read.
    pub(super) unread: u64,
    /// Files left out because of their dates.
    pub(super) other_dates: u64,
    /// Files without a date.
    pub(super) undated: u64,
    /// Lines.
    pub(super) lines: u64,
    /// Lines without text.
    pub(super) blank_lines: u64,
    /// Lines with a fault.
    pub(super) wrong_lines: u64,
    /// Lines with more faults than were looked for.
    pub(super) cut_lines: u64,
    /// Bytes of text.
    pub(super) text_bytes: u64,
    /// Bytes as stored.
    pub(super) stored_bytes: u64,
    /// Lines for which the fast check and the schema disagree.
    pub(super) disagreements: u64,
}

/// An input that could not be read completely.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ErrorText {
    /// The error with its causes.
    pub(super) message: String,
    /// Whether the target caused it: it is unreachable, or refuses.
    pub(super) of_target: bool,
}

/// Faults by cause: the thousand causes with the smallest hashes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FaultList {
    /// The causes.
    pub(super) causes: Vec<CauseEntry>,
    /// Faults of other causes, by clause.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) unlisted: BTreeMap<String, u64>,
    /// The files with most faults, and how many each has.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) worst_files: BTreeMap<String, u64>,
    /// The number of other files with faults.
    #[serde(default)]
    pub(super) more_files: u64,
}

/// The faults of one cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CauseEntry {
    /// The clause or the setting.
    pub(super) clause: String,
    /// JSON Pointer with `*` for each index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) place: Option<String>,
    /// What was expected.
    pub(super) expected: String,
    /// How many faults there are.
    pub(super) count: u64,
    /// The first places by name and line, at most five.
    pub(super) places: Vec<PlaceEntry>,
}

/// The place of a fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PlaceEntry {
    /// The file or object.
    pub(super) object: String,
    /// The line, from 1; 0 for the file.
    pub(super) line: u64,
    /// JSON Pointer into the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) pointer: Option<String>,
    /// What was found, masked.
    pub(super) found: String,
}

/// Files with one content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AlikeFiles {
    /// The hash of the content, in hexadecimal digits.
    pub(super) content: String,
    /// The number of files.
    pub(super) count: u64,
    /// The first names, and the hash of the bytes of each.
    pub(super) first: Vec<(String, String)>,
}

/// Folders, sizes and dates of the files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StoredFiles {
    /// Files and stored bytes by folder: the thousand folders with the smallest hashes.
    pub(super) folders: BTreeMap<String, (u64, u64)>,
    /// Files and stored bytes of other folders.
    pub(super) other_folders: (u64, u64),
    /// Files by stored bytes.
    pub(super) sizes: Histogram,
    /// Files by the time in their names.
    pub(super) times: DayCounts,
    /// Stored bytes by the time in the files' names.
    pub(super) bytes: DayCounts,
    /// The smallest and the largest file in stored bytes; absent where nothing was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) extremes: Option<(u64, u64)>,
    /// Gzip files whose names end in `.txt`.
    #[serde(default)]
    pub(super) hidden_gzip: u64,
}

/// Counts by day and by hour of the day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DayCounts {
    /// By the number of the day since 1970-01-01 in UTC.
    #[schemars(with = "BTreeMap<String, u64>")]
    pub(super) days: BTreeMap<i64, u64>,
    /// By the 24 hours of the day.
    pub(super) hours: Vec<u64>,
}

/// What a bucket shows beside its lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BucketCounts {
    /// Objects of the export that were opened.
    pub(super) objects: u64,
    /// The hours with a file, one bit for each, by the number of the day since 1970-01-01 in UTC.
    #[schemars(with = "BTreeMap<String, u32>")]
    pub(super) hours: BTreeMap<i64, u32>,
    /// The first and the last day of each field in the first lines of the files: the 2,000 fields with the smallest hashes.
    pub(super) fields: BTreeMap<String, (i64, i64)>,
    /// The days with such lines.
    pub(super) sampled_days: Vec<i64>,
    /// The number of such lines.
    pub(super) sampled_lines: u64,
    /// Objects by encryption.
    pub(super) encryption: BTreeMap<String, u64>,
    /// Objects by Content-Type.
    pub(super) content_types: BTreeMap<String, u64>,
    /// Objects by Content-Encoding.
    pub(super) content_encodings: BTreeMap<String, u64>,
    /// Objects that the export did not write.
    pub(super) foreign: u64,
    /// The first of them, at most ten.
    pub(super) first_foreign: Vec<String>,
}

/// What the valid lines contain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TallyCounts {
    /// Batches.
    pub(super) batches: u64,
    /// The known types of events.
    pub(super) event_types: Vec<String>,
    /// Events of each known type; the last is any other type.
    pub(super) events: Vec<u64>,
    /// Batches by environment.
    pub(super) environments: BTreeMap<String, u64>,
    /// Batches by app, as the JSON text of its name: the thousand apps with the smallest hashes.
    pub(super) apps: BTreeMap<String, u64>,
    /// Batches of other apps, or without one.
    pub(super) other_apps: u64,
    /// The earliest and the latest time of an event, in milliseconds since 1970-01-01 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) event_times: Option<(i64, i64)>,
    /// Events whose time is before 2010 or more than a year after the run.
    pub(super) outliers: u64,
    /// Events by the delay from the event to the receipt of its batch.
    pub(super) delays: Histogram,
    /// Events by the time when they happened.
    pub(super) times: DayCounts,
    /// Bytes of the longest line.
    pub(super) longest: u64,
    /// The sample of batch ids, where they are compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) batch_ids: Option<IdSample>,
    /// The sample of event ids.
    pub(super) event_ids: IdSample,
}

/// A sample of ids: those whose hashes begin with a number of zero bits, at most 131,072.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct IdSample {
    /// The number of zero bits.
    pub(super) zeros: u32,
    /// The hashes in ascending order, 16 hexadecimal digits each.
    pub(super) hashes: String,
    /// The files of the places, in ascending order.
    pub(super) files: Vec<String>,
    /// Where each id came first: the index of the file, and the line.
    pub(super) first: Vec<(u32, u32)>,
    /// The ids that came more than once: the index of each hash, how often it came, and its second place.
    pub(super) repeated: Vec<(u32, u32, u32, u32)>,
}
