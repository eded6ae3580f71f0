//! `validate --repair`: the commands that remedies name are run on what they are for, and every digit has to be there again.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Output;

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use mp_forwarding::report::Validation;
use mp_forwarding::report::model::Report;
use tempfile::TempDir;

use crate::support::program::{program, run_with_input};

const A: &str = r#"{"events":[{"data":{"event_name":"Zoë\n{}","event_id":-109840007014118971,"custom_attributes":{"price":1.10}},"event_type":"custom_event"}],"mpid":5551234567890123456,"environment":"production"}"#;
const B: &str = r#"{"events":[],"mpid":"-9223372036854775808","environment":"production"}"#;

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn chunked(bytes: &[u8], extension: &str) -> Vec<u8> {
    let (one, two) = bytes.split_at(bytes.len() / 2);
    let mut text = Vec::new();
    for chunk in [one, two, b""] {
        write!(text, "{:x}{extension}\r\n", chunk.len()).unwrap();
        text.extend_from_slice(chunk);
        // The last one ends behind its trailers, of which there are none.
        text.extend_from_slice(b"\r\n");
    }
    text
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    program().arg("validate").args(arguments).current_dir(folder).output().unwrap()
}

fn report(output: &Output) -> Report<Validation> {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

/// Each kind of file that has a remedy with a command, and a part of its finding.
fn broken() -> Vec<(&'static str, Vec<u8>)> {
    let both = format!("{A}\n{B}\n");
    let pretty = A.replace(":{", ": {\n  ").replace(",\"", ",\n  \"");
    let packed = gzip(both.as_bytes());
    let pair = [gzip(format!("{A}\n").as_bytes()), gzip(format!("{B}\n").as_bytes())];
    let signature = ";chunk-signature=0123456789abcdef";
    vec![
        ("byte order mark", format!("\u{feff}{A}\r\n{B}\r\n").into_bytes()),
        ("UTF-16", utf16(&format!("\u{feff}{both}"))),
        ("around the text", chunked(both.as_bytes(), signature)),
        ("around the text", chunked(both.as_bytes(), "")),
        ("around gzip", chunked(&packed, signature)),
        ("gzip within gzip", gzip(&packed)),
        // Bug: framing within gzip, a comma or a written `\n` in front of a line feed, a line feed that was encoded with its batch, and
        // record separators had this remedy and no copy.
        ("around the text", gzip(&chunked(both.as_bytes(), signature))),
        ("around the text", chunked(&chunked(both.as_bytes(), signature), signature)),
        ("more after the first batch", format!("{A},\n{B}\n").into_bytes()),
        ("more after the first batch", format!("{A}\\n\n{B}\\n\n").into_bytes()),
        (
            "a scalar",
            [A, B].map(|line| serde_json::to_string(&format!("{line}\n")).unwrap() + "\n").concat().into_bytes(),
        ),
        ("text sequence", format!("\u{1e}{A}\n\u{1e}{B}\n").into_bytes()),
        ("over several lines", format!("{pretty}\n{B}\n").into_bytes()),
        ("over several lines", format!("[\n{A},\n{B}\n]\n").into_bytes()),
        ("an array", format!("[{A},{B}]\n").into_bytes()),
        ("more after the first batch", format!("{A}{B}\n").into_bytes()),
        ("more after the first batch", format!("{A}\\n{B}\\n").into_bytes()),
        ("not gzip, from byte", [&packed[..], b"EOF-marker"].concat()),
        ("not gzip, from byte", [&packed[..], &[0; 5000]].concat()),
        ("1 byte that is not gzip, from byte", [&pair[0][..], b"\n", &pair[1]].concat()),
        ("a scalar", [A, B].map(|line| serde_json::to_string(line).unwrap() + "\n").concat().into_bytes()),
        ("no line feed", format!("{A}\n{B}").into_bytes()),
        ("the line is blank", format!("{A}\n\n \t\n{B}\n").into_bytes()),
        ("CR LF", format!("{A}\r\n{B}\r\n").into_bytes()),
    ]
}

#[test]
fn every_command_of_a_remedy_gives_a_file_that_passes_with_every_digit() {
    for (found, bytes) in broken() {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("export/2026-03-01/a.txt");
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, &bytes).unwrap();
        // The ends of lines are faults only where the check is strict, and A is no strict batch.
        let before = report(&run(folder.path(), &["export", "--format", "json"]));
        let finding = before.findings.iter().find(|finding| {
            finding.message.contains(found)
                || finding.places.iter().any(|place| place.found.as_deref().is_some_and(|text| text.contains(found)))
        });
        let remedy = finding.unwrap_or_else(|| panic!("{found}: {before:?}")).remedy.as_deref().unwrap_or_default();
        let command = remedy.split('`').find(|quoted| quoted.starts_with("mp-forwarding")).expect(remedy);
        assert_eq!(command, "mp-forwarding validate PATH --repair DIR", "{found}");
        let output = run(folder.path(), &["export", "--repair", "corrected", "--format", "json"]);
        let after = report(&output);
        assert_eq!(output.status.code(), Some(0), "{found}: {after:?}");
        assert!(after.findings.is_empty() && after.summary.lines == 2, "{found}: {after:?}");
        let repair = after.summary.repair.unwrap();
        assert!(repair.files.len() == 1 && !repair.files[0].corrections.is_empty(), "{found}");
        assert_eq!(fs::read(&file).unwrap(), bytes, "{found}: the input was changed");
        let copy = fs::read(folder.path().join("corrected/2026-03-01/a.txt")).unwrap();
        let text = match copy.starts_with(b"\x1f\x8b") {
            true => std::io::read_to_string(MultiGzDecoder::new(&copy[..])).unwrap(),
            false => String::from_utf8(copy).unwrap(),
        };
        assert_eq!(text, format!("{A}\n{B}\n"), "{found}");
    }
}

