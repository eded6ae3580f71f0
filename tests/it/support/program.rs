//! The program that Cargo has built for these tests.

use std::ffi::OsStr;
use std::io::Write;
use std::process::{Command, Output, Stdio};

use super::servers::Server;

/// The path of the program.
pub(crate) const PATH: &str = env!("CARGO_BIN_EXE_mp-forwarding");

/// The program, without arguments.
pub(crate) fn program() -> Command {
    Command::new(PATH)
}

/// The program with the credentials of a server's root user, without the caller's environment.
pub(crate) fn program_as_root() -> Command {
    let mut program = program();
    program
        .env_clear()
        .env("HOME", env!("CARGO_TARGET_TMPDIR"))
        .env("AWS_ACCESS_KEY_ID", Server::ACCESS_KEY_ID)
        .env("AWS_SECRET_ACCESS_KEY", Server::SECRET_ACCESS_KEY)
        .env("AWS_EC2_METADATA_DISABLED", "true");
    program
}

/// The program in an address space of this many KiB.
pub(crate) fn program_within(kib: u32) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("ulimit -v {kib}; exec \"$@\""), "sh", PATH]);
    // Each thread would reserve 64 MiB.
    shell.env("MALLOC_ARENA_MAX", "1");
    shell
}

/// Runs the program with these arguments.
pub(crate) fn run<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Output {
    program().args(arguments).output().unwrap()
}

/// Runs a command with this standard input.
pub(crate) fn run_with_input(command: &mut Command, input: impl Into<Vec<u8>>) -> Output {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut stdin, input) = (child.stdin.take().unwrap(), input.into());
    // A program that refuses its arguments closes standard input before everything is written.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

/// The exit code and the complete output, for messages.
pub(crate) fn text(output: &Output) -> String {
    let [stdout, stderr] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    format!("exit code {:?}\n{stdout}{stderr}", output.status.code())
}

/// Runs the command and asserts its exit code.
#[track_caller]
pub(crate) fn assert_code(code: i32, command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(code), "{}", text(&output));
    output
}
