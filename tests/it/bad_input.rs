//! Bad input gives one clear message and the right exit code, and no event is lost.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::support::embedded::{self, Embedded};
use crate::support::program::program;

const GOOD: &str = r#"{"environment":"production","events":[{"event_type":"profile","data":{"event_id":1}}]}"#;

/// A valid line, the tested line, and another valid line.
fn between(bad: &[u8]) -> Vec<u8> {
    [GOOD.as_bytes(), b"\n", bad, b"\n", GOOD.as_bytes(), b"\n"].concat()
}

struct Run {
    code: i32,
    stdout: String,
    stderr: String,
    quarantine: String,
}

fn forward(server: &Embedded, folder: &Path, input: &[u8], options: &[&str]) -> Run {
    let path = folder.join("batches.ndjson");
    fs::write(&path, input).unwrap();
    forward_path(server, folder, &path, options)
}

fn forward_path(server: &Embedded, folder: &Path, input: &Path, options: &[&str]) -> Run {
    let quarantine = folder.join("quarantine.ndjson");
    let settings = embedded::settings(folder, server, "");
    let output = program()
        .args(["forward", "--format", "json", "--deadline", "60"])
        .arg("--settings")
        .arg(settings)
        .arg("--input")
        .arg(input)
        .arg("--quarantine")
        .arg(&quarantine)
        .args(options)
        .output()
        .unwrap();
    Run {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        quarantine: fs::read_to_string(&quarantine).unwrap_or_default(),
    }
}

fn count(run: &Run, fate: &str) -> u64 {
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    report["fates"][fate].as_u64().unwrap()
}

