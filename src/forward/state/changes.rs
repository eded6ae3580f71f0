//! Writes changes to the file of a state. Changes that arrive together are synced together.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use redb::{Database, TableDefinition};
use tokio::sync::oneshot;

use super::{ObjectRecord, StateError};

/// The identity of the run, its outcome, and how far the quarantine is kept.
pub(super) const NOTES: TableDefinition<'_, &str, &str> = TableDefinition::new("notes");
/// The objects by their number in the run.
pub(super) const OBJECTS: TableDefinition<'_, u64, &str> = TableDefinition::new("objects");

/// The most changes that are synced together.
const TOGETHER: usize = 1_000;

#[derive(Debug)]
pub(super) enum Change {
    Note(String, String),
    Object(u64, ObjectRecord),
    /// The objects with smaller numbers are no longer needed.
    Forget(u64),
}

type Done = oneshot::Sender<Result<(), Arc<redb::Error>>>;

/// A thread that writes changes.
#[derive(Debug)]
pub(super) struct Changes {
    folder: PathBuf,
    sender: Option<Sender<(Change, Done)>>,
    thread: Option<JoinHandle<()>>,
}

impl Changes {
    pub(super) fn start(folder: PathBuf, database: Arc<Database>) -> Self {
        let (sender, receiver) = channel();
        let thread = std::thread::spawn(move || write_all(&database, &receiver));
        Self { folder, sender: Some(sender), thread: Some(thread) }
    }

    /// Makes a change durable.
    pub(super) async fn make(&self, change: Change) -> Result<(), StateError> {
        let (done, written) = oneshot::channel();
        if let Some(sender) = &self.sender {
            let _ = sender.send((change, done));
        }
        match written.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(source)) => Err(self.failed(source)),
            Err(_) => Err(self.failed(Arc::new(redb::Error::Corrupted("its writer has ended".to_owned())))),
        }
    }

    /// Makes a change that need not be durable at once.
    pub(super) fn make_later(&self, change: Change) {
        let (done, _) = oneshot::channel();
        if let Some(sender) = &self.sender {
            let _ = sender.send((change, done));
        }
    }

    fn failed(&self, source: Arc<redb::Error>) -> StateError {
        StateError::Database { path: self.folder.clone(), source }
    }
}

impl Drop for Changes {
    fn drop(&mut self) {
        self.sender = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn write_all(database: &Database, receiver: &Receiver<(Change, Done)>) {
    while let Ok(first) = receiver.recv() {
        let (changes, waiting): (Vec<_>, Vec<_>) =
            std::iter::once(first).chain(receiver.try_iter()).take(TOGETHER).unzip();
        let written = write(database, &changes).map_err(Arc::new);
        for done in waiting {
            let _ = done.send(written.clone());
        }
    }
}

pub(super) fn write(database: &Database, changes: &[Change]) -> Result<(), redb::Error> {
    let transaction = database.begin_write()?;
    {
        let mut notes = transaction.open_table(NOTES)?;
        let mut objects = transaction.open_table(OBJECTS)?;
        for change in changes {
            match change {
                Change::Note(name, text) => drop(notes.insert(name.as_str(), text.as_str())?),
                Change::Object(number, record) => {
                    let text = serde_json::to_string(record).unwrap_or_default();
                    drop(objects.insert(number, text.as_str())?);
                }
                Change::Forget(end) => objects.retain_in(..*end, |_, _| false)?,
            }
        }
    }
    Ok(transaction.commit()?)
}
