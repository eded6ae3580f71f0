//! Temporary folders that only the current user can read.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

/// How many times the removal of a folder is repeated if something was written to it, and the pause before.
const REMOVALS: u32 = 100;
const PAUSE: Duration = Duration::from_millis(20);

/// How the names of the folders begin.
pub(crate) const OF_A_SERVER: &str = "mp-forwarding-s3-";
pub(crate) const OF_A_SUBJECT: &str = "mp-forwarding-subject-";

/// The folders of this process that are not removed yet.
static LIVE: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn live() -> MutexGuard<'static, Vec<PathBuf>> {
    LIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes every temporary folder of this process, which is about to end without dropping them.
pub(crate) fn remove_temporary_folders() {
    live().drain(..).for_each(|folder| drop(std::fs::remove_dir_all(folder)));
}

/// The temporary folders that are there, of whatever process of this user, with the time when each was last changed. A process
/// that was killed has left its own.
pub(crate) fn temporary_folders() -> io::Result<Vec<(PathBuf, SystemTime)>> {
    let mut folders = Vec::new();
    for entry in std::fs::read_dir(std::env::temp_dir())? {
        let entry = entry?;
        let name = entry.file_name();
        let is_ours = [OF_A_SERVER, OF_A_SUBJECT].iter().any(|start| name.to_string_lossy().starts_with(start));
        // A link to a folder is not one of ours.
        if is_ours && entry.file_type()?.is_dir() {
            folders.push((entry.path(), entry.metadata()?.modified()?));
        }
    }
    folders.sort();
    Ok(folders)
}

/// Whether a running process uses the folder. Where folders cannot be locked, it is not known, and no process does.
pub(crate) fn is_in_use(folder: &Path) -> bool {
    File::open(folder).is_ok_and(|folder| matches!(folder.try_lock(), Err(TryLockError::WouldBlock)))
}

/// A folder that is removed when it is dropped. Until then it is locked, so that `conform clean` keeps it.
#[derive(Debug)]
pub(crate) struct TemporaryFolder(TempDir, #[expect(dead_code, reason = "it holds the lock")] Option<File>);

impl TemporaryFolder {
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for TemporaryFolder {
    /// A stopped server may still finish a write, so that the removal fails or the folder is created again.
    fn drop(&mut self) {
        live().retain(|folder| folder != self.path());
        let mut absent = 0;
        for _ in 0..REMOVALS {
            absent = if self.path().exists() { 0 } else { absent + 1 };
            if absent == 2 {
                return;
            }
            let _ = std::fs::remove_dir_all(self.path());
            std::thread::sleep(PAUSE);
        }
    }
}

/// Creates a folder whose name begins with `prefix`. It is removed when it is dropped.
///
/// # Errors
/// If it cannot be created.
pub(crate) fn temporary_folder(prefix: &str) -> io::Result<TemporaryFolder> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o700));
    }
    let folder = builder.tempdir()?;
    live().push(folder.path().to_owned());
    let lock = File::open(folder.path()).ok().filter(|folder| folder.try_lock().is_ok());
    Ok(TemporaryFolder(folder, lock))
}

/// Creates a folder if it is missing, and makes it readable by its owner alone.
pub(crate) fn make_private(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    #[cfg(unix)]
    std::fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn other_users_cannot_read_it() {
        let folder = super::temporary_folder("mp-forwarding-test-").unwrap();
        assert_eq!(folder.path().metadata().unwrap().permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn a_folder_is_known_until_it_is_removed() {
        let folder = super::temporary_folder(super::OF_A_SERVER).unwrap();
        let path = folder.path().to_owned();
        let is_listed = || super::temporary_folders().unwrap().iter().any(|(folder, _)| *folder == path);
        assert!(is_listed() && super::live().contains(&path) && super::is_in_use(&path));
        drop(folder);
        assert!(!is_listed() && !super::live().contains(&path));
    }
}
