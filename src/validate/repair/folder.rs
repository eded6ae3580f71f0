//! The folder that corrected copies are written to.

use std::collections::HashSet;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::validate::input::Input;

/// A new or empty folder for corrected copies, which only its owner may read.
#[derive(Debug)]
pub struct RepairFolder(PathBuf);

/// Corrected copies cannot be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RepairError {
    /// The folder holds something.
    #[error("`{}` is not empty: name a folder that is new or empty", .0.display())]
    NotEmpty(PathBuf),
    /// The folder is within one that is checked.
    #[error("`{}` is within `{}`, which is checked: name a folder outside", folder.display(), input.display())]
    Within {
        /// The folder for the copies.
        folder: PathBuf,
        /// The input that it is in.
        input: PathBuf,
    },
    /// An input has a key that cannot be the name of a copy.
    #[error("there can be no corrected copy of `{0}`: its key has `..` or another part that is no name of a file")]
    Key(String),
    /// Standard input and readers are read once.
    #[error("there can be no corrected copy of `{0}`, which is read once: write it to a file first")]
    ReadOnce(String),
    /// Two inputs would have one copy.
    #[error("`{0}` and another input have one key: correct them one after the other")]
    SameKey(String),
    /// It cannot be written.
    #[error("cannot write `{}`", path.display())]
    Write {
        /// The folder, or the copy.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
}

impl RepairFolder {
    /// Makes the folder, unless it is there and empty. It must be within none of `inputs`.
    ///
    /// # Errors
    /// If it is no such folder, or cannot be made.
    pub fn create<'a>(path: &Path, inputs: impl IntoIterator<Item = &'a PathBuf>) -> Result<Self, RepairError> {
        let failed = |source| RepairError::Write { path: path.to_owned(), source };
        let real = real(path).map_err(failed)?;
        for input in inputs {
            // What cannot be found is reported with the inputs.
            if input.is_dir() && input.canonicalize().is_ok_and(|input| real.starts_with(input)) {
                return Err(RepairError::Within { folder: path.to_owned(), input: input.clone() });
            }
        }
        match fs::read_dir(path).map(|mut entries| entries.next().is_none()) {
            Ok(true) => {}
            Ok(false) => return Err(RepairError::NotEmpty(path.to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => make_folders(path).map_err(failed)?,
            Err(error) => return Err(failed(error)),
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(path, fs::Permissions::from_mode(0o700)).map_err(failed)?;
        }
        Ok(Self(path.to_owned()))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Whether each input can have a copy of its own.
    pub(super) fn check_keys(&self, inputs: &[Input]) -> Result<(), RepairError> {
        let mut copies = HashSet::new();
        inputs.iter().try_for_each(|input| match copies.insert(self.copy_of(input)?) {
            true => Ok(()),
            false => Err(RepairError::SameKey(input.name.clone())),
        })
    }

    /// The path of an input's copy: its key below the folder.
    pub(super) fn copy_of(&self, input: &Input) -> Result<PathBuf, RepairError> {
        let Some(key) = &input.key else { return Err(RepairError::ReadOnce(input.name.clone())) };
        let is_name = |part: &str| {
            let mut components = Path::new(part).components();
            matches!(components.next(), Some(Component::Normal(name)) if name == part) && components.next().is_none()
        };
        match key.split('/').all(is_name) && !key.contains('\0') {
            true => Ok(key.split('/').fold(self.0.clone(), |path, part| path.join(part))),
            false => Err(RepairError::Key(input.name.clone())),
        }
    }

    /// Creates the file that becomes the copy at `path`.
    pub(super) fn begin(&self, path: &Path) -> Result<File, RepairError> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let made = path.parent().map_or(Ok(()), make_folders).and_then(|()| options.open(part_of(path)));
        made.map_err(|source| write_error(path, source))
    }

    /// Gives the complete copy its name.
    pub(super) fn keep(&self, path: &Path) -> Result<(), RepairError> {
        // On some systems names differ in more than their case.
        let free = if path.symlink_metadata().is_ok() { Err(io::ErrorKind::AlreadyExists.into()) } else { Ok(()) };
        free.and_then(|()| fs::rename(part_of(path), path)).map_err(|source| write_error(path, source))
    }

    /// Removes a copy that is not needed, and the folders that were made for it.
    pub(super) fn discard(&self, path: &Path) -> Result<(), RepairError> {
        fs::remove_file(part_of(path)).map_err(|source| write_error(path, source))?;
        for folder in path.ancestors().skip(1).take_while(|folder| *folder != self.0) {
            // Another copy may be in it.
            if fs::remove_dir(folder).is_err() {
                break;
            }
        }
        Ok(())
    }
}

pub(super) fn write_error(path: &Path, source: io::Error) -> RepairError {
    RepairError::Write { path: path.to_owned(), source }
}

/// The name of a copy that is not complete.
fn part_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    name.into()
}

fn make_folders(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path)
}

/// The absolute path of what may not exist yet, without symbolic links.
fn real(path: &Path) -> io::Result<PathBuf> {
    let absolute = std::path::absolute(path)?;
    let existing = absolute.ancestors().find(|folder| folder.symlink_metadata().is_ok()).unwrap_or(Path::new("/"));
    let rest = absolute.strip_prefix(existing).unwrap_or(Path::new(""));
    // Where `..` leads is not known before the folders in front of it are there.
    if rest.components().any(|part| part == Component::ParentDir) {
        return Err(io::ErrorKind::NotFound.into());
    }
    Ok(existing.canonicalize()?.join(rest))
}
