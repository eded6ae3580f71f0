//! Reads a file or a stream into memory, up to a limit.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The largest settings file.
pub(crate) const SETTINGS: u64 = 256 << 10;
/// The largest file with policies in it, such as a plan of Terraform. Its values take up to forty times as much memory.
#[cfg(feature = "cli")]
pub(crate) const POLICY: u64 = 16 << 20;
/// The largest file that is compared with one that this program writes.
pub(crate) const GENERATED: u64 = 4 << 20;
/// The largest file of certificates.
#[cfg(feature = "s3")]
pub(crate) const CERTIFICATES: u64 = 16 << 20;
/// The largest report of an earlier run.
#[cfg(feature = "cli")]
pub(crate) const REPORT: u64 = 16 << 20;
/// The largest input that is held as a whole, in bytes of text.
#[cfg(feature = "cli")]
pub(crate) const INPUT: u64 = 256 << 20;
/// The largest input of `conform`, in bytes of text. Its values and the expected lines take up to sixty times as much memory.
#[cfg(feature = "cli")]
pub(crate) const CONFORM_INPUT: u64 = 16 << 20;

/// Everything that `reader` gives.
///
/// # Errors
/// If it gives more than `limit` bytes, or cannot be read.
pub(crate) fn read(reader: impl Read, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(limit + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > limit {
        true => {
            let most = if limit < 1 << 20 { format!("{} KiB", limit >> 10) } else { format!("{} MiB", limit >> 20) };
            Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it has more than {most}, the limit")))
        }
        false => Ok(bytes),
    }
}

/// The content of a file.
///
/// # Errors
/// If it has more than `limit` bytes, or cannot be read.
pub(crate) fn read_file(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    read(File::open(path)?, limit)
}

/// The content of a text.
///
/// # Errors
/// As [`read`], and if it is not UTF-8.
pub(crate) fn read_text(reader: impl Read, limit: u64) -> io::Result<String> {
    String::from_utf8(read(reader, limit)?).map_err(|error| {
        let reason = match error.as_bytes() {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "it is UTF-16: save it as UTF-8",
            [0x1f, 0x8b, ..] => "it is gzip: decompress it first",
            _ => "it is not text in UTF-8",
        };
        io::Error::new(io::ErrorKind::InvalidData, reason)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_the_limit_is_refused_and_not_held() {
        assert_eq!(read(&b"0123"[..], 4).unwrap(), b"0123");
        let error = read(io::repeat(b' '), 1 << 20).unwrap_err();
        assert_eq!(error.to_string(), "it has more than 1 MiB, the limit");
        // A shell of Windows writes UTF-16.
        for (bytes, reason) in [(&b"\xff"[..], "not text"), (b"\xff\xfe", "UTF-16"), (b"\x1f\x8b", "gzip")] {
            assert!(read_text(bytes, 4).unwrap_err().to_string().contains(reason), "{reason}");
        }
    }
}
