//! What the program says when something is wrong: the option to change, and nothing that another one could forge or read.

use std::fs;
use std::process::{Output, Stdio};

use tempfile::TempDir;

use crate::look_alikes::{LookAlike, error};
use crate::support::program::{program, run, text};

/// 40 characters in the form of a secret access key.
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

const LEAST: &str = "[connection]\ns3_bucket_name = 'mp-forwarding-acme'\nstore_data_in_folders_by_date = 'none'\n";

fn check(settings: &str) -> Output {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("connection.toml");
    fs::write(&path, settings).unwrap();
    program().args(["settings", "check"]).arg(path).output().unwrap()
}

/// Fault: each was an unknown setting, and the suggestion for "Include User Identities" turned on another thing.
#[test]
fn set_4_removed_settings_are_named_with_their_month() {
    let output = check(&format!(
        "{LEAST}\"Include User Identities\" = true\n\"Send Profile Change Events\" = true\n\"Send Validation Results\" = false\n"
    ));
    let said = text(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    for month in ["2021-01", "2023-01", "2023-02"] {
        assert!(said.contains(&format!("it was removed from the form in {month}")), "{said}");
    }
    assert!(!said.contains("nearest"), "{said}");
}

/// Fault: a setting without effect was not noted.
#[test]
fn settings_without_effect_are_notes() {
    let output = check(&format!("{LEAST}metadata_field_exclusion = ['IP Address']\nwait_for_complete_batch = true\n"));
    let said = text(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert_eq!(said.matches("\nnote: connection.").count(), 2, "{said}");
    assert!(said.contains("(U-31)") && said.contains("(U-32)"), "{said}");
}

/// Fault: the secret was accepted as an id, and printed as a region.
#[test]
fn a_secret_in_the_wrong_place_is_not_printed() {
    for settings in [
        format!("{LEAST}[configuration]\naccess_key_id = '{SECRET}'\nsecret_access_key = 'AKIA1'\n"),
        format!("{LEAST}[configuration]\naws_region = '{SECRET}'\n"),
        format!("{LEAST}folder_name = '{SECRET}/'\nunique_id = '{SECRET}'\n"),
        format!("{LEAST}\"{SECRET}\" = true\n"),
        format!("{LEAST}store_data_in_folders_by_date = '{SECRET}'\n"),
        format!("{LEAST}[engine]\nrole_arn = '{SECRET}'\nuploads = '{SECRET}'\n"),
        format!("{LEAST}[engine]\nuploads = {SECRET}\n"),
    ] {
        let said = text(&check(&settings));
        assert!(!said.contains(SECRET), "{said}");
    }
    let folder = TempDir::new().unwrap();
    let settings = folder.path().join("connection.toml");
    fs::write(&settings, LEAST).unwrap();
    for option in ["--region", "--endpoint", "--deadline", "--format", SECRET] {
        let output = program().args(["forward", option, SECRET, "--input", "-", "--settings"]).arg(&settings).output();
        let output = output.unwrap();
        assert!(output.status.code() == Some(2) && !text(&output).contains(SECRET), "{option}: {}", text(&output));
    }
    for arguments in [
        ["policy", "check", SECRET].as_slice(),
        &["policy", "can", SECRET, "--principal", "*", "--action", "s3:PutObject", "--resource", "*"],
        &["policy", "render", "bucket", "--pod", SECRET, "--bucket", "mp-forwarding-acme"],
        &["policy", "render", "bucket", "--pod", "us1", "--bucket", SECRET],
        &["clause", SECRET],
        &["conform", "--case", SECRET],
    ] {
        let output = run(arguments);
        assert!(output.status.code() == Some(2) && !text(&output).contains(SECRET), "{arguments:?}: {}", text(&output));
    }
}

#[test]
fn options_say_how_to_write_their_values() {
    for (arguments, expected) in [
        (["validate", "--sample", "5", "."].as_slice(), "write `5%`"),
        (&["validate", "--jobs", "0", "."], "from 1 to 512"),
        // Fault: a thread that could not be started was a panic.
        (&["validate", "--jobs", "999999", "."], "from 1 to 512"),
        (&["validate", "--max-line-bytes", "0", "."], "write a whole number from 1 to"),
        (&["generate", "--batches", "-1"], "'-1' for '--batches <N>': write a whole number from 0 to"),
        (&["generate", "--seed", "x"], "'x' for '--seed <N>': write a whole number from 0 to"),
        (&["validate", "--deadline", "-1", "."], "write it as `30s`, `20m` or `2h`"),
        // Fault: the time was ignored, and the whole day was read.
        (&["validate", "--since", "2026-03-01T10:00", "."], "write a day `YYYY-MM-DD`"),
        (&["ddl", "--for", "trino", "--settings", "a.toml", "--since", "20240101"], "as `YYYY-MM-DD`"),
        (&["conform", "--batches", "0"], "write a whole number from 1 to"),
        (&["conform", "--check", "NAME-9"], "there is no check `NAME-9`, did you mean `NAME-1`?"),
        (&["conform", "--case", "by-events-time"], "did you mean `by-event-time`?"),
    ] {
        let output = run(arguments);
        assert!(output.status.code() == Some(2) && text(&output).contains(expected), "{}", text(&output));
    }
}

/// Fault: a full disk was exit code 0, 2 or 3, depending on the command.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_stdout_has_one_exit_code() {
    for arguments in [["clause"].as_slice(), &["completions", "bash"], &["generate", "--batches", "9"], &["--help"]] {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let output = program().args(arguments).stdout(full).output().unwrap();
        let said = text(&output);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains("failed to write to stdout: No space left"), "{arguments:?}: {said}");
    }
}

