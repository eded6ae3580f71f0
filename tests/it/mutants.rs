//! The self-test: the unchanged engine passes, and each mutant is caught by its own check, and by other checks only if
//! declared.

mod access_command;
mod access_embedded;

use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use mp_forwarding::report::SelfTest;
use mp_forwarding::report::model::Report;

use crate::support::program::program;

fn command(arguments: &[&str]) -> Command {
    let mut program = program();
    program.args(["conform"]).args(arguments);
    program
}

fn self_test(arguments: &[&str]) -> (Option<i32>, String) {
    let output = command(&["self-test"]).args(arguments).output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn each_mutant_is_caught_by_its_own_check_and_the_engine_by_none() {
    let (code, report) = self_test(&["--format", "json"]);
    let report: Report<SelfTest> = serde_json::from_str(&report).unwrap();
    for case in &report.summary.correct {
        assert!(case.failed.is_empty(), "the engine on `{}`: {:?}", case.case, case.failed);
    }
    let mutants = &report.summary.mutants;
    for mutant in mutants {
        assert!(mutant.caught.is_some(), "`{}` was missed by {}", mutant.name, mutant.check);
        assert!(mutant.unexplained.is_empty(), "`{}` also fails {:?}", mutant.name, mutant.unexplained);
    }
    assert!(mutants.len() >= 89 && code == Some(0), "{}", mutants.len());
    assert_eq!(report.checks.len(), mutants.len() + report.summary.correct.len());
}

#[test]
fn a_mutant_has_a_row_that_says_caught() {
    let (code, text) = self_test(&["--mutant", "lost-l*"]);
    let row = text.lines().find(|line| line.contains("lost-line")).unwrap();
    for part in ["conservation", "DELIVERY-1", "caught", "drops a line"] {
        assert!(row.contains(part), "{part}: {text}");
    }
    assert!(text.contains("1 of 1 mutant caught") && code == Some(0), "{text}");
    assert_eq!(self_test(&["--mutant", "unknown"]).0, Some(2));
}

#[test]
fn old_options_name_the_new_ones() {
    for (arguments, new) in [(["self-test", "--liar", "a"], "--mutant"), (["faults", "--fault-seed", "3"], "--seed")] {
        let Output { status, stderr, .. } = command(&arguments).output().unwrap();
        let stderr = String::from_utf8(stderr).unwrap();
        assert!(status.code() == Some(2) && stderr.contains(&format!("`{new}`")), "{stderr}");
    }
}

/// An interrupted run writes an incomplete report, exits with 3, and leaves no folder behind.
#[cfg(unix)]
#[test]
fn an_interrupted_run_reports_what_it_has_and_leaves_nothing_behind() {
    for (arguments, signal) in [(["self-test", "--format", "json"], "INT"), (["faults", "--format", "json"], "TERM")] {
        let temporary = tempfile::TempDir::new().unwrap();
        let child = command(&arguments).env("TMPDIR", temporary.path()).stdout(Stdio::piped()).spawn().unwrap();
        let started = Instant::now();
        let is_empty = || std::fs::read_dir(temporary.path()).unwrap().next().is_none();
        while is_empty() && started.elapsed() < Duration::from_secs(60) {
            std::thread::sleep(Duration::from_millis(20));
        }
        std::thread::sleep(Duration::from_millis(200));
        let killed = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().unwrap();
        assert!(killed.success());
        let output = child.wait_with_output().unwrap();
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(3), "{report:#}");
        assert!(report["incomplete"].as_str().unwrap().starts_with("interrupted after "), "{report:#}");
        assert!(is_empty(), "temporary folders are removed");
    }
}
