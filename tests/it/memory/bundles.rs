//! What `conform verify` holds of a bundle.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use super::{MIB, filled, holds};

/// Writes a bundle with these files.
fn bundle(path: &Path, files: &[(&str, String)]) {
    let mut archive = GzEncoder::new(File::create(path).unwrap(), Compression::fast());
    for (name, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_path(name).unwrap();
        header.set_size(text.len() as u64);
        header.set_cksum();
        archive.write_all(header.as_bytes()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
        archive.write_all(&vec![0; text.len().next_multiple_of(512) - text.len()]).unwrap();
    }
    archive.write_all(&[0; 1024]).unwrap();
    archive.finish().unwrap();
}

/// The largest text of each kind that is accepted, and the largest number of files, divided by four as the limit is.
#[test]
fn verify_holds_the_texts_of_a_bundle() {
    let folder = TempDir::new().unwrap();
    let empty = r#"{"tool":{"name":"mp-forwarding","version":"0.1.0"},"system":"linux","parts":["#;
    let part = r#"{"path":"","bytes":1,"sha256":""}"#;
    let report = r#"{"tool":{"name":"mp-forwarding","version":"0.1.0"},"command":"conform","target":"a","started_at":"2026-03-01T00:00:00Z","milliseconds":4,"summary":{"cases":[]},"checks":[],"findings":["#;
    let finding = r#"{"check":"","severity":"error","message":"","count":1}"#;
    let object = |key: u64| format!("{{\"case\":\"\",\"key\":\"{key}\",\"bytes\":1,\"sha256\":\"\"}}\n");
    let objects = |bytes: u64| (0..bytes / 50).map(object).collect::<String>();
    let small = || ("report.json", format!("{report}]}}"));
    let settings: Vec<String> = (0..4 * MIB / 12).map(|setting| format!("\"{setting}\":\"\"")).collect();
    let path = |name: &str| folder.path().join(name);
    bundle(
        &path("documents.tar.gz"),
        &[
            ("manifest.json", filled(4 * MIB, empty, part, "]}")),
            ("report.json", filled(4 * MIB, report, finding, "]}")),
            ("settings.json", format!("{{\"a\":{{{}}}}}", settings.join(","))),
        ],
    );
    bundle(&path("objects.tar.gz"), &[small(), ("objects.jsonl", objects(31 * MIB))]);
    bundle(&path("ledger.tar.gz"), &[small(), ("ledger/a.jsonl", "{}\n".repeat(10 << 20))]);
    let names: Vec<(String, String)> = (0..90_000).map(|file| (format!("data/{file}"), String::new())).collect();
    let names: Vec<(&str, String)> = names.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
    bundle(&path("files.tar.gz"), &names);
    for name in ["documents.tar.gz", "objects.tar.gz", "ledger.tar.gz", "files.tar.gz"] {
        holds(folder.path(), 192, 1, &["-q", "conform", "verify", name]);
    }
}
