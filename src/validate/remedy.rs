//! What to do about a fault, where the fault alone does not say it: what was seen at the desks of people who had it.

/// How a fault is told from others: its clause, its place, and a part of what is said of it. An empty text is any.
type Sign = (&'static str, &'static str, &'static str);

const REMEDIES: [(Sign, &str); 19] = [
    (("FILE-1", "", "byte order mark"), "write UTF-8 without one; in Python `encoding=\"utf-8\"`, not `utf-8-sig`"),
    (("FILE-1", "", "CR LF"), "`dos2unix FILE`, or open the file with `newline=\"\\n\"` where it is written"),
    (("FILE-1", "", "no line feed"), "end the last line like every other, or fetch the file again if it was cut short"),
    (("FILE-1", "", "blank"), "leave blank lines out: `sed -i '/^\\s*$/d' FILE`"),
    (
        ("FILE-1", "", "UTF-16"),
        "`iconv -f UTF-16 -t UTF-8 FILE`; PowerShell's `>` writes UTF-16, `Out-File -Encoding utf8NoBOM` does not",
    ),
    (
        ("FILE-1", "", "gzip within gzip"),
        "it was compressed twice, by the writer and on its way: turn one of them off; `zcat FILE | zcat` reads it",
    ),
    (
        ("FILE-2", "", "cannot be read to its end"),
        "compare its size with the source's and fetch or write it again; `gzip -t FILE` says the same",
    ),
    (
        ("DTO-9", "", "each batch whole on one line"),
        "print JSON on one line, without an array around the batches: `jq -c '.[]? // .' FILE`",
    ),
    (
        ("DTO-9", "", "each batch on a line of its own"),
        "end each batch with a line feed: `jq -c . FILE` prints them so",
    ),
    (
        ("DTO-9", "", "expected value"),
        "JSON knows no NaN, Infinity, None, single quotes or comments: write null or leave the member out",
    ),
    (
        ("DTO-9", "", "half a surrogate pair"),
        "the text was cut in the middle of a character: cut by characters, not by UTF-16 units",
    ),
    (("DTO-9", "", "an array"), "one batch a line, without an array around them: `jq -c '.[]' FILE`"),
    (
        ("DTO-9", "", "UTF-8"),
        "find out the encoding it was written in, and convert it: `iconv -f LATIN1 -t UTF-8 FILE`",
    ),
    (
        ("DTO-1", "/user_identities", "found an object"),
        "that is the inbound form: check raw feeds with `--form raw`; an export has an array of `{identity_type, identity}`",
    ),
    (("DTO-2", "/user_identities", "found an array"), "that is the outbound form: leave `--form raw` out"),
    (
        ("", "", "a fraction or an exponent"),
        "it went through a double and has lost digits: keep 64-bit integers as integers or strings",
    ),
    (
        ("LAY-1", "", ""),
        "name the bucket's root as PATH, so that the folder is seen, or correct `folder_name` in the settings",
    ),
    (("LAY-2", "", ""), "move the files to a folder named by the date in UTC, such as `2026-03-01`"),
    (("LAY-3", "", ""), "choose the folder in UTC, by the timestamp that `store_data_in_folders_by_date` names"),
];

/// What to do, if there is more to say than the fault says itself.
pub(super) fn remedy(clause: &str, place: Option<&str>, expected: &str, found: &str) -> Option<&'static str> {
    let text = format!("expected {expected}, found {found}");
    let fits = |(of, at, part): &Sign| {
        (of.is_empty() || *of == clause) && (at.is_empty() || place == Some(*at)) && text.contains(part)
    };
    REMEDIES.iter().find(|(sign, _)| fits(sign)).map(|(_, remedy)| *remedy)
}
