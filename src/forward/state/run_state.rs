//! Opens the state of a run, and records its progress.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use redb::{Database, ReadableDatabase};

use crate::forward::input::Input;
use crate::settings::Settings;

use super::changes::{Change, Changes, NOTES, OBJECTS, write};
use super::identity::{InputIdentity, RunIdentity, shaping};
use super::state_file::{StateFile, unusable};
use super::{ObjectRecord, StateError};

/// The file in the folder.
const NAME: &str = "run.redb";

const RUN: &str = "run";
const OUTCOME: &str = "outcome";

/// The options of a run, besides its settings and inputs.
#[derive(Debug, Clone, Default)]
pub struct RunOptions {
    /// A fixed time instead of that of the first start.
    pub clock: Option<Timestamp>,
    /// A seed instead of one that is derived from the identity.
    pub seed: Option<u64>,
    /// The file of the quarantine. What was kept there is not kept again.
    pub quarantine: Option<PathBuf>,
    /// Whether the inputs are files that grow and are read on.
    pub follow: bool,
}

/// The state of a run. Only one process has it at a time.
#[derive(Debug)]
pub struct RunState {
    folder: PathBuf,
    database: Arc<Database>,
    changes: Changes,
    identity: RunIdentity,
    inputs: Vec<Input>,
    is_resumed: bool,
    fixed_clock: Option<Timestamp>,
    /// The name of the note about the quarantine.
    kept: Option<String>,
}

impl RunState {
    /// Opens the state in `folder`, or begins one there. The identity of the run is synced before this returns.
    ///
    /// # Errors
    /// If the state belongs to another run or another version, another process has it, or it or an input cannot be read.
    pub fn open(
        folder: &Path,
        settings: &Settings,
        inputs: &[Input],
        options: &RunOptions,
    ) -> Result<Self, StateError> {
        let file = StateFile::open(folder, NAME)?;
        let known = read(&file.database, |transaction| {
            let notes = transaction.open_table(NOTES)?;
            Ok(notes.get(RUN)?.map(|text| text.value().to_owned()))
        });
        let known = known.map_err(|error| unusable(folder, error))?;
        let identity = match &known {
            Some(text) => {
                let known = parse(folder, text)?;
                compare(folder, &known, settings, inputs, options)?;
                known
            }
            None => {
                let identity = begin(settings, inputs, options)?;
                let text = serde_json::to_string(&identity).unwrap_or_default();
                write(&file.database, &[Change::Note(RUN.to_owned(), text)])
                    .map_err(|error| unusable(folder, error))?;
                identity
            }
        };
        let database = Arc::new(file.finish()?);
        Ok(Self {
            changes: Changes::start(folder.to_owned(), database.clone()),
            inputs: limited(inputs, &identity),
            identity,
            is_resumed: known.is_some(),
            fixed_clock: options.clock,
            kept: options.quarantine.as_ref().map(|path| {
                let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
                format!("kept in {}", path.display())
            }),
            folder: folder.to_owned(),
            database,
        })
    }

    /// What the keys and bytes of the run depend on.
    pub fn identity(&self) -> &RunIdentity {
        &self.identity
    }

    /// The inputs up to the size that they had when the run began.
    pub fn inputs(&self) -> &[Input] {
        &self.inputs
    }

    /// Whether the run was begun before.
    pub fn is_resumed(&self) -> bool {
        self.is_resumed
    }

    /// Whether records are taken into a spool, because an input cannot be read twice. A run without inputs takes them from elsewhere.
    pub fn is_spooled(&self) -> bool {
        let is_file = |input: &InputIdentity| matches!(input, InputIdentity::File { .. });
        self.identity.inputs.is_empty() || !self.identity.inputs.iter().all(is_file)
    }

    /// The arguments of the files that are followed, if the run follows files.
    pub(crate) fn follows(&self) -> Option<Vec<PathBuf>> {
        let is_followed = self.identity.inputs.contains(&InputIdentity::Followed);
        is_followed.then(|| self.inputs.iter().map(|input| PathBuf::from(input.name())).collect())
    }

