//! The same seed, clock and input give the same keys and bytes, independent of how the input is split.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use mp_forwarding::conform::synthesize::Synthesizer;
use tempfile::TempDir;

use crate::support::embedded::{self, Embedded};
use crate::support::program::program;

const CLOCK: &str = "2026-03-01T00:00:00Z";

/// Every file in a folder with its bytes.
fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    files
}

#[test]
fn the_same_seed_gives_the_same_object_tree() {
    let conform = |seed: &str| {
        let folder = TempDir::new().unwrap();
        let status = program()
            .args(["conform", "--quiet", "--batches", "20", "--clock", CLOCK, "--seed", seed, "--keep"])
            .arg(folder.path())
            // All cases except the one with several writers, whose order depends on timing.
            .args(["a*", "b*", "d*", "h*", "n*", "o*", "r*", "t*"].iter().flat_map(|cases| ["--case", cases]))
            .status()
            .unwrap();
        assert!(status.success());
        tree(folder.path())
    };
    let first = conform("7");
    assert!(first.len() > 50);
    assert_eq!(first, conform("7"));
    assert_ne!(first, conform("8"));
}

#[test]
fn the_chunks_of_the_input_change_nothing() {
    let batches = Synthesizer::new(3, CLOCK.parse().unwrap()).take(50);
    let input: String = batches.map(|line| line + "\n").collect();
    let forward = |pieces: usize| {
        let server = Embedded::start();
        let folder = TempDir::new().unwrap();
        let more = "use_compression = true\nsend_as_batch = false\n";
        let mut program = program()
            .args(["forward", "--quiet", "--clock", CLOCK, "--input", "-", "--settings"])
            .arg(embedded::settings(folder.path(), &server, more))
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = program.stdin.take().unwrap();
        for piece in input.as_bytes().chunks(pieces) {
            stdin.write_all(piece).unwrap();
            stdin.flush().unwrap();
        }
        drop(stdin);
        assert!(program.wait().unwrap().success());
        server.objects()
    };
    let whole = forward(input.len());
    assert!(!whole.is_empty());
    assert_eq!(whole, forward(1_000));
    assert_eq!(whole, forward(37_777));
}
