//! The accepted batches as a source of the engine.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use tokio::sync::mpsc;

use crate::forward::{Block, Record, RunState, Source, SourceError, Spool, SpoolError, SpoolOptions, SpoolSource};

/// The largest number of accepted requests that wait for the engine. With more, the server answers 429.
const WAITING: usize = 64;

/// The bytes of the spool. While there are more, the server answers 429.
const SPOOL_BYTES: u64 = 1 << 30;

/// The accepted batches, in the order of their requests.
///
/// Without a state, batches are only in memory: a process that is killed loses accepted batches that it has not written. The
/// source ends when the server has stopped. With a state, every accepted batch is synced before its request is answered, and the
/// source does not end: the engine is stopped.
#[derive(Debug)]
pub struct ApiSource(Blocks);

#[derive(Debug)]
enum Blocks {
    Memory(mpsc::Receiver<Block>),
    Spool(Box<SpoolSource>),
}

/// The side of the source to which the server adds batches.
#[derive(Debug, Clone)]
pub(super) struct Intake {
    name: Arc<str>,
    next: Arc<Mutex<u64>>,
    to: Kept,
}

#[derive(Debug, Clone)]
enum Kept {
    Memory(mpsc::Sender<Block>),
    Spool(Spool),
}

/// Why batches are not accepted.
#[derive(Debug)]
pub(super) enum NotTaken {
    /// There is no room at the moment.
    Full,
    /// They cannot be kept.
    Failed(SpoolError),
}

impl ApiSource {
    pub(super) fn new() -> (Intake, Self) {
        let (sender, blocks) = mpsc::channel(WAITING);
        (Intake::new(Kept::Memory(sender)), Self(Blocks::Memory(blocks)))
    }

    /// The batches in the spool of a state, then those that are added.
    pub(super) fn with_state(state: &Arc<RunState>) -> Result<(Intake, Self), SpoolError> {
        // A client waits for the answer, so nothing needs to be reserved for what was taken.
        let options = SpoolOptions { folder: state.spool_folder(), limit: SPOOL_BYTES, reserve: 0, clock: None };
        let (spool, source) = Spool::open(&options, state.clone())?;
        Ok((Intake::new(Kept::Spool(spool)), Self(Blocks::Spool(Box::new(source)))))
    }
}

impl Intake {
    fn new(to: Kept) -> Self {
        Self { name: "Events API".into(), next: Arc::default(), to }
    }

    /// Adds the batches of one request, all or none.
    pub(super) async fn put(&self, batches: Vec<String>) -> Result<(), NotTaken> {
        match &self.to {
            Kept::Memory(sender) => {
                let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
                let permit = sender.try_reserve().map_err(|_| NotTaken::Full)?;
                permit.send(self.block(batches, &mut next));
                Ok(())
            }
            Kept::Spool(spool) if spool.is_full() => Err(NotTaken::Full),
            Kept::Spool(spool) => {
                let block = self.block(batches, &mut self.next.lock().unwrap_or_else(PoisonError::into_inner));
                spool.append(block, None).await.map_err(NotTaken::Failed)
            }
        }
    }

    fn block(&self, batches: Vec<String>, next: &mut u64) -> Block {
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
        block
    }
}

#[async_trait]
impl Source for ApiSource {
    async fn next(&mut self) -> Result<Option<Block>, SourceError> {
        match &mut self.0 {
            Blocks::Memory(blocks) => Ok(blocks.recv().await),
            Blocks::Spool(source) => source.next().await,
        }
    }

    fn acknowledge(&mut self, sequence: u64) {
        if let Blocks::Spool(source) = &mut self.0 {
            source.acknowledge(sequence);
        }
    }

    fn tick(&mut self) {
        if let Blocks::Spool(source) = &mut self.0 {
            source.tick();
        }
    }

    fn spooled_bytes(&self) -> Option<u64> {
        match &self.0 {
            Blocks::Memory(_) => None,
            Blocks::Spool(source) => source.spooled_bytes(),
        }
    }

    fn stop(&mut self) {
        if let Blocks::Spool(source) = &mut self.0 {
            source.stop();
        }
    }

    fn has_more(&self) -> bool {
        match &self.0 {
            Blocks::Memory(_) => false,
            Blocks::Spool(source) => source.has_more(),
        }
    }
}
