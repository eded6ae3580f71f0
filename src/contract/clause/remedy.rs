//! Remedies for faults: one for each common cause, else the remedy of the clause if it fits every break of it.

use super::lookup::find;

/// The faults that a remedy applies to: the clause, the end of the place, a part of what was expected, and a part of what was
/// found. An empty text matches any.
type Cause = (&'static str, &'static str, &'static str, &'static str);

/// Clauses that say too much for one remedy to fit every break of them.
const MANIFOLD: [&str; 5] = ["DTO-1", "DTO-2", "DTO-3", "DTO-4", "DTO-7"];

const REPAIR: &str = "`mp-forwarding validate PATH --repair DIR` writes a corrected copy, every digit kept";

const REPAIR_IF_WHOLE: &str = "`mp-forwarding validate PATH --repair DIR` writes a corrected copy, every digit kept, unless text is missing or damaged";

const REMEDIES: [(Cause, &str); 44] = [
    (("FILE-1", "", "byte order mark", ""), REPAIR),
    (("", "", "ends with CR LF", ""), REPAIR),
    (
        ("", "", "has no line feed", ""),
        "see whether the file was cut short, else `mp-forwarding validate PATH --repair DIR` ends the last line in a copy",
    ),
    (("", "", "line is blank", ""), REPAIR),
    (("", "", "the file is empty", ""), "delete it, or fetch it again if it was cut short"),
    (
        ("FILE-1", "", "", "UTF-16"),
        "`mp-forwarding validate PATH --repair DIR` writes a copy in UTF-8, unless text is missing; PowerShell's `>` writes UTF-16, \
         `Out-File -Encoding utf8NoBOM` does not",
    ),
    (
        ("FILE-1", "", "", "aws-chunked"),
        "the server stored the framing of the upload as if it were data: update it, or let the writer send no \
         `Content-Encoding: aws-chunked` (a checksum only `when_required`); `mp-forwarding validate PATH --repair DIR` writes \
         a copy without it, unless a chunk is missing or damaged",
    ),
    (
        ("FILE-1", "", "", "gzip within gzip"),
        "it was compressed twice, for instance by the writer and during transfer: turn one of them off; `mp-forwarding validate PATH --repair \
         DIR` writes a copy that is compressed once",
    ),
    (
        ("FILE-1", "", "", "over several lines"),
        "write each batch on one line, without an array around them; `mp-forwarding validate PATH --repair DIR` writes such a \
         copy, every digit kept, unless text is missing or damaged",
    ),
    (("FILE-1", "", "", "a JSON text sequence"), REPAIR_IF_WHOLE),
    (
        ("FILE-1", "", "", "XML or HTML"),
        "this is the answer of a server, for instance an error message, and not an export: read it, and fetch the file again",
    ),
    (
        ("FILE-1", "", "", "a table"),
        "it was exported or converted by another program: fetch the file that mParticle wrote",
    ),
    (("FILE-1", "", "", "text without batches"), "it is no export: exclude it, for instance with a pattern as PATH"),
    (
        ("FILE-1", "", "plain or gzip", ""),
        "it is another kind of file: unpack or convert it to plain text or gzip, one batch a line",
    ),
    (
        ("FILE-2", "", "expands to more than", ""),
        "check where it comes from: exports do not compress this well; if this one is correct, raise the limit",
    ),
    (
        ("FILE-2", "", "cannot be read to its end", ""),
        "compare its size with the source's, and fetch or write it again",
    ),
    (
        ("FILE-2", "", "", "they may be a batch"),
        "see what wrote them: text that was appended to gzip, or a damaged member. Fetch or write the file again; `--repair` \
         leaves it as it is, because nothing may be lost",
    ),
    (
        ("FILE-2", "", "", "not gzip"),
        "see what wrote them: gzip files that are joined need nothing between them; `mp-forwarding validate PATH --repair DIR` \
         writes a copy without them, unless other bytes may be a batch",
    ),
    (
        ("DTO-9", "", "a complete batch on each line", ""),
        "the line was cut, or the batch is printed on several lines: write it on one",
    ),
    (("DTO-9", "", "one batch on each line", ""), REPAIR_IF_WHOLE),
    (("DTO-9", "", "", "other text in column 1:"), "a line begins with `{`: this line is not a batch"),
    (
        ("DTO-9", "", "", "key must be a string"),
        "JSON has names and texts between double quotes, and no comma before `}`: `str()` of Python writes others, \
         `json.dumps()` does not",
    ),
    (
        ("DTO-9", "", "", "expected value"),
        "JSON has no NaN, Infinity, None, single quotes or comments: write null or omit the member",
    ),
    (
        ("DTO-9", "", "", "half a surrogate pair"),
        "the text was cut in the middle of a character: cut by characters, not by UTF-16 units",
    ),
    (
        ("DTO-9", "", "", "a scalar"),
        "one batch a line; where each is between quotes it was encoded twice, and `mp-forwarding validate PATH --repair DIR` \
         writes a corrected copy, every digit kept, if each is on one line",
    ),
    (("DTO-9", "", "", "an array"), REPAIR_IF_WHOLE),
    (
        ("DTO-9", "", "UTF-8", ""),
        "find out the encoding of the file, and convert it; from Latin-1: `iconv -f LATIN1 -t UTF-8 FILE > COPY`",
    ),
    (("DTO-9", "", "each key once", ""), "write each member once: which of the two is meant is not known here"),
    (("DTO-9", "", "finite numbers", ""), "write a number that a double can hold, or text"),
    (("DTO-9", "", "levels of nesting", ""), "write it less deep, or as a string"),
    (
        ("DTO-9", "", "control characters", ""),
        "escape it, as every JSON library does: the line was put together by hand",
    ),
    (
        ("DTO-1", "/user_identities", "", "an object"),
        "that is the inbound form: check raw feeds with `--form raw`; an export has an array of `{identity_type, identity}`",
    ),
    (("DTO-2", "/user_identities", "", "an array"), "that is the outbound form: omit `--form raw`"),
    (
        ("", "", "a 64-bit integer as a string of digits or null", "an integer"),
        "it is documented as text: write the digits between quotes, or omit `--strict`, because readers accept both",
    ),
    (
        ("", "unixtime_ms", "64-bit integer", "a string"),
        "a time is the milliseconds since 1970-01-01 in UTC, in digits alone, such as `1772323200000`",
    ),
    (("DTO-5", "", "", "whose `data` has the `event_type`"), "move `event_type` out of `data`, beside it"),
    (("", "/ip", "an IPv4 or IPv6 address", ""), "write an address in the usual notation, or leave `ip` out"),
    (
        ("", "unixtime_ms", "integer", "a fraction or an exponent"),
        "a time is the milliseconds since 1970-01-01 in UTC, in digits alone, such as `1772323200000`",
    ),
    (
        ("", "", "64-bit integer", "a fraction or an exponent"),
        "a number with a fraction or an exponent went through a double, which keeps 15 digits: write 64-bit integers as integers \
         or strings",
    ),
    (
        ("LAY-1", "", "", ""),
        "pass the bucket's root as PATH so that the keys include the folder, or correct `folder_name` in the settings",
    ),
    (
        ("LAY-2", "", "no other folder", ""),
        "pass the folder that contains the files or their date folders as PATH, or pass `--settings` with that `folder_name`",
    ),
    (("LAY-2", "", "", ""), "move the files to a folder named by the date in UTC, such as `2026-03-01`"),
    (("LAY-3", "", "", ""), "choose the folder in UTC, by the timestamp that `store_data_in_folders_by_date` names"),
    (("U-28", "", "no file twice", ""), "if one is a copy, load only one of them"),
];

