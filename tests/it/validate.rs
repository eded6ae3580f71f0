//! `mp-forwarding validate` as a user runs it: broken files, unusual files, and their messages.

use std::io::Write as _;
use std::path::Path;
use std::process::Output;

use flate2::Compression;
use flate2::write::GzEncoder;
use mp_forwarding::report::Validation;
use mp_forwarding::report::model::{Outcome, Report};
use tempfile::TempDir;

use crate::support::program::{program, run_with_input};

const RIGHT: &str = r#"{"events":[{"data":{"event_name":"MyTestEvent","timestamp_unixtime_ms":"1595542763908","event_id":"1234"},"event_type":"custom_event"}],"user_identities":[{"identity_type":"customer_id","identity":"TestCustomerId1"}],"environment":"production"}"#;

fn validate(arguments: &[&str], stdin: &[u8]) -> Output {
    run_with_input(program().arg("validate").args(arguments), stdin)
}

/// The report for `text` as standard input.
fn report(arguments: &[&str], text: &[u8]) -> Report<Validation> {
    let output = validate(&[arguments, &["--format", "json", "-"]].concat(), text);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

/// The findings for `text`, one line for each place: clause, line, pointer, message.
fn findings(arguments: &[&str], text: &[u8]) -> Vec<String> {
    shown(&report(arguments, text))
}

/// One line for each place of each finding: clause, line, pointer, message.
pub(crate) fn shown(report: &Report<Validation>) -> Vec<String> {
    let places = report.findings.iter().flat_map(|finding| finding.places.iter().map(move |place| (finding, place)));
    places
        .map(|(finding, place)| {
            let message = match (&finding.expected, &place.found) {
                (Some(expected), Some(found)) => format!("expected {expected}, found {found}"),
                _ => finding.message.clone(),
            };
            let (line, pointer) = (place.line.unwrap_or(0), place.pointer.as_deref().unwrap_or("-"));
            format!("{} {line} {pointer} {message}", finding.clause.as_deref().unwrap_or_default())
        })
        .collect()
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn write(directory: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    let path = directory.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn a_valid_file_is_valid_in_every_storage_format() {
    let text = format!("{RIGHT}\n{RIGHT}\n");
    for bytes in [text.clone().into_bytes(), gzip(text.as_bytes()), [gzip(RIGHT.as_bytes()), gzip(b"\n")].concat()] {
        let output = validate(&["-"], &bytes);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stdout).contains("ok"), "{output:?}");
    }
    assert_eq!(validate(&["--strict", "-"], text.as_bytes()).status.code(), Some(0));
}

#[test]
fn each_fault_has_its_place_and_never_the_value() {
    let lines = [
        (
            r#"{"environment":"prod-secret"}"#,
            r#"DTO-8 1 /environment expected one of "development", "production", "unknown", found a string of 11 characters"#,
        ),
        (r#"{"events":[{}]}"#, "DTO-5 1 /events/0 expected a member `event_type`, found an object of 0 members"),
        (
            r#"{"environment":"production","mpid":"12 secret"}"#,
            "DTO-1 1 /mpid expected a 64-bit integer as a string of digits, an integer or null, found a string of 9 characters",
        ),
        (
            r#"{"environment":"production","environment":"production"}"#,
            "DTO-9 1 - expected each key once in its object, found a repeated key, in column 41",
        ),
        (
            r#"{"environment":"production","n":1e400}"#,
            "DTO-9 1 - expected finite numbers, found a number out of range, in column 37",
        ),
        ("[]", "DTO-9 1 - expected a batch (a JSON object), found an array"),
    ];
    for (line, expected) in lines {
        let text = format!("{line}\n");
        assert_eq!(findings(&[], text.as_bytes()), [expected]);
        let output = validate(&["-"], text.as_bytes());
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert!(!String::from_utf8_lossy(&output.stdout).contains("secret"), "{output:?}");
    }
    assert_eq!(
        findings(&[], b"{\"environment\":\"\xff\"}\n"),
        ["DTO-9 1 - expected UTF-8, found another byte in column 17"]
    );
    assert!(findings(&[], b"{\"environment\":\"production\",\"a\":\"\0\"}\n")[0].contains("control character"));
    let deep = format!("{{\"environment\":\"production\",\"a\":{}{}}}\n", "[".repeat(10_000), "]".repeat(10_000));
    assert!(findings(&[], deep.as_bytes())[0].contains("at most 128 levels of nesting"));
}

#[test]
fn the_format_of_files_is_checked_too() {
    assert!(
        findings(&[], format!("\u{feff}{RIGHT}\n").as_bytes())[0].starts_with("FILE-1 1 - the file begins with a byte")
    );
    // The documentation says nothing about line endings (U-11).
    for (text, message) in [
        (String::new(), "0 - the file is empty"),
        (RIGHT.to_owned(), "1 - the last line has no line feed"),
        (format!("{RIGHT}\r\n"), "1 - the line ends with CR LF"),
        (format!("{RIGHT}\n\n"), "2 - the line is blank; each line is one batch"),
    ] {
        assert!(findings(&[], text.as_bytes())[0].starts_with(&format!("U-11 {message}")), "{message}");
        assert!(report(&[], text.as_bytes()).checks.iter().all(|check| check.outcome != Outcome::Fail), "{message}");
        assert!(findings(&["--strict"], text.as_bytes())[0].starts_with(&format!("FILE-1 {message}")), "{message}");
        assert_eq!(validate(&["--strict", "-"], text.as_bytes()).status.code(), Some(1), "{message}");
    }
    let whole = gzip(format!("{RIGHT}\n").repeat(50).as_bytes());
    assert!(findings(&[], &whole[..whole.len() - 6])[0].starts_with("FILE-2"));
    assert!(findings(&[], &[whole.clone(), b"garbage".to_vec()].concat())[0].starts_with("FILE-2"));
    // The lines before the damage are checked.
    assert_eq!(report(&[], &[whole, b"garbage".to_vec()].concat()).summary.lines, 50);
}

#[test]
fn a_line_without_end_does_not_affect_the_other_lines() {
    let text = [&vec![b'x'; 3 << 20], &b"\n"[..], RIGHT.as_bytes(), b"\n"].concat();
    let report = report(&["--max-line-bytes", "1000000"], &text);
    assert_eq!((report.summary.lines, report.summary.wrong_lines), (2, 1));
    assert!(report.findings[0].message.contains("found one of 3145728 bytes"));
}

#[test]
fn one_cause_is_one_finding_with_its_first_lines_whatever_the_number_of_threads() {
    let mut text = String::new();
    for number in 0..5_000 {
        let name = if number % 2 == 0 { "5".to_owned() } else { format!("[{number}]") };
        text.push_str(&format!(
            "{{\"environment\":\"production\",\"events\":[{{\"event_type\":\"custom_event\"}},{{\"event_type\":\"custom_event\",\"data\":{{\"event_name\":{name}}}}}]}}\n"
        ));
    }
    for jobs in ["1", "2", "7"] {
        let report = report(&["--jobs", jobs], text.as_bytes());
        assert_eq!((report.findings.len(), report.findings[0].count, report.summary.wrong_lines), (1, 5_000, 5_000));
        let lines: Vec<_> = report.findings[0].places.iter().map(|place| place.line).collect();
        assert_eq!(lines, [1, 2, 3, 4, 5].map(Some));
    }
    assert!(report(&["--max-errors", "10"], text.as_bytes()).summary.stopped);
}

#[test]
fn a_clean_run_is_short_and_the_summary_is_long() {
    let text = format!("{RIGHT}\n");
    let lines = |arguments: &[&str]| {
        let output = validate(&[arguments, &["-"]].concat(), text.as_bytes());
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        String::from_utf8(output.stdout).unwrap().lines().count()
    };
    let (short, long) = (lines(&[]), lines(&["--summary"]));
    assert!(short < 30 && long > short, "{short} {long}");
}

#[test]
fn the_summary_counts_the_contents() {
    let text = format!(
        "{RIGHT}\n{RIGHT}\n{{\"environment\":\"development\",\"application_info\":{{\"application_name\":\"a\\u0062\"}}}}\n"
    );
    let contents = report(&[], text.as_bytes()).summary.contents.unwrap();
    assert_eq!((contents.batches, contents.events["custom_event"]), (3, 2));
    assert_eq!((contents.environments["production"], contents.apps["ab"], contents.apps["(other)"]), (2, 1, 2));
    assert_eq!(contents.first_event.as_deref(), Some("2020-07-23T22:19:23.908Z"));
    assert_eq!((contents.repeated_events.count, contents.repeated_events.exact), (1, true));
    assert_eq!((contents.events_by_day["2020-07-23"], contents.events_by_hour[22]), (2, 2));
    assert!(report(&["--no-summary"], text.as_bytes()).summary.contents.is_none());
}

#[test]
fn folders_are_walked_once_and_names_are_checked_on_request() {
    let folder = TempDir::new().unwrap();
    let right = format!("{RIGHT}\n");
    write(folder.path(), "2017-10-17/mPTravel_20171017170911644493_34523.txt", &right);
    write(folder.path(), "mParticle_Bucket_Verification_20171017-170911.txt", "{}");
    write(folder.path(), "2017-10-17/renamed.txt", &right);
    write(folder.path(), "yesterday/mPTravel_20171017170911644493_34524.txt", gzip(right.as_bytes()));
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path(), folder.path().join("2017-10-17/loop")).unwrap();
    let path = folder.path().to_str().unwrap();

    let output = validate(&[path], b"");
    assert_eq!(output.status.code(), Some(0), "{output:?}");

    let output = validate(&["--names", "--format", "json", path], b"");
    let report: Report<Validation> = serde_json::from_slice(&output.stdout).unwrap();
    let clauses: Vec<&str> = report.findings.iter().filter_map(|finding| finding.clause.as_deref()).collect();
    let summary = &report.summary;
    assert_eq!((summary.files, summary.verification_objects, clauses), (4, 1, vec!["NAME-1", "LAY-2", "U-28"]));

    let settings = folder.path().join("connection.toml");
    write(
        folder.path(),
        "connection.toml",
        "[connection]\ns3_bucket_name = \"mp-forwarding-a\"\nstore_data_in_folders_by_date = \"None\"\n",
    );
    let one = folder.path().join("2017-10-17").to_str().unwrap().to_owned();
    let output = validate(&["--names", "--settings", settings.to_str().unwrap(), &one, "-"], b"");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
}

#[test]
fn an_unreadable_file_is_an_error_and_the_rest_is_checked() {
    let folder = TempDir::new().unwrap();
    write(folder.path(), "a.txt", "{\"mpid\":{}}\n");
    let (there, missing) = (folder.path().join("a.txt"), folder.path().join("missing.txt"));
    let output = validate(&[missing.to_str().unwrap(), there.to_str().unwrap()], b"");
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot open"), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("/mpid"), "{output:?}");
    assert_eq!(validate(&["--max-errors", "0", "-"], b"").status.code(), Some(2));
    assert_eq!(validate(&[], b"").status.code(), Some(2));
}

#[test]
fn limits_are_findings_only_on_request() {
    let line = format!("{{\"environment\":\"production\",\"user_attributes\":{{\"a\":\"{}\"}}}}\n", "x".repeat(5000));
    assert!(findings(&[], line.as_bytes()).is_empty());
    assert_eq!(
        findings(&["--limits"], line.as_bytes()),
        ["LIM-2 1 /user_attributes/a expected at most 4096 characters of a user attribute value, found 5000"]
    );
}
