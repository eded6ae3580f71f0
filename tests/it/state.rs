//! `forward --state`: what a state accepts, what it refuses, and what a finished one does.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::embedded::{self, Embedded};
use crate::support::program::{program, text};

struct Run {
    server: Embedded,
    folder: TempDir,
}

fn line(id: u64) -> String {
    format!(
        "{{\"environment\":\"production\",\"mpid\":\"1\",\"events\":[{{\"event_type\":\"profile\",\"data\":{{\"event_id\":\"{id}\"}}}}]}}\n"
    )
}

impl Run {
    fn new() -> Self {
        let run = Self { server: Embedded::start(), folder: TempDir::new().unwrap() };
        fs::write(run.path("batches.ndjson"), line(1) + &line(2)).unwrap();
        embedded::settings(run.folder.path(), &run.server, "");
        run
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self) -> Command {
        let mut command = program();
        command
            .args(["forward", "--format", "json", "--deadline", "1", "--settings"])
            .arg(self.path("connection.toml"));
        command.arg("--input").arg(self.path("batches.ndjson")).arg("--state").arg(self.path("state"));
        command
    }

    fn refused(&self, command: &mut Command, reason: &str) {
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", text(&output));
        assert!(text(&output).contains(reason), "{reason}: {}", text(&output));
    }

    /// Begins a run that delivers nothing.
    fn begin(&self) {
        let output = self.command().args(["--endpoint", "http://127.0.0.1:9"]).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{}", text(&output));
        assert!(
            text(&output).contains("2 events are pending; the same command goes on from here"),
            "{}",
            text(&output)
        );
    }
}

fn report(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(output)))
}

#[test]
fn a_finished_state_makes_the_same_command_do_nothing() {
    let run = Run::new();
    let first = run.command().output().unwrap();
    assert_eq!((first.status.code(), &report(&first)["complete"]), (Some(0), &Value::Bool(true)), "{}", text(&first));
    let keys = run.server.keys(embedded::BUCKET);
    let again = run.command().args(["--endpoint", "http://127.0.0.1:9"]).output().unwrap();
    assert_eq!(again.status.code(), Some(0), "{}", text(&again));
    assert!(text(&again).contains("nothing left to do"), "{}", text(&again));
    assert_eq!((report(&again), run.server.keys(embedded::BUCKET)), (report(&first), keys));
}

#[test]
fn a_state_is_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let run = Run::new();
    run.begin();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&run.path("state")), 0o700);
    let files: Vec<_> = fs::read_dir(run.path("state")).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!files.is_empty() && files.iter().all(|file| mode(file) == 0o600), "{files:?}");
    let settings = fs::read_to_string(run.path("connection.toml")).unwrap();
    let secret =
        settings.lines().find_map(|line| line.strip_prefix("secret_access_key = \"")).unwrap().trim_matches('"');
    for file in files {
        let bytes = fs::read(file).unwrap();
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "a secret is in the state");
    }
}

#[test]
fn the_same_run_goes_on_with_another_endpoint_key_and_deadline() {
    let run = Run::new();
    run.begin();
    let output = run.command().args(["--deadline", "9"]).output();
    // An option is accepted once.
    assert_eq!(output.unwrap().status.code(), Some(2));
    let output = run.command().args(["--region", "eu-central-1"]).output().unwrap();
    let fates = &report(&output)["fates"];
    assert_eq!((output.status.code(), &fates["written"]), (Some(0), &Value::from(2)), "{}", text(&output));
    assert_eq!(run.server.keys(embedded::BUCKET).len(), 1);
}

#[test]
fn another_run_is_refused_with_the_reason() {
    let run = Run::new();
    run.begin();
    let settings = fs::read_to_string(run.path("connection.toml")).unwrap();
    fs::write(run.path("connection.toml"), format!("{settings}use_compression = true\n")).unwrap();
    run.refused(&mut run.command(), "`connection.use_compression` had another value");
    fs::write(run.path("connection.toml"), settings).unwrap();
    run.refused(run.command().args(["--seed", "1"]), "its seed is");
    run.refused(run.command().args(["--clock", "2026-03-01T00:00:00Z"]), "its clock is");
    run.refused(run.command().arg("--input").arg(run.path("connection.toml")), "it has 1 inputs, not 2");
    fs::write(run.path("batches.ndjson"), line(1) + &line(3)).unwrap();
    run.refused(&mut run.command(), "has other content");
    fs::write(run.path("batches.ndjson"), line(1)).unwrap();
    run.refused(&mut run.command(), "had 200 bytes and has 100");
}

