//! Checks a bundle: it is complete, its files match the manifest, and its report agrees with them.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Instant;

use flate2::read::GzDecoder;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::manifest::{DATA, LEDGERS, MANIFEST, Manifest, OBJECTS, Part, REPORT, SETTINGS, hex};
use super::problems::{Kind, Problems};
use super::sums;
use crate::contract::schema::{Side, derived};
use crate::json::Tree;
use crate::report::model::{Report, Summary, Tool, counted};
use crate::report::summary::{Bundle, Conformance};

/// The largest document (manifest, report, settings) in bytes. Its values take about ten times as much memory.
const LONGEST_DOCUMENT: u64 = 16 << 20;

/// The largest total of the text files and of the names of all files, in bytes. Objects are hashed while they are read and
/// never held in memory.
const MOST_TEXT: u64 = 128 << 20;

/// What is held for each file besides its name and text: its length and its hash.
const PART: u64 = 256;

/// Why a bundle cannot be checked.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the bundle `{}`", path.display())]
pub struct BundleError {
    path: PathBuf,
    #[source]
    source: io::Error,
}

/// The files of a bundle: the content of text files, and the length and hash of all files.
#[derive(Default)]
pub(super) struct Contents {
    pub(super) parts: BTreeMap<String, Part>,
    texts: BTreeMap<String, Vec<u8>>,
}

/// Checks the bundle at `path`. Problems in the bundle are findings of the report.
///
/// # Errors
/// If the file cannot be read at all.
pub fn verify(path: &Path) -> Result<Report<Bundle>, BundleError> {
    let (started, started_at) = (Instant::now(), Timestamp::now());
    let failed = |source| BundleError { path: path.to_owned(), source };
    let sha256 = hash_of(&mut File::open(path).map_err(failed)?).map_err(failed)?.1;
    let mut problems = Problems::default();
    let contents = read(File::open(path).map_err(failed)?, &mut problems);
    let report = check(&contents, &mut problems);
    let (checks, findings, unlisted_findings) = problems.finish();
    let verdict = |report: Report<Conformance>| {
        let (headline, extent) = (Conformance::headline(&report), Conformance::extent(&report));
        format!("{}: {headline}; {extent}", report.verdict().as_str())
    };
    Ok(Report {
        tool: Tool::default(),
        command: Bundle::COMMAND.to_owned(),
        target: path.display().to_string(),
        started_at: started_at.to_string(),
        milliseconds: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        incomplete: None,
        checks,
        findings,
        unlisted_findings,
        summary: Bundle { sha256, files: contents.parts.len() as u64, verdict: report.map(verdict) },
    })
}

/// Reads the archive until its end or the first error.
fn read(file: File, problems: &mut Problems) -> Contents {
    let mut contents = Contents::default();
    let mut left = MOST_TEXT;
    let mut archive = tar::Archive::new(GzDecoder::new(io::BufReader::new(file)));
    let outcome = archive.entries().and_then(|entries| {
        for entry in entries {
            let mut entry = entry?;
            let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            if !entry.header().entry_type().is_file() || !is_known(&path) {
                problems.add(Kind::Archive, format!("`{path}` does not belong in a bundle"));
                continue;
            }
            let text = !path.starts_with(DATA);
            let held = PART + 2 * path.len() as u64 + if text { entry.size() } else { 0 };
            let Some(rest) = left.checked_sub(held) else {
                let most = MOST_TEXT >> 20;
                problems.add(Kind::Archive, format!("its text files and names have more than {most} MiB, the limit"));
                break;
            };
            left = rest;
            let (bytes, sha256) = if !text {
                hash_of(&mut entry)?
            } else if is_document(&path) && entry.size() > LONGEST_DOCUMENT {
                let (size, most) = (entry.size(), LONGEST_DOCUMENT >> 20);
                problems.add(Kind::Archive, format!("`{path}` has {size} bytes, more than the limit of {most} MiB"));
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
                problems.add(Kind::Archive, format!("`{path}` occurs twice"));
            }
        }
        Ok(())
    });
    // The checksum of gzip comes after the end of the archive. It is checked only when everything is read.
    let ended = outcome.and_then(|()| io::copy(&mut archive.into_inner(), &mut io::sink()));
    if let Err(error) = ended {
        problems.add(Kind::Archive, format!("it cannot be read to its end: {error}"));
    }
    problems.saw(Kind::Archive, counted(contents.parts.len(), "file", "files"));
    contents
}

