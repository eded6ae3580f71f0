//! Counts of contents in a partial.

use std::collections::BTreeMap;

use super::document::{BucketCounts, DayCounts, IdSample, StoredFiles, TallyCounts};
use super::read::{Damaged, hex, of_hex};
use crate::report::Histogram;
use crate::validate::contents::{Days, Files, IdPlace, Kept, KeptByHash, Observed, Repeats, Tally, put_header};

impl StoredFiles {
    pub(super) fn of(files: &Files) -> Self {
        Self {
            folders: files.folders.iter().map(|(folder, counts)| (folder.clone(), *counts)).collect(),
            other_folders: files.other_folders,
            sizes: files.sizes.clone(),
            times: DayCounts::of(&files.days),
            bytes: DayCounts::of(&files.byte_days),
            extremes: files.extremes,
            hidden_gzip: files.hidden_gzip,
        }
    }

    pub(super) fn read(self) -> Result<Files, Damaged> {
        let mut files = Files::default();
        self.folders.into_iter().for_each(|(folder, counts)| files.put(folder, counts));
        files.other_folders = self.other_folders;
        files.sizes = same_bars(self.sizes, &files.sizes)?;
        files.days = self.times.read()?;
        files.byte_days = self.bytes.read()?;
        files.extremes = self.extremes;
        files.hidden_gzip = self.hidden_gzip;
        Ok(files)
    }
}

/// Histograms are added bar by bar.
fn same_bars(found: Histogram, known: &Histogram) -> Result<Histogram, Damaged> {
    let ends = |histogram: &Histogram| histogram.bars.iter().map(|bar| bar.up_to).collect::<Vec<_>>();
    let is_same = found.unit == known.unit && ends(&found) == ends(known);
    is_same.then_some(found).ok_or(Damaged("a distribution with other ranges"))
}

impl DayCounts {
    fn of(days: &Days) -> Self {
        Self { days: days.days(), hours: days.hours().to_vec() }
    }

    fn read(self) -> Result<Days, Damaged> {
        let hours = self.hours.try_into().map_err(|_| Damaged("counts by hour that are not of 24 hours"))?;
        Ok(Days::of(self.days, hours))
    }
}

impl BucketCounts {
    /// What a bucket showed, if there was one.
    pub(super) fn of(observed: &Observed) -> Option<Self> {
        let counts =
            |counts: &KeptByHash<String, u64>| counts.iter().map(|(value, count)| (value.clone(), *count)).collect();
        (observed.objects + observed.foreign > 0).then(|| Self {
            objects: observed.objects,
            hours: observed.hours.days.clone(),
            fields: observed.fields.paths.iter().map(|(path, days)| (path.clone(), *days)).collect(),
            sampled_days: observed.fields.days.iter().copied().collect(),
            sampled_lines: observed.fields.lines,
            encryption: counts(&observed.encryption),
            content_types: counts(&observed.types),
            content_encodings: counts(&observed.encodings),
            foreign: observed.foreign,
            first_foreign: observed.first_foreign.iter().cloned().collect(),
        })
    }

    pub(super) fn read(self) -> Observed {
        let mut observed = Observed { objects: self.objects, foreign: self.foreign, ..Observed::default() };
        self.hours.into_iter().for_each(|(day, hours)| observed.hours.put(day, hours));
        self.fields.into_iter().for_each(|(path, days)| observed.fields.put(path, days));
        self.sampled_days.into_iter().for_each(|day| observed.fields.put_day(day));
        observed.fields.lines = self.sampled_lines;
        for (into, from) in [
            (&mut observed.encryption, self.encryption),
            (&mut observed.types, self.content_types),
            (&mut observed.encodings, self.content_encodings),
        ] {
            from.into_iter().for_each(|(value, count)| put_header(into, value, count));
        }
        self.first_foreign.into_iter().for_each(|name| observed.name_foreign(name));
        observed
    }
}

impl TallyCounts {
    pub(super) fn of(tally: &Tally, event_types: &[String]) -> Self {
        Self {
            batches: tally.batches,
            event_types: event_types.to_vec(),
            events: tally.events.clone(),
            environments: tally.environments.clone(),
            apps: tally.apps.iter().map(|(app, count)| (app.clone(), *count)).collect(),
            other_apps: tally.other_apps,
            event_times: tally.event_times,
            outliers: tally.outliers,
            delays: tally.delays.clone(),
            times: DayCounts::of(&tally.days),
            longest: tally.longest as u64,
            batch_ids: tally.repeated_batches.as_ref().map(IdSample::of),
            event_ids: IdSample::of(&tally.repeated_events),
        }
    }

    /// The tally. `empty` is one of the same edition without counts, and `event_types` its types.
    pub(super) fn read(self, empty: Tally, event_types: &[String]) -> Result<Tally, Damaged> {
        if self.event_types != event_types || self.events.len() != empty.events.len() {
            return Err(Damaged("other types of events"));
        }
        let mut tally = empty.with_batch_ids(self.batch_ids.is_some());
        self.apps.into_iter().for_each(|(app, count)| tally.put_app(app, count));
        tally.batches = self.batches;
        tally.events = self.events;
        tally.environments = self.environments;
        tally.other_apps = self.other_apps;
        tally.event_times = self.event_times;
        tally.outliers = self.outliers;
        tally.delays = same_bars(self.delays, &tally.delays)?;
        tally.days = self.times.read()?;
        tally.longest = usize::try_from(self.longest).unwrap_or(usize::MAX);
        tally.repeated_batches = self.batch_ids.map(IdSample::read).transpose()?;
        tally.repeated_events = self.event_ids.read()?;
        Ok(tally)
    }
}

impl IdSample {
    fn of(repeats: &Repeats) -> Self {
        let (zeros, kept, files) = repeats.kept();
        let repeated = (0..).zip(kept.values()).filter(|(_, kept)| kept.count > 1);
        Self {
            zeros,
            hashes: kept.keys().map(|hash| hex(*hash)).collect(),
            files: files.iter().map(|name| name.as_ref().to_owned()).collect(),
            first: kept.values().map(|kept| (kept.first.file, kept.first.line)).collect(),
            repeated: repeated
                .map(|(index, Kept { count, second, .. })| (index, *count, second.file, second.line))
                .collect(),
        }
    }

    fn read(self) -> Result<Repeats, Damaged> {
        const WRONG: Damaged = Damaged("a sample of ids that no run makes");
        let (digits, []) = self.hashes.as_bytes().as_chunks::<16>() else { return Err(WRONG) };
        if digits.len() != self.first.len() {
            return Err(WRONG);
        }
        let mut hashes = Vec::with_capacity(digits.len());
        for (digits, (file, line)) in digits.iter().zip(self.first) {
            let hash = of_hex(std::str::from_utf8(digits).map_err(|_| WRONG)?)?;
            hashes.push((hash, Kept::once(IdPlace { file, line })));
        }
        for (index, count, file, line) in self.repeated {
            let (_, kept) = hashes.get_mut(index as usize).ok_or(WRONG)?;
            (kept.count, kept.second) = (count, IdPlace { file, line });
        }
        let (length, kept) = (hashes.len(), BTreeMap::from_iter(hashes));
        let files = self.files.into_iter().map(Into::into).collect();
        Repeats::of_kept(self.zeros, kept.clone(), files).filter(|_| kept.len() == length).ok_or(WRONG)
    }
}
