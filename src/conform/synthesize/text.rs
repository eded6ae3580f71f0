//! Writes JSON text piece by piece.

use std::fmt::{Display, Write};

use super::dice::Dice;

/// An object under construction. Keys keep the order in which they are added.
pub(super) struct Object(String);

impl Object {
    pub(super) fn new() -> Self {
        Self("{".to_owned())
    }

    /// Appends a member whose value is JSON text.
    pub(super) fn raw(&mut self, key: &str, value: impl Display) -> &mut Self {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        let _ = write!(self.0, "{}:{value}", quoted(key));
        self
    }

    /// Appends a member whose value is a string.
    pub(super) fn text(&mut self, key: &str, value: &str) -> &mut Self {
        self.raw(key, quoted(value))
    }

    pub(super) fn end(&mut self) -> String {
        let mut text = std::mem::take(&mut self.0);
        text.push('}');
        text
    }
}

pub(super) fn array(items: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", items.into_iter().collect::<Vec<_>>().join(","))
}

/// A JSON string with only the necessary escapes.
pub(super) fn quoted(text: &str) -> String {
    spell(text, |_| false)
}

/// A JSON string in one of the spellings of real clients: plain, with `\/`, or with `\u` for everything beyond ASCII.
pub(super) fn spelled(dice: &mut Dice, text: &str) -> String {
    match dice.below(4) {
        0 => spell(text, |c| !c.is_ascii()),
        1 => spell(text, |_| false).replace('/', "\\/"),
        _ => quoted(text),
    }
}

fn spell(text: &str, escape: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || escape(c) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

const WORDS: &[&str] = &[
    "",
    "a",
    "Zürich",
    "naïve café/bar",
    "日本語テキスト",
    "مرحبا بالعالم",
    "שלום",
    "👩‍👩‍👧 family",
    "𝒳𝒴𝒵",
    "tab\tand \"quotes\" and \\",
    "line\nbreak",
    "null",
    "0012",
    "a\u{2028}b",
    "nul\u{0}inside",
    "https://example.com/path?q=1&r=%20",
    "plain text of a usual length, as most attributes are",
];

/// A string value.
pub(super) fn words(dice: &mut Dice) -> String {
    let word = dice.pick(WORDS);
    spelled(dice, word)
}

const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "1",
    "1.0",
    "1e3",
    "1E+2",
    "2.50",
    "-17",
    "0.1",
    "1e-7",
    "9007199254740993",
    "-9223372036854775808",
    "18446744073709551615",
    "123456789012345678901234567890",
    "3.141592653589793238462643383279",
    "19.990",
];

/// A number in one of many spellings.
pub(super) fn number(dice: &mut Dice) -> String {
    dice.pick(NUMBERS).to_owned()
}

/// Any scalar, usually a string.
pub(super) fn scalar(dice: &mut Dice) -> String {
    match dice.below(8) {
        0 => number(dice),
        1 => dice.pick(&["true", "false"]).to_owned(),
        2 => "null".to_owned(),
        _ => words(dice),
    }
}
