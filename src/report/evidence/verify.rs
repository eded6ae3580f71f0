//! Checks a bundle: that it is whole, that nothing in it was changed, and that its report adds up.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::manifest::{DATA, LEDGERS, MANIFEST, Manifest, OBJECTS, Part, REPORT, SETTINGS, hex};
use super::sums;
use crate::contract::schema::{Side, derived};
use crate::json::Tree;
use crate::report::{ConformanceReport, Tool};

/// The largest text in a bundle that is read, in bytes; data are hashed in passing and never held.
const LONGEST_TEXT: u64 = 256 << 20;

/// The most files that a bundle may have.
const MOST_FILES: usize = 1_000_000;

/// What a check of a bundle found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BundleReport {
    /// The program that checked it.
    pub tool: Tool,
    /// The bundle's path.
    pub bundle: String,
    /// The SHA-256 of the bundle as a whole, in hexadecimal: what to compare with a hash that came by another way.
    pub sha256: String,
    /// Files in it.
    pub files: u64,
    /// The report's verdict in words, if there is a report that can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<String>,
    /// What is wrong with it; nothing if it is as it was written.
    pub problems: Vec<String>,
}

/// Why a bundle cannot be checked.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the bundle `{}`", path.display())]
pub struct BundleError {
    path: PathBuf,
    #[source]
    source: io::Error,
}

/// The files of a bundle: the texts, and the length and hash of all.
#[derive(Default)]
pub(super) struct Contents {
    pub(super) parts: BTreeMap<String, Part>,
    texts: BTreeMap<String, Vec<u8>>,
}

/// Checks the bundle at `path`.
///
/// # Errors
/// If it cannot be read at all. What is wrong with it is no error: the report has it.
pub fn verify(path: &Path) -> Result<BundleReport, BundleError> {
    let failed = |source| BundleError { path: path.to_owned(), source };
    let sha256 = hash_of(&mut File::open(path).map_err(failed)?).map_err(failed)?.1;
    let mut problems = Vec::new();
    let contents = read(File::open(path).map_err(failed)?, &mut problems);
    let report = judge(&contents, &mut problems);
    Ok(BundleReport {
        tool: Tool::default(),
        bundle: path.display().to_string(),
        sha256,
        files: contents.parts.len() as u64,
        verdict: report.map(|report| {
            let verdict = if report.is_ok() { "ok" } else { "FAILED" };
            format!("{verdict}: {} on {}: {}", report.subject, report.target, report.tally())
        }),
        problems,
    })
}

/// Reads as far as it can be read.
fn read(file: File, problems: &mut Vec<String>) -> Contents {
    let mut contents = Contents::default();
    let mut archive = tar::Archive::new(GzDecoder::new(io::BufReader::new(file)));
    let outcome = archive.entries().and_then(|entries| {
        for entry in entries {
            let mut entry = entry?;
            let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            if !entry.header().entry_type().is_file() || !is_known(&path) {
                problems.push(format!("`{path}` does not belong into a bundle"));
                continue;
            }
            if contents.parts.len() == MOST_FILES {
                problems.push(format!("it has more than {MOST_FILES} files"));
                break;
            }
            let text = !path.starts_with(DATA);
            let (bytes, sha256) = if !text {
                hash_of(&mut entry)?
            } else if entry.size() > LONGEST_TEXT {
                problems.push(format!("`{path}` has {} bytes; at most {LONGEST_TEXT} are read", entry.size()));
                continue;
            } else {
                let mut bytes = Vec::new();
                entry.read_to_end(&mut bytes)?;
                let sha256 = super::manifest::sha256(&bytes);
                let length = bytes.len() as u64;
                contents.texts.insert(path.clone(), bytes);
                (length, sha256)
            };
            if contents.parts.insert(path.clone(), Part { path: path.clone(), bytes, sha256 }).is_some() {
                problems.push(format!("`{path}` is there twice"));
            }
        }
        Ok(())
    });
    // What follows the archive's end is covered by the checksum of gzip, which is looked at when all is read.
    let ended = outcome.and_then(|()| io::copy(&mut archive.into_inner(), &mut io::sink()));
    if let Err(error) = ended {
        problems.push(format!("it cannot be read to its end: {error}"));
    }
    contents
}

