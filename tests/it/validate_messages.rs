//! The messages about broken exports. Each must be sufficient to fix the export. tests/fixtures/validate/broken.txt has
//! the commands and the messages.

use std::io::Write as _;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use crate::support::program::program;

const A: &str = r#"{"events":[{"data":{"event_name":"Add to cart","timestamp_unixtime_ms":"1772323200000","event_id":"-109840007014118971"},"event_type":"custom_event"}],"user_identities":[{"identity_type":"customer_id","identity":"jane@example.com"}],"mpid":"5551234567890123456","environment":"production"}"#;
const B: &str = r#"{"events":[{"data":{"screen_name":"Home","timestamp_unixtime_ms":"1772323260000","event_id":"17"},"event_type":"screen_view"}],"mpid":"5551234567890123456","environment":"production"}"#;

const SETTINGS: &str = r#"[connection]
s3_bucket_name = "mp-forwarding-acme"
store_data_in_folders_by_date = "event_time"
folder_name = "exports"
unique_id = "shop-eu"
send_screen_views = false
use_compression = true
"#;

/// A kind of broken export: its name, the options of `validate`, and its files.
type Broken = (&'static str, &'static [&'static str], Vec<(&'static str, Vec<u8>)>);

fn broken() -> Vec<Broken> {
    let lines = |lines: &[&str]| lines.iter().map(|line| format!("{line}\n")).collect::<String>().into_bytes();
    let file = |bytes: Vec<u8>| vec![("export/a.txt", bytes)];
    let utf16 = |text: &str| {
        let units = text.encode_utf16().flat_map(u16::to_le_bytes);
        [vec![0xff, 0xfe], units.collect()].concat()
    };
    let whole = gzip(&lines(&[A; 400]));
    let pretty =
        serde_json::to_string_pretty(&[A, B].map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()));
    vec![
        (
            "saved by an editor on Windows: byte order mark, CR LF, a blank line, no line feed at the end",
            &[],
            file(format!("\u{feff}{A}\r\n{B}\r\n\r\n{A}").into_bytes()),
        ),
        ("redirected by a shell that writes UTF-16", &[], file(utf16(&format!("{A}\n{B}\n")))),
        ("one JSON array, printed for people", &[], file(pretty.unwrap().into_bytes())),
        (
            "stored by a server that kept the framing of the upload",
            &[],
            file(format!("{:x};chunk-signature=ab\r\n{A}\n{B}\n\r\n0;chunk-signature=cd\r\n\r\n", A.len() + B.len() + 2).into()),
        ),
        (
            "joined by a program that writes line feeds between gzip files, and a mark at the end",
            &[],
            file([&gzip(&lines(&[A])), &b"\n"[..], &gzip(&lines(&[B])), b"EOF-marker"].concat()),
        ),
        ("no line feed between two batches", &[], file(format!("{A}{B}\n{A}\n").into_bytes())),
        (
            "an upload that broke off, a file that was compressed twice, one of no bytes",
            &[],
            vec![
                ("export/a.txt", whole[..whole.len() / 2].to_vec()),
                ("export/b.txt", gzip(&whole)),
                ("export/c.txt", Vec::new()),
            ],
        ),
        (
            "written by a program that knows numbers as doubles, and NaN",
            &[],
            file(lines(&[
                &A.replace("\"5551234567890123456\"", "5.551234567890123e18"),
                &A.replace("\"1772323200000\"", "1772323200.5"),
                &A.replace("\"event_id\"", "\"custom_attributes\":{\"price\":NaN},\"event_id\""),
                &A.replace("1772323200000", "2026-03-01T00:00:00Z"),
            ])),
        ),
        (
            "the inbound form where the outbound form is expected",
            &["--strict"],
            file(lines(&[
                r#"{"events":[{"data":{"event_name":"Add to cart","timestamp_unixtime_ms":1772323200000},"event_type":"custom_event"}],"user_identities":{"customer_id":"jane@example.com","email":"jane@example.com"},"mpid":5551234567890123456,"environment":"production","ip":"203.0.113.7"}"#,
            ])),
        ),
        (
            "members misspelled, missing, of the wrong type, twice",
            &[],
            file(lines(&[
                &A.replace("\"production\"", "\"prod\""),
                &A.replace(",\"environment\":\"production\"", ""),
                &A.replace("\"event_type\":\"custom_event\"", "\"eventType\":\"custom_event\""),
                &A.replace("\"Add to cart\"", "7"),
                &A.replace("[{\"identity_type\":\"customer_id\",", "[{"),
                &A.replace("\"environment\"", "\"mpid\":\"1\",\"environment\""),
                &A.replace("jane@", "jane\\ud83d@"),
            ])),
        ),
        (
            "renamed files and folders of another form",
            &["--names"],
            vec![
                ("export/2026-03-01/Shop_20260301000102000000_12345.txt", lines(&[A])),
                ("export/2026-03-01/part-00000.json", lines(&[A])),
                ("export/2026-03-01/Shop_20260301000102_12345.txt", lines(&[A])),
                ("export/2026-3-1/Shop_20260301000102000000_54321.txt", lines(&[A])),
                ("export/2026-03-01/Shop_20260301000102000000_123.txt", lines(&[A])),
            ],
        ),
        (
            "seen from above its folder",
            &["--names"],
            vec![("export/acme/2026-03-01/Shop_20260301000102000000_12345.txt", lines(&[A]))],
        ),
        (
            "not what the connection's settings say",
            &["--names", "--settings", "connection.toml"],
            vec![
                ("export/exports/2026-03-02/Shop_20260301000102000000_12345.txt", lines(&[
                    A,
                    B,
                    &A.replace("\"mpid\"", "\"mp_deviceid\":\"7f6c\",\"consent_state\":{\"gdpr\":{}},\"unique_id\":\"shop-us\",\"mpid\""),
                ])),
                ("export/other/Shop_20260301000102000000_12345.txt", gzip(&lines(&[A]))),
            ],
        ),
        (
            "past documented limits",
            &["--limits"],
            file(lines(&[
                &A.replace("Add to cart", &"x".repeat(300)),
                &A.replace("\"mpid\"", &format!("\"user_attributes\":{{\"bio\":\"{}\"}},\"mpid\"", "y".repeat(5000))),
                &A.replace("\"mpid\"", &format!("\"user_attributes\":{{\"a\":[\"{}\"]}},\"mpid\"", "z".repeat(140_000))),
            ])),
        ),
    ]
}

