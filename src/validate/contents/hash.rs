//! Hashes that are the same in every run, on every machine and for every way to cut the work.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

/// Odd, so that a multiplication by it loses nothing.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// Spreads ids over all 64 bits (the finaliser of SplitMix64, which is one to one).
pub(in crate::validate) fn mix(id: u64) -> u64 {
    let mixed = (id ^ id >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}

/// The hash of a short text.
pub(in crate::validate) fn hash_of(text: &[u8]) -> u64 {
    let mut hash = ContentHash::default();
    hash.write(text);
    hash.finish()
}

/// The hash of bytes that come in pieces, whatever the pieces are. It is for bytes that are not chosen to collide.
#[derive(Debug, Clone, Default)]
pub(in crate::validate) struct ContentHash {
    state: u64,
    /// The bytes of a word that is not complete.
    rest: [u8; 8],
    held: usize,
    length: u64,
}

impl ContentHash {
    pub(in crate::validate) fn write(&mut self, mut bytes: &[u8]) {
        self.length += bytes.len() as u64;
        if self.held > 0 {
            let taken = bytes.len().min(8 - self.held);
            self.rest[self.held..self.held + taken].copy_from_slice(&bytes[..taken]);
            self.held += taken;
            bytes = &bytes[taken..];
            if self.held < 8 {
                return;
            }
            self.state = next(self.state, self.rest);
        }
        let (words, rest) = bytes.as_chunks::<8>();
        self.state = words.iter().fold(self.state, |state, word| next(state, *word));
        self.held = rest.len();
        self.rest[..rest.len()].copy_from_slice(rest);
    }

    pub(in crate::validate) fn finish(&self) -> u64 {
        let mut last = [0; 8];
        last[..self.held].copy_from_slice(&self.rest[..self.held]);
        mix(next(self.state, last) ^ self.length.wrapping_mul(FACTOR))
    }
}

fn next(state: u64, word: [u8; 8]) -> u64 {
    (state.rotate_left(5) ^ u64::from_le_bytes(word)).wrapping_mul(FACTOR)
}

/// The hash of what is read.
#[derive(Clone, Default)]
pub(in crate::validate) struct ReadHash(Arc<Mutex<ContentHash>>);

impl ReadHash {
    /// The same bytes, which are hashed as they are read.
    pub(in crate::validate) fn of(&self, reader: Box<dyn Read + Send>) -> Box<dyn Read + Send> {
        Box::new(Hashed { reader, hash: self.clone() })
    }

    pub(in crate::validate) fn finish(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).finish()
    }
}

struct Hashed {
    reader: Box<dyn Read + Send>,
    hash: ReadHash,
}

impl Read for Hashed {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(into)?;
        self.hash.0.lock().unwrap_or_else(PoisonError::into_inner).write(&into[..read]);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_depends_on_the_bytes_and_not_on_the_pieces() {
        let bytes: Vec<u8> = (0..1000_u32).map(|number| (number * 7) as u8).collect();
        for length in [0, 1, 7, 8, 9, 63, 1000] {
            for step in [1, 3, 8, 13, 1000] {
                let mut hash = ContentHash::default();
                bytes[..length].chunks(step).for_each(|piece| hash.write(piece));
                assert_eq!(hash.finish(), hash_of(&bytes[..length]), "{length} bytes in pieces of {step}");
            }
        }
        assert_ne!(hash_of(b"a"), hash_of(b"a\0"));
        // Partials of different machines are merged, so the hash may not change within a format.
        assert_eq!(hash_of(b"mp-forwarding"), 0x087a316810955c8c);
    }
}
