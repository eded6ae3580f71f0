//! What each command may hold in memory. docs/architecture.md has the table.
//!
//! Every command that holds a file in memory refuses one that is too large, in a bounded address space. The others run on their worst
//! input, and print their peaks (`cargo test --test it memory -- --nocapture`).

#[cfg(target_os = "linux")]
mod answers;
#[cfg(target_os = "linux")]
mod bundles;

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use crate::support::program::{PATH, program_within, text};

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
        (768, &["settings", "check", "/dev/zero"][..], "256 KiB"),
        (768, &["policy", "check", "/dev/zero"], "16 MiB"),
        (768, &["validate", "good.txt", "--baseline", "/dev/zero"], "16 MiB"),
        (768, &["report", "merge", "/dev/zero"], "16 MiB"),
        (768, &["forward", "--settings", "ca.toml", "--input", "good.txt"], "16 MiB"),
        (768, &["conform", "--input", "/dev/zero"], "16 MiB"),
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

/// The members of a batch before its events.
const HEAD: &str = r#"{"environment":"production","mpid":"1","application_info":{"application_name":"Shop"},"timestamp_unixtime_ms":"1772323200000","schema_version":2,"#;

/// A text of this many bytes at most: `item` again and again, with commas, between `head` and `tail`.
fn filled(bytes: u64, head: &str, item: &str, tail: &str) -> String {
    let count = (usize::try_from(bytes).unwrap() - head.len() - tail.len() - 1) / (item.len() + 1);
    [head, &vec![item; count].join(","), tail].concat()
}

/// Runs the program in an address space of twice as many MiB and asserts that it holds at most this many, and its exit code.
#[cfg(target_os = "linux")]
fn holds(folder: &Path, mib: u64, code: i32, arguments: &[&str]) {
    let output = File::create(folder.join("output")).unwrap();
    let mut command = program_within(u32::try_from(2 * mib).unwrap() << 10);
    command.args(arguments).current_dir(folder).stdin(File::open("/dev/null").unwrap());
    command.env("AWS_ACCESS_KEY_ID", "AKIA1").env("AWS_SECRET_ACCESS_KEY", "hush").env("AWS_REGION", "us-east-1");
    command.env("MPARTICLE_API_KEY", "made-up-key").env("MPARTICLE_API_SECRET", "made-up-secret");
    command.stderr(output.try_clone().unwrap()).stdout(output);
    let mut child = command.spawn().unwrap();
    let mut peak = 0;
    let status = loop {
        // The shell becomes the program.
        let is_program = fs::read_link(format!("/proc/{}/exe", child.id())).is_ok_and(|path| path == Path::new(PATH));
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let now = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
        if is_program {
            peak = peak.max(now.unwrap_or_default() >> 10);
        }
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        sleep(Duration::from_millis(2));
    };
    let shown = fs::read(folder.join("output")).unwrap();
    let shown = String::from_utf8_lossy(&shown[..shown.len().min(2_000)]);
    println!("{peak:>5} of {mib:>5} MiB  {}", arguments.join(" "));
    assert_eq!(status.code(), Some(code), "{arguments:?}: {shown}");
    assert!(peak <= mib, "{arguments:?} held {peak} MiB: {shown}");
}

