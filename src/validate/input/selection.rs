//! Selects the inputs to check: those of some dates, a sample of them.

use std::cmp::Ordering;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::source::Input;
use crate::contract::object_key::ObjectName;
use crate::validate::contents::{date_of, mix};

/// Which inputs to check; all by default.
#[derive(Debug, Clone, Copy, Default)]
pub struct Selection {
    /// None of an earlier time.
    pub since: Option<Moment>,
    /// None of a later time.
    pub until: Option<Moment>,
    /// A sample of the rest.
    pub sample: Option<Sample>,
}

/// A bound of a selection, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// A day, which is selected itself. The date of an input is that of its folder, else of its name, else that of the last
    /// write of an object.
    Day(Date),
    /// A time. The time of an input is that of its name, else that of the last write; an input of which only the date of the folder
    /// is known is selected by this date.
    Time(Timestamp),
}

/// A share of the files, the same ones for the same seed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// More than 0, at most 1.
    pub share: f64,
    /// Selects one of the samples of that size.
    pub seed: u64,
}

/// The selected inputs.
#[derive(Debug)]
pub struct Selected {
    /// The inputs, in their order.
    pub inputs: Vec<Input>,
    /// Inputs of other dates.
    pub other_dates: u64,
    /// Inputs without a date, though dates were asked for: they are selected.
    pub undated: u64,
    /// How many the sample was taken from.
    pub of: u64,
    /// The inputs that the sample passes over, in their order.
    pub passed_over: Vec<Input>,
}

impl Selection {
    /// Selects by the times of [`Moment`]. Inputs without a time are kept. A sample is a share of the files, and at least one.
    pub fn select(&self, mut inputs: Vec<Input>) -> Selected {
        let all = inputs.len();
        let mut undated = 0;
        if self.since.is_some() || self.until.is_some() {
            inputs.retain(|input| {
                let since = self.since.map_or(Some(true), |since| since.compare(input).map(Ordering::is_ge));
                let until = self.until.map_or(Some(true), |until| until.compare(input).map(Ordering::is_le));
                undated += u64::from(since.is_none() || until.is_none());
                since.unwrap_or(true) && until.unwrap_or(true)
            });
        }
        let (other_dates, of) = ((all - inputs.len()) as u64, inputs.len() as u64);
        let (inputs, passed_over) = match self.sample {
            Some(sample) => sample.divide(inputs),
            None => (inputs, Vec::new()),
        };
        Selected { inputs, other_dates, undated, of, passed_over }
    }
}

impl Moment {
    /// Whether an input is before, at or after this; `None` if it has no time.
    fn compare(self, input: &Input) -> Option<Ordering> {
        let day = |time: Timestamp| TimeZone::UTC.to_datetime(time).date();
        // The time of a copy on this machine says nothing about the export.
        let modified = || input.modified_at().filter(|_| input.is_object());
        let date = || date_of(&input.name);
        match self {
            Self::Day(bound) => Some(date().or_else(|| modified().map(day))?.cmp(&bound)),
            Self::Time(bound) => match named_time(&input.name).or_else(modified) {
                Some(time) => Some(time.cmp(&bound)),
                None => Some(date()?.cmp(&day(bound))),
            },
        }
    }
}

/// The time in the name of a file.
fn named_time(path: &str) -> Option<Timestamp> {
    let name = path.rsplit(['/', '\\']).next()?;
    name.parse::<ObjectName>().ok().map(|name| name.forwarded_at)
}

impl Sample {
    /// The sample and the rest.
    fn divide(self, inputs: Vec<Input>) -> (Vec<Input>, Vec<Input>) {
        let count = (inputs.len() as f64 * self.share).ceil() as usize;
        let mut ranks: Vec<(u64, usize)> =
            inputs.iter().enumerate().map(|(index, input)| (self.rank(input), index)).collect();
        ranks.sort_unstable();
        let mut taken = vec![false; inputs.len()];
        ranks.iter().take(count).for_each(|(_, index)| taken[*index] = true);
        let mut taken = taken.into_iter();
        inputs.into_iter().partition(|_| taken.next().unwrap_or_default())
    }

    /// By the key rather than the path, so that a copy of the export gives the same sample.
    fn rank(self, input: &Input) -> u64 {
        let name = input.key.as_ref().unwrap_or(&input.name);
        name.bytes().fold(mix(self.seed), |hash, byte| mix(hash ^ u64::from(byte)))
    }
}

impl FromStr for Sample {
    type Err = String;

    /// Reads a share in percent, such as `1%` or `0.5%`; the seed is 0.
    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.strip_suffix('%');
        match number.unwrap_or(text).parse::<f64>() {
            Ok(percent) if percent > 0.0 && percent <= 100.0 => match number {
                Some(_) => Ok(Self { share: percent / 100.0, seed: 0 }),
                None => Err(format!("the `%` is missing: write `{text}%` for {text} percent of the files")),
            },
            _ => Err("write a share in percent that is more than 0 and at most 100, such as `1%`".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn files(count: usize) -> Vec<Input> {
        (0..count).map(|number| Input::file(Path::new(&format!("x/{number}.txt")), Path::new("x"))).collect()
    }

    fn names(selected: &Selected) -> Vec<&str> {
        selected.inputs.iter().map(|input| input.name.as_str()).collect()
    }

    #[test]
    fn a_sample_is_the_same_for_the_same_seed_and_has_the_size_that_was_asked_for() {
        let select = |seed, share, count| {
            Selection { sample: Some(Sample { share, seed }), ..Selection::default() }.select(files(count))
        };
        let (one, again, other) = (select(1, 0.1, 1000), select(1, 0.1, 1000), select(2, 0.1, 1000));
        assert_eq!((one.inputs.len(), one.of), (100, 1000));
        assert_eq!(names(&one), names(&again));
        assert_eq!(one.passed_over.len(), 900);
        assert!(one.passed_over.iter().all(|input| !names(&one).contains(&input.name.as_str())));
        assert_ne!(names(&one), names(&other));
        assert_eq!(select(1, 0.001, 10).inputs.len(), 1);
        assert_eq!(select(1, 1.0, 10).inputs.len(), 10);
        for wrong in ["1", "0%", "101%", "-1%", "x%", "%", "NaN%"] {
            assert!(wrong.parse::<Sample>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn dates_bound_on_both_sides_and_keep_what_has_none() {
        let paths = ["x/2026-03-01/a", "x/2026-03-02/a", "x/2026-03-03/a", "x/renamed"];
        let inputs = paths.map(|path| Input::file(Path::new(path), Path::new("x"))).to_vec();
        let date = "2026-03-02".parse().ok().map(Moment::Day);
        let selected = Selection { since: date, until: date, sample: None }.select(inputs);
        assert_eq!(names(&selected), ["x/2026-03-02/a", "x/renamed"]);
        assert_eq!((selected.other_dates, selected.undated), (2, 1));
    }

    #[test]
    fn a_time_is_compared_with_that_of_the_name_and_else_with_the_date_of_the_folder() {
        let paths = [
            "x/2026-03-01/a_20260302115959000000_12345.txt",
            "x/2026-03-01/a_20260302120000000000_12345.txt",
            "x/2026-03-01/renamed.txt",
            "x/2026-03-02/renamed.txt",
        ];
        let inputs = paths.map(|path| Input::file(Path::new(path), Path::new("x"))).to_vec();
        let since = "2026-03-02T12:00:00Z".parse().ok().map(Moment::Time);
        let selected = Selection { since, ..Selection::default() }.select(inputs);
        assert_eq!(names(&selected), [paths[1], paths[3]]);
    }
}
