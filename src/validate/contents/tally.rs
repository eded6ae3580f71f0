//! What valid lines hold, counted as they are checked.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::days::Days;
use super::hash::hash_of;
use super::kept::KeptByHash;
use super::repeats::Repeats;
use crate::report::{Histogram, NO_ENVIRONMENT};
use crate::validate::validator::{LineFacts, Span, Validator, decimal};

/// Earlier times, 2010-01-01 in UTC, are those of clocks that are wrong or of another unit: mParticle is younger.
const EARLIEST: i64 = 1_262_304_000_000;

/// Times further ahead of the clock are wrong as well, in milliseconds: a year, so that a wrong clock here does little harm.
const AHEAD: i64 = 366 * 24 * 3_600_000;

/// The number of apps that are counted by name; the rest is counted together.
const APPS: usize = 1000;

/// Counts of valid lines. Tallies of parts add up to the tally of the whole; memory is bounded.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Tally {
    /// Batches, one a line.
    pub batches: u64,
    /// Events of each known type, by [`Validator::event_types`]; the last is any other type.
    pub events: Vec<u64>,
    /// Batches by environment.
    pub environments: BTreeMap<String, u64>,
    /// Batches by app, as the JSON text of its name, of a thousand names.
    pub apps: KeptByHash<String, u64>,
    /// Batches without an app, and those of all other names.
    pub other_apps: u64,
    /// The earliest and the latest time of an event, in milliseconds since 1970-01-01 UTC.
    pub event_times: Option<(i64, i64)>,
    /// Events whose time is before 2010 or more than a year after the run: they are in no other count of times.
    pub outliers: u64,
    latest: i64,
    /// Events by the delay from the event to the receipt of its batch.
    pub delays: Histogram,
    /// Events by the time when they happened.
    pub days: Days,
    /// Bytes of the longest line.
    pub longest: usize,
    /// Batches whose `batch_id` occurred before; `None` where one batch may have several lines.
    pub repeated_batches: Option<Repeats>,
    /// Events whose `event_id` occurred before.
    pub repeated_events: Repeats,
}

impl Tally {
    /// Nothing yet.
    pub fn new(validator: &Validator) -> Self {
        Self {
            batches: 0,
            events: vec![0; validator.event_types().count() + 1],
            environments: BTreeMap::new(),
            apps: KeptByHash::new(APPS),
            other_apps: 0,
            event_times: None,
            outliers: 0,
            latest: Timestamp::now().as_millisecond() + AHEAD,
            delays: Histogram::of_lateness(),
            days: Days::default(),
            longest: 0,
            repeated_batches: Some(Repeats::default()),
            repeated_events: Repeats::default(),
        }
    }

    /// The same, which counts repeated batch ids only if they are news.
    #[must_use]
    pub(in crate::validate) fn with_batch_ids(self, are_news: bool) -> Self {
        Self { repeated_batches: self.repeated_batches.filter(|_| are_news), ..self }
    }

    /// Counts a valid line by the facts that the check noted. `input` and `number` are its place.
    pub fn add(&mut self, line: &[u8], facts: &LineFacts, input: usize, number: u64) {
        let text = |span: &Span| line.get(span.clone()).unwrap_or_default();
        self.batches += 1;
        self.longest = self.longest.max(line.len());
        let environment = match text(&facts.environment) {
            b"" | b"null" => NO_ENVIRONMENT.as_bytes(),
            environment => environment,
        };
        count(&mut self.environments, unquoted(environment), |name| String::from_utf8_lossy(name).into_owned());
        self.add_app(text(&facts.app));
        if let (Some(repeated), Some(id)) = (&mut self.repeated_batches, integer(text(&facts.batch_id))) {
            repeated.add(id, input, number);
        }
        let received = integer(text(&facts.received));
        let others = self.events.len() - 1;
        for event in &facts.events {
            self.events[event.kind.unwrap_or(others)] += 1;
            if let Some(id) = integer(text(&event.id)) {
                self.repeated_events.add(id, input, number);
            }
            let Some(time) = integer(text(&event.timestamp)) else { continue };
            if !(EARLIEST..=self.latest).contains(&time) {
                self.outliers += 1;
                continue;
            }
            let (first, last) = self.event_times.unwrap_or((time, time));
            self.event_times = Some((first.min(time), last.max(time)));
            if let Some(received) = received {
                self.delays.add(received.saturating_sub(time));
            }
            self.days.add(time, 1);
        }
    }

    fn add_app(&mut self, name: &[u8]) {
        let name = std::str::from_utf8(name).ok().filter(|name| !name.is_empty() && *name != "null");
        let Some(name) = name else {
            self.other_apps += 1;
            return;
        };
        match self.apps.known(hash_of(name.as_bytes()), String::new(), |known| known == name) {
            Some(count) => *count += 1,
            None => self.put_app(name.to_owned(), 1),
        }
    }

    /// Adds batches of an app.
    pub(in crate::validate) fn put_app(&mut self, name: String, count: u64) {
        let rest = self.apps.put(hash_of(name.as_bytes()), name, count, |own, more| *own += more);
        self.other_apps += rest.map_or(0, |(_, count)| count);
    }

