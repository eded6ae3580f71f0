//! Passes over blanks and values.

use super::text::string;

/// The position of the first byte from `at` on that is no blank.
#[inline]
pub(crate) fn after_blanks(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\t' | b'\r') = bytes.get(at) {
        at += 1;
    }
    at
}

/// The position after the value that begins at `at`. It is not checked: of text that is not JSON the end may be anywhere, and is
/// `None` where a string or a bracket has none.
#[inline]
pub(crate) fn after_value(bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    loop {
        match *bytes.get(at)? {
            b'"' => at = string(bytes, at + 1)?.next,
            b'{' | b'[' => {
                depth += 1;
                at += 1;
            }
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                at += 1;
            }
            _ if depth > 0 => {
                at += 1;
                continue;
            }
            b',' | b':' | b' ' | b'\n' | b'\t' | b'\r' => return None,
            _ => {
                let ends = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\t' | b'\r');
                return Some(bytes[at..].iter().position(ends).map_or(bytes.len(), |length| at + length));
            }
        }
        if depth == 0 {
            return Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_ends_where_its_last_byte_is() {
        for (text, value) in [
            (r#"{"a":["}",{"b":"\\\""}]},1"#, r#"{"a":["}",{"b":"\\\""}]}"#),
            ("-1.5e3 ,", "-1.5e3"),
            ("null}", "null"),
            (r#""é",2"#, r#""é""#),
            ("[]", "[]"),
            ("7", "7"),
        ] {
            assert_eq!(after_value(text.as_bytes(), 0), Some(value.len()), "{text}");
        }
        for text in ["", "[", "{\"a", "}", ",", "\"\u{1}\""] {
            assert_eq!(after_value(text.as_bytes(), 0), None, "{text}");
        }
    }
}