/// Fault: `completions bash | head -1` ended with "Broken pipe".
#[test]
fn a_closed_pipe_is_silent_everywhere() {
    for arguments in [
        ["completions", "bash"].as_slice(),
        &["schema", "print", "batch"],
        &["settings", "template"],
        &["clause"],
        &["conform", "list"],
        &["conform", "faults", "--list"],
        &["policy", "pods"],
        &["generate", "--batches", "2000"],
        &["--help"],
    ] {
        let mut child = program()
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{arguments:?}: {}", text(&output));
    }
}

#[test]
fn a_missing_bucket_and_a_refusal_say_what_to_change() {
    let store = LookAlike::start(|_| error("404 Not Found", "NoSuchBucket", "gone"));
    let said = text(&store.forward("", "").0);
    assert!(
        said.contains("--create-bucket")
            && said.contains("`connection.s3_bucket_name` of a settings file (`--settings`)"),
        "{said}"
    );
    let store = LookAlike::start(|_| error("403 Forbidden", "AccessDenied", "Access Denied"));
    let said = text(&store.forward("", "").0);
    assert!(said.contains("or change the Deny that applies to it"), "{said}");
}

/// Fault: the message went to the terminal and to a CI log as it was, with its control characters and lines, and at any length.
#[test]
fn a_server_cannot_write_to_the_terminal_or_the_log() {
    let forged = format!("&#xd;&#xa;::error::forged&#xa;  ::error::forged \u{9b}31m\u{202e}{}", "x".repeat(1 << 20));
    for status in ["403 Forbidden", "503 Slow"] {
        let forged = forged.clone();
        let store = LookAlike::start(move |_| error(status, "Odd\u{9b}Code", &forged));
        for options in [["--deadline", "1"].as_slice(), &["--deadline", "1", "-vv"]] {
            let said = text(&store.forward_with("", "", options).0);
            let odd = |line: &str| {
                line.trim_start().starts_with("::error") || line.contains(|c: char| c.is_control() || c == '\u{202e}')
            };
            assert!(!said.lines().any(odd) && said.len() < 20_000, "{said:?}");
            assert!(said.contains("::error::forged"), "the message is still shown: {said}");
        }
    }
}
