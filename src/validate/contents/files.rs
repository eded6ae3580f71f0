//! The files: their folders, sizes and dates.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::days::Days;
use super::hash::hash_of;
use super::kept::KeptByHash;
use crate::contract::object_key::ObjectName;
use crate::report::Histogram;

/// The number of folders that are counted apart; the rest is counted together.
const FOLDERS: usize = 1000;

/// Counts of files that were read. Its memory is bounded.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Files {
    /// Files and stored bytes by folder, of a thousand folders.
    pub folders: KeptByHash<String, (u64, u64)>,
    /// Files and stored bytes of all other folders.
    pub other_folders: (u64, u64),
    /// Files by stored bytes.
    pub sizes: Histogram,
    /// Files by the time in their names.
    pub days: Days,
    /// Stored bytes by the time in the files' names.
    pub byte_days: Days,
    /// Stored bytes of the smallest and the largest file.
    pub extremes: Option<(u64, u64)>,
    /// Gzip files whose names end in `.txt`, which query engines take for text (U-12).
    pub hidden_gzip: u64,
}

impl Default for Files {
    fn default() -> Self {
        Self {
            folders: KeptByHash::new(FOLDERS),
            other_folders: (0, 0),
            sizes: Histogram::of_sizes(),
            days: Days::default(),
            byte_days: Days::default(),
            extremes: None,
            hidden_gzip: 0,
        }
    }
}

impl Files {
    /// Counts a file that was read to its end.
    pub(in crate::validate) fn add(&mut self, path: &str, bytes: u64) {
        let (folder, name) = path.rsplit_once(['/', '\\']).unwrap_or(("", path));
        self.put(folder.to_owned(), (1, bytes));
        self.sizes.add(i64::try_from(bytes).unwrap_or(i64::MAX));
        if let Ok(ObjectName { forwarded_at, .. }) = name.parse() {
            self.days.add(forwarded_at.as_millisecond(), 1);
            self.byte_days.add(forwarded_at.as_millisecond(), bytes);
        }
        let (smallest, largest) = self.extremes.unwrap_or((bytes, bytes));
        self.extremes = Some((smallest.min(bytes), largest.max(bytes)));
    }

    /// Adds what another one counted.
    pub(in crate::validate) fn merge(&mut self, mut other: Self) {
        join(&mut self.other_folders, other.other_folders);
        other.folders.drain().for_each(|(_, folder, counts)| self.put(folder, counts));
        self.sizes.merge(&other.sizes);
        self.days.merge(other.days);
        self.byte_days.merge(other.byte_days);
        self.hidden_gzip += other.hidden_gzip;
        self.extremes = match (self.extremes, other.extremes) {
            (Some((small, large)), Some((smaller, larger))) => Some((small.min(smaller), large.max(larger))),
            (own, more) => own.or(more),
        };
    }

    /// Adds files and stored bytes of a folder.
    pub(in crate::validate) fn put(&mut self, folder: String, counts: (u64, u64)) {
        let rest = self.folders.put(hash_of(folder.as_bytes()), folder, counts, join);
        join(&mut self.other_folders, rest.map_or((0, 0), |(_, counts)| counts));
    }
}

fn join(own: &mut (u64, u64), more: (u64, u64)) {
    *own = (own.0 + more.0, own.1 + more.1);
}

/// The date of the folder that a file is in, else that of its name.
pub(in crate::validate) fn date_of(path: &str) -> Option<Date> {
    let (folder, name) = path.rsplit_once(['/', '\\']).unwrap_or(("", path));
    let folder = folder.rsplit(['/', '\\']).next().unwrap_or(folder);
    let by_folder = || (folder.len() == 10).then(|| folder.parse::<Date>().ok()).flatten();
    let by_name = || name.parse::<ObjectName>().ok().map(|name| TimeZone::UTC.to_datetime(name.forwarded_at).date());
    by_folder().or_else(by_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_add_up_and_folders_past_the_bound_are_counted_together() {
        let (mut one, mut other) = (Files::default(), Files::default());
        for number in 0..1500_u64 {
            let part = if number % 2 == 0 { &mut one } else { &mut other };
            part.add(&format!("{number}/Shop_20260301000000000000_12345.txt"), number << 14);
        }
        one.merge(other);
        let mut all = one.other_folders;
        one.folders.iter().for_each(|(_, counts)| join(&mut all, *counts));
        assert_eq!((all, one.folders.len()), ((1500, (1499 * 1500 / 2) << 14), FOLDERS));
        assert_eq!((one.sizes.total(), one.extremes), (1500, Some((0, 1499 << 14))));
        assert_eq!((one.days.hours()[0], one.days.days().len()), (1500, 1));
    }

    #[test]
    fn the_folder_dates_a_file_before_its_name_does() {
        let name = "a_20260301235959000000_12345.txt";
        for (path, date) in [
            (name.to_owned(), Some("2026-03-01")),
            (format!("s3://b/x/2026-02-28/{name}"), Some("2026-02-28")),
            (format!("x/2026-02-30/{name}"), Some("2026-03-01")),
            ("x/2026-02-28/renamed".to_owned(), Some("2026-02-28")),
            ("renamed.txt".to_owned(), None),
        ] {
            assert_eq!(date_of(&path).map(|date| date.to_string()).as_deref(), date, "{path}");
        }
    }
}