fn is_known(path: &str) -> bool {
    let below = |folder| path.strip_prefix(folder).is_some_and(|name: &str| !name.is_empty() && !name.contains('/'));
    [MANIFEST, REPORT, SETTINGS, OBJECTS].contains(&path) || below(LEDGERS) || below(DATA)
}

fn hash_of(reader: &mut impl Read) -> io::Result<(u64, String)> {
    let (mut hash, mut length, mut buffer) = (Sha256::new(), 0, vec![0; 64 << 10]);
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok((length, hex(&hash.finalize()))),
            Ok(read) => {
                hash.update(&buffer[..read]);
                length += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn judge(contents: &Contents, problems: &mut Vec<String>) -> Option<ConformanceReport> {
    if let Some(manifest) = contents.document::<Manifest>(MANIFEST, problems) {
        compare(&manifest, contents, problems);
    }
    let report = contents.document::<ConformanceReport>(REPORT, problems);
    let settings = contents.document(SETTINGS, problems);
    let objects = contents.lines(OBJECTS, problems);
    if let Some(report) = &report {
        sums::of_report(report, problems);
        if let Some(settings) = &settings {
            sums::of_settings(report, settings, problems);
        }
        if let Some(objects) = &objects {
            sums::of_objects(report, objects, problems);
            sums::of_data(objects, &contents.parts, problems);
            for case in &report.cases {
                if let Some(ledger) = contents.texts.get(&format!("{LEDGERS}{}.jsonl", case.name)) {
                    sums::of_ledger(case, objects, ledger, problems);
                }
            }
        }
    }
    report
}

/// Holds the files against the manifest.
fn compare(manifest: &Manifest, contents: &Contents, problems: &mut Vec<String>) {
    for part in &manifest.parts {
        match contents.parts.get(&part.path) {
            None => problems.push(format!("`{}` is missing", part.path)),
            Some(found) if found != part => problems.push(format!(
                "`{}` was changed: it has {} bytes and the hash {}, and should have {} and {}",
                part.path, found.bytes, found.sha256, part.bytes, part.sha256
            )),
            Some(_) => {}
        }
    }
    for path in contents.parts.keys().filter(|path| *path != MANIFEST) {
        if !manifest.parts.iter().any(|part| part.path == *path) {
            problems.push(format!("`{path}` was added: the manifest does not know it"));
        }
    }
}

impl Contents {
    /// A document, if it is there and keeps to its schema.
    fn document<T: DeserializeOwned + JsonSchema>(&self, path: &str, problems: &mut Vec<String>) -> Option<T> {
        let Some(text) = self.texts.get(path) else {
            problems.push(format!("`{path}` is missing"));
            return None;
        };
        let parsed = serde_json::from_slice(text).map(|Tree(document)| document).map_err(|error| error.to_string());
        let judged = parsed.and_then(|document| {
            let schema = derived::<T>(path, path, Side::Written, &[]);
            let validator = jsonschema::validator_for(&schema).map_err(|error| error.to_string())?;
            let mut errors = validator.iter_errors(&document);
            match errors.next() {
                None => serde_json::from_value(document.clone()).map_err(|error| error.to_string()),
                Some(error) => Err(format!("{error} at `{}`", error.instance_path())),
            }
        });
        judged.map_err(|error| problems.push(format!("`{path}` does not keep to its schema: {error}"))).ok()
    }

    fn lines<T: DeserializeOwned>(&self, path: &str, problems: &mut Vec<String>) -> Option<Vec<T>> {
        let Some(text) = self.texts.get(path) else {
            problems.push(format!("`{path}` is missing"));
            return None;
        };
        let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let parsed: Result<Vec<T>, _> = lines.map(serde_json::from_slice).collect();
        parsed.map_err(|error| problems.push(format!("`{path}` does not keep to its schema: {error}"))).ok()
    }
}
