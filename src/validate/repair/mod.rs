//! Corrected copies of files whose framing is wrong, as far as that needs no guess. An input is never changed.
//!
//! A copy differs from its file in what is between batches, never within one: no digit and no character is lost.

mod correction;
mod folder;
mod layers;
mod splitter;

use std::io::{self, BufWriter, Read as _, Write};

use flate2::write::GzEncoder;

use super::input::Input;
use super::options::Options;
use crate::contract::object_key::is_verification_object;
use crate::report::{Repair, RepairedFile};
use correction::{Correction, Corrections};
use folder::write_error;
pub use folder::{RepairError, RepairFolder};
use layers::Layers;
use splitter::Splitter;

/// A corrected copy as it is written.
enum Copy {
    Plain(BufWriter<std::fs::File>),
    Gzip(Box<GzEncoder<BufWriter<std::fs::File>>>),
}

impl Write for Copy {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(file) => file.write(bytes),
            Self::Gzip(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(file) => file.flush(),
            Self::Gzip(file) => file.flush(),
        }
    }
}

impl Copy {
    fn finish(self) -> io::Result<()> {
        let mut file = match self {
            Self::Plain(file) => file,
            Self::Gzip(file) => file.finish()?,
        };
        file.flush()
    }
}

impl RepairFolder {
    /// Writes a corrected copy of each input that can be corrected. The inputs with the copies in place of what they were made
    /// of, and what was done.
    ///
    /// A file that is cut or damaged, or of another kind altogether, has no copy. Memory is bounded by twice
    /// [`Options::max_line_bytes`].
    ///
    /// # Errors
    /// If a copy cannot be written, or an input has no key that can be the name of one.
    pub fn repair(&self, inputs: &[Input], options: &Options) -> Result<(Vec<Input>, Repair), RepairError> {
        self.check_keys(inputs)?;
        let mut report = Repair { folder: self.path().display().to_string(), files: Vec::new() };
        let mut repaired = Vec::with_capacity(inputs.len());
        for input in inputs {
            match self.repair_one(input, options)? {
                Some((copy, corrections)) => {
                    let (file, copy_name) = (input.name.clone(), copy.name.clone());
                    report.files.push(RepairedFile { file, copy: copy_name, corrections: corrections.shown() });
                    repaired.push(copy);
                }
                None => repaired.push(input.clone()),
            }
        }
        Ok((repaired, report))
    }

    /// What cannot be read is left to the validation, which says why.
    fn repair_one(&self, input: &Input, options: &Options) -> Result<Option<(Input, Corrections)>, RepairError> {
        let name = input.key.as_deref().and_then(|key| key.rsplit('/').next()).unwrap_or_default();
        if is_verification_object(name, None) {
            return Ok(None);
        }
        let Ok(Some(reader)) = input.open() else { return Ok(None) };
        let Ok(Some(layers)) = Layers::of(reader, options.max_expansion) else { return Ok(None) };
        let path = self.copy_of(input)?;
        let copy = BufWriter::new(self.begin(&path)?);
        let copy = match layers.gzip {
            true => Copy::Gzip(Box::new(GzEncoder::new(copy, flate2::Compression::default()))),
            false => Copy::Plain(copy),
        };
        let written = write(layers, copy, options.max_line_bytes).map_err(|source| write_error(&path, source))?;
        match written.filter(|corrections| !corrections.is_empty()) {
            Some(corrections) => {
                self.keep(&path)?;
                Ok(Some((input.copied_to(&path), corrections)))
            }
            None => self.discard(&path).map(|()| None),
        }
    }
}

/// Writes a copy; `None` if the text cannot be read to its end or was cut.
fn write(mut layers: Layers, copy: Copy, max_line_bytes: usize) -> io::Result<Option<Corrections>> {
    let mut splitter = Splitter::new(copy, max_line_bytes);
    splitter.corrections = std::mem::take(&mut layers.corrections);
    let mut piece = vec![0; 64 << 10];
    loop {
        match layers.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => splitter.take(&piece[..read])?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return Ok(None),
        }
    }
    let (copy, mut corrections) = splitter.finish()?;
    let (bytes, may_be_batch) = layers.gaps();
    corrections.add(Correction::NotGzip, bytes);
    // What may be a batch is not removed.
    match copy.filter(|_| !may_be_batch) {
        Some(copy) => copy.finish().map(|()| Some(corrections)),
        None => Ok(None),
    }
}
