//! Temporary folders that only the current user can read.

use std::io;
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;

/// How many times the removal of a folder is repeated if something was written to it, and the pause before.
const REMOVALS: u32 = 100;
const PAUSE: Duration = Duration::from_millis(20);

/// A folder that is removed when it is dropped.
#[derive(Debug)]
pub(crate) struct TemporaryFolder(TempDir);

impl TemporaryFolder {
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for TemporaryFolder {
    /// A stopped server may still finish a write, so that the removal fails or the folder is created again.
    fn drop(&mut self) {
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
    builder.tempdir().map(TemporaryFolder)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn other_users_cannot_read_it() {
        let folder = super::temporary_folder("mp-forwarding-test-").unwrap();
        assert_eq!(folder.path().metadata().unwrap().permissions().mode() & 0o777, 0o700);
    }
}