#[test]
fn a_bad_line_does_not_stop_the_good_ones() {
    let server = Embedded::start();
    let deep = [br#"{"a":"#.repeat(1_000), b"1".to_vec(), b"}".repeat(1_000)].concat();
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("not JSON", b"hello".to_vec(), "batches.ndjson:2: not admissible JSON: expected value at column 1"),
        ("truncated", GOOD.as_bytes()[..30].to_vec(), "batches.ndjson:2: not admissible JSON: EOF"),
        ("an array", b"[1,2]".to_vec(), "batches.ndjson:2: a batch is a JSON object, this is an array"),
        ("a scalar", b"17".to_vec(), "batches.ndjson:2: a batch is a JSON object, this is a scalar"),
        ("invalid UTF-8", b"{\"a\":\"\xff\xfe\"}".to_vec(), "batches.ndjson:2: invalid UTF-8 at byte 6"),
        ("nested 1,000 deep", deep, "batches.ndjson:2: not admissible JSON: nested deeper than 128 levels"),
        ("a key twice", br#"{"a":1,"a":2}"#.to_vec(), "a key occurs twice in one object"),
    ];
    for (name, bad, message) in cases {
        let folder = TempDir::new().unwrap();
        let run = forward(&server, folder.path(), &between(&bad), &[]);
        assert_eq!(run.code, 1, "{name}: {}", run.stderr);
        assert!(run.stderr.contains(message), "{name}: {}", run.stderr);
        assert_eq!((count(&run, "written"), count(&run, "quarantined")), (2, 1), "{name}");
        let entry: serde_json::Value = serde_json::from_str(&run.quarantine).unwrap();
        assert_eq!(entry["line"], 2, "{name}");
        let kept = match &entry["content"] {
            content if content["text"].is_string() => content["text"].as_str().unwrap().as_bytes().to_vec(),
            content => unhex(content["hex"].as_str().unwrap()),
        };
        assert_eq!(kept, bad, "{name}: the quarantine must hold the line as it came");
    }
}

fn unhex(digits: &str) -> Vec<u8> {
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}

#[cfg(unix)]
#[test]
fn only_its_owner_can_read_a_quarantine() {
    use std::os::unix::fs::PermissionsExt;
    let server = Embedded::start();
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("quarantine.ndjson");
    fs::write(&path, "").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    forward(&server, folder.path(), &between(b"hello"), &[]);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn an_event_of_the_wrong_shape_and_events_of_another_kind_are_passed_on() {
    let server = Embedded::start();
    let folder = TempDir::new().unwrap();
    let batch =
        br#"{"environment":"production","events":[{"event_type":"profile"},{"event_type":"profile","data":{}}]}"#;
    for (batch, events) in [(&batch[..], 4), (br#"{"environment":"production","events":{}}"#, 3)] {
        let run = forward(&server, folder.path(), &between(batch), &[]);
        assert_eq!((run.code, count(&run, "written"), count(&run, "quarantined")), (0, events, 0), "{}", run.stderr);
    }
}

#[test]
fn fail_fast_stops_at_the_bad_line_and_delivers_earlier_lines() {
    let server = Embedded::start();
    let folder = TempDir::new().unwrap();
    let run = forward(&server, folder.path(), &between(b"hello"), &["--fail-fast"]);
    assert_eq!(run.code, 1);
    assert_eq!((count(&run, "received"), count(&run, "written"), count(&run, "quarantined")), (2, 1, 1));
}

#[test]
fn a_line_of_10_mb_passes_and_a_line_over_the_limit_does_not() {
    let server = Embedded::start();
    let folder = TempDir::new().unwrap();
    let long = format!(r#"{{"environment":"production","x":"{}"}}"#, "y".repeat(10 << 20));
    let run = forward(&server, folder.path(), &between(long.as_bytes()), &[]);
    assert_eq!((run.code, count(&run, "written")), (0, 3), "{}", run.stderr);
    let longer = format!(r#"{{"environment":"production","x":"{}"}}"#, "y".repeat(17 << 20));
    let run = forward(&server, folder.path(), &between(longer.as_bytes()), &[]);
    assert_eq!((run.code, count(&run, "written"), count(&run, "quarantined")), (1, 2, 1));
    assert!(run.stderr.contains("the limit is 16777216; see `engine.max_line_bytes`"), "{}", run.stderr);
}

#[test]
fn inputs_that_cannot_be_read() {
    let server = Embedded::start();
    let folder = TempDir::new().unwrap();
    let run = forward(&server, folder.path(), b"", &[]);
    assert_eq!((run.code, count(&run, "received")), (0, 0));
    assert!(run.stderr.contains("the input has no batches"), "{}", run.stderr);

    let empty = folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    let run = forward_path(&server, folder.path(), &empty, &[]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("there is no file in `"), "{}", run.stderr);

    let run = forward_path(&server, folder.path(), &folder.path().join("nowhere.ndjson"), &[]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("nowhere.ndjson`: No such file"), "{}", run.stderr);
}

#[test]
fn a_truncated_gzip_is_reported_and_its_complete_lines_are_forwarded() {
    use std::io::Write;
    let server = Embedded::start();
    let folder = TempDir::new().unwrap();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    encoder.write_all(&between(GOOD.as_bytes())).unwrap();
    let stored = encoder.finish().unwrap();
    let run = forward(&server, folder.path(), &stored[..stored.len() - 30], &[]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(run.stderr.contains("cannot read `"), "{}", run.stderr);
    assert_eq!(count(&run, "written"), 2);
}

#[test]
fn an_unreachable_endpoint_leaves_everything_pending() {
    let server = Embedded::start();
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("batches.ndjson");
    fs::write(&path, between(GOOD.as_bytes())).unwrap();
    let settings = embedded::settings(folder.path(), &server, "");
    let output = program()
        .args(["forward", "--format", "json", "--deadline", "1", "--endpoint", "http://127.0.0.1:9", "--settings"])
        .arg(settings)
        .arg("--input")
        .arg(&path)
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{stderr}");
    assert!(stderr.contains("http://127.0.0.1:9: Connection refused"), "{stderr}");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["fates"]["pending"], 3);
    assert!(stderr.contains("3 events are pending; the same command forwards everything"), "{stderr}");
}

#[test]
fn wrong_credentials_and_a_missing_bucket_have_different_messages() {
    let server = Embedded::start();
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("batches.ndjson");
    fs::write(&path, between(GOOD.as_bytes())).unwrap();
    let run = |settings: &str, expected: &str| {
        let file = folder.path().join("connection.toml");
        fs::write(&file, settings).unwrap();
        let output = program()
            .args(["forward", "--deadline", "5", "--settings"])
            .arg(&file)
            .arg("--input")
            .arg(&path)
            .output()
            .unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(3), "{stderr}");
        assert!(stderr.contains(expected), "{stderr}");
        assert!(!stderr.contains(server.secret.as_str()), "a secret was shown: {stderr}");
    };
    let good = embedded::settings_text(&server, "");
    run(&good.replace(server.secret.as_str(), "wrong-wrong-wrong-wrong"), "SignatureDoesNotMatch (403)");
    run(&good.replace(server.access_key_id.as_str(), "AKIAWRONGWRONGWRONG0"), "(403)");
    run(&good.replace("mp-forwarding-it", "mp-forwarding-nowhere"), "NoSuchBucket (404)");
}

/// Fault: keys in the environment were used although a profile was named, and a missing profile was ignored.
#[test]
fn a_named_profile_is_used_instead_of_the_environment() {
    let server = Embedded::start();
    let folder = TempDir::new().unwrap();
    let profiles = folder.path().join("credentials");
    let Embedded { endpoint, access_key_id, secret, .. } = &server;
    let right = format!("[right]\naws_access_key_id = {access_key_id}\naws_secret_access_key = {secret}\n");
    fs::write(&profiles, right).unwrap();
    let with = |profile: &str, code: i32| {
        let mut program = program();
        program.args(["validate", "--allow-empty", "--endpoint", endpoint, "--profile", profile]);
        program.arg(format!("s3://{}/", embedded::BUCKET)).env_clear().env("HOME", folder.path());
        program.env("AWS_SHARED_CREDENTIALS_FILE", &profiles).env("AWS_EC2_METADATA_DISABLED", "true");
        program.env("AWS_ACCESS_KEY_ID", "AKIAWRONGWRONGWRONG0").env("AWS_SECRET_ACCESS_KEY", "wrong");
        let output = program.output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{stderr}");
        stderr
    };
    with("right", 0);
    assert!(with("other", 3).contains("`other`"), "{}", with("other", 3));
}

#[test]
fn a_report_never_overwrites_an_input() {
    let server = Embedded::start();
    let folder = TempDir::new().unwrap();
    let input = folder.path().join("batches.ndjson");
    fs::write(&input, between(GOOD.as_bytes())).unwrap();
    for option in ["--report", "--quarantine", "--ledger"] {
        let run = forward_path(&server, folder.path(), &input, &[option, input.to_str().unwrap()]);
        // clap accepts an option once, and the quarantine is already given.
        assert_eq!(run.code, 2, "{option}: {}", run.stderr);
        assert_eq!(fs::read(&input).unwrap(), between(GOOD.as_bytes()), "{option}");
    }
}

#[test]
fn options_have_the_limits_of_the_settings_file_and_show_no_secret() {
    let server = Embedded::start();
    let folder = TempDir::new().unwrap();
    for (options, message) in [
        (["--deadline", "18446744073709551615"], "engine.deadline_seconds"),
        (["--role-arn", "wJalrNotAnArn"], "engine.role_arn"),
        (["--endpoint", "https://user:hunter2@host"], "engine.endpoint"),
    ] {
        let input = folder.path().join("batches.ndjson");
        fs::write(&input, GOOD).unwrap();
        let output = program()
            .args(["forward", "--settings"])
            .arg(embedded::settings(folder.path(), &server, ""))
            .arg("--input")
            .arg(&input)
            .args(options)
            .output()
            .unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains(message) && !stderr.contains("hunter2"), "{stderr}");
    }
}
