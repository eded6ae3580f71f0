//! What one part of a run knows, so that the parts of one export can be checked on many machines: the report of the merged parts
//! is the report of the whole.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use mp_forwarding::contract::schema::{Edition, Form};
//! use mp_forwarding::validate::{Input, Options, Partial, validate};
//!
//! let options = Options::new(Edition { form: Form::Outbound, strict: false });
//! let check = |name: &str| {
//!     let inputs = [Input::reader(name, &b"{\"events\":[],\"environment\":\"production\"}\n"[..])];
//!     Partial::new(validate(&inputs, &options, &|_| {}), &inputs, &options).to_bytes()
//! };
//! let parts = vec![Partial::from_bytes(&check("a"))?, Partial::from_bytes(&check("b"))?];
//! let report = Partial::merge(parts)?.into_whole_report();
//! assert!(report.is_ok() && report.summary.lines == 2);
//! # Ok(())
//! # }
//! ```

mod contents;
mod document;
mod faults;
mod merge;
mod numbers;
mod read;
mod shard;
mod terms;

use std::collections::BTreeSet;

pub use document::PartialDocument;
pub use merge::MergeError;
pub use read::PartialError;
pub use shard::{Shard, ShardError};
pub(in crate::validate) use terms::Terms;

use super::contents::hash_of;
use super::input::{Input, InputError};
use super::options::Options;
use super::outcome::Outcome;
use crate::report::Validation;
use crate::report::model::Report;

/// What one part of a run found: everything that the report of the whole needs, in a few MiB at most.
///
/// A partial has no place beyond the first five of each cause ([`Options::all_places`]), and a part that stops at
/// [`Options::max_errors`] makes the whole incomplete.
#[derive(Debug)]
pub struct Partial {
    pub(in crate::validate) target: String,
    pub(in crate::validate) terms: Terms,
    /// The shards that are in it, and how many there are; `None` if the files were divided in another way.
    shards: Option<(u32, BTreeSet<u32>)>,
    /// The files of each part that had some.
    files: Vec<KeySum>,
    pub(in crate::validate) outcome: Outcome,
}

/// Identifies a list of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct KeySum {
    count: u64,
    /// The sum of the hashes of the names.
    hash: u64,
}

impl Partial {
    /// What a validation of `inputs` with `options` found.
    pub fn new(outcome: Outcome, inputs: &[Input], options: &Options) -> Self {
        let target = match inputs {
            [] => "no input".to_owned(),
            [only] => only.name.clone(),
            [first, ..] => format!("{} and {} more", first.name, inputs.len() - 1),
        };
        let hashes = inputs.iter().map(|input| hash_of(input.name.as_bytes()));
        let files = KeySum { count: inputs.len() as u64, hash: hashes.fold(0, u64::wrapping_add) };
        let files = Vec::from_iter((files.count > 0).then_some(files));
        Self { target, terms: Terms::of(options), shards: None, files, outcome }
    }

    /// The same with this target in the report: what was asked to be checked.
    #[must_use]
    pub fn with_target(self, target: impl Into<String>) -> Self {
        Self { target: target.into(), ..self }
    }

    /// The same with the dates that the files were selected by, as they were asked for. Only parts with the same ones are merged.
    #[must_use]
    pub fn with_dates(mut self, since: Option<String>, until: Option<String>) -> Self {
        (self.terms.since, self.terms.until) = (since, until);
        self
    }

    /// The same as one of the shards of the whole. A shard without files is no error.
    #[must_use]
    pub fn of_shard(self, shard: Shard) -> Self {
        Self { shards: Some((shard.of, BTreeSet::from([shard.number]))), ..self }
    }

    /// Inputs that could not be read, or not to their end.
    pub fn errors(&self) -> &[InputError] {
        &self.outcome.errors
    }

    /// The report of what was read: of one part, or of those that were merged.
    pub fn into_report(mut self) -> Report<Validation> {
        if let Some((of, numbers)) = &self.shards {
            let numbers: Vec<String> = numbers.iter().map(u32::to_string).collect();
            self.target = format!("{}, shard {} of {of}", self.target, numbers.join(" and "));
            self.terms.allow_empty = true;
        }
        super::report::report(self, None)
    }

    /// The report of the whole. It is incomplete if a shard is missing.
    pub fn into_whole_report(self) -> Report<Validation> {
        let missing = self.missing_shards();
        super::report::report(self, missing)
    }

    /// How many gzip files have names that end in `.txt`: query engines take them for text (U-12).
    pub fn hidden_gzip(&self) -> u64 {
        self.outcome.contents.hidden_gzip
    }

    /// Whether a part of it was cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.outcome.cancelled
    }

    /// The shards that are missing, in words, such as `shard 3 of 4 is missing`.
    pub fn missing_shards(&self) -> Option<String> {
        const SHOWN: usize = 10;
        let (of, seen) = self.shards.as_ref()?;
        let missing: Vec<u32> = (1..=*of).filter(|number| !seen.contains(number)).collect();
        let shown: Vec<String> = missing.iter().take(SHOWN).map(u32::to_string).collect();
        match &shown[..] {
            [] => None,
            [only] => Some(format!("shard {only} of {of} is missing")),
            [most @ .., last] if missing.len() <= SHOWN => {
                Some(format!("shards {} and {last} of {of} are missing", most.join(", ")))
            }
            _ => Some(format!("{} of {of} shards are missing: {} …", missing.len(), shown.join(", "))),
        }
    }

    /// Whether everything that was to be read was read.
    pub fn is_complete(&self) -> bool {
        let Outcome { errors, more_errors, stopped, cancelled, unread, .. } = &self.outcome;
        errors.is_empty() && *more_errors == 0 && !stopped && !cancelled && *unread == 0
    }
}
