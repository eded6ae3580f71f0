//! Asks before something that cannot be taken back.

use std::io::{self, IsTerminal, Write};

use super::Failure;

/// Goes on if `yes` is typed on a terminal. Without a terminal, and with any other answer, it is refused with `refusal`.
pub(crate) fn typed_yes(question: &str, refusal: &str) -> Result<(), Failure> {
    let mut terminal = io::stderr();
    if !io::stdin().is_terminal() || !terminal.is_terminal() {
        return Err(Failure::usage(refusal));
    }
    let _ = write!(terminal, "{question} [yes/no] ");
    let mut answer = String::new();
    match io::stdin().read_line(&mut answer) {
        Ok(_) if answer.trim() == "yes" => Ok(()),
        _ => Err(Failure::usage(refusal)),
    }
}
