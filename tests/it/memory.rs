//! Every command that holds a file in memory refuses one that is too large, in a bounded address space.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use crate::support::program::{program_within, text};

const MIB: u64 = 1 << 20;

/// Runs the program in a folder, in an address space of this many MiB.
fn run(folder: &Path, mib: u32, arguments: &[&str]) -> (Option<i32>, String) {
    let output = program_within(mib << 10).args(arguments).current_dir(folder).output().unwrap();
    (output.status.code(), text(&output))
}

/// Bug: settings, policies, baselines and certificates were read whole, however large, and a gzip file of 7 MB made `conform` hold
/// 3 GiB. The limit of `conform` is one of decompressed bytes.
#[test]
#[cfg(target_os = "linux")]
fn a_file_without_an_end_is_refused() {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("good.txt", "{\"environment\":\"production\",\"events\":[]}\n");
    let settings = "[connection]\ns3_bucket_name = 'mp-forwarding-it'\nstore_data_in_folders_by_date = 'none'\n";
    write("good.toml", settings);
    write("ca.toml", &format!("{settings}[engine]\nca_bundle = '/dev/zero'\nendpoint = 'https://127.0.0.1:1'\n"));
    for (mib, arguments, limit) in [
        (768, &["settings", "check", "/dev/zero"][..], "4 MiB"),
        (768, &["policy", "check", "/dev/zero"], "64 MiB"),
        (768, &["validate", "good.txt", "--baseline", "/dev/zero"], "64 MiB"),
        (768, &["forward", "--settings", "ca.toml", "--input", "good.txt"], "16 MiB"),
        (768, &["conform", "--input", "/dev/zero"], "64 MiB"),
        (1_280, &["explain", "--settings", "good.toml", "--input", "/dev/zero"], "256 MiB"),
    ] {
        let (code, shown) = run(folder.path(), mib, arguments);
        assert_eq!(code, Some(2), "{arguments:?}: {shown}");
        assert!(shown.contains(&format!("it has more than {limit}, the limit")), "{arguments:?}: {shown}");
    }
}

/// Bug: a bundle of 14 MB made `conform verify` hold 3 GiB, because only each single file had a limit.
#[test]
#[cfg(target_os = "linux")]
fn a_bundle_that_expands_too_far_is_refused() {
    let folder = TempDir::new().unwrap();
    // Each file has its announced size in the archive, and the last one no content: it is refused before it is read.
    let bundle = |name: &str, files: &[(&str, u64)]| {
        let mut archive = GzEncoder::new(File::create(folder.path().join(name)).unwrap(), Compression::fast());
        for (index, (path, size)) in files.iter().enumerate() {
            let mut header = tar::Header::new_gnu();
            header.set_path(path).unwrap();
            header.set_size(*size);
            header.set_cksum();
            archive.write_all(header.as_bytes()).unwrap();
            if index + 1 < files.len() {
                archive.write_all(&vec![b'['; usize::try_from(*size).unwrap()]).unwrap();
            }
        }
        archive.finish().unwrap();
    };
    bundle("document.tar.gz", &[("report.json", 17 * MIB)]);
    bundle("total.tar.gz", &[("ledger/a.jsonl", MIB), ("ledger/b.jsonl", 128 * MIB - MIB / 2)]);
    for (name, limit) in [("document", "the limit of 16 MiB"), ("total", "more than 128 MiB, the limit")] {
        let (code, shown) = run(folder.path(), 768, &["conform", "verify", &format!("{name}.tar.gz")]);
        assert!(code == Some(1) && shown.contains(limit), "{name}: {shown}");
    }
}
