//! The program `mp-forwarding`: parse, run, exit. Everything else is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    mp_forwarding::cli::main(std::env::args_os()).into()
}
