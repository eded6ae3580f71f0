//! Escapes text that did not come from this program, such as keys, server messages and names in batches.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a character is invisible or changes how the text around it is shown: control characters, line and paragraph
/// separators, bidirectional controls and noncharacters.
pub(super) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(c, '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// The text on one line, with an escape such as `\u{1b}` for each hidden character.
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
}
