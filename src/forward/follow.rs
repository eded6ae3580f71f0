//! Files that grow, and are read on.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use tokio::sync::mpsc;

use super::input::Input;
use super::read_at::ReadAt;
use super::source::{Block, READ_AHEAD, Reach, Source, SourceError, Stop, failed, numbered, read};
use super::spool::{Beginning, Reached};
use super::state::sha256;
use crate::paths::{NotFound, files_of};

/// How often files are looked at.
const LOOK: Duration = Duration::from_millis(250);

/// How often new files are looked for.
const SEARCH: Duration = Duration::from_secs(1);

/// How much of the beginning of a file is compared.
const COMPARED: u64 = 1 << 20;

/// The first bytes of a gzip file.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Reads what is appended to files.
pub(super) struct Follower {
    arguments: Vec<PathBuf>,
    max_line_bytes: usize,
    files: Vec<Followed>,
    /// Files that are or were read, so that one that was renamed is not read twice.
    known: HashSet<Number>,
    searched_at: Option<Instant>,
    /// Where files were read up to at an earlier start, by their names then.
    earlier: BTreeMap<String, Reached>,
}

/// The number of a file on its device.
type Number = (u64, u64);

struct Followed {
    path: PathBuf,
    file: Arc<File>,
    number: Number,
    reach: Reach,
    /// Its size when it was last looked at.
    seen: u64,
    beginning: Beginning,
}

impl Follower {
    pub(super) fn new(arguments: Vec<PathBuf>, max_line_bytes: usize, earlier: BTreeMap<String, Reached>) -> Self {
        Self { arguments, max_line_bytes, files: Vec::new(), known: HashSet::new(), searched_at: None, earlier }
    }

    /// Reads on until `stop` is set, or `put` needs nothing more. `report` gets errors that do not end it.
    ///
    /// # Errors
    /// If a file was cut or replaced, or cannot be read.
    pub(super) fn follow(
        &mut self,
        stop: &AtomicBool,
        put: &mut dyn FnMut(Block, Reached) -> bool,
        report: &mut dyn FnMut(SourceError),
    ) -> Result<(), SourceError> {
        loop {
            if self.searched_at.is_none_or(|at| at.elapsed() >= SEARCH) {
                self.search(put, report)?;
            }
            for index in 0..self.files.len() {
                if stop.load(Ordering::Relaxed) {
                    return Ok(());
                }
                match self.files[index].read_on(self.max_line_bytes, stop, put) {
                    Ok(()) => {}
                    Err(Stop::Engine) => return Ok(()),
                    Err(Stop::Input(error)) => return Err(error),
                }
            }
            let until = Instant::now() + LOOK;
            while Instant::now() < until && !stop.load(Ordering::Relaxed) {
                std::thread::sleep(LOOK / 5);
            }
        }
    }

    /// Finds new files, and files that took the place of others.
    fn search(
        &mut self,
        put: &mut dyn FnMut(Block, Reached) -> bool,
        report: &mut dyn FnMut(SourceError),
    ) -> Result<(), SourceError> {
        let is_first = self.searched_at.replace(Instant::now()).is_none();
        for argument in self.arguments.clone() {
            let (found, errors) = files_of(&argument);
            if is_first {
                // A folder may be empty for now.
                let is_wrong = |error: &NotFound| !matches!(error, NotFound::Empty(_) | NotFound::NoMatch(_));
                if let Some(error) = errors.into_iter().find(is_wrong) {
                    return Err(error.into());
                }
            }
            for file in found {
                if let Some(followed) = open(&file.path, &self.earlier)? {
                    if !self.known.insert(followed.number) {
                        self.rename(&followed, put);
                        continue;
                    }
                    match followed.is_compressed() {
                        Ok(false) => self.files.push(followed),
                        Ok(true) => report(SourceError::Compressed(followed.path.display().to_string())),
                        Err(error) => return Err(followed.failed(error)),
                    }
                }
            }
        }
        if is_first {
            self.check_earlier()?;
        }
        self.files.retain(|file| !file.is_gone());
        Ok(())
    }

