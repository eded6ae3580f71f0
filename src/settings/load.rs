//! From a file or a text to checked settings.

use std::fs::File;
use std::path::Path;

use serde_json::{Map, Value};

use super::check::Problems;
use super::{Configuration, Connection, Engine, SettingsError, SettingsFile, names, rules, syntax};
use crate::bounded;

/// All settings, checked: every rule of one setting and between settings holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The account's.
    pub configuration: Configuration,
    /// The connection's.
    pub connection: Connection,
    /// The engine's own options.
    pub engine: Engine,
}

impl Settings {
    /// Role-based settings around `connection`, with the default of everything else.
    ///
    /// What is built or changed in code can be checked with [`Settings::check`].
    pub fn new(connection: Connection) -> Self {
        Self { configuration: Configuration::default(), connection, engine: Engine::default() }
    }

    /// Reads a file: TOML or JSON by its extension (`.toml`, `.json`), by its content if it has another.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, is neither, or holds settings that cannot be used: all of them are named.
    pub fn load(path: &Path) -> Result<Self, SettingsError> {
        Self::load_with(path, |_| {})
    }

    /// Reads a file like [`Settings::load`], with options that override it. They are checked with the rest, so that an
    /// option has the same bounds as a line of the file.
    ///
    /// # Errors
    ///
    /// As for [`Settings::load`].
    pub fn load_with(path: &Path, options: impl FnOnce(&mut SettingsFile)) -> Result<Self, SettingsError> {
        let text = File::open(path)
            .and_then(|file| bounded::read_text(file, bounded::SETTINGS))
            .map_err(|source| SettingsError::Read { path: path.to_owned(), source })?;
        let extension = path.extension().map(|extension| extension.to_ascii_lowercase());
        let is_json = match extension.as_ref().and_then(|extension| extension.to_str()) {
            Some("json") => true,
            Some("toml") => false,
            _ => syntax::looks_like_json(&text),
        };
        let tables = if is_json { syntax::from_json(&text) } else { syntax::from_toml(&text) };
        tables.and_then(|tables| Self::from_tables(tables, options)).map_err(|error| error.in_file(path.to_owned()))
    }

    /// Reads a TOML text.
    ///
    /// ```
    /// # use mp_forwarding::settings::{DateFolders, Settings};
    /// let settings = Settings::from_toml(
    ///     r#"
    ///     [connection]
    ///     s3_bucket_name = "mp-forwarding-acme"
    ///     "Store Data In Folders By Date" = "event_time"
    ///     "#,
    /// )?;
    /// assert_eq!(settings.connection.store_data_in_folders_by_date, DateFolders::EventTime);
    /// assert!(settings.is_role_based());
    /// # Ok::<(), mp_forwarding::settings::SettingsError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If it is not TOML, or holds settings that cannot be used: all of them are named.
    pub fn from_toml(text: &str) -> Result<Self, SettingsError> {
        Self::from_tables(syntax::from_toml(text)?, |_| {})
    }

    /// Reads a JSON text.
    ///
    /// # Errors
    ///
    /// If it is not JSON, or holds settings that cannot be used: all of them are named.
    pub fn from_json(text: &str) -> Result<Self, SettingsError> {
        Self::from_tables(syntax::from_json(text)?, |_| {})
    }

    /// Whether mParticle's own roles write, rather than a user with a key pair (ACC-1). The key of a user need not be here:
    /// `engine.iam_user` names the user.
    pub fn is_role_based(&self) -> bool {
        self.configuration.credentials.is_none() && self.engine.iam_user.is_none()
    }

    /// Checks again what must hold between settings, after a change in code.
    ///
    /// # Errors
    ///
    /// If two settings contradict each other: all such are named.
    pub fn check(&self) -> Result<(), SettingsError> {
        let mut problems = Problems::default();
        rules::check(self, &mut problems);
        problems.finish(())
    }

    fn from_tables(tables: Map<String, Value>, options: impl FnOnce(&mut SettingsFile)) -> Result<Self, SettingsError> {
        let mut problems = Problems::default();
        let mut typed = names::to_canonical(tables, &mut problems.found);
        options(&mut typed);
        Self::from_typed(typed, problems)
    }

    /// A value that was refused is replaced, so that the rules between settings can still be checked.
    fn from_typed(typed: SettingsFile, mut problems: Problems) -> Result<Self, SettingsError> {
        let settings = Self {
            configuration: Configuration::check(typed.configuration, &mut problems),
            connection: Connection::check(typed.connection, &mut problems),
            engine: Engine::check(typed.engine, &mut problems),
        };
        rules::check(&settings, &mut problems);
        problems.finish(settings)
    }
}

impl TryFrom<SettingsFile> for Settings {
    type Error = SettingsError;

    fn try_from(typed: SettingsFile) -> Result<Self, SettingsError> {
        Self::from_typed(typed, Problems::default())
    }
}
