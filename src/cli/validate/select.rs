//! The options that select files.

use std::fmt;
use std::str::FromStr;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::cli::duration;
use crate::cli::value::{day, number};
use crate::settings::ServerSideEncryption;
use crate::validate::{Input, Moment, Options, Sample, Selection};

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Selection")]
pub(super) struct SelectionArgs {
    /// Only files of this day or later, by the folder, else by the name, else by the last write of an object. Days are in UTC.
    /// With a duration such as `2h`: only files that were forwarded in the last two hours, by the name, else by the last write
    #[arg(long, value_name = "YYYY-MM-DD|yesterday|today|2h")]
    pub(super) since: Option<When>,
    /// Only files of this day or earlier. With a duration such as `2h`: only files that were forwarded two hours ago or earlier
    #[arg(long, value_name = "YYYY-MM-DD|yesterday|today|2h")]
    pub(super) until: Option<When>,
    /// Only this share of the files, for instance `1%`; at least one file. Of the other objects only the headers are read, if the
    /// settings ask for encryption
    #[arg(long, value_name = "PERCENT")]
    sample: Option<Sample>,
    /// Seed that selects the sampled files
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = number::<u64>(0..=u64::MAX), requires = "sample")]
    seed: u64,
}

/// A bound as it was typed, and what it means now.
#[derive(Debug, Clone)]
pub(super) struct When {
    typed: String,
    moment: Moment,
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.typed)
    }
}

impl FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let now = Timestamp::now();
        let today = TimeZone::UTC.to_datetime(now).date();
        let moment = match text {
            "today" => Moment::Day(today),
            "yesterday" => Moment::Day(today.saturating_sub(1.day())),
            _ => match (day(text), duration::parse(text)) {
                (Ok(date), _) => Moment::Day(date),
                (_, Ok(ago)) => {
                    let ago = SignedDuration::try_from(ago).map_err(|error| error.to_string())?;
                    Moment::Time(now.checked_sub(ago).map_err(|error| error.to_string())?)
                }
                _ => {
                    return Err(
                        "write a day `YYYY-MM-DD`, `yesterday`, `today`, or how long ago: `30m`, `2h`".to_owned()
                    );
                }
            },
        };
        Ok(Self { typed: text.to_owned(), moment })
    }
}

/// Bounds that exclude each other.
#[derive(Debug, thiserror::Error)]
#[error("`--since {since}` is later than `--until {until}`: no file matches both")]
pub(super) struct NoTime {
    since: When,
    until: When,
}

impl SelectionArgs {
    pub(super) fn selection(&self) -> Result<Selection, NoTime> {
        if let (Some(since), Some(until)) = (&self.since, &self.until) {
            let day = |time| TimeZone::UTC.to_datetime(time).date();
            let is_later = match (since.moment, until.moment) {
                (Moment::Day(since), Moment::Day(until)) => since > until,
                (Moment::Time(since), Moment::Time(until)) => since > until,
                (Moment::Day(since), Moment::Time(until)) => since > day(until),
                (Moment::Time(since), Moment::Day(until)) => day(since) > until,
            };
            if is_later {
                return Err(NoTime { since: since.clone(), until: until.clone() });
            }
        }
        let sample = self.sample.map(|sample| Sample { seed: self.seed, ..sample });
        let moment = |when: &Option<When>| when.as_ref().map(|when| when.moment);
        Ok(Selection { since: moment(&self.since), until: moment(&self.until), sample })
    }
}

/// The objects that a sample passes over, for their encryption, which is promised of every object (SSE-1).
pub(super) fn headers_to_read(passed_over: Vec<Input>, options: &Options) -> Vec<Input> {
    let method = options.connection.as_ref().map(|connection| connection.server_side_encryption_method);
    match method {
        None | Some(ServerSideEncryption::None) => Vec::new(),
        Some(_) => passed_over.into_iter().filter(Input::is_object).map(Input::only_headers).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_a_day_or_how_long_ago() {
        let moment = |text: &str| text.parse::<When>().map(|when| when.moment);
        assert_eq!(moment("2026-11-25"), Ok(Moment::Day("2026-11-25".parse().unwrap())));
        assert!(matches!(moment("yesterday"), Ok(Moment::Day(_))));
        let ago = |text: &str| match moment(text) {
            Ok(Moment::Time(time)) => Timestamp::now().duration_since(time).as_secs(),
            other => panic!("{other:?}"),
        };
        assert_eq!((ago("2h"), ago("30")), (7_200, 30));
        for wrong in ["", "20260301", "2026-11-31", "2026-03-01T10:00", "tomorrow", "-2h", "2 parsecs"] {
            assert!(moment(wrong).is_err(), "{wrong}");
        }
    }
}
