//! One of several equal parts of the files.

use std::fmt;
use std::str::FromStr;

use crate::validate::contents::hash_of;
use crate::validate::input::Input;

/// One of several parts of the files, which has those whose keys have certain hashes. The parts are about equal in files, and
/// need not know of each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which one, from 1.
    pub(super) number: u32,
    /// How many there are.
    pub(super) of: u32,
}

/// A text that names no shard.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("write which shard of how many, from `1/N` to `N/N`, with N at most {most}", most = Shard::MOST)]
pub struct ShardError;

impl Shard {
    /// The largest number of shards.
    pub const MOST: u32 = 100_000;

    /// Shard `number`, from 1, of `of`.
    ///
    /// # Errors
    /// If there is no such shard, or more than [`Self::MOST`].
    pub fn new(number: u32, of: u32) -> Result<Self, ShardError> {
        let exists = (1..=of).contains(&number) && of <= Self::MOST;
        exists.then_some(Self { number, of }).ok_or(ShardError)
    }

    /// The inputs that are in this shard. It goes by the key rather than the path, so that a copy of the export is divided alike.
    pub fn select(self, mut inputs: Vec<Input>) -> Vec<Input> {
        inputs.retain(|input| {
            let key = input.key.as_ref().unwrap_or(&input.name);
            hash_of(key.as_bytes()) % u64::from(self.of) == u64::from(self.number - 1)
        });
        inputs
    }
}

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, ShardError> {
        let (number, of) = text.split_once('/').ok_or(ShardError)?;
        let part = |text: &str| text.parse().map_err(|_| ShardError);
        Self::new(part(number)?, part(of)?)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_file_is_in_one_shard_and_the_shards_are_about_equal() {
        let inputs: Vec<Input> =
            (0..1000).map(|number| Input::file(Path::new(&format!("x/{number}.txt")), Path::new("x"))).collect();
        let mut all = Vec::new();
        for number in 1..=4 {
            let shard: Shard = format!("{number}/4").parse().unwrap();
            let selected = shard.select(inputs.clone());
            assert!((200..300).contains(&selected.len()), "{shard}: {}", selected.len());
            all.extend(selected.into_iter().map(|input| input.name));
        }
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 1000);
        for wrong in ["", "1", "0/4", "5/4", "1/0", "-1/4", "a/4", "1/4/4", "1/100001"] {
            assert_eq!(wrong.parse::<Shard>(), Err(ShardError), "{wrong}");
        }
    }
}
