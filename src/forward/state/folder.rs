//! The folder of a state: 0700, with one file of 0600.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;

use super::StateError;

/// The file in the folder.
const NAME: &str = "run.redb";

/// Opens the file of a state. Folder and file are made if they are missing, and synced.
pub(super) fn open(folder: &Path) -> Result<File, StateError> {
    let failed = |source| StateError::Open { path: folder.to_owned(), source };
    let path = folder.join(NAME);
    match fs::read_dir(folder) {
        Ok(mut entries) => {
            if !path.exists() && entries.next().is_some() {
                return Err(StateError::NotAState(folder.to_owned()));
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => make(folder).map_err(failed)?,
        Err(error) => return Err(failed(error)),
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&path).map_err(failed)?;
    restrict(folder, &file).and_then(|()| sync(folder)).map_err(failed)?;
    Ok(file)
}

fn make(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    match folder.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(parent) => sync(parent),
        None => Ok(()),
    }
}

#[cfg(unix)]
fn restrict(folder: &Path, file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    file.set_permissions(fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn restrict(_: &Path, _: &File) -> io::Result<()> {
    Ok(())
}

/// Makes the names in a folder durable.
#[cfg(unix)]
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync(_: &Path) -> io::Result<()> {
    Ok(())
}
