//! Remedies for faults: one for each common cause, else the remedy of the clause.

use super::lookup::find;

/// The faults that a remedy applies to: the clause, the end of the place, and a part of the message. An empty text
/// matches any.
type Cause = (&'static str, &'static str, &'static str);

const REMEDIES: [(Cause, &str); 27] = [
    (("FILE-1", "", "byte order mark"), "write UTF-8 without one; in Python `encoding=\"utf-8\"`, not `utf-8-sig`"),
    (("FILE-1", "", "CR LF"), "`dos2unix FILE`, or open the file with `newline=\"\\n\"` where it is written"),
    (("FILE-1", "", "no line feed"), "end the last line like every other, or fetch the file again if it was cut short"),
    (("FILE-1", "", "blank"), "remove blank lines: `sed -i '/^\\s*$/d' FILE`"),
    (
        ("FILE-1", "", "UTF-16"),
        "`iconv -f UTF-16 -t UTF-8 FILE`; PowerShell's `>` writes UTF-16, `Out-File -Encoding utf8NoBOM` does not",
    ),
    (
        ("FILE-1", "", "gzip within gzip"),
        "it was compressed twice, for instance by the writer and during transfer: turn one of them off; `zcat FILE | zcat` reads it",
    ),
    (
        ("FILE-1", "", "XML or HTML"),
        "this is the answer of a server, for instance an error message, and not an export: read it, and fetch the file again",
    ),
    (
        ("FILE-1", "", "lines of UTF-8, plain or gzip"),
        "it is another kind of file: unpack or convert it to plain text or gzip, one batch a line",
    ),
    (
        ("FILE-2", "", "expands to more than"),
        "check where it comes from: exports do not compress this well; if this one is correct, raise the limit",
    ),
    (
        ("FILE-2", "", "cannot be read to its end"),
        "compare its size with the source's and fetch or write it again; `gzip -t FILE` reports the same error",
    ),
    (
        ("DTO-9", "", "a complete batch on each line"),
        "print JSON on one line, without an array around the batches: `jq -c '.[]? // .' FILE`",
    ),
    (("DTO-9", "", "one batch on each line"), "end each batch with a line feed, for instance with `jq -c . FILE`"),
    (("DTO-9", "", "other text in column 1:"), "a line begins with `{`: this line is not a batch"),
    (
        ("DTO-9", "", "key must be a string"),
        "JSON has names and texts between double quotes, and no comma before `}`: `str()` of Python writes others, \
         `json.dumps()` does not",
    ),
    (
        ("DTO-9", "", "expected value"),
        "JSON has no NaN, Infinity, None, single quotes or comments: write null or omit the member",
    ),
    (
        ("DTO-9", "", "half a surrogate pair"),
        "the text was cut in the middle of a character: cut by characters, not by UTF-16 units",
    ),
    (("DTO-9", "", "a scalar"), "one batch a line; a batch between quotes was encoded twice: `jq -c fromjson FILE`"),
    (("DTO-9", "", "an array"), "one batch a line, without an array around them: `jq -c '.[]' FILE`"),
    (("DTO-9", "", "UTF-8"), "find out the encoding of the file, and convert it: `iconv -f LATIN1 -t UTF-8 FILE`"),
    (
        ("DTO-1", "/user_identities", "found an object"),
        "that is the inbound form: check raw feeds with `--form raw`; an export has an array of `{identity_type, identity}`",
    ),
    (("DTO-2", "/user_identities", "found an array"), "that is the outbound form: omit `--form raw`"),
    (
        ("", "", "a 64-bit integer as a string of digits or null, found an integer"),
        "it is documented as text: write the digits between quotes, or omit `--strict`, because readers accept both",
    ),
    (
        ("", "", "a fraction or an exponent"),
        "a number with a fraction or an exponent went through a double and has lost digits: keep 64-bit integers as integers \
         or strings",
    ),
    (
        ("", "unixtime_ms", "found a string"),
        "a time is the milliseconds since 1970-01-01 in UTC, in digits alone, such as `1772323200000`",
    ),
    (
        ("LAY-1", "", ""),
        "pass the bucket's root as PATH so that the keys include the folder, or correct `folder_name` in the settings",
    ),
    (("LAY-2", "", ""), "move the files to a folder named by the date in UTC, such as `2026-03-01`"),
    (("LAY-3", "", ""), "choose the folder in UTC, by the timestamp that `store_data_in_folders_by_date` names"),
];

/// The remedy for a fault of `clause` at `place` in a line.
pub fn remedy(clause: &str, place: Option<&str>, expected: &str, found: &str) -> Option<&'static str> {
    let message = format!("expected {expected}, found {found}");
    let fits = |(of, at, part): &Cause| {
        let is_there = at.is_empty() || place.is_some_and(|place| place.ends_with(at));
        (of.is_empty() || *of == clause) && is_there && message.contains(part)
    };
    let specific = REMEDIES.iter().find(|(cause, _)| fits(cause)).map(|(_, remedy)| *remedy);
    specific.or_else(|| find(clause).map(|clause| clause.remedy))
}