#[test]
#[cfg(target_os = "linux")]
fn commands_without_an_input_hold_64_mib() {
    let folder = TempDir::new().unwrap();
    let settings = "[connection]\ns3_bucket_name = 'mp-forwarding-it'\nstore_data_in_folders_by_date = 'none'\n";
    fs::write(folder.path().join("good.toml"), settings).unwrap();
    for arguments in [
        &["clause"][..],
        &["completions", "bash"],
        &["conform", "list", "--suite", "full"],
        &["ddl", "--for", "duckdb", "--settings", "good.toml"],
        &["generate", "--batches", "2000"],
        &["policy", "pods"],
        &["schema", "write", "schema"],
        &["settings", "template"],
    ] {
        holds(folder.path(), 64, 0, arguments);
    }
    // A file in the place of a published one.
    fs::remove_file(folder.path().join("schema/batch.schema.json")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", folder.path().join("schema/batch.schema.json")).unwrap();
    holds(folder.path(), 64, 2, &["schema", "check", "schema"]);
}

#[test]
#[cfg(target_os = "linux")]
fn readers_of_lines_hold_a_small_multiple_of_a_line() {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, text: String| fs::write(folder.path().join(name), text + "\n").unwrap();
    fs::write(
        folder.path().join("good.toml"),
        "[connection]\ns3_bucket_name = 'mp-forwarding-it'\nstore_data_in_folders_by_date = 'none'\nsend_as_batch = false\n",
    )
    .unwrap();
    let event = r#"{"event_type":"screen_view","data":{}}"#;
    write("wrong.ndjson", filled(4 * MIB, &format!("{HEAD}\"events\":["), "1", "]}"));
    write("events.ndjson", filled(4 * MIB, &format!("{HEAD}\"events\":["), event, "]}"));
    // A quarter of the largest line, and of the limits.
    holds(folder.path(), 64, 1, &["-q", "validate", "wrong.ndjson"]);
    holds(folder.path(), 64, 0, &["-q", "validate", "events.ndjson"]);
    for input in ["wrong.ndjson", "events.ndjson"] {
        holds(folder.path(), 384, 0, &["-q", "explain", "--settings", "good.toml", "--input", input]);
        holds(folder.path(), 256, 0, &["-q", "forward", "--dry-run", "--settings", "good.toml", "--input", input]);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn conform_holds_its_input_and_the_comparison() {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, text: String| fs::write(folder.path().join(name), text).unwrap();
    let values = filled(MIB, &format!("{HEAD}\"user_attributes\":{{\"a\":["), "1", "]},\"events\":[]}\n");
    write("values.ndjson", values);
    write("lines.ndjson", "{\"events\":[1]}\n".repeat(10_000));
    // A sixteenth of the largest input, and of the limit.
    // The lines lack what the schema requires.
    for (input, code) in [("values.ndjson", 0), ("lines.ndjson", 1)] {
        holds(folder.path(), 192, code, &["-q", "conform", "--case", "defaults", "--input", input]);
    }
    // Generated batches are held, too.
    holds(folder.path(), 256, 2, &["-q", "conform", "--batches", "1000000"]);
    holds(folder.path(), 256, 0, &["-q", "conform", "self-test", "--mutant", "merged-*"]);
    holds(folder.path(), 256, 0, &["-q", "conform", "faults", "reset-after"]);
}

#[test]
#[cfg(target_os = "linux")]
fn readers_of_documents_hold_a_multiple_of_the_largest() {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, text: String| fs::write(folder.path().join(name), text).unwrap();
    let settings = "[connection]\ns3_bucket_name = 'a'\n";
    write("values.toml", filled(MIB / 4, &format!("{settings}x=["), "1", "]\n"));
    write("tables.toml", (0..22_000).map(|number| format!("[a{number}]\n")).collect());
    for file in ["values.toml", "tables.toml"] {
        holds(folder.path(), 256, 2, &["settings", "check", file]);
    }
    let plan = r#"{"format_version":"1.2","values":{"root_module":{}},"x":["#;
    write("plan.json", filled(4 * MIB, plan, "[]", "]}"));
    let statement = r#"{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}"#;
    let policy = |bytes| filled(bytes, r#"{"Version":"2012-10-17","Statement":["#, statement, "]}");
    write("long.json", policy(4 * MIB));
    write("policy.json", policy(MIB / 8));
    // A quarter of the largest file, and of the limit.
    for (file, code) in [("plan.json", 2), ("long.json", 2), ("policy.json", 1)] {
        holds(folder.path(), 192, code, &["-q", "policy", "check", file]);
    }
    let version = env!("CARGO_PKG_VERSION");
    let partial = format!(
        r#"{{"partial":1,"tool":{{"name":"mp-forwarding","version":"{version}"}},"shards":{{"of":2,"numbers":["#
    );
    let mut bomb = GzEncoder::new(File::create(folder.path().join("bomb.gz")).unwrap(), Compression::best());
    bomb.write_all(filled(16 * MIB, &partial, "1", "]}}").as_bytes()).unwrap();
    bomb.finish().unwrap();
    // A quarter of the largest text, and of the limit.
    holds(folder.path(), 192, 2, &["-q", "report", "merge", "bomb.gz"]);
    let report = r#"{"tool":{"name":"mp-forwarding","version":"0.1.0"},"command":"validate","target":"a","started_at":"2026-03-01T00:00:00Z","milliseconds":4,"checks":[],"findings":["#;
    let finding = r#"{"check":"","severity":"error","message":"","count":1}"#;
    write("report.json", filled(4 * MIB, report, finding, "],\"summary\":{}}"));
    write("good.ndjson", format!("{HEAD}\"events\":[]}}\n"));
    holds(folder.path(), 192, 2, &["-q", "validate", "good.ndjson", "--baseline", "report.json"]);
}