#[cfg(unix)]
#[test]
fn the_command_for_latin_1_gives_a_file_that_passes() {
    let folder = TempDir::new().unwrap();
    let (before, behind) = A.split_once('ë').unwrap();
    fs::write(folder.path().join("FILE"), [before.as_bytes(), b"\xeb", behind.as_bytes(), b"\n"].concat()).unwrap();
    let report = report(&run(folder.path(), &["FILE", "--format", "json"]));
    let remedy = report.findings[0].remedy.as_deref().unwrap();
    let command = remedy.split('`').find(|quoted| quoted.starts_with("iconv")).expect(remedy);
    let status = std::process::Command::new("sh").args(["-c", command]).current_dir(folder.path()).status().unwrap();
    assert!(status.success(), "{command}");
    assert_eq!(run(folder.path(), &["COPY"]).status.code(), Some(0));
    assert_eq!(fs::read_to_string(folder.path().join("COPY")).unwrap(), format!("{A}\n"));
}

#[test]
fn what_cannot_be_corrected_is_copied_or_left_and_fails_the_run() {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join("export").join(name), bytes).unwrap();
    fs::create_dir(folder.path().join("export")).unwrap();
    let wrong = format!("{A}\r\n{{\"environment\":NaN}}\r\n{B}{B}\n");
    let packed = gzip(format!("{A}\n").repeat(50).as_bytes());
    write("a.txt", wrong.as_bytes());
    write("b.txt", format!("{A}\n").as_bytes());
    write("cut-array.txt", format!("[{A},\n{B},\n").as_bytes());
    write("cut-chunk.txt", format!("fff\r\n{A}\n").as_bytes());
    write("cut-gzip.txt", &packed[..packed.len() - 9]);
    // Bug: plain text behind gzip, and a member whose first byte is damaged, were removed as bytes that are no gzip.
    let member = gzip(format!("{B}\n").as_bytes());
    write("plain-behind.txt", &[&packed[..], format!("{B}\n").as_bytes()].concat());
    write("damaged-member.txt", &[&packed[..], b"\0", &member[1..], &packed].concat());
    // Bug: it was taken for UTF-16, and its copy was full of zeros.
    write("utf-32.txt", &A.chars().flat_map(|character| u32::from(character).to_le_bytes()).collect::<Vec<_>>());
    write("other.txt", b"PK\x03\x04\n\n\nabc");
    let output = run(folder.path(), &["export", "--repair", "corrected", "--format", "json"]);
    let report = report(&output);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let repair = report.summary.repair.as_ref().unwrap();
    assert_eq!(repair.files.iter().map(|file| file.file.as_str()).collect::<Vec<_>>(), ["export/a.txt"]);
    assert_eq!(repair.files[0].corrections, ["1 line end of CR LF replaced", "2 batches put on lines of their own"]);
    // The line that stays wrong is there as it was.
    let copy = fs::read_to_string(folder.path().join("corrected/a.txt")).unwrap();
    assert_eq!(copy, format!("{A}\n{{\"environment\":NaN}}\r\n{B}\n{B}\n"));
    assert_eq!(fs::read_dir(folder.path().join("corrected")).unwrap().count(), 1);
    let of = |file: &str| {
        let places = report
            .findings
            .iter()
            .filter(|finding| finding.places.iter().any(|place| place.object.as_deref() == Some(file)));
        places
            .filter(|finding| finding.severity.as_str() == "error")
            .map(|finding| finding.clause.clone().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(of("corrected/a.txt"), ["DTO-9"]);
    assert_eq!(of("export/b.txt"), [""; 0]);
    for (file, clause) in [
        ("cut-array", "FILE-1"),
        ("cut-chunk", "FILE-1"),
        ("cut-gzip", "FILE-2"),
        ("plain-behind", "FILE-2"),
        ("damaged-member", "FILE-2"),
        ("utf-32", "FILE-1"),
        ("other", "FILE-1"),
    ] {
        assert_eq!(of(&format!("export/{file}.txt")), [clause], "{file}");
    }
    let lost = report.findings.iter().filter(|finding| {
        finding
            .places
            .iter()
            .any(|place| place.found.as_deref().is_some_and(|found| found.contains("they may be a batch")))
    });
    for finding in lost {
        let remedy = finding.remedy.as_deref().unwrap();
        assert!(
            remedy.contains("Fetch or write the file again") && !remedy.contains("mp-forwarding validate"),
            "{remedy}"
        );
    }
    let shown = run(folder.path(), &["export", "--repair", "again"]);
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.contains("2 batches put on lines of their own"), "{shown}");
}

