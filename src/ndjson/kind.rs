//! What a file is that is not lines of batches at all.

use std::fmt;

use serde::de::IgnoredAny;

use super::chunked::is_chunked;
use super::utf16::is_big_endian;

/// A kind of file that is not newline-delimited JSON in UTF-8, plain or gzip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OtherKind {
    /// UTF-16, and whether the upper byte of a unit comes first.
    Utf16 {
        /// Whether it does.
        big_endian: bool,
    },
    /// The framing of an upload was stored with the object.
    Chunked {
        /// Whether gzip is within it.
        gzip: bool,
    },
    /// gzip within gzip.
    GzipWithinGzip,
    /// JSON values over several lines: printed for people, or one array around the batches.
    SeveralLines,
    /// A record separator in front of each value (RFC 7464).
    TextSequence,
    /// Something else, by its name.
    Foreign(&'static str),
}

/// How files of other kinds begin.
const FOREIGN: [(&[u8], &str); 6] = [
    (b"\xfd7zXZ\0", "xz"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"BZh", "bzip2"),
    (b"PAR1", "a Parquet file"),
    (b"<", "XML or HTML"),
];

const GZIP: &[u8] = b"\x1f\x8b";

/// How UTF-32 begins: with its byte order mark, or with a batch or an array.
const UTF_32: [&[u8]; 6] = [b"\xff\xfe\0\0", b"\0\0\xfe\xff", b"{\0\0\0", b"\0\0\0{", b"[\0\0\0", b"\0\0\0["];

/// How many lines are looked at.
const LINES: usize = 100;

impl OtherKind {
    /// The kind of a text that begins with `head`, which should be some whole lines. `None` where lines may be batches.
    pub fn of(head: &[u8]) -> Option<Self> {
        if UTF_32.iter().any(|beginning| head.starts_with(beginning)) {
            return Some(Self::Foreign("UTF-32"));
        }
        if let Some(big_endian) = is_big_endian(head) {
            return Some(Self::Utf16 { big_endian });
        }
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        let mut lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
        let first = lines.next()?;
        // Most files: nothing more is to be asked.
        if first.starts_with(b"{") && first.ends_with(b"}") {
            return None;
        }
        if is_chunked(head) {
            return Some(Self::Chunked { gzip: head.windows(4).take(4096).any(|four| four == b"\r\n\x1f\x8b") });
        }
        if head.starts_with(GZIP) {
            return Some(Self::GzipWithinGzip);
        }
        if let Some((_, name)) = FOREIGN.iter().find(|(beginning, _)| first.starts_with(beginning)) {
            return Some(Self::Foreign(name));
        }
        if first.starts_with(b"\x1e{") {
            return Some(Self::TextSequence);
        }
        let second = lines.next()?;
        if matches!(first[0], b'{' | b'[') {
            return is_over_several_lines(head).then_some(Self::SeveralLines);
        }
        let count = |line: &[u8], separator: u8| line.iter().filter(|byte| **byte == separator).count();
        let is_separator =
            |separator| count(first, separator) > 0 && count(first, separator) == count(second, separator);
        let may_be_json = |line: &[u8]| matches!(line[0], b'{' | b'[' | b'"');
        if may_be_json(second) || serde_json::from_slice::<IgnoredAny>(first).is_ok() {
            return None;
        }
        if b",;\t|".iter().any(|separator| is_separator(*separator)) {
            return Some(Self::Foreign("a table, such as CSV"));
        }
        let is_text = !may_be_json(first) && !lines.take(LINES).any(may_be_json);
        is_text.then_some(Self::Foreign("text without batches"))
    }
}

/// Whether the first value goes on behind the end of a line and is right so far.
fn is_over_several_lines(head: &[u8]) -> bool {
    let mut values = serde_json::Deserializer::from_slice(head).into_iter::<IgnoredAny>();
    let value = values.next();
    let end = match value {
        Some(Ok(_)) => values.byte_offset(),
        Some(Err(error)) if error.is_eof() => head.len(),
        _ => return false,
    };
    head[..end].trim_ascii().contains(&b'\n')
}

impl fmt::Display for OtherKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf16 { .. } => "UTF-16",
            Self::Chunked { gzip: false } => "the aws-chunked framing of an upload around the text",
            Self::Chunked { gzip: true } => "the aws-chunked framing of an upload around gzip",
            Self::GzipWithinGzip => "gzip within gzip",
            Self::SeveralLines => "JSON over several lines",
            Self::TextSequence => "a JSON text sequence (RFC 7464), with a record separator in front of each batch",
            Self::Foreign(name) => name,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_other_kinds_are_known_and_lines_with_faults_are_not_taken_for_one() {
        let of = |head: &str| OtherKind::of(head.as_bytes()).map(|kind| kind.to_string()).unwrap_or_default();
        for (head, kind) in [
            ("{\n  \"events\": [\n    {\"a\": 1}\n  ]\n}\n", "JSON over several lines"),
            ("{\n  \"events\": [\n    {\"a\": 1", "JSON over several lines"),
            ("[\n{\"a\":1},\n{\"a\":2}\n]\n", "JSON over several lines"),
            ("[{\"a\":1},\n{\"a\":2}]\n", "JSON over several lines"),
            ("event,mpid,time\nshow,1,2\n", "a table, such as CSV"),
            ("\u{feff}event;mpid\r\nshow;1\r\n", "a table, such as CSV"),
            ("2026-03-01 started\n2026-03-01 ended\n", "text without batches"),
            ("<html>\n</html>\n", "XML or HTML"),
            (
                "\u{1e}{\"a\":1}\n\u{1e}{\"a\":2}\n",
                "a JSON text sequence (RFC 7464), with a record separator in front of each batch",
            ),
            (
                "3;chunk-signature=ab\r\n{}\n\r\n0;chunk-signature=ab\r\n\r\n",
                "the aws-chunked framing of an upload around the text",
            ),
        ] {
            assert_eq!(of(head), kind, "{head}");
        }
        for lines in [
            "",
            "\n",
            "{}\n",
            "{\"a\":1}{\"b\":2}\n{}\n",
            "{\"a\":\"cut\n{}\n",
            "{\"a\":[1,\n{}\n{}\n",
            "[{\"a\":1},{\"a\":2}]\n[{}]\n",
            "\"{\\\"a\\\":1,\\\"b\\\":2}\"\n\"{\\\"a\\\":1,\\\"b\\\":2}\"\n",
            "17\n",
            "hello\n",
            "hello, world\n{}\n",
            "1,2\n{}\n",
            "{\"a\":NaN,\n\"b\":1}\n",
            "{}\\n{}\\n",
        ] {
            assert_eq!(of(lines), "", "{lines}");
        }
        assert_eq!(OtherKind::of(b"1f;chunk-signature=a\r\n\x1f\x8b\x08"), Some(OtherKind::Chunked { gzip: true }));
        assert_eq!(OtherKind::of(b"\x1f\x8b\x08"), Some(OtherKind::GzipWithinGzip));
        assert_eq!(OtherKind::of(b"\xff\xfe{\0"), Some(OtherKind::Utf16 { big_endian: false }));
        for utf_32 in [&b"\xff\xfe\0\0{\0\0\0"[..], b"\0\0\xfe\xff\0\0\0{", b"{\0\0\0\"\0\0\0"] {
            assert_eq!(OtherKind::of(utf_32), Some(OtherKind::Foreign("UTF-32")));
        }
        assert_eq!(OtherKind::of(b"\xfd7zXZ\0\0\x04"), Some(OtherKind::Foreign("xz")));
    }
}
