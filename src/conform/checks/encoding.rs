//! FILE-1 and FILE-2: what files are made of.

use super::definition::{Promise, Verdict};
use crate::ndjson::Compression;

pub(super) const LINES: Promise = Promise {
    name: "lines",
    clause: "FILE-1",
    title: "newline-delimited JSON",
    consequence_of: &["FILE-2"],
    check: |evidence| {
        let mut verdict = Verdict::default();
        for object in evidence.objects {
            let Ok(text) = &object.text else { continue };
            verdict.saw("files", 1);
            if let Some(message) = fault(text) {
                verdict.findings.push(evidence.finding("FILE-1", object, None, message));
            }
        }
        for finding in &evidence.comparison.findings {
            if finding.clause == "DTO-9" {
                verdict.findings.push(finding.clone());
            }
        }
        verdict.saw("lines", evidence.places.len() as u64);
        verdict
    },
};

fn fault(text: &[u8]) -> Option<String> {
    if text.is_empty() {
        return Some("holds nothing: an empty object must never be written".to_owned());
    }
    if text.starts_with(b"\xef\xbb\xbf") {
        return Some("begins with a byte order mark".to_owned());
    }
    if !text.ends_with(b"\n") {
        return Some("its last line does not end in `\\n`".to_owned());
    }
    let body = &text[..text.len() - 1];
    for (index, line) in body.split(|byte| *byte == b'\n').enumerate() {
        if line.trim_ascii().is_empty() {
            return Some(format!("line {} is blank", index + 1));
        }
        if line.ends_with(b"\r") {
            return Some(format!("line {} ends in `\\r\\n`", index + 1));
        }
        if let Err(error) = std::str::from_utf8(line) {
            return Some(format!("line {} is not UTF-8 at byte {}", index + 1, error.valid_up_to()));
        }
    }
    None
}

pub(super) const HEADERS: Promise = Promise {
    name: "headers",
    clause: "FILE-2",
    title: "Content-Type of the file, no Content-Encoding",
    consequence_of: &["FILE-2"],
    check: |evidence| {
        let mut verdict = Verdict::default();
        for object in evidence.objects {
            let Some(headers) = &object.headers else { continue };
            verdict.saw("objects", 1);
            let shown = headers.content_type.as_deref().unwrap_or_default();
            let wanted = match object.compression {
                Compression::Plain => "text/plain; charset=utf-8",
                Compression::Gzip => "application/gzip",
            };
            let plain = |text: &str| text.replace(' ', "").to_ascii_lowercase();
            if plain(shown) != plain(wanted) {
                let message = format!("the Content-Type must be `{wanted}`, and is `{}`", shown.escape_debug());
                verdict.findings.push(evidence.finding("FILE-2", object, None, message));
            }
            // A server may keep what the SDK wrapped the upload in.
            let encoding = headers.content_encoding.as_deref().unwrap_or_default();
            if !matches!(encoding, "" | "identity" | "aws-chunked") {
                let encoding = encoding.escape_debug();
                let message = format!("has the Content-Encoding `{encoding}`, by which some clients decode twice");
                verdict.findings.push(evidence.finding("FILE-2", object, None, message));
            }
        }
        verdict
    },
};

pub(super) const COMPRESSION: Promise = Promise {
    name: "compression",
    clause: "FILE-2",
    title: "compression as use_compression says",
    consequence_of: &[],
    check: |evidence| {
        let mut verdict = Verdict::default();
        let asked = evidence.scenario.settings.connection.use_compression;
        for object in evidence.objects {
            let message = match (&object.text, object.compression) {
                (Err(error), _) => format!("cannot be read: {error}"),
                (_, Compression::Plain) if asked => "is plain text, but use_compression asks for gzip".to_owned(),
                (_, Compression::Gzip) if !asked => "is gzip, but use_compression is off".to_owned(),
                (_, Compression::Plain) => {
                    verdict.saw("plain", 1);
                    continue;
                }
                (_, Compression::Gzip) => {
                    verdict.saw("gzip", 1);
                    continue;
                }
            };
            verdict.findings.push(evidence.finding("FILE-2", object, None, message));
        }
        verdict
    },
};
