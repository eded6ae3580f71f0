//! An evidence bundle is verified, whatever its bytes are. The archive is compressed here, so that the fuzzer changes its content.
#![no_main]

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use libfuzzer_sys::fuzz_target;
use mp_forwarding::report::evidence::verify;

fuzz_target!(|archive: &[u8]| {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    let mut gzip = GzEncoder::new(&mut file, Compression::none());
    gzip.write_all(archive).and_then(|()| gzip.finish().map(drop)).expect("the disk is not full");
    let report = verify(file.path()).expect("the file can be read");
    assert!(!report.checks.is_empty());
});
