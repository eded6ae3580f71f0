//! What the name of an input must be, and how it must be stored.

use jiff::civil::Date;

use super::fault::LineFault;
use super::input::Input;
use crate::contract::object_key::{ObjectKey, ObjectKeyError, is_verification_object};
use crate::ndjson::Compression;
use crate::settings::{Connection, DateFolders};

/// Which names are right. Keys of objects are always looked at; files may have been copied and renamed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names<'a> {
    /// Whether the names of files are looked at as well.
    pub(super) files: bool,
    /// The connection whose export it is, if that is known.
    pub(super) connection: Option<&'a Connection>,
}

impl<'a> Names<'a> {
    fn folder(&self) -> Option<&'a str> {
        self.connection.and_then(|connection| connection.folder_name.as_ref()).map(|folder| folder.as_str())
    }

    /// Whether an input proves write access and is no data (ACC-6). Where the folder is not known, it may lie in any.
    pub(super) fn is_verification(&self, input: &Input) -> bool {
        let Some(key) = &input.key else { return false };
        match self.connection {
            Some(_) => is_verification_object(key, self.folder()),
            None => is_verification_object(key.rsplit('/').next().unwrap_or(key), None),
        }
    }

    /// The key of an input whose name is looked at.
    fn key(&self, input: &Input) -> Option<Result<ObjectKey, ObjectKeyError>> {
        let key = input.key.as_ref().filter(|_| self.files || input.is_object())?;
        Some(match self.connection {
            None if input.is_object() => anywhere(key),
            _ => ObjectKey::parse(key, self.folder()),
        })
    }

    /// The date folder that an input lies in, `None` within for the base folder; `None` if it is not known where it lies.
    pub(super) fn date_folder(&self, input: &Input) -> Option<Option<Date>> {
        self.key(input)?.ok().map(|key| key.date)
    }

    /// What is wrong with an input's name, and with how it is stored.
    pub(super) fn check(&self, input: &Input, compression: Compression) -> Vec<LineFault> {
        let mut faults = Vec::new();
        let date = match self.key(input) {
            Some(Ok(key)) => Some(key.date),
            Some(Err(error)) => {
                faults.push(misnamed(&error));
                None
            }
            None => None,
        };
        let Some(connection) = self.connection else { return faults };
        match (connection.store_data_in_folders_by_date, date) {
            (DateFolders::None, Some(Some(date))) => faults.push(LineFault::file(
                "LAY-3",
                "no date folder, as `store_data_in_folders_by_date` is `none`",
                format!("`{date}`"),
            )),
            (DateFolders::UploadTime, Some(None)) => faults.push(LineFault::file(
                "LAY-3",
                "a date folder, as `store_data_in_folders_by_date` is `upload_time`",
                "none".to_owned(),
            )),
            _ => {}
        }
        match (connection.use_compression, compression) {
            (true, Compression::Plain) => faults.push(LineFault::file(
                "use_compression",
                "a gzip file, as `use_compression` is on",
                "plain text".to_owned(),
            )),
            (false, Compression::Gzip) => faults.push(LineFault::file(
                "use_compression",
                "plain text, as `use_compression` is off",
                "a gzip file".to_owned(),
            )),
            _ => {}
        }
        faults
    }
}

/// Reads the key of an object whose folder is not known: what stands above is taken for the folder, unless it is meant as
/// a date.
fn anywhere(key: &str) -> Result<ObjectKey, ObjectKeyError> {
    let (path, name) = key.rsplit_once('/').unwrap_or(("", key));
    let last = path.rsplit('/').next().unwrap_or(path);
    let is_date_like = |text: &str| {
        text.bytes().filter(u8::is_ascii_digit).count() >= 4
            && text.bytes().all(|byte| byte.is_ascii_digit() || b"-_.".contains(&byte))
    };
    match is_date_like(last) {
        true => ObjectKey::parse(&key[path.len() - last.len()..], None),
        false => ObjectKey::parse(name, None),
    }
}

fn misnamed(error: &ObjectKeyError) -> LineFault {
    let name = "a name `<app name>_<time>_<5 digits>.txt`";
    let (clause, expected, found) = match error {
        ObjectKeyError::Ending(name) => ("NAME-1", "a name that ends in `.txt` or `.txt.gz`".to_owned(), name),
        ObjectKeyError::Number(number) => ("NAME-1", format!("{name} with exactly 5 digits at its end"), number),
        ObjectKeyError::Time(time) => (
            "NAME-1",
            format!("{name} whose time is 20 digits: `yyyyMMddHHmmss` in UTC and 6 digits of microseconds"),
            time,
        ),
        ObjectKeyError::AppName(app) => {
            ("NAME-1", format!("{name} whose app name is neither empty nor holds control characters"), app)
        }
        ObjectKeyError::Folder { key, folder } => ("LAY-1", format!("a key under the folder `{folder}`"), key),
        ObjectKeyError::Date(date) => {
            ("LAY-2", "nothing or one date folder `YYYY-MM-DD` between the folder and the name".to_owned(), date)
        }
        ObjectKeyError::Parts(text) => ("NAME-1", name.to_owned(), text),
    };
    LineFault::file(clause, expected, format!("`{}`", found.escape_debug()))
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