fn is_document(path: &str) -> bool {
    [MANIFEST, REPORT, SETTINGS].contains(&path)
}

fn is_known(path: &str) -> bool {
    let below = |folder| path.strip_prefix(folder).is_some_and(|name: &str| !name.is_empty() && !name.contains('/'));
    is_document(path) || path == OBJECTS || below(LEDGERS) || below(DATA)
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

fn check(contents: &Contents, problems: &mut Problems) -> Option<Report<Conformance>> {
    if let Some(manifest) = contents.document::<Manifest>(MANIFEST, Kind::Manifest, problems) {
        compare(&manifest, contents, problems);
    }
    let report = contents.document::<Report<Conformance>>(REPORT, Kind::Report, problems);
    let settings = contents.document(SETTINGS, Kind::Sums, problems);
    let objects = contents.lines(OBJECTS, problems);
    if let Some(report) = &report {
        sums::of_report(report, problems);
        if let Some(settings) = &settings {
            sums::of_settings(report, settings, problems);
        }
        if let Some(objects) = &objects {
            sums::of_objects(report, objects, problems);
            sums::of_data(objects, &contents.parts, problems);
            let (keys, none) = (sums::keys_by_case(objects), BTreeSet::new());
            for case in &report.summary.cases {
                if let Some(ledger) = contents.texts.get(&format!("{LEDGERS}{}.jsonl", case.name)) {
                    sums::of_ledger(case, keys.get(case.name.as_str()).unwrap_or(&none), ledger, problems);
                }
            }
        }
    }
    report
}

/// Compares the files with the manifest.
fn compare(manifest: &Manifest, contents: &Contents, problems: &mut Problems) {
    for part in &manifest.parts {
        match contents.parts.get(&part.path) {
            None => problems.add(Kind::Hashes, format!("`{}` is missing", part.path)),
            Some(found) if found != part => problems.add(
                Kind::Hashes,
                format!(
                    "`{}` was changed: it has {} bytes and the hash {}, and should have {} and {}",
                    part.path, found.bytes, found.sha256, part.bytes, part.sha256
                ),
            ),
            Some(_) => {}
        }
    }
    let listed: HashSet<&str> = manifest.parts.iter().map(|part| part.path.as_str()).collect();
    for path in contents.parts.keys().filter(|path| *path != MANIFEST && !listed.contains(path.as_str())) {
        problems.add(Kind::Hashes, format!("`{path}` was added: the manifest does not list it"));
    }
    problems.saw(Kind::Hashes, counted(manifest.parts.len(), "file", "files"));
}

impl Contents {
    /// Reads a document, if it exists and matches its schema.
    fn document<T>(&self, path: &str, kind: Kind, problems: &mut Problems) -> Option<T>
    where
        T: DeserializeOwned + JsonSchema,
    {
        let Some(text) = self.texts.get(path) else {
            problems.add(kind, format!("`{path}` is missing"));
            return None;
        };
        let parsed = serde_json::from_slice(text).map(|Tree(document)| document).map_err(|error| error.to_string());
        let checked = parsed.and_then(|document| {
            let schema = derived::<T>(path, path, Side::Written, &[]);
            let validator = jsonschema::validator_for(&schema).map_err(|error| error.to_string())?;
            let error = validator.validate(&document).err();
            match error.map(|error| format!("{error} at `{}`", error.instance_path())) {
                None => serde_json::from_value(document).map_err(|error| error.to_string()),
                Some(error) => Err(error),
            }
        });
        if kind == Kind::Manifest && checked.is_ok() {
            problems.saw(kind, format!("`{path}`"));
        }
        checked.map_err(|error| problems.add(kind, format!("`{path}` does not match its schema: {error}"))).ok()
    }

    fn lines<T: DeserializeOwned>(&self, path: &str, problems: &mut Problems) -> Option<Vec<T>> {
        let Some(text) = self.texts.get(path) else {
            problems.add(Kind::Sums, format!("`{path}` is missing"));
            return None;
        };
        let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let parsed: Result<Vec<T>, _> = lines.map(serde_json::from_slice).collect();
        parsed.map_err(|error| problems.add(Kind::Sums, format!("`{path}` does not match its schema: {error}"))).ok()
    }
}
