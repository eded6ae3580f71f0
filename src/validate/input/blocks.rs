//! A text cut into blocks of whole lines, each of which can be checked on another core.

use std::io::{self, Read};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use memchr::{memchr, memchr_iter, memrchr};

/// Large enough to be worth sending to another thread, small enough to stay in a core's cache until it is checked.
const BLOCK: usize = 256 << 10;

/// Whole lines of a text. The text that a block was read into is given back to be read into again.
#[derive(Debug, Default)]
pub(in crate::validate) struct Block {
    text: Vec<u8>,
    length: usize,
    /// The number of its first line, from 1.
    pub(in crate::validate) first: u64,
    /// The length of its one line, if that is too long to be here.
    pub(in crate::validate) oversize: Option<u64>,
    /// Held as long as a long line is here.
    _guard: Option<LongLineGuard>,
}

impl Block {
    /// The lines with their ends; the last line of a text may lack one.
    pub(in crate::validate) fn text(&self) -> &[u8] {
        &self.text[..self.length]
    }

    /// Removes the text after the last line end; whether anything remains.
    pub(in crate::validate) fn cut_unended(&mut self) -> bool {
        self.length = memrchr(b'\n', self.text()).map_or(0, |end| end + 1);
        self.length > 0
    }

    /// The block to read into again: it drops a long line and its guard.
    pub(in crate::validate) fn emptied(mut self) -> Self {
        self.text.truncate(BLOCK);
        self.text.shrink_to(BLOCK);
        Self { text: self.text, ..Self::default() }
    }
}

/// Long lines, those that need more than a block, are held one at a time whatever the number of readers: a reader waits until the
/// long line before is checked.
#[derive(Debug, Clone, Default)]
pub(in crate::validate) struct LongLines(Arc<(Mutex<bool>, Condvar)>);

#[derive(Debug)]
struct LongLineGuard(LongLines);

impl LongLines {
    fn take(&self) -> LongLineGuard {
        let (taken, changed) = &*self.0;
        let locked = taken.lock().unwrap_or_else(PoisonError::into_inner);
        *changed.wait_while(locked, |taken| *taken).unwrap_or_else(PoisonError::into_inner) = true;
        LongLineGuard(self.clone())
    }
}

impl Drop for LongLineGuard {
    fn drop(&mut self) {
        let (taken, changed) = &*self.0.0;
        *taken.lock().unwrap_or_else(PoisonError::into_inner) = false;
        changed.notify_one();
    }
}

/// Cuts the text of a reader into blocks.
pub(in crate::validate) struct Blocks<R> {
    reader: R,
    /// The beginning of a line whose end was not read yet.
    rest: Vec<u8>,
    line: u64,
    /// The longest line to hold, in bytes.
    max: usize,
    ended: bool,
    /// The error that ended reading, returned after the lines before it.
    broken: Option<io::Error>,
    long_lines: LongLines,
}

impl<R: Read> Blocks<R> {
    /// Lines up to `max` bytes are held; one that needs more than a block waits for `long_lines`.
    pub(in crate::validate) fn new(reader: R, max: usize, long_lines: LongLines) -> Self {
        Self { reader, rest: Vec::new(), line: 1, max, ended: false, broken: None, long_lines }
    }

    /// The number of the line that comes next.
    pub(in crate::validate) fn line(&self) -> u64 {
        self.line
    }

    pub(in crate::validate) fn reader(&self) -> &R {
        &self.reader
    }

    /// The next block, read into `used`; `None` after the last. If reading breaks off, the whole lines before that come
    /// first.
    pub(in crate::validate) fn next(&mut self, used: Block) -> io::Result<Option<Block>> {
        if let Some(error) = self.broken.take() {
            return Err(error);
        }
        let mut text = used.emptied().text;
        let mut length = self.rest.len();
        // Never more than a block: no more is read at once.
        text.resize(BLOCK, 0);
        text[..length].copy_from_slice(&self.rest);
        self.rest.clear();
        let mut searched = 0;
        let mut guard = None;
        while !self.ended {
            if length < text.len() {
                match read(&mut self.reader, &mut text[length..]) {
                    Ok(read) => {
                        self.ended = read == 0;
                        length += read;
                    }
                    Err(error) => {
                        let Some(end) = memrchr(b'\n', &text[..length]) else { return Err(error) };
                        self.broken = Some(error);
                        return Ok(Some(self.block(text, end + 1, guard)));
                    }
                }
                continue;
            }
            if let Some(end) = memrchr(b'\n', &text[searched..length]) {
                let end = searched + end + 1;
                self.rest.extend_from_slice(&text[end..length]);
                return Ok(Some(self.block(text, end, guard)));
            }
            if length > self.max {
                return self.pass_over(text, length).map(Some);
            }
            guard.get_or_insert_with(|| self.long_lines.take());
            searched = length;
            text.resize(length + BLOCK, 0);
        }
        Ok((length > 0).then(|| self.block(text, length, guard)))
    }

