//! The file of a state, in a folder of its own: 0700 and 0600. Only one process has it at a time.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use redb::backends::FileBackend;
use redb::{Database, DatabaseError};

use super::StateError;
use crate::forward::private_folder;

/// The memory for pages of the file, in bytes.
const CACHE: usize = 8 << 20;

/// A state that is locked. A new one has a name of its own until [`finish`](Self::finish), so that a start that is killed before
/// leaves no half state.
#[derive(Debug)]
pub(crate) struct StateFile {
    pub(crate) database: Database,
    folder: PathBuf,
    name: &'static str,
    is_new: bool,
}

impl StateFile {
    /// Opens the state `name` in a folder, or begins one. The folder is made if it is missing.
    ///
    /// # Errors
    /// If another process has the state, the folder has other files, or the state cannot be used.
    pub(crate) fn open(folder: &Path, name: &'static str) -> Result<Self, StateError> {
        let failed = |source| StateError::Open { path: folder.to_owned(), source };
        let is_new = !folder.join(name).exists();
        match fs::read_dir(folder) {
            Ok(entries) => {
                if is_new && entries.flatten().any(|entry| entry.path() != unfinished(folder, name)) {
                    return Err(StateError::NotAState(folder.to_owned()));
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(error)),
        }
        private_folder::make(folder).map_err(failed)?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(is_new).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let path = if is_new { unfinished(folder, name) } else { folder.join(name) };
        let file = options.open(path).map_err(failed)?;
        restrict(&file).map_err(failed)?;
        if is_new {
            match file.try_lock() {
                // Another process may have finished the state since it was looked for. Then this file is that state.
                Ok(()) if !folder.join(name).exists() => file.set_len(0).map_err(failed)?,
                Ok(()) | Err(TryLockError::WouldBlock) => return Err(StateError::InUse(folder.to_owned())),
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
        }
        let database = FileBackend::new(file)
            .and_then(|file| redb::Builder::new().set_cache_size(CACHE).create_with_backend(file))
            .map_err(|error| match error {
                DatabaseError::DatabaseAlreadyOpen => StateError::InUse(folder.to_owned()),
                error => unusable(folder, error),
            })?;
        Ok(Self { database, folder: folder.to_owned(), name, is_new })
    }

    /// Makes a new state durable, now that it says which run it belongs to.
    ///
    /// # Errors
    /// If that is not possible.
    pub(crate) fn finish(self) -> Result<Database, StateError> {
        if self.is_new {
            fs::rename(unfinished(&self.folder, self.name), self.folder.join(self.name))
                .and_then(|()| private_folder::sync(&self.folder))
                .map_err(|source| StateError::Open { path: self.folder, source })?;
        }
        Ok(self.database)
    }
}

/// The name of a state that is not finished.
fn unfinished(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.new"))
}

/// A state that cannot be read or written.
pub(crate) fn unusable(folder: &Path, error: impl Into<redb::Error>) -> StateError {
    StateError::Database { path: folder.to_owned(), source: Arc::new(error.into()) }
}

#[cfg(unix)]
fn restrict(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn restrict(_: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bug: a start that was killed while it made the state left a file that no later start could use.
    #[test]
    fn what_a_killed_start_has_left_of_a_new_state_is_no_state() {
        let folder = tempfile::TempDir::new().unwrap();
        drop(StateFile::open(folder.path(), "x.redb").unwrap());
        fs::write(folder.path().join("x.redb.new"), vec![0; 70_000]).unwrap();
        let new = StateFile::open(folder.path(), "x.redb").unwrap();
        let second = StateFile::open(folder.path(), "x.redb").unwrap_err();
        assert!(matches!(second, StateError::InUse(_)), "{second}");
        drop(new.finish().unwrap());
        assert!(!StateFile::open(folder.path(), "x.redb").unwrap().is_new);
        let other = StateFile::open(folder.path(), "y.redb").unwrap_err();
        assert!(matches!(other, StateError::NotAState(_)), "{other}");
    }
}
