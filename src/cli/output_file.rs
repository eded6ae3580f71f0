//! A file that a run writes at its end: an earlier one stays until the new one is complete.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The path of a file to write.
#[derive(Debug, Clone)]
pub(crate) struct OutputFile(pub(crate) PathBuf);

impl OutputFile {
    /// Whether the path is written directly: a device, a pipe or a file descriptor.
    fn is_direct(&self) -> bool {
        let Self(path) = self;
        let is_device = |path: &Path| path.starts_with("/dev") || path.starts_with("/proc");
        is_device(path)
            || path.read_link().is_ok_and(|target| is_device(&target))
            || (path.exists() && !path.is_file() && !path.is_dir())
    }

    /// The file itself, if the path is a symbolic link.
    fn target(&self) -> PathBuf {
        self.0.canonicalize().unwrap_or_else(|_| self.0.clone())
    }

    fn folder(&self) -> PathBuf {
        let target = self.target();
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
        folder.unwrap_or(Path::new(".")).to_owned()
    }

    /// A new file in the same folder that only its owner can access, and the permissions for the complete one.
    fn temporary(&self) -> io::Result<(tempfile::NamedTempFile, std::fs::Permissions)> {
        let target = self.target();
        let mut builder = tempfile::Builder::new();
        builder.prefix(".report-").suffix(".tmp");
        #[cfg(unix)]
        let builder = {
            use std::os::unix::fs::PermissionsExt;
            // The umask is applied to this mode, as for any new file.
            builder.permissions(std::fs::Permissions::from_mode(0o666))
        };
        let file = builder.tempfile_in(self.folder())?;
        let permissions = target.metadata().or_else(|_| file.as_file().metadata())?.permissions();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            file.as_file().set_permissions(std::fs::Permissions::from_mode(0o600))?;
        }
        Ok((file, permissions))
    }

    /// Opens a path that is written directly. For a file, checks that a temporary one can be created in its folder, and
    /// removes it.
    pub(crate) fn open(&self) -> io::Result<Option<File>> {
        if self.is_direct() {
            return OpenOptions::new().append(true).open(&self.0).map(Some);
        }
        if self.0.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if !self.folder().is_dir() {
            return Err(io::Error::other(format!("there is no folder `{}`", self.folder().display())));
        }
        self.temporary().map(|_| None)
    }

    /// Writes to what [`Self::open`] opened, else to a temporary file that is then renamed.
    pub(crate) fn write(&self, direct: Option<File>, bytes: &[u8]) -> io::Result<()> {
        self.write_with(direct, false, |file| file.write_all(bytes))
    }

    /// The same with a function that writes. A private file can be accessed by its owner alone.
    pub(crate) fn write_with(
        &self,
        direct: Option<File>,
        is_private: bool,
        write: impl FnOnce(&mut File) -> io::Result<()>,
    ) -> io::Result<()> {
        if let Some(mut direct) = direct {
            return write(&mut direct);
        }
        let (mut file, permissions) = self.temporary()?;
        write(file.as_file_mut())?;
        if !is_private {
            file.as_file().set_permissions(permissions)?;
        }
        file.as_file().sync_all()?;
        file.persist(self.target()).map(drop).map_err(|error| error.error)
    }
}
