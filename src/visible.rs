//! Escapes text that did not come from this program, such as keys, server messages, paths and names in batches.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a character is invisible or changes how the text around it is shown: control characters, line and paragraph
/// separators, bidirectional controls and noncharacters.
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(c, '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// The text on one line, with an escape such as `\u{1b}` for each hidden character.
#[cfg_attr(not(feature = "report"), expect(unreachable_pub, reason = "only reports export it"))]
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            c if is_hidden(c) => {
                let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
            }
            c => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// JSON with an escape for each hidden character.
#[cfg(feature = "cli")]
pub(crate) fn visible_json(json: &str) -> Cow<'_, str> {
    if !json.contains(is_hidden) {
        return Cow::Borrowed(json);
    }
    let mut shown = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        match is_hidden(c) {
            // All of them have four digits.
            true => drop(write!(shown, "\\u{:04x}", u32::from(c))),
            false => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// The same for a text that may be of any length: at most so many characters, and `…` for the rest.
pub(crate) fn shortened(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((end, _)) => visible(&text[..end]).into_owned() + "…",
        None => visible(text).into_owned(),
    }
}

/// A message of the program, in which every hidden character is escaped but the line breaks of its own lists, which two spaces
/// follow. What begins with `::` or `##` would be a command to a CI system.
pub(crate) fn message(text: &str) -> String {
    let mut lines = text.split('\n');
    let mut message = visible(lines.next().unwrap_or_default()).into_owned();
    for line in lines {
        let is_ours = line.starts_with("  ") && !line.trim_start().starts_with([':', '#']);
        message.push_str(if is_ours { "\n" } else { "\\n" });
        message.push_str(&visible(line));
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_become_visible() {
        assert_eq!(visible("späť 🚀 `x`"), "späť 🚀 `x`");
        assert_eq!(
            visible("a\r\nb\t\u{1b}[31m\u{9b}\u{202e}\u{2028}"),
            "a\\r\\nb\\t\\u{1b}[31m\\u{9b}\\u{202e}\\u{2028}"
        );
    }

    #[test]
    fn a_text_of_any_length_is_cut() {
        assert_eq!(shortened("aé\u{1b}", 3), "aé\\u{1b}");
        assert_eq!(shortened(&"é".repeat(10_000_000), 3), "ééé…");
    }

    #[test]
    fn a_message_keeps_its_own_lines_and_forges_none() {
        assert_eq!(message("2 settings:\n  a: b\n  c: d"), "2 settings:\n  a: b\n  c: d");
        assert_eq!(message("a\r\n::error::b\n  ::error::c\nok"), "a\\r\\n::error::b\\n  ::error::c\\nok");
    }
}
