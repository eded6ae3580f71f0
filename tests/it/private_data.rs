//! What a run keeps on this machine while it works: for its user alone, and removed however it ends.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::support::program::{assert_code, program, text};

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// Fault: an interrupted run left its folder, which others could read.
#[test]
fn an_interrupted_run_leaves_no_temporary_folder() {
    for (arguments, signals) in [
        (["conform", "self-test"].as_slice(), ["TERM"].as_slice()),
        (&["conform", "self-test"], &["INT", "INT"]),
        (&["conform", "faults"], &["INT"]),
        (&["conform", "--suite", "full"], &["TERM"]),
        (&["conform", "--suite", "full"], &["TERM", "TERM"]),
    ] {
        let temporary = TempDir::new().unwrap();
        let mut run = program()
            .args(arguments)
            .env("TMPDIR", temporary.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let since = Instant::now();
        while names(temporary.path()).is_empty() {
            assert!(since.elapsed() < Duration::from_secs(60), "{arguments:?} made no folder");
            std::thread::sleep(Duration::from_millis(10));
        }
        let folder = temporary.path().join(&names(temporary.path())[0]);
        assert_eq!(mode(&folder), 0o700);
        for signal in signals {
            let kill = Command::new("kill").args([&format!("-{signal}"), &run.id().to_string()]).status().unwrap();
            assert!(kill.success());
            std::thread::sleep(Duration::from_millis(200));
        }
        assert_eq!(run.wait().unwrap().code(), Some(3), "{arguments:?}");
        assert_eq!(names(temporary.path()), [""; 0], "{arguments:?} {signals:?}");
    }
}

/// Fault: nothing found what a killed run had left.
#[test]
fn clean_finds_the_folders_of_killed_runs() {
    let temporary = TempDir::new().unwrap();
    for name in ["mp-forwarding-s3-Ab1", "mp-forwarding-subject-Cd2", "mp-forwarding-notes"] {
        fs::create_dir(temporary.path().join(name)).unwrap();
    }
    let clean = |options: &[&str]| {
        let mut program = program();
        program.args(["conform", "clean"]).args(options).env("TMPDIR", temporary.path());
        text(&assert_code(0, &mut program))
    };
    let listed = clean(&[]);
    assert!(listed.contains("mp-forwarding-s3-Ab1") && listed.contains("mp-forwarding-subject-Cd2"), "{listed}");
    assert!(!listed.contains("mp-forwarding-notes"), "{listed}");
    assert!(clean(&["--delete"]).contains("kept: it may still be active"));
    assert_eq!(names(temporary.path()).len(), 3);
    assert!(clean(&["--delete", "--older-than", "0"]).contains("deleted"));
    assert_eq!(names(temporary.path()), ["mp-forwarding-notes"]);
}

/// Fault: the bundle and the folder had the modes of any other file.
#[test]
fn evidence_with_values_and_kept_objects_are_for_their_user_alone() {
    let folder = TempDir::new().unwrap();
    let (kept, bundle) = (folder.path().join("kept"), folder.path().join("run.tar.gz"));
    fs::write(&bundle, "an older one").unwrap();
    fs::set_permissions(&bundle, PermissionsExt::from_mode(0o644)).unwrap();
    let mut program = program();
    program.args(["conform", "--case", "defaults", "--quiet", "--evidence-values", "--evidence"]).arg(&bundle);
    assert_code(0, program.arg("--keep").arg(&kept));
    assert_eq!((mode(&kept), mode(&bundle)), (0o700, 0o600));
}
