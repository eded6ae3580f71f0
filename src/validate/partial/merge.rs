//! Merges the parts of one whole.

use super::Partial;
use crate::validate::outcome::Outcome;

/// Partials that are not the parts of one whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MergeError {
    /// There is none.
    #[error("there is no partial to merge")]
    Nothing,
    /// They were made with different options.
    #[error("the partials differ in {option}: `{one}` and `{other}`; make all of them with the same options")]
    Options {
        /// The first option in which they differ.
        option: &'static str,
        /// Its value in one of them.
        one: String,
        /// Its value in another one.
        other: String,
    },
    /// The files were divided in different ways.
    #[error(
        "the partials are divided in different ways: {one} and {other}; make all of them with the same `--shard …/N`"
    )]
    Division {
        /// How one of them was divided.
        one: String,
        /// How another one was.
        other: String,
    },
    /// One shard is there twice.
    #[error("shard {number} of {of} is there twice: leave one of its partials out")]
    Shard {
        /// The shard.
        number: u32,
        /// How many there are.
        of: u32,
    },
    /// Two partials are of the same files.
    #[error("two partials are of the same {count} files: leave one of them out")]
    Files {
        /// The number of the files.
        count: u64,
    },
}

impl Partial {
    /// Merges parts of one whole, in any order. The result can be merged again.
    ///
    /// # Errors
    /// If there is no part, or the parts do not belong together: they have other options, or the same files are in two of them.
    pub fn merge(parts: Vec<Self>) -> Result<Self, MergeError> {
        let mut parts = parts.into_iter();
        let mut merged = parts.next().ok_or(MergeError::Nothing)?;
        let mut targets: Vec<String> = merged.target.split(", ").map(str::to_owned).collect();
        for part in parts {
            targets.extend(part.target.split(", ").map(str::to_owned));
            merged.take(part)?;
        }
        targets.sort_unstable();
        targets.dedup();
        if targets.len() > 1 {
            merged.target = match &targets[..] {
                few if few.len() <= TARGETS => few.join(", "),
                many => format!("{} and {} more", many[..TARGETS].join(", "), many.len() - TARGETS),
            };
        }
        merged.outcome.bound(merged.terms.all_files);
        Ok(merged)
    }

    /// Adds what a later run found in other files, or in other versions of the same files.
    ///
    /// # Errors
    /// If it has other options or is divided in another way.
    pub fn followed_by(mut self, mut later: Self) -> Result<Self, MergeError> {
        self.files.clear();
        later.files.clear();
        // Each run leaves out the same files again.
        (self.outcome.other_dates, self.outcome.undated, self.outcome.vanished) = (0, 0, 0);
        Self::merge(vec![self, later])
    }

    fn take(&mut self, part: Self) -> Result<(), MergeError> {
        if let Some((option, one, other)) = self.terms.difference(&part.terms) {
            return Err(MergeError::Options { option, one, other });
        }
        match (&mut self.shards, part.shards) {
            (None, None) => {}
            (Some((of, seen)), Some((same, more))) if *of == same => {
                if let Some(number) = more.intersection(seen).next() {
                    return Err(MergeError::Shard { number: *number, of: same });
                }
                seen.extend(more);
            }
            (own, other) => {
                let words = |of: Option<u32>| of.map_or("without --shard".to_owned(), |of| format!("{of} shards"));
                let own = own.as_ref().map(|(of, _)| *of);
                return Err(MergeError::Division { one: words(own), other: words(other.map(|(of, _)| of)) });
            }
        }
        if let Some(same) = part.files.iter().find(|files| self.files.contains(files)) {
            return Err(MergeError::Files { count: same.count });
        }
        self.files.extend(part.files);
        self.outcome.join(part.outcome);
        Ok(())
    }
}

/// How many targets are named.
const TARGETS: usize = 10;

impl Outcome {
    /// Adds a part of the whole: the run lasts from the first beginning to the last end.
    fn join(&mut self, part: Self) {
        let end = |outcome: &Self| outcome.started_at.as_millisecond().saturating_add_unsigned(outcome.milliseconds);
        let last = end(self).max(end(&part));
        self.started_at = self.started_at.min(part.started_at);
        self.milliseconds = u64::try_from(last - self.started_at.as_millisecond()).unwrap_or_default();
        self.merge(part);
    }
}
