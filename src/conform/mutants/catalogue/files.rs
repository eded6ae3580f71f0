//! Mutants of files and their headers (FILE-1, FILE-2, SSE-1, ACC-6).

use bytes::Bytes;

use crate::conform::mutants::fixture::Fixture::{Encrypted, Gzip};
use crate::conform::mutants::mutant::Mutant;
use crate::conform::mutants::mutant::Mutation::{self, Connection as Change, Headers, Lines, Objects, Settings};
use crate::settings::ServerSideEncryption;
use crate::store::{Encryption, Object};

pub(super) const MUTANTS: &[Mutant] = &[
    Mutant::new(
        "no-last-newline",
        "lines",
        "ends files without a newline",
        Mutation::Bytes(|text| text.trim_ascii_end().to_vec()),
    ),
    Mutant::new(
        "blank-line",
        "lines",
        "ends files with a blank line",
        Mutation::Bytes(|text| [text.as_slice(), b"\n"].concat()),
    ),
    Mutant::new(
        "carriage-returns",
        "lines",
        "ends lines with \\r\\n",
        Lines(|lines| lines.iter_mut().for_each(|line| line.push('\r'))),
    )
    .on(Gzip),
    Mutant::new(
        "byte-order-mark",
        "lines",
        "starts files with a byte order mark",
        Mutation::Bytes(|text| [b"\xef\xbb\xbf", text.as_slice()].concat()),
    )
    .also(&["conservation"]),
    Mutant::new(
        "empty-object",
        "lines",
        "writes an object of no bytes",
        Objects(|_, object| {
            let key = object.key.replacen("_2026", "-2_2026", 1);
            vec![object.clone(), Object { body: Bytes::new(), key, ..object }]
        }),
    ),
    Mutant::new(
        "gzip-for-plain",
        "compression",
        "compresses files although compression is off",
        Change(|it| it.use_compression = true),
    ),
    Mutant::new(
        "plain-for-gzip",
        "compression",
        "writes plain text although compression is on",
        Change(|it| it.use_compression = false),
    )
    .on(Gzip),
    Mutant::new(
        "truncated-gzip",
        "compression",
        "omits the end of a compressed file",
        Mutation::Object(|object| Object { body: object.body.slice(..object.body.len() - 9), ..object }),
    )
    .on(Gzip)
    .also(&["conservation"]),
    Mutant::new(
        "text-for-gzip",
        "headers",
        "sends gzip with the Content-Type of text",
        Mutation::Object(|object| Object { content_type: "text/plain; charset=utf-8", ..object }),
    )
    .on(Gzip),
    Mutant::new(
        "json-for-text",
        "headers",
        "sends lines with the Content-Type of one JSON document",
        Mutation::Object(|object| Object { content_type: "application/json", ..object }),
    ),
    Mutant::new(
        "content-encoding",
        "headers",
        "sets a Content-Encoding, which makes some clients decode twice",
        Headers(|headers| headers.content_encoding = Some("gzip".to_owned())),
    )
    .on(Gzip),
    Mutant::new(
        "no-encryption",
        "encryption",
        "requests no encryption although one is configured",
        Mutation::Object(|object| Object { encryption: None, ..object }),
    )
    .on(Encrypted),
    Mutant::new(
        "unasked-encryption",
        "encryption",
        "requests encryption although none is configured",
        Mutation::Object(|object| Object { encryption: Some(Encryption::Aes256), ..object }),
    ),
    Mutant::new(
        "other-encryption",
        "encryption",
        "requests another encryption than the configured one",
        Change(|it| it.server_side_encryption_method = ServerSideEncryption::Aes256),
    )
    .on(Encrypted),
    Mutant::new(
        "other-key",
        "encryption",
        "encrypts with another key than the configured one",
        Settings(|settings| settings.engine.sse_kms_key_id = Some("another-key".to_owned())),
    )
    .on(Encrypted),
    Mutant::new(
        "verification-content",
        "verification-objects",
        "writes more than `{}` into a verification object",
        Objects(|_, object| {
            let key = "mParticle_Bucket_Verification_20260301-020000.txt".to_owned();
            let verification = Object { key, body: Bytes::from_static(b"{\"ok\":true}"), ..object.clone() };
            vec![object, verification]
        }),
    ),
];
