//! Messages on stderr. An error of stderr, for instance a full disk, does not end the work.

use std::fmt;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::settings::mask_secrets;
use crate::visible::{message, visible, visible_json};

/// Prints a message on stderr, formatted like `println!`. What came from outside is escaped, and what has the form of a secret
/// access key is masked, since it may be typed in a wrong place.
macro_rules! say {
    ($($message:tt)*) => {
        $crate::cli::say::print(format_args!($($message)*))
    };
}

/// Whether messages are JSON (`--log json`).
static IS_JSON: AtomicBool = AtomicBool::new(false);

/// Writes each message as a JSON object from now on.
pub(super) fn use_json() {
    IS_JSON.store(true, Ordering::Relaxed);
}

pub(crate) fn print(text: fmt::Arguments<'_>) {
    let text = text.to_string();
    let _ = match IS_JSON.load(Ordering::Relaxed) {
        true => write_json(&entry_of_message(&text)),
        false => writeln!(anstream::stderr(), "{}", mask_secrets(&message(&text))),
    };
}

/// The message as an entry, with the level that its beginning names.
fn entry_of_message(text: &str) -> String {
    for (beginning, level) in [("error: ", "ERROR"), ("warning: ", "WARN")] {
        if let Some(message) = text.strip_prefix(beginning) {
            return entry_of(level, message, Map::new());
        }
    }
    entry_of("INFO", text, Map::new())
}

/// An entry in JSON: time, level and message, then other members.
pub(super) fn entry_of(level: &str, message: &str, others: Map<String, Value>) -> String {
    let timestamp = Timestamp::now().to_string();
    let members = [("timestamp", timestamp.as_str()), ("level", level), ("message", message)];
    let mut entry: Map<String, Value> =
        members.map(|(name, value)| (name.to_owned(), value.into())).into_iter().collect();
    entry.extend(others);
    Value::Object(entry).to_string()
}

fn write_json(json: &str) -> io::Result<()> {
    writeln!(io::stderr(), "{}", mask_secrets(&visible_json(json)))
}

/// Where the log goes: to stderr, each entry on one line.
pub(super) struct Log;

impl Write for Log {
    fn write(&mut self, entry: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(entry);
        writeln!(io::stderr(), "{}", mask_secrets(&visible(text.strip_suffix('\n').unwrap_or(&text))))?;
        Ok(entry.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// The same for entries that are JSON.
pub(super) struct JsonLog;

impl Write for JsonLog {
    fn write(&mut self, entry: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(entry);
        write_json(text.strip_suffix('\n').unwrap_or(&text))?;
        Ok(entry.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_json_object_with_its_level_and_hides_nothing() {
        let json = visible_json(&entry_of_message("error: a\n\u{202e}b\u{1b}")).into_owned();
        assert!(!json.contains('\u{202e}'), "{json}");
        let entry: Value = serde_json::from_str(&json).unwrap();
        assert_eq!((&entry["level"], &entry["message"]), (&"ERROR".into(), &"a\n\u{202e}b\u{1b}".into()));
        assert!(entry["timestamp"].as_str().unwrap().ends_with('Z'));
        assert!(entry_of_message("warning: w").contains("WARN") && entry_of_message("a note").contains("INFO"));
    }
}
