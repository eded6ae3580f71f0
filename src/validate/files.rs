//! What the files are, before anybody looks into them: how many in which folder, and how large.

use std::collections::BTreeMap;

use super::input::Input;

/// So many different folders are told apart; the rest is counted together.
const FOLDERS: usize = 1000;

/// Bounds of files' sizes, in stored bytes.
pub const SIZE_BOUNDS: [u64; 3] = [64 << 10, 1 << 20, 16 << 20];

/// Counts of files that were read. Its memory is bounded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Files {
    /// Files and stored bytes by folder; `None` is those past the first thousand folders.
    pub folders: BTreeMap<Option<String>, (u64, u64)>,
    /// Files up to 64 KiB, 1 MiB, 16 MiB, and larger ones.
    pub sizes: [u64; 4],
    /// Stored bytes of the smallest and the largest file.
    pub extremes: Option<(u64, u64)>,
}

impl Files {
    /// Counts a file that was read to its end.
    pub(super) fn add(&mut self, input: &Input, bytes: u64) {
        let folder = input.name.rsplit_once(['/', '\\']).map_or("", |(folder, _)| folder);
        self.put(Some(folder.to_owned()), 1, bytes);
        self.sizes[SIZE_BOUNDS.iter().filter(|bound| bytes > **bound).count()] += 1;
        let (smallest, largest) = self.extremes.unwrap_or((bytes, bytes));
        self.extremes = Some((smallest.min(bytes), largest.max(bytes)));
    }

    /// Adds what another one counted.
    pub(super) fn merge(&mut self, other: Self) {
        for (folder, (files, bytes)) in other.folders {
            self.put(folder, files, bytes);
        }
        self.sizes.iter_mut().zip(other.sizes).for_each(|(own, more)| *own += more);
        self.extremes = match (self.extremes, other.extremes) {
            (Some((small, large)), Some((smaller, larger))) => Some((small.min(smaller), large.max(larger))),
            (own, more) => own.or(more),
        };
    }

    fn put(&mut self, folder: Option<String>, files: u64, bytes: u64) {
        let known = self.folders.len() < FOLDERS || self.folders.contains_key(&folder);
        let count = self.folders.entry(folder.filter(|_| known)).or_default();
        count.0 += files;
        count.1 += bytes;
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn parts_add_up_and_folders_past_the_bound_are_counted_together() {
        let (mut one, mut other) = (Files::default(), Files::default());
        for number in 0..1500_u64 {
            let part = if number % 2 == 0 { &mut one } else { &mut other };
            part.add(&Input::file(Path::new(&format!("{number}/a.txt")), Path::new("")), number << 14);
        }
        one.merge(other);
        let (files, bytes) = one.folders.values().fold((0, 0), |sum, (files, bytes)| (sum.0 + files, sum.1 + bytes));
        assert_eq!((files, bytes, one.folders.len()), (1500, (1499 * 1500 / 2) << 14, FOLDERS + 1));
        assert_eq!((one.sizes, one.extremes), ([5, 60, 960, 475], Some((0, 1499 << 14))));
    }
}
