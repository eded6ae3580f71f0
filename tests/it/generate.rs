//! `mp-forwarding generate`, as a script uses it.

use std::io::Read;
use std::process::{Command, Stdio};

use crate::support::program::program;

fn generate() -> Command {
    let mut command = program();
    command.arg("generate");
    command
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_the_requested_number_of_lines() {
    let bytes = |arguments: &[&str]| {
        let output = generate().args(arguments).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty());
        output.stdout
    };
    let default = bytes(&[]);
    assert_eq!(default, bytes(&["--seed", "7", "--batches", "1000"]));
    assert_eq!(default.iter().filter(|byte| **byte == b'\n').count(), 1_000);
    assert_eq!(default.last(), Some(&b'\n'));
    assert_ne!(default, bytes(&["--seed", "8"]));
    assert_ne!(default, bytes(&["--clock", "2024-02-29T23:59:59Z"]));
    assert!(bytes(&["--batches", "0"]).is_empty());
}

#[test]
fn a_reader_that_closes_the_pipe_is_not_an_error() {
    let mut child =
        generate().args(["--batches", "1000000"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = [0; 64];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let mut complaint = String::new();
    child.stderr.take().unwrap().read_to_string(&mut complaint).unwrap();
    assert_eq!((child.wait().unwrap().code(), complaint.as_str()), (Some(0), ""));
}

#[test]
fn an_invalid_clock_is_a_usage_error() {
    let output = generate().args(["--clock", "yesterday"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
}
