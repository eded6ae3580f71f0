//! `folder_name` (LAY-1, U-25).

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use crate::settings::error::{Refusal, refuse_outer_blanks, shown};

/// How long a folder may be in bytes: a key has 1,024 at most, and a date and a file's name follow.
const LONGEST: usize = 512;

/// The folder under which everything is stored: segments with one slash between them and none around them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FolderName(String);

impl FolderName {
    /// The folder, without a slash at either end.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Display for FolderName {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for FolderName {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let refuse = |why: &str| Err(Refusal::new(format!("`{}` is not a folder to use: {why}", shown(text))));
        let folder = text.trim_matches('/');
        if folder.is_empty() {
            return refuse("it names none; leave it out to store at the bucket's root");
        }
        refuse_outer_blanks(text, folder)?;
        if folder.chars().any(char::is_control) {
            return refuse("it holds a control character; remove it");
        }
        if folder.split('/').any(str::is_empty) {
            return refuse("it has an empty segment; write one slash between two names");
        }
        if folder.split('/').any(|segment| matches!(segment, "." | "..")) {
            return refuse("S3 does not resolve `.` and `..`; write the whole path");
        }
        if folder.len() > LONGEST {
            let why =
                format!("it has {} bytes, at most {LONGEST} leave room for the file's name in a key", folder.len());
            return refuse(&why);
        }
        Ok(Self(folder.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outer_slashes_are_trimmed_and_nothing_else_changes() {
        for (text, folder) in [
            ("exports", "exports"),
            ("/exports/eu/", "exports/eu"),
            ("//a b//", "a b"),
            ("été/…", "été/…"),
            ("..a/.b", "..a/.b"),
            ("a / b", "a / b"),
        ] {
            assert_eq!(text.parse::<FolderName>().unwrap().as_str(), folder);
        }
        let longest = "a".repeat(LONGEST);
        assert_eq!(longest.parse::<FolderName>().unwrap().as_str(), longest);
    }

    #[test]
    fn each_rule_gives_its_reason() {
        let too_long = "a".repeat(LONGEST + 1);
        for (text, reason) in [
            ("", "names none"),
            ("//", "names none"),
            ("a//b", "empty segment"),
            ("a/../b", "`..`"),
            ("..", "`..`"),
            ("./a", "`.`"),
            ("a\nb", "control character"),
            (" a", "`\" a\"` has a blank at its start or end"),
            ("a/b ", "has a blank"),
            ("/ a/", "has a blank"),
            (too_long.as_str(), "513 bytes, at most 512"),
        ] {
            let message = text.parse::<FolderName>().unwrap_err().to_string();
            assert!(message.contains(reason) && !message.contains('\n'), "{message}");
        }
    }
}
