//! The name of a run, which is the name of its folder in the bucket.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use crate::settings::FolderName;

/// The start of a run in microseconds, for instance `conform-20260301T000002Z-000123`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(Timestamp);

/// A text that is not the name of a run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not the name of a run, such as `conform-20260301T000002Z-000123`")]
pub struct NotARunId(String);

/// The beginning of every run's name.
pub(super) const PREFIX: &str = "conform-";

impl RunId {
    /// A run that starts now.
    pub fn now() -> Self {
        // Without the nanoseconds, the run is equal to the one that is parsed from its name.
        Self(Timestamp::from_microsecond(Timestamp::now().as_microsecond()).unwrap_or(Timestamp::UNIX_EPOCH))
    }

    /// The folder of the run, below `base` or at the bucket's root, without a slash at its end.
    pub fn folder(self, base: Option<&FolderName>) -> String {
        base.map(|base| format!("{base}/")).unwrap_or_default() + &self.to_string()
    }

    /// The start of the run.
    pub fn begun(self) -> Timestamp {
        self.0
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}-{:06}", self.0.strftime("%Y%m%dT%H%M%SZ"), self.0.subsec_microsecond())
    }
}

impl FromStr for RunId {
    type Err = NotARunId;

    fn from_str(text: &str) -> Result<Self, NotARunId> {
        let other = || NotARunId(text.to_owned());
        let (time, micros) = text.strip_prefix(PREFIX).and_then(|rest| rest.split_once('-')).ok_or_else(other)?;
        let begun = Timestamp::strptime("%Y%m%dT%H%M%S%z", time.replace('Z', "+0000")).map_err(|_| other())?;
        let micros: i64 = micros.parse().map_err(|_| other())?;
        let begun = Timestamp::from_microsecond(begun.as_microsecond() + micros).map_err(|_| other())?;
        let run = Self(begun);
        // Only the spelling of this program is accepted. Another spelling is the folder of another program.
        if run.to_string() == text { Ok(run) } else { Err(other()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_read_as_it_is_written_and_nothing_else_is_one() {
        let run = RunId::now();
        assert_eq!(run.to_string().parse(), Ok(run));
        assert_eq!(
            "conform-20260301T000002Z-000123".parse::<RunId>().unwrap().begun().to_string(),
            "2026-03-01T00:00:02.000123Z"
        );
        for other in [
            "conform-",
            "conform-mine",
            "conform-20260301T000002Z",
            "conform-20260301T000002Z-123",
            "conform-20260301T000002Z-0000123",
            "conform-20261301T000002Z-000123",
            "conform-20260301T000002-000123",
            "conform-20260301T000002Z-000123/x",
            "Conform-20260301T000002Z-000123",
        ] {
            assert!(other.parse::<RunId>().is_err(), "{other}");
        }
    }
}