#[test]
fn the_text_alone_is_enough_to_fix_ten_kinds_of_broken_export() {
    let mut shown = String::new();
    for (name, options, files) in broken() {
        let folder = TempDir::new().unwrap();
        write(folder.path(), "connection.toml", SETTINGS.as_bytes());
        for (path, bytes) in files {
            write(folder.path(), path, &bytes);
        }
        let arguments = [&["validate", "export"], options, &["--no-summary"]].concat();
        let mut program = program();
        let output = program.current_dir(folder.path()).args(&arguments).output().unwrap();
        let (text, notes) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        for secret in ["jane", "5551234567890123456", "shop-us", "7f6c", "xxx"] {
            assert!(!text.contains(secret) && !notes.contains(secret), "{name}: a value is shown: {text}{notes}");
        }
        assert_eq!(output.status.code(), Some(1), "{name}: {text}");
        // The duration differs.
        let (body, verdict) = text.trim_end().rsplit_once("\n\n").unwrap();
        let verdict = verdict.split_whitespace().collect::<Vec<_>>().join(" ");
        let verdict = verdict.rsplit_once(" in ").unwrap().0;
        shown.push_str(&format!("# {name}\n$ mp-forwarding {}\n{body}\n\n{verdict}\n{notes}\n\n", arguments.join(" ")));
    }
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/validate/broken.txt");
    if std::env::var_os("MP_FORWARDING_BLESS").is_some() {
        std::fs::write(golden, &shown).unwrap();
    }
    assert_eq!(shown, std::fs::read_to_string(golden).unwrap(), "MP_FORWARDING_BLESS=1 updates it");
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn write(folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}
