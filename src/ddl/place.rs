//! Where the files are, and what distinguishes them from other objects.

use super::dialect::Dialect;
use crate::contract::schema::Form;
use crate::settings::{DateFolders, Settings};

/// Where the files of an export are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The bucket.
    pub bucket: String,
    /// The folder of all files, if there is one (LAY-1).
    pub folder: Option<String>,
    /// Whether files are in date folders (LAY-3).
    pub has_dates: bool,
    /// Whether files are outside date folders. With date folders by event time, those without a time are (LAY-3).
    pub has_undated: bool,
    /// Whether files are gzip.
    pub gzip: bool,
    /// Whether the names of gzip files end in `.gz` (U-12).
    pub gzip_suffix: bool,
    /// The form of the batches.
    pub form: Form,
}

/// Why the location of the files cannot be written for an engine.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{}` cannot be given to {}, which reads `{}` in a location as a pattern or a variable: use a folder without it",
    folder.escape_debug(), dialect.shown_name(), character.escape_debug()
)]
pub struct PlaceError {
    folder: String,
    character: char,
    dialect: Dialect,
}

impl Place {
    /// The place of the export with these settings.
    pub fn of(settings: &Settings) -> Self {
        let connection = &settings.connection;
        let folders = connection.store_data_in_folders_by_date;
        Self {
            bucket: connection.s3_bucket_name.to_string(),
            folder: connection.folder_name.as_ref().map(|folder| folder.as_str().to_owned()),
            has_dates: folders != DateFolders::None,
            has_undated: matches!(folders, DateFolders::None | DateFolders::EventTime),
            gzip: connection.use_compression,
            gzip_suffix: settings.engine.gzip_suffix,
            form: if connection.raw_data_feed { Form::Inbound } else { Form::Outbound },
        }
    }

    /// Whether the files are gzip under names that do not say so.
    pub fn hides_gzip(&self) -> bool {
        self.gzip && !self.gzip_suffix
    }

    /// The URL of the base folder, with a slash at its end, for an engine.
    ///
    /// # Errors
    /// If the engine would not read the folder as it is written.
    pub fn base(&self, dialect: Dialect) -> Result<String, PlaceError> {
        let scheme = match dialect {
            // The client of Hadoop.
            Dialect::Spark => "s3a",
            _ => "s3",
        };
        let special: &[char] = match dialect {
            Dialect::Spark | Dialect::DuckDb | Dialect::Polars | Dialect::BigQuery => {
                &['*', '?', '[', ']', '{', '}', '\\']
            }
            Dialect::Athena | Dialect::Trino => &['$'],
            Dialect::Snowflake => &[],
        };
        let folder = self.folder.as_ref().map(|folder| format!("{folder}/")).unwrap_or_default();
        match format!("{}{folder}", self.bucket).chars().find(|character| special.contains(character)) {
            Some(character) => Err(PlaceError { folder: self.folder.clone().unwrap_or_default(), character, dialect }),
            None => Ok(format!("{scheme}://{}/{folder}", self.bucket)),
        }
    }
}
