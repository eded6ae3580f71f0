//! Stored bytes are decoded with and without tolerance, and every line is read.
#![no_main]

use std::io::Read;

use libfuzzer_sys::fuzz_target;
use mp_forwarding::ndjson::{Decoded, Lines, OtherKind, Unchunked, Utf16};

/// No input of a fuzzer needs to expand further.
const MOST: u64 = 1 << 20;

fuzz_target!(|stored: &[u8]| {
    let _ = OtherKind::of(stored);
    for is_tolerant in [false, true] {
        let Ok(decoded) = Decoded::new(stored) else { continue };
        let decoded = if is_tolerant { decoded.over_gaps() } else { decoded };
        let mut lines = Lines::new(decoded.take(MOST), 4_096);
        while let Ok(Some(_)) = lines.next_line() {}
    }
    let _ = Unchunked::new(stored).take(MOST).read_to_end(&mut Vec::new());
    for big_endian in [false, true] {
        let _ = Utf16::new(stored, big_endian).take(MOST).read_to_end(&mut Vec::new());
    }
});