    /// From now on the files of repeated ids are known by their names.
    pub(in crate::validate) fn name_files(&mut self, name: impl Fn(usize) -> Arc<str>) {
        self.repeated_batches.iter_mut().chain([&mut self.repeated_events]).for_each(|ids| ids.name_files(&name));
    }

    /// Adds the counts of another tally.
    pub fn merge(&mut self, mut other: Self) {
        self.batches += other.batches;
        self.events.iter_mut().zip(other.events).for_each(|(own, more)| *own += more);
        for (name, more) in other.environments {
            *self.environments.entry(name).or_default() += more;
        }
        self.other_apps += other.other_apps;
        other.apps.drain().for_each(|(_, name, count)| self.put_app(name, count));
        self.event_times = match (self.event_times, other.event_times) {
            (Some((first, last)), Some((earlier, later))) => Some((first.min(earlier), last.max(later))),
            (own, more) => own.or(more),
        };
        self.outliers += other.outliers;
        self.delays.merge(&other.delays);
        self.days.merge(other.days);
        self.longest = self.longest.max(other.longest);
        if let (Some(own), Some(more)) = (&mut self.repeated_batches, other.repeated_batches) {
            own.merge(more);
        }
        self.repeated_events.merge(other.repeated_events);
    }
}

/// Counts under a name that is made a key only when it is new.
fn count(counts: &mut BTreeMap<String, u64>, name: &[u8], key: impl FnOnce(&[u8]) -> String) {
    match counts.iter_mut().find(|(known, _)| known.as_bytes() == name) {
        Some((_, count)) => *count += 1,
        None => *counts.entry(key(name)).or_default() += 1,
    }
}

fn unquoted(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\"")).unwrap_or(text)
}

/// A 64-bit integer in either spelling.
pub(in crate::validate) fn integer(text: &[u8]) -> Option<i64> {
    let text = unquoted(text);
    let (negative, digits) = match text.strip_prefix(b"-") {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let value = decimal(digits)?;
    if negative { 0_i64.checked_sub_unsigned(value) } else { i64::try_from(value).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::schema::{Edition, Form};

    fn line(number: usize) -> String {
        format!(
            r#"{{"environment":"production","batch_id":"{number}","timestamp_unixtime_ms":"1767232800000","application_info":{{"application_name":"a{}"}},
            "events":[{{"data":{{"timestamp_unixtime_ms":1767232799000,"event_id":"-9223372036854775808"}},"event_type":"custom_event"}},{{"event_type":"tomorrow"}}]}}"#,
            number % 3
        )
    }

    #[test]
    fn the_tallies_of_parts_are_the_tally_of_the_whole() {
        let validator = Validator::new(Edition { form: Form::Outbound, strict: false });
        let mut checker = validator.checker();
        let mut whole = Tally::new(&validator);
        let mut parts = [Tally::new(&validator), Tally::new(&validator)];
        for number in [1, 2, 3, 4, 1, 2] {
            let line = line(number);
            assert!(checker.check_line(line.as_bytes()));
            whole.add(line.as_bytes(), checker.facts(), 0, 1);
            parts[number % 2].add(line.as_bytes(), checker.facts(), 0, 1);
        }
        let [mut merged, more] = parts;
        merged.merge(more);
        for tally in [whole, merged] {
            assert_eq!((tally.batches, tally.event_times), (6, Some((1_767_232_799_000, 1_767_232_799_000))));
            assert_eq!((tally.delays.total(), tally.delays.bars[1].count, tally.days.hours()[1]), (6, 6, 6));
            assert_eq!((tally.events[0], tally.events.last().copied()), (6, Some(6)));
            assert_eq!((tally.repeated_batches.map(|ids| ids.count()), tally.repeated_events.count()), (Some(2), 5));
            assert_eq!(tally.apps.len(), 3);
            assert_eq!(tally.environments["production"], 6);
        }
    }

    #[test]
    fn the_times_of_wrong_clocks_do_not_hide_the_others() {
        let validator = Validator::new(Edition { form: Form::Outbound, strict: false });
        let mut checker = validator.checker();
        let mut tally = Tally::new(&validator);
        // 2036, 1980, seconds, microseconds, and one that is right.
        for time in ["2082844800000", "315532800000", "1767225600", "1767225600000000", "1767225600000"] {
            let line = format!(
                r#"{{"timestamp_unixtime_ms":"1767225601000","events":[{{"event_type":"uninstall","data":{{"timestamp_unixtime_ms":{time}}}}}]}}"#
            );
            assert!(checker.check_line(line.as_bytes()));
            tally.add(line.as_bytes(), checker.facts(), 0, 1);
        }
        let right = 1_767_225_600_000;
        assert_eq!((tally.outliers, tally.event_times, tally.delays.total()), (4, Some((right, right)), 1));
        assert_eq!(tally.environments[NO_ENVIRONMENT], 5);
    }

    #[test]
    fn integers_are_read_in_both_spellings_to_their_ends() {
        assert_eq!(integer(b"\"-9223372036854775808\""), Some(i64::MIN));
        assert_eq!(integer(b"9223372036854775807"), Some(i64::MAX));
        for none in [&b"9223372036854775808"[..], b"", b"\"\"", b"-", b"1.0", b"null"] {
            assert_eq!(integer(none), None);
        }
    }
}
