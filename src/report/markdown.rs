//! Markdown as GitHub and GitLab show it in a pull request: escaped text, code and tables, whatever report they are made
//! from. Nothing that a report quotes can become markup.

use std::fmt::Write as _;

/// Text on one line that shows as it is, but for pieces between backticks, which show as code.
pub fn text(text: &str) -> String {
    let pieces: Vec<&str> = text.split('`').collect();
    // A backtick without a partner is one like any other character.
    if pieces.len().is_multiple_of(2) {
        return escape(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for (index, piece) in pieces.iter().enumerate() {
        match index % 2 {
            0 => shown.push_str(&escape(piece)),
            _ if piece.is_empty() => shown.push_str("\\`\\`"),
            _ => shown.push_str(&code(piece)),
        }
    }
    shown
}

/// Text as code on one line, also within a table.
pub fn code(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let text = one_line(text).replace('|', "\\|");
    // A space is taken away from both ends where there is one at both.
    let pad = if longest > 0 || text.starts_with(' ') || text.trim().is_empty() { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A table. The cells are Markdown already: see [`text`] and [`code`].
pub fn table<const N: usize>(header: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
    let mut table = format!("| {} |\n|{}\n", header.join(" | "), " --- |".repeat(N));
    for row in rows {
        let _ = writeln!(table, "| {} |", row.join(" | "));
    }
    table
}

/// A part that is folded until somebody clicks on its summary, which is plain text. The content is Markdown already.
pub fn folded(summary: &str, content: &str) -> String {
    let summary = one_line(summary).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<details>\n<summary>{summary}</summary>\n\n{content}\n</details>\n")
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in one_line(text).chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '!' | '|' | '~' | '$' | '@' => {
                escaped.push('\\');
                escaped.push(c);
            }
            _ => escaped.push(c),
        }
    }
    escaped
}

fn one_line(text: &str) -> String {
    text.replace(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'), " ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn shows_what_was_said() {
        assert_eq!(text("the key `a_b` is *odd* | <b>"), "the key `a_b` is \\*odd\\* \\| &lt;b&gt;");
        assert_eq!(text("one ` alone"), "one \\` alone");
        assert_eq!(code("a`b"), "`` a`b ``");
        assert_eq!(code("a|b\nc"), "`a\\|b c`");
        assert_eq!(table(["a", "b"], [["1".to_owned(), "2".to_owned()]]), "| a | b |\n| --- | --- |\n| 1 | 2 |\n");
    }

    proptest! {
        #[test]
        fn a_cell_stays_a_cell(said in any::<String>()) {
            for cell in [text(&said), code(&said)] {
                prop_assert!(!cell.contains(['\n', '\r']));
                // Every bar is escaped, by an odd number of backslashes in text and by one in code.
                for (at, _) in cell.match_indices('|') {
                    prop_assert!(cell[..at].ends_with('\\'));
                }
            }
            prop_assert!(!escape(&said).contains(['<', '>']));
        }
    }
}
