//! Encodes a file (FILE-2).

use std::io::{self, Write};

use bytes::Bytes;
use flate2::GzBuilder;

/// The text, unchanged or as one gzip member. The gzip header has no time and no file name, so that the same text gives
/// the same bytes.
///
/// # Errors
/// If the encoder fails. It cannot fail in memory.
pub(crate) fn encode(text: Vec<u8>, gzip_level: Option<u32>) -> io::Result<Bytes> {
    let Some(level) = gzip_level else { return Ok(text.into()) };
    let mut encoder = GzBuilder::new().write(Vec::with_capacity(text.len() / 4), flate2::Compression::new(level));
    encoder.write_all(&text)?;
    Ok(encoder.finish()?.into())
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
