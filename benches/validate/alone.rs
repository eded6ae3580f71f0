//! Runs one validator in a process of its own, on a file. `compare.py` measures it from outside.

use std::fs::File;
use std::hint::black_box;
use std::io::{self, Read, Write as _};

use mp_forwarding::contract::schema::SchemaValidator;
use mp_forwarding::ndjson::Decoded;
use mp_forwarding::validate::Validator;
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::OUTBOUND;

/// The size of a read, as in `mp-forwarding validate`.
const BLOCK: usize = 256 << 10;

/// Runs the validator `name` on the lines of `file`. Returns the number of valid lines.
pub(crate) fn run(name: &str, file: &str) -> io::Result<usize> {
    let file = File::open(file)?;
    match name {
        "read" => blocks(file, |_| 0),
        "inflate" => blocks(Decoded::new(file)?, |_| 0),
        "memchr" => blocks(file, |text| memchr::memchr_iter(b'\n', text).count()),
        "sonic-rs" => lines(file, |line| sonic_rs::from_slice::<IgnoredAny>(line).is_ok()),
        "serde_json" => lines(file, |line| serde_json::from_slice::<IgnoredAny>(line).is_ok()),
        "fast" => {
            let validator = Validator::new(OUTBOUND);
            let mut checker = validator.checker();
            lines(file, |line| checker.check_line(line))
        }
        "right" => keep_right(file),
        "simd-json" => {
            let (mut copy, mut buffers) = (Vec::new(), simd_json::Buffers::default());
            lines(file, |line| {
                copy.clear();
                // It decodes escapes in place.
                copy.extend_from_slice(line);
                black_box(simd_json::to_tape_with_buffers(&mut copy, &mut buffers)).is_ok()
            })
        }
        "jsonschema" => {
            let schema = SchemaValidator::of(OUTBOUND);
            lines(file, |line| serde_json::from_slice::<Value>(line).is_ok_and(|value| schema.is_valid(&value)))
        }
        _ => Err(io::Error::new(io::ErrorKind::InvalidInput, format!("no contender `{name}`"))),
    }
}

/// Prints the valid lines, for the file that all validators get.
fn keep_right(file: File) -> io::Result<usize> {
    let validator = Validator::new(OUTBOUND);
    let mut checker = validator.checker();
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut written = Ok(());
    let count = lines(file, |line| {
        let right = checker.check_line(line);
        if right && written.is_ok() {
            written = out.write_all(line).and_then(|()| out.write_all(b"\n"));
        }
        right
    })?;
    written.and_then(|()| out.flush()).map(|()| count)
}

fn blocks(mut reader: impl Read, mut look: impl FnMut(&[u8]) -> usize) -> io::Result<usize> {
    let mut block = vec![0; BLOCK];
    let mut count = 0;
    loop {
        match reader.read(&mut block)? {
            0 => return Ok(count),
            read => count += look(black_box(&block[..read])),
        }
    }
}

fn lines(mut reader: impl Read, mut takes: impl FnMut(&[u8]) -> bool) -> io::Result<usize> {
    let mut block = vec![0; BLOCK];
    let (mut length, mut count) = (0, 0);
    loop {
        if length == block.len() {
            block.resize(2 * length, 0);
        }
        let read = reader.read(&mut block[length..])?;
        if read == 0 {
            return Ok(count);
        }
        length += read;
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', &block[..length]) {
            count += usize::from(takes(&block[start..end]));
            start = end + 1;
        }
        block.copy_within(start..length, 0);
        length -= start;
    }
}