    /// A file may have another name now. How far it was read is recorded under that, because another file can take the old one.
    fn rename(&mut self, found: &Followed, put: &mut dyn FnMut(Block, Reached) -> bool) {
        let is_it = |file: &&mut Followed| file.number == found.number && file.path != found.path;
        let Some(file) = self.files.iter_mut().find(is_it) else { return };
        file.path.clone_from(&found.path);
        let nothing = Block {
            input: file.path.display().to_string().into(),
            text: Vec::new(),
            records: Vec::new(),
            spooled: None,
        };
        put(nothing, file.reached());
    }

    /// Refuses to go on if a file that was read before is another one now.
    fn check_earlier(&self) -> Result<(), SourceError> {
        for (name, reached) in &self.earlier {
            let is_there = |file: &Followed| reached.offset <= file.reach.offset && file.begins_with(reached);
            if self.files.iter().any(is_there) {
                continue;
            }
            let path = PathBuf::from(name);
            if path.exists() {
                return Err(SourceError::Replaced { path, offset: reached.offset });
            }
            tracing::warn!(file = name, offset = reached.offset, "a file that was followed is gone");
        }
        Ok(())
    }
}

/// Opens a file where it was read up to at an earlier start; `None` if it is gone already.
fn open(path: &Path, earlier: &BTreeMap<String, Reached>) -> Result<Option<Followed>, SourceError> {
    let failed = |source| SourceError::Open { path: path.to_owned(), source };
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file.map_err(failed)?,
    };
    let metadata = file.metadata().map_err(failed)?;
    if !metadata.is_file() {
        return Ok(None);
    }
    let mut followed = Followed {
        path: path.to_owned(),
        number: number(&metadata),
        reach: Reach::default(),
        seen: 0,
        beginning: Beginning { bytes: 0, sha256: sha256(&[]) },
        file: Arc::new(file),
    };
    let known = earlier.values().filter(|reached| reached.offset <= metadata.len() && followed.begins_with(reached));
    if let Some(reached) = known.max_by_key(|reached| reached.offset) {
        followed.reach = Reach { line: reached.line, offset: reached.offset };
        followed.beginning = reached.beginning.clone().unwrap_or(followed.beginning);
    }
    Ok(Some(followed))
}

#[cfg(unix)]
fn number(metadata: &std::fs::Metadata) -> Number {
    use std::os::unix::fs::MetadataExt as _;
    (metadata.dev(), metadata.ino())
}

/// Without file numbers, the time of creation distinguishes files.
#[cfg(not(unix))]
fn number(metadata: &std::fs::Metadata) -> Number {
    let made = metadata.created().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    let made = made.unwrap_or_default();
    (made.as_secs(), made.subsec_nanos().into())
}

impl Followed {
    /// Reads the complete lines that were appended.
    fn read_on(
        &mut self,
        max_line_bytes: usize,
        stop: &AtomicBool,
        put: &mut dyn FnMut(Block, Reached) -> bool,
    ) -> Result<(), Stop> {
        let size = self.file.metadata().map_err(|error| Stop::Input(self.failed(error)))?.len();
        if size < self.reach.offset {
            return Err(Stop::Input(SourceError::Replaced { path: self.path.clone(), offset: self.reach.offset }));
        }
        if size == self.seen {
            return Ok(());
        }
        let input = Input::File(self.path.clone());
        let from = self.reach;
        let file = self.file.clone();
        let appended = ReadAt { file: &file, position: from.offset }.take(size - from.offset);
        let mut error = None;
        let mut send = |block: Block, reach: Reach| match self.put(block, reach, put) {
            Ok(wants_more) => wants_more && !stop.load(Ordering::Relaxed),
            Err(failure) => {
                error = Some(failure);
                false
            }
        };
        let result = read(&input, appended, max_line_bytes, from, &mut send);
        if let Some(error) = error {
            return Err(Stop::Input(self.failed(error)));
        }
        result?;
        self.seen = size;
        Ok(())
    }

