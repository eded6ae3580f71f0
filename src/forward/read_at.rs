//! Reads a file from a position of its own. Handles of one open file, such as clones, share the position that `Read` uses.

use std::fs::File;
use std::io::{self, Read};

/// A file that is read from a position on.
pub(crate) struct ReadAt<'a> {
    pub(crate) file: &'a File,
    pub(crate) position: u64,
}

impl Read for ReadAt<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        #[cfg(unix)]
        let read = std::os::unix::fs::FileExt::read_at(self.file, buffer, self.position)?;
        #[cfg(windows)]
        let read = std::os::windows::fs::FileExt::seek_read(self.file, buffer, self.position)?;
        self.position += read as u64;
        Ok(read)
    }
}
