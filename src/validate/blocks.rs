//! A text cut into blocks of whole lines, each of which can be checked on another core.

use std::io::{self, Read};

use memchr::{memchr, memchr_iter, memrchr};

/// Large enough to be worth a hand-over, small enough to stay in a core's cache until it is checked.
const BLOCK: usize = 256 << 10;

/// Whole lines of a text. The text that a block was read into is given back to be read into again.
#[derive(Debug, Default)]
pub(super) struct Block {
    text: Vec<u8>,
    length: usize,
    /// The number of its first line, from 1.
    pub(super) first: u64,
    /// The length of its one line, if that is too long to be here.
    pub(super) oversize: Option<u64>,
}

impl Block {
    /// The lines with their ends; the last line of a text may lack one.
    pub(super) fn text(&self) -> &[u8] {
        &self.text[..self.length]
    }
}

/// Cuts what a reader hands out.
pub(super) struct Blocks<R> {
    reader: R,
    /// The beginning of a line whose end was not read yet.
    rest: Vec<u8>,
    line: u64,
    /// The longest line to hold, in bytes.
    max: usize,
    ended: bool,
    /// Why reading broke off, told when the lines before it were handed over.
    broken: Option<io::Error>,
}

impl<R: Read> Blocks<R> {
    pub(super) fn new(reader: R, max: usize) -> Self {
        Self { reader, rest: Vec::new(), line: 1, max, ended: false, broken: None }
    }

    /// The number of the line that comes next.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    pub(super) fn reader(&self) -> &R {
        &self.reader
    }

    /// The next block, read into `used`; `None` after the last. If reading breaks off, the whole lines before that come
    /// first.
    pub(super) fn next(&mut self, used: Block) -> io::Result<Option<Block>> {
        if let Some(error) = self.broken.take() {
            return Err(error);
        }
        let mut text = used.text;
        let mut length = self.rest.len();
        text.resize(text.len().max(length).max(BLOCK), 0);
        text[..length].copy_from_slice(&self.rest);
        self.rest.clear();
        let mut searched = 0;
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
                        return Ok(Some(self.block(text, end + 1)));
                    }
                }
                continue;
            }
            if let Some(end) = memrchr(b'\n', &text[searched..length]) {
                let end = searched + end + 1;
                self.rest.extend_from_slice(&text[end..length]);
                return Ok(Some(self.block(text, end)));
            }
            if length > self.max {
                return self.pass_over(text, length).map(Some);
            }
            searched = length;
            text.resize((text.len() * 2).min(self.max + BLOCK), 0);
        }
        Ok((length > 0).then(|| self.block(text, length)))
    }

    fn block(&mut self, mut text: Vec<u8>, length: usize) -> Block {
        let first = self.line;
        self.line += memchr_iter(b'\n', &text[..length]).count() as u64;
        if length <= BLOCK {
            // One long line must not make every block large.
            text.truncate(BLOCK);
            text.shrink_to(BLOCK);
        }
        Block { text, length, first, oversize: None }
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
        Ok(Block { text, length: 0, first, oversize: Some(oversize) })
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
    fn lines_before_a_failure_are_handed_over() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::ErrorKind::ConnectionReset.into())
            }
        }
        let mut blocks = Blocks::new(b"one\ntwo\nthr".chain(Broken), 100);
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
            let mut blocks = Blocks::new(Trickle(&text, step), max);
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
                seen.extend_from_slice(block.text());
                lines += memchr_iter(b'\n', block.text()).count() as u64;
                used = block;
            }
            assert!(seen == text, "step {step}");
            assert_eq!(too_long, if max < 900_000 { vec![900_000] } else { vec![] });
        }
        assert!(Blocks::new(&b""[..], 10).next(Block::default()).unwrap().is_none());
    }
}
