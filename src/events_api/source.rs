//! The accepted batches as a source of the engine.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use tokio::sync::mpsc;

use crate::forward::{Block, Record, Source, SourceError};

/// The largest number of accepted requests that wait for the engine. With more, the server answers 429.
const WAITING: usize = 64;

/// The accepted batches, in the order of their requests. The source ends when the server has stopped.
///
/// Batches are only in memory: a process that is killed loses accepted batches that it has not written.
#[derive(Debug)]
pub struct ApiSource {
    blocks: mpsc::Receiver<Block>,
}

/// The side of the source to which the server adds batches.
#[derive(Debug)]
pub(super) struct Intake {
    sender: mpsc::Sender<Block>,
    next: Mutex<u64>,
    name: Arc<str>,
}

/// The engine cannot accept more at the moment.
#[derive(Debug)]
pub(super) struct Full;

impl ApiSource {
    pub(super) fn new() -> (Intake, Self) {
        let (sender, blocks) = mpsc::channel(WAITING);
        (Intake { sender, next: Mutex::new(0), name: "Events API".into() }, Self { blocks })
    }
}

impl Intake {
    /// Adds the batches of one request, all or none.
    pub(super) fn put(&self, batches: impl IntoIterator<Item = String>) -> Result<(), Full> {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let permit = self.sender.try_reserve().map_err(|_| Full)?;
        let mut block = Block { input: self.name.clone(), text: Vec::new(), records: Vec::new(), spooled: None };
        for batch in batches {
            let start = block.text.len();
            block.text.extend_from_slice(batch.as_bytes());
            block.records.push(Record {
                sequence: *next,
                line: *next + 1,
                offset: 0,
                length: batch.len() as u64,
                range: start..block.text.len(),
            });
            *next += 1;
        }
        permit.send(block);
        Ok(())
    }
}

#[async_trait]
impl Source for ApiSource {
    async fn next(&mut self) -> Result<Option<Block>, SourceError> {
        Ok(self.blocks.recv().await)
    }

    fn acknowledge(&mut self, _: u64) {}
}
