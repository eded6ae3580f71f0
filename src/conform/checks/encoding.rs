//! FILE-1 and FILE-2: framing, compression and headers of files.

use super::definition::{CaseResult, Definition, place};
use crate::ndjson::Compression;

pub(super) const LINES: Definition = Definition {
    id: "lines",
    clause: "FILE-1",
    title: "newline-delimited JSON",
    consequence_of: &["FILE-2"],
    evaluate: |snapshot| {
        let mut result = CaseResult::default();
        for object in snapshot.objects {
            let Ok(text) = &object.text else { continue };
            result.saw("file(s)", 1);
            if let Some((line, message)) = framing_fault(text) {
                result.wrong(place(object, line), message);
            }
        }
        let of_lines = snapshot.comparison.findings.iter().filter(|finding| finding.clause.as_deref() == Some("DTO-9"));
        result.findings.extend(of_lines.cloned());
        result.saw("line(s)", snapshot.places.len() as u64);
        result
    },
};

/// The first fault, with its line if it concerns one line.
fn framing_fault(text: &[u8]) -> Option<(Option<u64>, String)> {
    if text.is_empty() {
        return Some((None, "the object is empty: an empty object must never be written".to_owned()));
    }
    if text.starts_with(b"\xef\xbb\xbf") {
        return Some((None, "the file begins with a byte order mark".to_owned()));
    }
    let Some(body) = text.strip_suffix(b"\n") else {
        return Some((None, "the last line does not end in `\\n`".to_owned()));
    };
    (1..).zip(body.split(|byte| *byte == b'\n')).find_map(|(number, line)| {
        let message = if line.trim_ascii().is_empty() {
            "the line is blank".to_owned()
        } else if line.ends_with(b"\r") {
            "the line ends in `\\r\\n`".to_owned()
        } else {
            format!("the line is not UTF-8 at byte {}", std::str::from_utf8(line).err()?.valid_up_to())
        };
        Some((Some(number), message))
    })
}

pub(super) const HEADERS: Definition = Definition {
    id: "headers",
    clause: "FILE-2",
    title: "Content-Type of the file, no Content-Encoding",
    consequence_of: &["FILE-2"],
    evaluate: |snapshot| {
        let mut result = CaseResult::default();
        for object in snapshot.objects {
            let Some(headers) = &object.headers else { continue };
            result.saw("object(s)", 1);
            let shown = headers.content_type.as_deref().unwrap_or_default();
            let wanted = match object.compression {
                Compression::Plain => "text/plain; charset=utf-8",
                Compression::Gzip => "application/gzip",
            };
            let plain = |text: &str| text.replace(' ', "").to_ascii_lowercase();
            if plain(shown) != plain(wanted) {
                let found = format!("`{}`", shown.escape_debug());
                result.unexpected(place(object, None), format!("the Content-Type `{wanted}`"), found);
            }
            // A server may keep the encoding in which the SDK wrapped the upload.
            let encoding = headers.content_encoding.as_deref().unwrap_or_default();
            if !matches!(encoding, "" | "identity" | "aws-chunked") {
                let found = format!("`{}`: some clients would decompress twice", encoding.escape_debug());
                result.unexpected(place(object, None), "no Content-Encoding", found);
            }
        }
        result
    },
};

pub(super) const COMPRESSION: Definition = Definition {
    id: "compression",
    clause: "FILE-2",
    title: "compression as set by use_compression",
    consequence_of: &[],
    evaluate: |snapshot| {
        let mut result = CaseResult::default();
        let is_on = snapshot.scenario.settings.connection.use_compression;
        for object in snapshot.objects {
            match (&object.text, object.compression) {
                (Err(error), _) => result.wrong(place(object, None), format!("the object cannot be read: {error}")),
                (_, Compression::Plain) if is_on => {
                    result.unexpected(place(object, None), "gzip, because use_compression is on", "plain text");
                }
                (_, Compression::Gzip) if !is_on => {
                    result.unexpected(place(object, None), "plain text, because use_compression is off", "gzip");
                }
                (_, Compression::Plain) => result.saw("plain", 1),
                (_, Compression::Gzip) => result.saw("gzip", 1),
            }
        }
        result
    },
};
