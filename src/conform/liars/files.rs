//! Liars about files and what is said of them (FILE-1, FILE-2, SSE-1, ACC-6).

use bytes::Bytes;

use super::edit;
use super::lie::{Liar, Lie};
use super::stage::Stage;
use crate::settings::ServerSideEncryption;
use crate::store::{Encryption, Object};

pub(super) const LIARS: &[Liar] = &[
    Liar::new(
        "no-last-newline",
        "lines",
        Stage::Plain,
        Lie::Writes(|_, object| edit::bytes(object, |text| text.trim_ascii_end().to_vec())),
        "ends files without a newline",
    ),
    Liar::new(
        "blank-line",
        "lines",
        Stage::Plain,
        Lie::Writes(|_, object| edit::bytes(object, |text| [text.as_slice(), b"\n"].concat())),
        "ends files in a blank line",
    ),
    Liar::new(
        "carriage-returns",
        "lines",
        Stage::Gzip,
        Lie::Writes(|_, object| edit::lines(object, |lines| lines.iter_mut().for_each(|line| line.push('\r')))),
        "ends lines in \\r\\n",
    ),
    Liar::new(
        "byte-order-mark",
        "lines",
        Stage::Plain,
        Lie::Writes(|_, object| edit::bytes(object, |text| [b"\xef\xbb\xbf", text.as_slice()].concat())),
        "begins files with a byte order mark",
    )
    .also(&["conservation"]),
    Liar::new(
        "empty-object",
        "lines",
        Stage::Plain,
        Lie::Writes(|_, object| {
            let empty =
                Object { body: Bytes::new(), key: object.key.replacen("_2026", "-2_2026", 1), ..object.clone() };
            vec![object, empty]
        }),
        "writes an object of no bytes",
    ),
    Liar::new(
        "gzip-for-plain",
        "compression",
        Stage::Plain,
        Lie::Obeys(|settings| settings.connection.use_compression = true),
        "compresses what is to be plain",
    ),
    Liar::new(
        "plain-for-gzip",
        "compression",
        Stage::Gzip,
        Lie::Obeys(|settings| settings.connection.use_compression = false),
        "writes plain text where gzip is asked for",
    ),
    Liar::new(
        "truncated-gzip",
        "compression",
        Stage::Gzip,
        Lie::Writes(|_, object| vec![Object { body: object.body.slice(..object.body.len() - 9), ..object }]),
        "leaves out the end of a compressed file",
    )
    .also(&["conservation"]),
    Liar::new(
        "text-for-gzip",
        "headers",
        Stage::Gzip,
        Lie::Writes(|_, object| vec![Object { content_type: "text/plain; charset=utf-8", ..object }]),
        "says of gzip that it is text",
    ),
    Liar::new(
        "json-for-text",
        "headers",
        Stage::Plain,
        Lie::Writes(|_, object| vec![Object { content_type: "application/json", ..object }]),
        "says of lines that they are a JSON document",
    ),
    Liar::new(
        "content-encoding",
        "headers",
        Stage::Gzip,
        Lie::Shows(|headers| headers.content_encoding = Some("gzip".to_owned())),
        "sets a Content-Encoding, by which some clients decode twice",
    ),
    Liar::new(
        "no-encryption",
        "encryption",
        Stage::Encrypted,
        Lie::Writes(|_, object| vec![Object { encryption: None, ..object }]),
        "asks for no encryption where one is chosen",
    ),
    Liar::new(
        "unasked-encryption",
        "encryption",
        Stage::Plain,
        Lie::Writes(|_, object| vec![Object { encryption: Some(Encryption::Aes256), ..object }]),
        "asks for encryption where none is chosen",
    ),
    Liar::new(
        "other-encryption",
        "encryption",
        Stage::Encrypted,
        Lie::Obeys(|settings| {
            settings.connection.server_side_encryption_method = ServerSideEncryption::Aes256;
        }),
        "asks for another encryption than the chosen one",
    ),
    Liar::new(
        "other-key",
        "encryption",
        Stage::Encrypted,
        Lie::Obeys(|settings| settings.engine.sse_kms_key_id = Some("another-key".to_owned())),
        "encrypts with another key than the one that is named",
    ),
    Liar::new(
        "talking-verification",
        "verification-objects",
        Stage::Plain,
        Lie::Writes(|_, object| {
            let key = "mParticle_Bucket_Verification_20260301-020000.txt".to_owned();
            let proof = Object { key, body: Bytes::from_static(b"{\"ok\":true}"), ..object.clone() };
            vec![object, proof]
        }),
        "writes more than `{}` into a verification object",
    ),
];