#[test]
fn a_folder_that_is_no_state_is_refused_and_left_alone() {
    let run = Run::new();
    fs::create_dir(run.path("state")).unwrap();
    fs::write(run.path("state").join("mine"), "x").unwrap();
    run.refused(&mut run.command(), "is not empty and has no state");
    assert_eq!(fs::read_dir(run.path("state")).unwrap().count(), 1);
}

#[test]
fn a_second_process_is_refused() {
    let run = Run::new();
    let mut first = run.command().args(["--endpoint", "http://127.0.0.1:9"]).spawn().unwrap();
    while !run.path("state").exists() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    std::thread::sleep(std::time::Duration::from_millis(200));
    run.refused(&mut run.command(), "another process uses the state");
    first.wait().unwrap();
}

#[test]
fn a_file_that_has_grown_is_read_up_to_its_recorded_size() {
    let run = Run::new();
    run.begin();
    fs::write(run.path("batches.ndjson"), line(1) + &line(2) + &line(3)).unwrap();
    let output = run.command().output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    assert!(text(&output).contains("changed from 200 to 300 bytes"), "{}", text(&output));
    assert_eq!(report(&output)["fates"]["written"], 2);
}

#[test]
fn a_name_that_another_has_taken_is_drawn_again_and_recorded() {
    let run = Run::new();
    let with = |options: &[&str]| {
        let options = [&["--clock", "2026-03-01T00:00:00Z", "--seed", "5"], options].concat();
        run.command().args(options).output().unwrap()
    };
    let reference = Run::new();
    let output = reference.command().args(["--clock", "2026-03-01T00:00:00Z", "--seed", "5"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let taken = reference.server.keys(embedded::BUCKET).remove(0);
    run.server.put(embedded::BUCKET, &taken);
    assert_eq!(with(&["--ledger", "/dev/full"]).status.code(), Some(2));
    let output = with(&[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let keys = run.server.keys(embedded::BUCKET);
    assert!(keys.len() == 2 && keys.contains(&taken), "{keys:?}");
}

#[test]
fn without_a_state_a_run_that_ends_early_says_what_the_same_command_does() {
    let run = Run::new();
    let mut command = program();
    command.args(["forward", "--deadline", "1", "--settings"]).arg(run.path("connection.toml")).arg("--input");
    let output = command.arg(run.path("batches.ndjson")).args(["--ledger", "/dev/full"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output).contains("the same command"), "{}", text(&output));
}

#[test]
fn two_inputs_at_one_fixed_time_get_different_names() {
    let run = Run::new();
    let forward = |input: String| {
        fs::write(run.path("batches.ndjson"), input).unwrap();
        let mut command = program();
        command.args(["forward", "--clock", "2026-03-01T00:00:00Z", "--settings"]).arg(run.path("connection.toml"));
        assert_eq!(command.arg("--input").arg(run.path("batches.ndjson")).status().unwrap().code(), Some(0));
        run.server.keys(embedded::BUCKET)
    };
    let first = forward(line(1));
    assert_eq!(forward(line(1)), first, "the same input has the same name");
    assert_eq!(forward(line(2)).len(), 2);
}

#[test]
fn half_a_line_at_the_end_of_a_file_is_reported_and_not_quarantined() {
    let run = Run::new();
    for half in ["{\"environment\":\"prod", "{\"environment\":\"production\",\"x\":\"\u{e9}"] {
        // The second one is cut within a character.
        let text = line(1) + half;
        let end = text.len() - usize::from(half.ends_with('\u{e9}'));
        fs::write(run.path("batches.ndjson"), &text.as_bytes()[..end]).unwrap();
        let mut command = program();
        command.args(["forward", "--format", "json", "--settings"]).arg(run.path("connection.toml")).arg("--input");
        let output = command.arg(run.path("batches.ndjson")).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains("ends within line 2, which begins at byte 100 of its text"), "{said}");
        assert_eq!(
            (&report(&output)["fates"]["written"], &report(&output)["fates"]["quarantined"]),
            (&1.into(), &0.into())
        );
    }
}