    fn block(&mut self, text: Vec<u8>, length: usize, guard: Option<LongLineGuard>) -> Block {
        let first = self.line;
        self.line += memchr_iter(b'\n', &text[..length]).count() as u64;
        Block { text, length, first, oversize: None, _guard: guard }
    }

    /// Reads to the end of a line that is too long, keeping nothing of it.
    fn pass_over(&mut self, mut text: Vec<u8>, length: usize) -> io::Result<Block> {
        let mut oversize = length as u64;
        text.truncate(BLOCK);
        text.shrink_to(BLOCK);
        while !self.ended {
            let read = read(&mut self.reader, &mut text)?;
            self.ended = read == 0;
            let end = memchr(b'\n', &text[..read]);
            oversize += end.unwrap_or(read) as u64;
            if let Some(end) = end {
                self.rest.extend_from_slice(&text[end + 1..read]);
                break;
            }
        }
        let first = self.line;
        self.line += 1;
        Ok(Block { text, length: 0, first, oversize: Some(oversize), _guard: None })
    }
}

fn read(reader: &mut impl Read, into: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(into) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out at most `step` bytes a read.
    struct Trickle<'a>(&'a [u8], usize);

    impl Read for Trickle<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(self.0.len()).min(into.len());
            into[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    #[test]
    fn lines_before_an_error_come_first() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::ErrorKind::ConnectionReset.into())
            }
        }
        let mut blocks = Blocks::new(b"one\ntwo\nthr".chain(Broken), 100, LongLines::default());
        let block = blocks.next(Block::default()).unwrap().unwrap();
        assert_eq!(block.text(), b"one\ntwo\n");
        assert_eq!(blocks.next(block).unwrap_err().kind(), io::ErrorKind::ConnectionReset);
    }

    #[test]
    fn the_blocks_are_the_text_and_begin_at_their_lines() {
        let mut text = Vec::new();
        for length in [0, 5, 300_000, 1, 70_000, 200_000, 262_144, 262_143, 3, 900_000, 2] {
            text.extend(std::iter::repeat_n(b'x', length));
            text.push(b'\n');
        }
        text.extend_from_slice(b"no end");
        for (step, max) in [(usize::MAX, 1 << 20), (4096, 1 << 20), (100_001, 400_000)] {
            let mut blocks = Blocks::new(Trickle(&text, step), max, LongLines::default());
            let (mut seen, mut lines, mut too_long) = (Vec::new(), 0, Vec::new());
            let mut used = Block::default();
            while let Some(block) = blocks.next(used).unwrap() {
                assert_eq!(block.first, lines + 1);
                if let Some(length) = block.oversize {
                    too_long.push(length);
                    seen.extend(std::iter::repeat_n(b'x', length as usize));
                    seen.push(b'\n');
                    lines += 1;
                }
                assert!(blocks.rest.len() <= BLOCK);
                seen.extend_from_slice(block.text());
                lines += memchr_iter(b'\n', block.text()).count() as u64;
                used = block;
            }
            assert!(seen == text, "step {step}");
            assert_eq!(too_long, if max < 900_000 { vec![900_000] } else { vec![] });
        }
        assert!(Blocks::new(&b""[..], 10, LongLines::default()).next(Block::default()).unwrap().is_none());
    }

    #[test]
    fn a_second_long_line_waits_until_the_first_is_checked() {
        let text = [vec![b'x'; 3 * BLOCK], b"\n".to_vec()].concat();
        let long_lines = LongLines::default();
        let mut one = Blocks::new(&text[..], text.len(), long_lines.clone());
        let held = one.next(Block::default()).unwrap().unwrap();
        assert_eq!(held.text().len(), text.len());
        std::thread::scope(|scope| {
            let other = scope.spawn(|| {
                Blocks::new(&text[..], text.len(), long_lines.clone()).next(Block::default()).unwrap().unwrap()
            });
            std::thread::sleep(std::time::Duration::from_millis(50));
            assert!(!other.is_finished());
            assert!(held.emptied().text.capacity() <= BLOCK);
            assert_eq!(other.join().unwrap().text().len(), text.len());
        });
    }
}
