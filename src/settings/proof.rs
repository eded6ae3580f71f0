//! The way from one typed value to a proven one, without stopping at the first that is wrong.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use super::{Problem, Refusal, SettingsError};

/// Collects what is wrong while values are proven.
#[derive(Debug, Default)]
pub(super) struct Proof {
    pub(super) problems: Vec<Problem>,
}

impl Proof {
    /// Notes what is wrong with a setting, unless something already is: the first reason is the one to mend.
    pub(super) fn refuse(&mut self, path: impl Display, message: impl Display) {
        let problem = Problem::new(path, message);
        if self.is_sound(&problem.path) {
            self.problems.push(problem);
        }
    }

    /// Whether nothing is wrong with a setting so far.
    pub(super) fn is_sound(&self, path: &str) -> bool {
        self.problems.iter().all(|problem| problem.path != path)
    }

    /// The value that was proven, or everything that is wrong.
    pub(super) fn finish<T>(self, proven: T) -> Result<T, SettingsError> {
        match self.problems {
            problems if problems.is_empty() => Ok(proven),
            problems => Err(SettingsError::Invalid { file: None, problems }),
        }
    }

    /// The value of a result; a refusal is noted and gives `None`.
    pub(super) fn take<T>(&mut self, path: impl Display, result: Result<T, Refusal>) -> Option<T> {
        result.map_err(|refusal| self.refuse(path, refusal)).ok()
    }

    /// Parses a value that may be unset; a refusal is noted and gives `None`.
    pub(super) fn parse<T: FromStr<Err = Refusal>>(&mut self, path: impl Display, typed: Option<&str>) -> Option<T> {
        self.take(path, typed?.parse())
    }

    /// A number that may be unset; one out of bounds is noted and gives the default.
    pub(super) fn within(
        &mut self,
        path: impl Display,
        typed: Option<u64>,
        bounds: RangeInclusive<u64>,
        default: u64,
    ) -> u64 {
        match typed {
            None => default,
            Some(value) if bounds.contains(&value) => value,
            Some(value) => {
                let (least, most) = (bounds.start(), bounds.end());
                let allowed =
                    if *most == u64::MAX { format!("at least {least}") } else { format!("{least} to {most}") };
                self.refuse(path, format_args!("`{value}` is out of bounds: {allowed} is allowed"));
                default
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_bounds() {
        let mut proof = Proof::default();
        for (typed, expected) in [(None, 3), (Some(1), 1), (Some(9), 9)] {
            assert_eq!(proof.within("engine.gzip_level", typed, 1..=9, 3), expected);
        }
        assert!(proof.problems.is_empty());
        proof.within("engine.gzip_level", Some(10), 1..=9, 3);
        proof.within("engine.max_file_lines", Some(0), 1..=u64::MAX, 3);
        let messages: Vec<String> = proof.problems.iter().map(Problem::to_string).collect();
        assert_eq!(
            messages,
            [
                "engine.gzip_level: `10` is out of bounds: 1 to 9 is allowed",
                "engine.max_file_lines: `0` is out of bounds: at least 1 is allowed"
            ]
        );
    }
}
