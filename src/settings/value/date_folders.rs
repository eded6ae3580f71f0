//! `store_data_in_folders_by_date` (LAY-3).

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::settings::error::{Refusal, shown};

/// mParticle's own sentence.
const UNSELECTED: &str = "Store Data in Folders by Date must be set to a value other than 'UNSELECTED'.";

/// Which date, if any, names the folder of a file (LAY-3). There is no default: it must be chosen (U-24).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateFolders {
    /// No date folders.
    None,
    /// By the timestamp of the first event in the batch; without one, the base folder.
    EventTime,
    /// By the time at which the batch was uploaded to mParticle.
    UploadTime,
    /// By the first event, or by upload time if there is none (U-15: or if it has no timestamp).
    FirstEventOrUploadTime,
}

/// What can be typed for `store_data_in_folders_by_date`: the value of a fresh connection is a possible one there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TypedDateFolders {
    /// The initial value, which cannot be used.
    #[serde(rename = "UNSELECTED")]
    Unselected,
    /// No date folders.
    #[serde(rename = "none")]
    None,
    /// By the timestamp of the first event in the batch.
    #[serde(rename = "event_time")]
    EventTime,
    /// By the time at which the batch was uploaded.
    #[serde(rename = "upload_time")]
    UploadTime,
    /// By the first event, or by upload time if there is none.
    #[serde(rename = "first_event_or_upload_time")]
    FirstEventOrUploadTime,
}

impl DateFolders {
    /// Every mode.
    pub const ALL: [Self; 4] = [Self::None, Self::EventTime, Self::UploadTime, Self::FirstEventOrUploadTime];

    /// The value as a settings file holds it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::EventTime => "event_time",
            Self::UploadTime => "upload_time",
            Self::FirstEventOrUploadTime => "first_event_or_upload_time",
        }
    }

    /// The value as mParticle's form shows it (U-24).
    pub fn shown_name(self) -> &'static str {
        match self {
            Self::None => "None",
            Self::EventTime => "Store data in folders by the event time",
            Self::UploadTime => "Store data in folders by upload time",
            Self::FirstEventOrUploadTime => "Store data in folders by first event time or upload time if no events",
        }
    }

    pub(in crate::settings) fn check(typed: Option<TypedDateFolders>) -> Result<Self, Refusal> {
        match typed {
            None | Some(TypedDateFolders::Unselected) => {
                Err(Refusal::new(format!("{UNSELECTED} Choose one of {}", Self::choices())))
            }
            Some(TypedDateFolders::None) => Ok(Self::None),
            Some(TypedDateFolders::EventTime) => Ok(Self::EventTime),
            Some(TypedDateFolders::UploadTime) => Ok(Self::UploadTime),
            Some(TypedDateFolders::FirstEventOrUploadTime) => Ok(Self::FirstEventOrUploadTime),
        }
    }

    /// The four values, as an error lists them.
    fn choices() -> String {
        Self::ALL.map(|mode| format!("`{mode}`")).join(", ")
    }
}

impl Display for DateFolders {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for DateFolders {
    type Err = Refusal;

    /// Reads a value or a shown name, without case.
    fn from_str(text: &str) -> Result<Self, Refusal> {
        Self::ALL
            .into_iter()
            .find(|mode| text.eq_ignore_ascii_case(mode.as_str()) || text.eq_ignore_ascii_case(mode.shown_name()))
            .ok_or_else(|| Refusal::new(format!("`{}` is not one of {}", shown(text), Self::choices())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_shown_names_are_read_without_case() {
        for mode in DateFolders::ALL {
            assert_eq!(mode.as_str().parse(), Ok(mode));
            assert_eq!(mode.shown_name().to_uppercase().parse(), Ok(mode));
            assert_eq!(serde_json::to_value(mode).unwrap(), mode.as_str());
            let typed = serde_json::from_value(mode.as_str().into()).unwrap();
            assert_eq!(DateFolders::check(typed), Ok(mode));
        }
        assert!("daily".parse::<DateFolders>().unwrap_err().to_string().starts_with("`daily` is not one of `none`, "));
    }

    #[test]
    fn unselected_and_absent_are_refused_with_the_sentence_of_mparticle() {
        for typed in [None, Some(TypedDateFolders::Unselected)] {
            assert_eq!(
                DateFolders::check(typed).unwrap_err().to_string(),
                "Store Data in Folders by Date must be set to a value other than 'UNSELECTED'. \
                 Choose one of `none`, `event_time`, `upload_time`, `first_event_or_upload_time`"
            );
        }
    }
}