#[cfg(unix)]
#[test]
fn copies_are_their_owners_and_go_to_a_folder_of_their_own() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().unwrap();
    let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777;
    fs::create_dir_all(folder.path().join("export/x")).unwrap();
    fs::create_dir(folder.path().join("old")).unwrap();
    fs::write(folder.path().join("export/x/a.txt"), format!("{A}{B}\n")).unwrap();
    assert_eq!(run(folder.path(), &["export", "--repair", "new/deep"]).status.code(), Some(0));
    assert_eq!((mode("new/deep"), mode("new/deep/x"), mode("new/deep/x/a.txt")), (0o700, 0o700, 0o600));
    assert_eq!(run(folder.path(), &["export", "--repair", "old"]).status.code(), Some(0));
    assert_eq!(mode("old"), 0o700);

    let refusal = |arguments: &[&str]| {
        let output = run(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(refusal(&["export", "--repair", "old"]).contains("`old` is not empty"));
    assert!(refusal(&["export", "--repair", "export/new"]).contains("within `export`"));
    assert!(refusal(&["export", "--repair", "export/x/../y"]).contains("within `export`"));
    std::os::unix::fs::symlink("export", folder.path().join("link")).unwrap();
    assert!(refusal(&["export", "--repair", "link/new"]).contains("within `export`"));
    assert!(!folder.path().join("export/new").exists() && !folder.path().join("export/y").exists());
    fs::create_dir(folder.path().join("twice")).unwrap();
    fs::write(folder.path().join("twice/a.txt"), "").unwrap();
    assert!(refusal(&["export/x/a.txt", "twice/a.txt", "--repair", "third"]).contains("have one key"));
    let output = run_with_input(program().args(["validate", "-", "--repair", "third"]).current_dir(folder.path()), B);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("read once"), "{output:?}");
}
