//! Encodes a file (FILE-2).

use std::io;

use bytes::Bytes;
use libdeflater::{CompressionLvl, Compressor};

/// The text, unchanged or as one gzip member. The gzip header has no time and no file name, so that the same text gives
/// the same bytes.
///
/// # Errors
/// If the encoder fails. It cannot fail with a level from 1 to 9.
pub(crate) fn encode(text: Vec<u8>, gzip_level: Option<u32>) -> io::Result<Bytes> {
    let Some(level) = gzip_level else { return Ok(text.into()) };
    let level = i32::try_from(level).ok().and_then(|level| CompressionLvl::new(level).ok());
    let mut encoder = Compressor::new(level.ok_or_else(|| io::Error::other("no such gzip level"))?);
    // The pages that are not written take no memory.
    let mut encoded = vec![0; encoder.gzip_compress_bound(text.len())];
    let length = encoder.gzip_compress(&text, &mut encoded).map_err(io::Error::other)?;
    encoded.truncate(length);
    encoded.shrink_to_fit();
    Ok(encoded.into())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn decoding_gives_the_text_back(text in prop::collection::vec(any::<u8>(), 0..2000), level in 1_u32..=9) {
            prop_assert_eq!(&encode(text.clone(), None).unwrap()[..], &text[..]);
            let stored = encode(text.clone(), Some(level)).unwrap();
            let mut decoded = Vec::new();
            flate2::read::GzDecoder::new(&stored[..]).read_to_end(&mut decoded).unwrap();
            prop_assert_eq!(&decoded, &text);
            prop_assert_eq!(stored, encode(text, Some(level)).unwrap());
        }
    }
}