/// The remedy for a fault of `clause` at `place` in a line; `None` if none fits.
pub fn remedy(clause: &str, place: Option<&str>, expected: &str, found: &str) -> Option<&'static str> {
    let fits = |(of, at, wanted, seen): &Cause| {
        let is_there = at.is_empty() || place.is_some_and(|place| place.ends_with(at));
        (of.is_empty() || *of == clause) && is_there && expected.contains(wanted) && found.contains(seen)
    };
    let specific = REMEDIES.iter().find(|(cause, _)| fits(cause)).map(|(_, remedy)| *remedy);
    specific.or_else(|| find(clause).filter(|clause| !MANIFOLD.contains(&clause.id)).map(|clause| clause.remedy))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `tests/it/validate_repair.rs` runs these commands on what they are for.
    #[test]
    fn no_remedy_has_a_command_that_no_test_runs() {
        const RUN: [&str; 2] = ["mp-forwarding validate PATH --repair DIR", "iconv -f LATIN1 -t UTF-8 FILE > COPY"];
        const COMMANDS: [&str; 12] = [
            "mp-forwarding",
            "iconv",
            "jq",
            "sed",
            "awk",
            "dos2unix",
            "zcat",
            "gzip",
            "gunzip",
            "python",
            "tr",
            "perl",
        ];
        for (_, remedy) in REMEDIES {
            for quoted in remedy.split('`').skip(1).step_by(2) {
                let is_command = COMMANDS.contains(&quoted.split(' ').next().unwrap_or_default());
                assert!(!is_command || RUN.contains(&quoted), "{quoted}");
            }
        }
    }

    #[test]
    fn a_remedy_is_given_only_where_it_fits() {
        let of = |clause, place, expected, found| remedy(clause, Some(place), expected, found);
        let integer = "a 64-bit integer as a string of digits, an integer or null";
        assert!(of("DTO-1", "/mpid", integer, "a number with a fraction or an exponent").is_some());
        assert_eq!(
            of("DTO-1", "/device_info/timezone_offset", "an integer", "a number with a fraction or an exponent"),
            None
        );
        assert_eq!(of("DTO-1", "/events/*/data/event_name", "a string or null", "an integer"), None);
        assert!(of("DTO-8", "/environment", "one of", "a string").is_some());
    }
}
