//! Observations over time, from names and a few lines of each day.

use std::collections::BTreeMap;
use std::io;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::name_of;
use crate::conform::observe::{Days, Fields};
use crate::contract::object_key::ObjectName;
use crate::ndjson::{Decoded, Lines};
use crate::validate::Input;

/// The largest number of sampled days, spread over all days.
const DAYS: usize = 60;

/// The number of sampled lines at the beginning of a file.
const LINES: u64 = 20;

/// Days without files, and fields that appear or disappear.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) days: Days,
    pub(super) fields: Fields,
}

impl Seen {
    /// Reads the beginning of the first and the last file of each day. Files that cannot be read are skipped, because
    /// the checks report them.
    pub(super) fn of(inputs: &[Input], max_line_bytes: usize) -> Self {
        let mut seen = Self::default();
        let mut of_days: BTreeMap<Date, (&Input, &Input)> = BTreeMap::new();
        for input in inputs {
            let Ok(ObjectName { forwarded_at, .. }) = name_of(input).parse() else { continue };
            seen.days.add(forwarded_at);
            let day = folder_date(input).unwrap_or_else(|| TimeZone::UTC.to_datetime(forwarded_at).date());
            of_days.entry(day).or_insert((input, input)).1 = input;
        }
        // The first and the last day are always included.
        let step = of_days.len().div_ceil(DAYS).max(1);
        let last = of_days.len().saturating_sub(1);
        for (_, (day, (first, end))) in of_days.iter().enumerate().filter(|(at, _)| at % step == 0 || *at == last) {
            let _ = seen.look(first, *day, max_line_bytes);
            if first.name != end.name {
                let _ = seen.look(end, *day, max_line_bytes);
            }
        }
        seen
    }

    fn look(&mut self, input: &Input, day: Date, max_line_bytes: usize) -> io::Result<()> {
        let Some(reader) = input.open().map_err(io::Error::other)? else { return Ok(()) };
        let mut lines = Lines::new(Decoded::new(reader)?, max_line_bytes);
        while let Some(line) = lines.next_line()?.filter(|line| line.number <= LINES) {
            if let Ok(batch) = serde_json::from_slice(line.bytes) {
                self.fields.add(&batch, day);
            }
        }
        Ok(())
    }
}

/// The date folder of a file.
fn folder_date(input: &Input) -> Option<Date> {
    let folder = input.key.as_deref()?.rsplit('/').nth(1)?;
    (folder.len() == "YYYY-MM-DD".len()).then(|| folder.parse().ok()).flatten()
}
