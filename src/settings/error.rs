//! Why settings cannot be used as given.

use std::fmt::{self, Display, Formatter};
use std::io;
use std::path::PathBuf;

use super::check::MOST_PROBLEMS;
use super::value::mask_secrets;

/// Why a settings file or text cannot be used. No variant ever holds the value of a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// The file could not be read.
    #[error("failed to read the settings file `{}`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The text is not TOML or not JSON.
    #[error("{}not {format}: line {line}, column {column}: {message}", place(file))]
    Syntax {
        /// The file, if the text came from one.
        file: Option<PathBuf>,
        /// `TOML` or `JSON`.
        format: &'static str,
        /// Counted from 1.
        line: usize,
        /// Counted from 1, in characters for TOML and in bytes for JSON.
        column: usize,
        /// What the parser expected.
        message: String,
    },
    /// Settings are unknown, of the wrong type, or break a rule: all of them, in the order of the file.
    #[error("{}{}", place(file), list(problems))]
    Invalid {
        /// The file, if the text came from one.
        file: Option<PathBuf>,
        /// Everything that is wrong.
        problems: Vec<Problem>,
    },
}

impl SettingsError {
    /// What is wrong with which setting; empty if the text could not be read at all.
    pub fn problems(&self) -> &[Problem] {
        match self {
            Self::Invalid { problems, .. } => problems,
            _ => &[],
        }
    }

    pub(super) fn in_file(mut self, path: PathBuf) -> Self {
        if let Self::Syntax { file, .. } | Self::Invalid { file, .. } = &mut self {
            *file = Some(path);
        }
        self
    }
}

fn place(file: &Option<PathBuf>) -> String {
    file.as_ref().map(|path| format!("`{}`: ", path.display())).unwrap_or_default()
}

fn list(problems: &[Problem]) -> String {
    match problems {
        [one] => one.to_string(),
        many => {
            let lines: String = many.iter().map(|problem| format!("\n  {problem}")).collect();
            let more = if many.len() >= MOST_PROBLEMS { ", and the rest was not checked" } else { "" };
            format!("{} settings cannot be used as given{more}:{lines}", many.len())
        }
    }
}

/// A typed text as an error shows it: on one line, not the whole of a long one, and nothing that may be a secret.
pub(super) fn shown(text: &str) -> String {
    const LONGEST: usize = 80;
    let text = mask_secrets(text);
    let mut shown = String::new();
    for character in text.chars().take(LONGEST) {
        match character.is_control() {
            true => shown.extend(character.escape_default()),
            false => shown.push(character),
        }
    }
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

/// Refuses blanks at the ends of `part`, a part of the text that was typed (U-34).
pub(super) fn refuse_outer_blanks(typed: &str, part: &str) -> Result<(), Refusal> {
    match part.trim() == part {
        true => Ok(()),
        false => Err(Refusal::new(format!("`\"{}\"` has a blank at its start or end: remove it", shown(typed)))),
    }
}

/// A setting, and why it cannot be used as given or why it has no effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Table and id, for instance `connection.s3_bucket_name`.
    pub path: String,
    /// The value in backticks (never a secret's), the bound, and the way out.
    pub message: String,
}

impl Problem {
    pub(super) fn new(path: impl Display, message: impl Display) -> Self {
        Self { path: path.to_string(), message: message.to_string() }
    }
}

impl Display for Problem {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

/// Why one value was refused: the value, the bound and the way out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(String);

impl Refusal {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_or_odd_value_stays_on_one_short_line() {
        assert_eq!(shown("a\n\"b"), "a\\n\"b");
        assert_eq!(shown(&"é".repeat(81)), format!("{}…", "é".repeat(80)));
    }
}
