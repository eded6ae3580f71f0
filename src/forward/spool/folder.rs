//! The files of a spool: one for each segment, numbered in order.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::entry::{self, Content, Head, Reached};
use crate::forward::private_folder;

/// What the last segment says about the spool.
#[derive(Debug)]
pub(super) struct Recovered {
    pub(super) segment: u64,
    pub(super) file: File,
    /// The end of the last whole entry.
    pub(super) position: u64,
    /// The number of the next record.
    pub(super) sequence: u64,
    pub(super) reached: BTreeMap<String, Reached>,
    /// The newest time.
    pub(super) at: Timestamp,
    pub(super) has_ended: bool,
}

/// The file of a segment.
pub(super) fn path(folder: &Path, segment: u64) -> PathBuf {
    folder.join(format!("{segment:020}.log"))
}

/// The segments in order, with their lengths.
pub(super) fn list(folder: &Path) -> io::Result<Vec<(u64, u64)>> {
    let mut segments = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let number = name.to_str().and_then(|name| name.strip_suffix(".log")?.parse().ok());
        if let Some(number) = number {
            segments.push((number, entry.metadata()?.len()));
        }
    }
    segments.sort_unstable();
    Ok(segments)
}

/// Opens the newest segment behind its last whole entry, or begins the first one. An entry that was not written completely was
/// not reported as synced, and is cut off.
pub(super) fn open(folder: &Path, now: Timestamp) -> io::Result<Recovered> {
    private_folder::make(folder)?;
    let mut segments = list(folder)?;
    while let Some((segment, length)) = segments.pop() {
        let path = path(folder, segment);
        match recover(&path, segment, length)? {
            Some(recovered) => return Ok(recovered),
            // It was being begun.
            None => fs::remove_file(path)?,
        }
    }
    begin(folder, 1, 0, BTreeMap::new(), now)
}

/// Begins a segment. Its first entry is synced.
pub(super) fn begin(
    folder: &Path,
    segment: u64,
    sequence: u64,
    reached: BTreeMap<String, Reached>,
    at: Timestamp,
) -> io::Result<Recovered> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path(folder, segment))?;
    let mut bytes = Vec::new();
    entry::write(&Head::new(at, Content::Begin { sequence, reached: reached.clone() }), &[], &mut bytes)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    private_folder::sync(folder)?;
    let position = bytes.len() as u64;
    Ok(Recovered { segment, file, position, sequence, reached, at, has_ended: false })
}

fn recover(path: &Path, segment: u64, length: u64) -> io::Result<Option<Recovered>> {
    let mut file = OpenOptions::new().read(true).write(true).open(path)?;
    let mut reader = BufReader::new(&file);
    let Some((head, _, mut position)) = entry::read(&mut reader, length)? else { return Ok(None) };
    let mut at = head.at();
    let Content::Begin { mut sequence, mut reached } = head.content else {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "its first entry does not begin a segment"));
    };
    let mut has_ended = false;
    while let Some((head, _, bytes)) = entry::read(&mut reader, length - position)? {
        position += bytes;
        sequence += head.records();
        at = at.max(head.at());
        match head.content {
            Content::Lines { input, reached: Some(now), .. } => drop(reached.insert(input, now)),
            Content::End => has_ended = true,
            _ => {}
        }
    }
    file.set_len(position)?;
    io::Seek::seek(&mut file, io::SeekFrom::Start(position))?;
    Ok(Some(Recovered { segment, file, position, sequence, reached, at, has_ended }))
}

/// Reserves bytes of the disk.
#[cfg(target_os = "linux")]
pub(super) fn allocate(file: &File, from: u64, bytes: u64) -> io::Result<()> {
    use rustix::io::Errno;
    match rustix::fs::fallocate(file, rustix::fs::FallocateFlags::empty(), from, bytes) {
        // The file system cannot.
        Err(Errno::OPNOTSUPP | Errno::NOSYS) => Ok(()),
        result => Ok(result?),
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) fn allocate(_: &File, _: u64, _: u64) -> io::Result<()> {
    Ok(())
}
