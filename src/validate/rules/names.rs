//! The rules for the name of an input and for how it is stored.

use crate::contract::object_key::{ObjectKey, ObjectKeyError, is_verification_object};
use crate::ndjson::Compression;
use crate::settings::{Connection, DateFolders, ServerSideEncryption};
use crate::validate::findings::LineFault;
use crate::validate::input::{Folder, Input, StoredAs};

/// The rules for names. Keys of objects are always checked; files may have been copied and renamed.
#[derive(Debug, Clone, Copy)]
pub(in crate::validate) struct NameRules<'a> {
    /// Whether the names of files are checked as well.
    pub(in crate::validate) files: bool,
    /// The connection whose export it is, if that is known.
    pub(in crate::validate) connection: Option<&'a Connection>,
}

impl<'a> NameRules<'a> {
    fn folder(&self) -> Option<&'a str> {
        self.connection.and_then(|connection| connection.folder_name.as_ref()).map(|folder| folder.as_str())
    }

    /// Whether an input proves write access and is no data (ACC-6): known by its name, since a copy may begin at any folder.
    pub(in crate::validate) fn is_verification(input: &Input) -> bool {
        input.key.as_ref().is_some_and(|key| is_verification_object(key.rsplit('/').next().unwrap_or(key), None))
    }

    /// Whether the export wrote an object or should have written it: its name ends as that of an export file.
    pub(in crate::validate) fn is_of_export(input: &Input) -> bool {
        input.key.as_ref().is_none_or(|key| key.ends_with(".txt") || key.ends_with(".txt.gz"))
    }

    /// Whether an object is encrypted as the settings demand (SSE-1). Where they demand nothing, the bucket decides.
    pub(in crate::validate) fn check_encryption(&self, stored_as: &StoredAs) -> Option<LineFault> {
        let method = match self.connection?.server_side_encryption_method {
            ServerSideEncryption::None => return None,
            method => method.to_string(),
        };
        let found = stored_as.encryption.as_deref();
        (found != Some(method.as_str())).then(|| {
            let found = found.map_or_else(|| "none".to_owned(), |found| format!("`{}`", found.escape_debug()));
            LineFault::new("SSE-1", format!("`{method}`, the method of the settings"), found)
        })
    }

    /// The key of an input whose name is checked.
    pub(in crate::validate) fn key(&self, input: &Input) -> Option<Result<ObjectKey, ObjectKeyError>> {
        let key = input.key.as_ref().filter(|_| self.files || input.has_key_of_object())?;
        Some(match self.connection {
            None if input.has_key_of_object() => anywhere(key),
            _ => ObjectKey::parse(key, self.folder()),
        })
    }

    /// What is wrong with an input's name and with how it is stored. `key` is its key, if its name is checked.
    pub(in crate::validate) fn check(
        &self,
        key: Option<&Result<ObjectKey, ObjectKeyError>>,
        compression: Compression,
    ) -> Vec<LineFault> {
        let mut faults = Vec::new();
        if let Some(Err(error)) = key {
            faults.push(wrong_name(error));
        }
        let Some(connection) = self.connection else { return faults };
        match (connection.store_data_in_folders_by_date, Folder::of(key)) {
            (DateFolders::None, Folder::Date(date)) => faults.push(LineFault::new(
                "LAY-3",
                "no date folder, because `store_data_in_folders_by_date` is `none`",
                format!("`{date}`"),
            )),
            (DateFolders::UploadTime, Folder::Base) => faults.push(LineFault::new(
                "LAY-3",
                "a date folder, because `store_data_in_folders_by_date` is `upload_time`",
                "none",
            )),
            _ => {}
        }
        match (connection.use_compression, compression) {
            (true, Compression::Plain) => faults.push(LineFault::new(
                "use_compression",
                "a gzip file, because `use_compression` is on",
                "plain text",
            )),
            (false, Compression::Gzip) => faults.push(LineFault::new(
                "use_compression",
                "plain text, because `use_compression` is off",
                "a gzip file",
            )),
            _ => {}
        }
        faults
    }
}

/// Whether a part of a path is meant as a date.
fn is_date_like(text: &str) -> bool {
    text.bytes().filter(u8::is_ascii_digit).count() >= 4
        && text.bytes().all(|byte| byte.is_ascii_digit() || b"-_.".contains(&byte))
}

/// Reads the key of an object whose folder is not known: the path above the name is taken for the folder, unless its last part
/// looks like a date.
fn anywhere(key: &str) -> Result<ObjectKey, ObjectKeyError> {
    let (path, name) = key.rsplit_once('/').unwrap_or(("", key));
    let last = path.rsplit('/').next().unwrap_or(path);
    match is_date_like(last) {
        true => ObjectKey::parse(&key[path.len() - last.len()..], None),
        false => ObjectKey::parse(name, None),
    }
}

fn wrong_name(error: &ObjectKeyError) -> LineFault {
    let name = "a name `<app name>_<time>_<5 digits>.txt`";
    let (clause, expected, found) = match error {
        ObjectKeyError::Ending(name) => ("NAME-1", "a name that ends in `.txt` or `.txt.gz`".to_owned(), name),
        ObjectKeyError::Number(number) => ("NAME-1", format!("{name} with exactly 5 digits at the end"), number),
        ObjectKeyError::Time(time) => (
            "NAME-1",
            format!("{name} whose time is 20 digits: `yyyyMMddHHmmss` in UTC and 6 digits of microseconds"),
            time,
        ),
        ObjectKeyError::AppName(app) => {
            ("NAME-1", format!("{name} with an app name that is not empty and has no control characters"), app)
        }
        ObjectKeyError::Folder { key, folder } => ("LAY-1", format!("a key in the folder `{folder}`"), key),
        ObjectKeyError::Date(folder) if !is_date_like(folder) => {
            ("LAY-2", "date folders `YYYY-MM-DD` and no other folder above the name".to_owned(), folder)
        }
        ObjectKeyError::Date(date) => {
            ("LAY-2", "at most one date folder `YYYY-MM-DD` between the folder and the name".to_owned(), date)
        }
        ObjectKeyError::Parts(text) => ("NAME-1", name.to_owned(), text),
    };
    LineFault::new(clause, expected, format!("`{}`", found.escape_debug()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "my_app_20260301000000000000_12345.txt";

    #[test]
    fn where_the_folder_is_not_known_only_what_is_meant_as_a_date_must_be_one() {
        for (path, date) in [
            ("", None),
            ("exports/", None),
            ("exports/shop_7/", None),
            ("exports/2026-03-01/", Some("2026-03-01")),
            ("2026-03-01/", Some("2026-03-01")),
        ] {
            let key = anywhere(&format!("{path}{NAME}")).unwrap();
            assert_eq!(key.date.map(|date| date.to_string()).as_deref(), date, "{path}");
        }
        for path in ["2026-3-1/", "a/20260301/", "a/2026/", "2026-02-30/", "a/2026.03.01/"] {
            let error = anywhere(&format!("{path}{NAME}")).unwrap_err();
            assert!(matches!(error, ObjectKeyError::Date(_)), "{path}: {error}");
        }
        assert!(matches!(anywhere("exports/renamed.csv"), Err(ObjectKeyError::Ending(_))));
    }
}