    /// The folder of the spool.
    pub(crate) fn spool_folder(&self) -> PathBuf {
        self.folder.join("spool")
    }

    /// The time of `--clock`.
    pub(crate) fn fixed_clock(&self) -> Option<Timestamp> {
        self.fixed_clock
    }

    /// A segment of the spool is deleted, so its objects never come again.
    pub(crate) fn forget_segment(&self, segment: u64) {
        self.changes.make_later(Change::Forget(first_object(segment + 1)));
    }

    /// What [`finish`](Self::finish) recorded; `None` while something is left to do.
    ///
    /// # Errors
    /// If the state cannot be read.
    pub fn outcome(&self) -> Result<Option<String>, StateError> {
        self.note(OUTCOME)
    }

    /// Records that everything is delivered. The same command has nothing more to do.
    ///
    /// # Errors
    /// If the state cannot be written.
    pub async fn finish(&self, outcome: &str) -> Result<(), StateError> {
        self.changes.make(Change::Note(OUTCOME.to_owned(), outcome.to_owned())).await?;
        // It has personal data, and nothing of it is needed any more.
        match std::fs::remove_dir_all(self.spool_folder()) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                Err(StateError::Open { path: self.spool_folder(), source })
            }
            _ => Ok(()),
        }
    }

    /// The record of the object with this number in the run.
    pub(crate) fn object(&self, number: u64) -> Result<Option<ObjectRecord>, StateError> {
        let text = read(&self.database, |transaction| {
            let objects = transaction.open_table(OBJECTS)?;
            Ok(objects.get(number)?.map(|text| text.value().to_owned()))
        });
        let text = text.map_err(|error| unusable(&self.folder, error))?;
        text.map(|text| parse(&self.folder, &text)).transpose()
    }

    /// Records an object durably.
    pub(crate) async fn record(&self, number: u64, record: &ObjectRecord) -> Result<(), StateError> {
        self.changes.make(Change::Object(number, record.clone())).await
    }

    /// The number of the first record whose quarantined events are not kept for certain.
    pub(crate) fn kept_until(&self) -> Result<u64, StateError> {
        let Some(name) = &self.kept else { return Ok(0) };
        Ok(self.note(name)?.and_then(|text| text.parse().ok()).unwrap_or_default())
    }

    /// Records that everything quarantined before the record `until` is kept.
    pub(crate) fn keep(&self, until: u64) -> Result<(), StateError> {
        let Some(name) = &self.kept else { return Ok(()) };
        let change = Change::Note(name.clone(), until.to_string());
        write(&self.database, &[change]).map_err(|error| unusable(&self.folder, error))
    }

    /// Another input than the one that was recorded has come.
    pub(crate) fn other_input(&self, key: &str) -> StateError {
        let reason = format!("`{key}` has other bytes than before, so an input has changed");
        StateError::OtherRun { path: self.folder.clone(), reason }
    }

    fn note(&self, name: &str) -> Result<Option<String>, StateError> {
        let text = read(&self.database, |transaction| {
            let notes = transaction.open_table(NOTES)?;
            Ok(notes.get(name)?.map(|text| text.value().to_owned()))
        });
        text.map_err(|error| unusable(&self.folder, error))
    }
}

/// The number of the first object of a segment of the spool.
pub(crate) fn first_object(segment: u64) -> u64 {
    segment << 32
}

/// Reads from the file. A table that was never written is empty.
fn read<T>(
    database: &Database,
    read: impl FnOnce(redb::ReadTransaction) -> Result<Option<T>, redb::Error>,
) -> Result<Option<T>, redb::Error> {
    match read(database.begin_read()?) {
        Err(redb::Error::TableDoesNotExist(_)) => Ok(None),
        result => result,
    }
}

fn parse<T: serde::de::DeserializeOwned>(folder: &Path, text: &str) -> Result<T, StateError> {
    serde_json::from_str(text).map_err(|error| unusable(folder, redb::Error::Corrupted(error.to_string())))
}

