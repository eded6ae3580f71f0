//! Temporary folders that only the user who runs the program can read.

use std::io;

use tempfile::TempDir;

/// Creates a folder whose name begins with `prefix`. It is removed when it is dropped.
///
/// # Errors
/// If it cannot be created.
pub(crate) fn temporary_folder(prefix: &str) -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o700));
    }
    builder.tempdir()
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
