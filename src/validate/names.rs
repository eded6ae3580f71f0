//! What the names of files must be.

use super::fault::LineFault;
use super::input::Input;
use crate::contract::object_key::{ObjectKey, ObjectKeyError, is_verification_object};
use crate::ndjson::Compression;
use crate::settings::{Connection, DateFolders};

/// Which names are right.
#[derive(Debug, Clone)]
pub enum Names {
    /// Any: files that were copied and renamed.
    Free,
    /// Those of the export (NAME-1, LAY-2).
    Export,
    /// Those of a connection's export: its folder, its date folders and its compression, too.
    Connection(Box<Connection>),
}

impl Names {
    fn folder(&self) -> Option<&str> {
        match self {
            Self::Free | Self::Export => None,
            Self::Connection(connection) => connection.folder_name.as_ref().map(|folder| folder.as_str()),
        }
    }

    /// Whether an object of this key proves write access and is no data (ACC-6).
    pub(super) fn is_verification(&self, key: &str) -> bool {
        is_verification_object(key, self.folder()) || is_verification_object(key, None)
    }

    /// What is wrong with an input's name, and with how it is stored.
    pub(super) fn check(&self, input: &Input, compression: Compression) -> Vec<LineFault> {
        let (Some(key), false) = (&input.key, matches!(self, Self::Free)) else { return Vec::new() };
        if self.is_verification(key) {
            return Vec::new();
        }
        let mut faults = Vec::new();
        let mut fault = |clause, message: String| faults.push(LineFault::whole(clause, message));
        let date = match ObjectKey::parse(key, self.folder()) {
            Ok(key) => key.date,
            Err(error) => {
                fault(clause_of(&error), error.to_string());
                return faults;
            }
        };
        let Self::Connection(connection) = self else { return faults };
        let mode = connection.store_data_in_folders_by_date;
        match (mode, date) {
            (DateFolders::None, Some(date)) => {
                fault("LAY-3", format!("the file lies in the date folder `{date}`, the settings ask for none"));
            }
            (DateFolders::UploadTime, None) => {
                fault("LAY-3", "the file lies in no date folder, the settings ask for that of the upload".to_owned());
            }
            _ => {}
        }
        match (connection.use_compression, compression) {
            (true, Compression::Plain) => {
                fault("use_compression", "the file is plain text, the settings ask for gzip".to_owned());
            }
            (false, Compression::Gzip) => {
                fault("use_compression", "the file is gzip, the settings ask for plain text".to_owned());
            }
            _ => {}
        }
        faults
    }
}

fn clause_of(error: &ObjectKeyError) -> &'static str {
    match error {
        ObjectKeyError::Folder { .. } => "LAY-1",
        ObjectKeyError::Date(_) => "LAY-2",
        _ => "NAME-1",
    }
}
