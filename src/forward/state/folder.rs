//! The folder of a state: 0700, with one file of 0600, and the folder of the spool if there is one.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;

use super::StateError;
use crate::forward::private_folder;

/// Opens the file `name` of a state. Folder and file are made if they are missing, and synced.
pub(crate) fn open(folder: &Path, name: &str) -> Result<File, StateError> {
    let failed = |source| StateError::Open { path: folder.to_owned(), source };
    let path = folder.join(name);
    match fs::read_dir(folder) {
        Ok(mut entries) => {
            if !path.exists() && entries.next().is_some() {
                return Err(StateError::NotAState(folder.to_owned()));
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed(error)),
    }
    private_folder::make(folder).map_err(failed)?;
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&path).map_err(failed)?;
    restrict(&file).and_then(|()| private_folder::sync(folder)).map_err(failed)?;
    Ok(file)
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