/// The identity of a new run.
fn begin(settings: &Settings, inputs: &[Input], options: &RunOptions) -> Result<RunIdentity, StateError> {
    let of_input = |input: &Input| match input.size() {
        _ if options.follow => Ok(InputIdentity::Followed),
        Some((path, bytes)) => identity_of(path, bytes),
        None => Ok(InputIdentity::Stream),
    };
    let inputs = inputs.iter().map(of_input).collect::<Result<Vec<_>, _>>()?;
    let mut identity = RunIdentity {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        clock: options.clock.unwrap_or_else(Timestamp::now),
        seed: 0,
        settings: shaping(settings),
        inputs,
    };
    match options.seed {
        Some(seed) => identity.seed = seed,
        None => identity.derive_seed(),
    }
    Ok(identity)
}

fn identity_of(path: &Path, bytes: u64) -> Result<InputIdentity, StateError> {
    InputIdentity::of_file(path, bytes).map_err(|source| StateError::Input { path: path.to_owned(), source })
}

/// Refuses a run that would not make the objects of the recorded one.
fn compare(
    folder: &Path,
    known: &RunIdentity,
    settings: &Settings,
    inputs: &[Input],
    options: &RunOptions,
) -> Result<(), StateError> {
    if known.version != env!("CARGO_PKG_VERSION") {
        return Err(StateError::Version { path: folder.to_owned(), version: known.version.clone() });
    }
    let other = |reason: String| Err(StateError::OtherRun { path: folder.to_owned(), reason });
    if let Some(name) = known.other_setting(&shaping(settings)) {
        return other(format!("`{name}` had another value"));
    }
    if let Some(clock) = options.clock.filter(|clock| *clock != known.clock) {
        return other(format!("its clock is {}, not {clock}", known.clock));
    }
    if let Some(seed) = options.seed.filter(|seed| *seed != known.seed) {
        return other(format!("its seed is {}, not {seed}", known.seed));
    }
    if known.inputs.len() != inputs.len() {
        return other(format!("it has {} inputs, not {}", known.inputs.len(), inputs.len()));
    }
    for (input, known) in inputs.iter().zip(&known.inputs) {
        let now = match (known, input.size()) {
            (InputIdentity::File { bytes, .. }, Some((_, size))) if size < *bytes && !options.follow => {
                return other(format!("`{}` had {bytes} bytes and has {size}", input.name()));
            }
            // A file may have grown. What it had is read again.
            (InputIdentity::File { bytes, .. }, Some((path, _))) if !options.follow => identity_of(path, *bytes)?,
            _ if options.follow => InputIdentity::Followed,
            _ => InputIdentity::Stream,
        };
        if now != *known {
            return other(format!("the input `{}` has other content", input.name()));
        }
    }
    Ok(())
}

/// The inputs up to the recorded sizes.
fn limited(inputs: &[Input], identity: &RunIdentity) -> Vec<Input> {
    let limit = |(input, known): (&Input, &InputIdentity)| match (input, known) {
        (Input::File(path) | Input::Beginning { path, .. }, InputIdentity::File { bytes, .. }) => {
            Input::Beginning { path: path.clone(), bytes: *bytes }
        }
        _ => input.clone(),
    };
    inputs.iter().zip(&identity.inputs).map(limit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_of_another_version_is_refused_and_that_version_is_named() {
        let folder = tempfile::TempDir::new().unwrap();
        let text = "[connection]\ns3_bucket_name = \"mp-forwarding-x\"\nstore_data_in_folders_by_date = \"none\"";
        let settings = Settings::from_toml(text).unwrap();
        let open = || RunState::open(folder.path(), &settings, &[], &RunOptions::default());
        let state = open().unwrap();
        let identity = RunIdentity { version: "0.0.7".to_owned(), ..state.identity().clone() };
        let note = Change::Note(RUN.to_owned(), serde_json::to_string(&identity).unwrap());
        write(&state.database, &[note]).unwrap();
        drop(state);
        let refused = open().unwrap_err().to_string();
        assert!(refused.contains("finish the run with version 0.0.7"), "{refused}");
    }
}