    /// Hands complete lines on. Returns whether more are wanted.
    fn put(
        &mut self,
        mut block: Block,
        mut reach: Reach,
        put: &mut dyn FnMut(Block, Reached) -> bool,
    ) -> io::Result<bool> {
        // A line without its end is still being written.
        if let Some(last) = block.records.pop_if(|last| last.offset + last.length == reach.offset) {
            block.text.truncate(last.range.start);
            reach = Reach { line: last.line - 1, offset: last.offset };
        }
        if block.records.is_empty() {
            return Ok(true);
        }
        self.reach = reach;
        if self.beginning.bytes < COMPARED {
            self.beginning = self.beginning_of(reach.offset)?;
        }
        Ok(put(block, self.reached()))
    }

    fn reached(&self) -> Reached {
        let Reach { line, offset } = self.reach;
        Reached { line, offset, ended: false, beginning: Some(self.beginning.clone()) }
    }

    /// The beginning of the first `bytes` bytes.
    fn beginning_of(&self, bytes: u64) -> io::Result<Beginning> {
        let text = self.first(COMPARED.min(bytes))?;
        Ok(Beginning { bytes: text.len() as u64, sha256: sha256(&text) })
    }

    fn begins_with(&self, reached: &Reached) -> bool {
        let Some(known) = &reached.beginning else { return false };
        self.beginning_of(known.bytes).is_ok_and(|beginning| beginning == *known)
    }

    fn is_compressed(&self) -> io::Result<bool> {
        Ok(self.first(GZIP.len() as u64)? == GZIP)
    }

    /// The first bytes, without an effect on a reader of the rest.
    fn first(&self, bytes: u64) -> io::Result<Vec<u8>> {
        let mut first = Vec::new();
        ReadAt { file: &self.file, position: 0 }.take(bytes).read_to_end(&mut first)?;
        Ok(first)
    }

    /// Whether it was read completely and its name now belongs to another file, or to none.
    fn is_gone(&self) -> bool {
        let is_other = std::fs::metadata(&self.path).map_or(true, |now| number(&now) != self.number);
        let is_read = self.file.metadata().map_or(true, |now| now.len() <= self.reach.offset);
        is_other && is_read
    }

    fn failed(&self, source: io::Error) -> SourceError {
        failed(&Input::File(self.path.clone()), self.reach.line, source)
    }
}

/// Files that are followed without a state.
#[derive(Debug)]
pub struct FollowedFiles {
    blocks: mpsc::Receiver<Result<Block, SourceError>>,
    stop: Arc<AtomicBool>,
}

impl FollowedFiles {
    /// Reads the files that these arguments mean, and what is appended to them, until the run is stopped. A folder or a pattern also
    /// means files that are made later.
    pub fn start(arguments: Vec<PathBuf>, max_line_bytes: usize) -> Self {
        let (sender, blocks) = mpsc::channel(READ_AHEAD);
        let stop = Arc::<AtomicBool>::default();
        let stopped = stop.clone();
        std::thread::spawn(move || {
            let mut sequence = 0;
            let mut put = |block, _| sender.blocking_send(Ok(numbered(block, &mut sequence))).is_ok();
            let mut report = |error| drop(sender.blocking_send(Err(error)));
            let followed =
                Follower::new(arguments, max_line_bytes, BTreeMap::new()).follow(&stopped, &mut put, &mut report);
            if let Err(error) = followed {
                report(error);
            }
        });
        Self { blocks, stop }
    }
}

#[async_trait]
impl Source for FollowedFiles {
    async fn next(&mut self) -> Result<Option<Block>, SourceError> {
        self.blocks.recv().await.transpose()
    }

    /// The files are the durable copy, so there is nothing to release.
    fn acknowledge(&mut self, _: u64) {}

    fn stop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Drop for FollowedFiles {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}
