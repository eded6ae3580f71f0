//! Which date folder a file is in.

use jiff::civil::Date;

use crate::contract::object_key::{ObjectKey, ObjectKeyError};

/// The date folder of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::validate) enum Folder {
    /// It is not known: the name is not checked, or is wrong.
    Unknown,
    /// The base folder: there is no date folder.
    Base,
    /// The folder of this date.
    Date(Date),
}

impl Folder {
    /// The folder that a key names.
    pub(in crate::validate) fn of(key: Option<&Result<ObjectKey, ObjectKeyError>>) -> Self {
        match key {
            Some(Ok(ObjectKey { date: Some(date), .. })) => Self::Date(*date),
            Some(Ok(_)) => Self::Base,
            _ => Self::Unknown,
        }
    }
}
