//! What earlier runs have read and found, so that a nightly run reads only what is new.

use std::collections::HashSet;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::bounded;
use crate::cli::output_file::OutputFile;
use crate::report::Validation;
use crate::report::model::Report;
use crate::report::summary::Resumed;
use crate::validate::{Input, MergeError, Partial, PartialError};

/// The file with a number for each version of a file that was read.
const SEEN: &str = "seen";

/// The file with what was found.
const KNOWN: &str = "known.partial";

/// The file that one run at a time has locked.
const LOCK: &str = "lock";

/// The largest list of versions in bytes: sixty million.
const MOST: u64 = 1 << 30;

/// The state of the runs with one `--state`.
pub(super) struct State {
    folder: PathBuf,
    /// Held as long as a run uses the folder.
    _lock: File,
    seen: HashSet<u64>,
    known: Option<Partial>,
    left_out: u64,
}

/// The state cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum StateError {
    #[error("cannot use the state in `{}`", path.display())]
    Folder { path: PathBuf, source: io::Error },
    #[error("`{}` has other files than a state: name a folder that is new or empty", .0.display())]
    Foreign(PathBuf),
    #[error("another run uses the state in `{}`: wait for its end, or use another folder", .0.display())]
    Taken(PathBuf),
    #[error("the state `{}` is damaged: remove its folder to read everything again", path.display())]
    Damaged { path: PathBuf, source: Option<PartialError> },
    #[error("the state in `{}` is of other options, use another folder", path.display())]
    Options { path: PathBuf, source: MergeError },
}

impl State {
    /// Opens the state in a folder, which is created if it is missing.
    pub(super) fn open(folder: &Path) -> Result<Self, StateError> {
        let failed = |source| StateError::Folder { path: folder.to_owned(), source };
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder).map_err(failed)?;
        let path = folder.join(LOCK);
        if !path.exists() && fs::read_dir(folder).map_err(failed)?.next().is_some() {
            return Err(StateError::Foreign(folder.to_owned()));
        }
        let lock = File::create(path).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StateError::Taken(folder.to_owned())),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let read = |name: &str, most| match bounded::read_file(&folder.join(name), most) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            read => read.map(Some).map_err(failed),
        };
        let damaged = |name: &str, source| StateError::Damaged { path: folder.join(name), source };
        let known = read(KNOWN, bounded::REPORT)?.map(|bytes| Partial::from_bytes(&bytes)).transpose();
        let known = known.map_err(|error| damaged(KNOWN, Some(error)))?;
        let mut seen = HashSet::new();
        for line in read(SEEN, MOST)?.unwrap_or_default().split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let number = std::str::from_utf8(line).ok().and_then(|text| u64::from_str_radix(text, 16).ok());
            seen.insert(number.ok_or_else(|| damaged(SEEN, None))?);
        }
        // Without what was found, the faults of the files that were read are not known.
        if known.is_none() {
            seen.clear();
        }
        Ok(Self { folder: folder.to_owned(), _lock: lock, seen, known, left_out: 0 })
    }

    /// Whether the file is of the state, which may be in a folder that is checked.
    pub(super) fn has(&self, path: &Path) -> bool {
        // The name excludes most other files without a system call.
        [KNOWN, SEEN, LOCK].iter().any(|name| path.ends_with(name))
            && path.parent().and_then(|folder| folder.canonicalize().ok()) == self.folder.canonicalize().ok()
    }

    /// Leaves out what was read before.
    pub(super) fn leave_out(&mut self, inputs: &mut Vec<Input>) {
        let all = inputs.len();
        inputs.retain(|input| !input.version().is_some_and(|version| self.seen.contains(&version)));
        self.left_out = (all - inputs.len()) as u64;
    }

    /// Adds what this run found to what was known, keeps it if everything was read, and makes the report: what was known before
    /// does not fail the run. The report comes with the error if the state cannot be written.
    pub(super) fn report(
        mut self,
        new: Partial,
        inputs: &[Input],
    ) -> Result<(Report<Validation>, Option<StateError>), StateError> {
        let resumed = Resumed {
            folder: self.folder.display().to_string(),
            new_files: inputs.len() as u64,
            known_files: self.left_out,
        };
        let is_complete = new.is_complete();
        let (merged, earlier) = match self.known.take() {
            None => (new, None),
            Some(known) => {
                // The report takes what it is made from.
                let earlier = Partial::from_bytes(&known.to_bytes());
                let earlier =
                    earlier.map_err(|error| StateError::Damaged { path: self.folder.clone(), source: Some(error) })?;
                let merged = known.followed_by(new);
                let merged = merged.map_err(|source| StateError::Options { path: self.folder.clone(), source })?;
                (merged, Some(earlier.into_report()))
            }
        };
        let unsaved = if is_complete { self.save(&merged, inputs).err() } else { None };
        let mut report = merged.into_report();
        if let Some(earlier) = earlier {
            report.compare_with(self.folder.display().to_string(), &earlier, 0);
        }
        report.summary.resumed = Some(resumed);
        Ok((report, unsaved))
    }

    fn save(&mut self, merged: &Partial, inputs: &[Input]) -> Result<(), StateError> {
        self.seen.extend(inputs.iter().filter_map(Input::version));
        let mut seen: Vec<u64> = self.seen.iter().copied().collect();
        seen.sort_unstable();
        let seen: String = seen.iter().map(|version| format!("{version:016x}\n")).collect();
        // A crash between the two makes the next run read the new files again.
        for (name, bytes) in [(KNOWN, merged.to_bytes()), (SEEN, seen.into_bytes())] {
            let path = self.folder.join(name);
            let written = OutputFile(path.clone()).write(None, &bytes);
            written.map_err(|source| StateError::Folder { path, source })?;
        }
        Ok(())
    }
}
