//! Writes a bundle. The same run gives the same bytes.

use std::collections::BTreeMap;
use std::io::{self, Write};

use flate2::write::GzEncoder;

use super::manifest::{DATA, LEDGERS, MANIFEST, Manifest, OBJECTS, ObjectEntry, Part, REPORT, SETTINGS, sha256};
use crate::report::model::Report;
use crate::report::summary::Conformance;
use crate::report::{write_document, write_lines};

/// The content of a bundle.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// The connection's settings of each case, by case name, without secrets.
    pub settings: BTreeMap<String, BTreeMap<String, String>>,
    /// The objects that were read.
    pub objects: Vec<ObjectEntry>,
    /// The ledger of each case, by case name, if the subject keeps one.
    pub ledgers: BTreeMap<String, Vec<u8>>,
    /// The content of the objects, by SHA-256, if it was requested. It has values of events.
    pub data: BTreeMap<String, Vec<u8>>,
}

/// Writes a bundle as a gzip-compressed tar archive.
///
/// # Errors
/// If `out` cannot be written.
pub fn pack(report: &Report<Conformance>, evidence: &Evidence, out: &mut dyn Write) -> io::Result<()> {
    let mut objects = evidence.objects.clone();
    objects.sort_unstable();
    let mut files = vec![
        (REPORT.to_owned(), written(|out| write_document(report, out))?),
        (SETTINGS.to_owned(), written(|out| write_document(&evidence.settings, out))?),
        (OBJECTS.to_owned(), written(|out| write_lines(&objects, out))?),
    ];
    files.extend(evidence.ledgers.iter().map(|(case, text)| (format!("{LEDGERS}{case}.jsonl"), text.clone())));
    files.extend(evidence.data.iter().map(|(hash, bytes)| (format!("{DATA}{hash}"), bytes.clone())));
    let part = |(path, bytes): &(String, Vec<u8>)| Part {
        path: path.clone(),
        bytes: bytes.len() as u64,
        sha256: sha256(bytes),
    };
    let system = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
    let manifest = Manifest { tool: report.tool.clone(), system, parts: files.iter().map(part).collect() };
    files.insert(0, (MANIFEST.to_owned(), written(|out| write_document(&manifest, out))?));

    let mut archive = tar::Builder::new(GzEncoder::new(out, flate2::Compression::default()));
    for (path, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(0);
        archive.append_data(&mut header, path, bytes.as_slice())?;
    }
    archive.into_inner()?.finish()?.flush()
}

fn written(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    write(&mut bytes).map(|()| bytes)
}
