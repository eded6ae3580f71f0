//! Edge cases: days that begin and end, unusual names, and files that are small, large, many, or written at the same
//! time.

use std::fmt::Write as _;

use super::scenario::Plan;
use crate::settings::{BucketName, Connection, DateFolders};

const MIB: u64 = 1024 * 1024;

/// The edge cases that take about a second.
pub fn edges(bucket: &BucketName) -> Vec<Plan> {
    let plan = |name, mode, change: &dyn Fn(&mut Connection)| {
        let mut connection = Connection::new(bucket.clone(), mode);
        change(&mut connection);
        Plan::new(name, connection)
    };
    let days = |name, mode| Plan {
        batches: Some(boundary_days),
        input_faults: &[("/events/*/data/timestamp_unixtime_ms", 3), ("/timestamp_unixtime_ms", 3)],
        ..plan(name, mode, &|_| {})
    };
    vec![
        days("days-by-event-time", DateFolders::EventTime),
        days("days-by-upload-time", DateFolders::UploadTime),
        days("days-by-first-event-or-upload-time", DateFolders::FirstEventOrUploadTime),
        Plan {
            batches: Some(hostile_names),
            ..plan("hostile-names", DateFolders::EventTime, &|connection| {
                connection.folder_name = "Ex pörts/a+b=c&d/%2F…/日本".parse().ok();
                connection.use_compression = true;
            })
        },
        Plan {
            batches: Some(few_batches),
            engine: |engine| engine.max_file_bytes = 1,
            ..plan("tiny-files", DateFolders::UploadTime, &|connection| connection.use_compression = true)
        },
        // Four writers draw the same numbers at the same time, so each key is used four times. They may read the
        // existing object. Without this permission they could not know the outcome.
        Plan {
            batches: Some(few_batches),
            several_writers: true,
            user_based: true,
            ..plan("four-writers", DateFolders::None, &|connection| connection.send_as_batch = false)
        },
    ]
}

/// The edge cases that take longer.
pub fn far_edges(bucket: &BucketName) -> Vec<Plan> {
    let connection = || Connection::new(bucket.clone(), DateFolders::EventTime);
    vec![
        Plan {
            batches: Some(long_batches),
            engine: |engine| engine.max_file_bytes = 64 * MIB,
            ..Plan::new("large-file", connection())
        },
        Plan {
            batches: Some(ten_thousand),
            engine: |engine| engine.max_file_lines = 1,
            ..Plan::new("ten-thousand-objects", connection())
        },
    ]
}

/// A batch with one event, from a device of its own.
fn batch(number: usize, uploaded: &str, happened: &str, app: &str, more: &str) -> String {
    format!(
        r#"{{"environment":"production","batch_id":{number},"timestamp_unixtime_ms":{uploaded},"mpid":{number},"mp_deviceid":"device-{number}","application_info":{{"application_name":{app}}},"events":[{{"event_type":"custom_event","data":{{"event_id":{number},"timestamp_unixtime_ms":{happened},"event_name":"n"{more}}}}}]}}"#
    )
}

/// Times in milliseconds since 1970 at which something begins or ends, or which are implausible.
const MOMENTS: &[&str] = &[
    "1772323199999",     // 2026-02-28, the last millisecond
    "1772323200000",     // 2026-03-01, the first one
    "\"1772323200000\"", // the same as a string
    "1709164799999",     // 2024-02-28
    "1709164800000",     // 2024-02-29, a leap day
    "1709251199999",     // its end
    "1709251200000",     // 2024-03-01
    "1767225599999",     // 2025-12-31
    "1767225600000",     // 2026-01-01
    "4107542399999",     // 2100-02-28, no leap year
    "4107542400000",     // 2100-03-01
    "0",                 // 1970-01-01
    "-1",                // 1969-12-31
    "-62167219200000",   // 0000-01-01
    "-62167219200001",   // the year before
    "253402300799999",   // 9999-12-31
    "253402300800000",   // the year 10000
    "1772323200",        // seconds
    "1772323200000000",  // microseconds
    "9223372036854775807",
    "-9223372036854775808",
    "null",
    "\"\"",
    "\"yesterday\"",
    "1772323200000.5",
];

fn boundary_days() -> String {
    const NOON: &str = "1772366400000";
    let mut text = String::new();
    for (number, moment) in (1..).zip(MOMENTS) {
        let _ = writeln!(text, "{}", batch(2 * number, NOON, moment, "\"Shop\"", ""));
        let _ = writeln!(text, "{}", batch(2 * number + 1, moment, "null", "\"Shop\"", ""));
    }
    let _ = writeln!(text, r#"{{"environment":"production","batch_id":1,"mpid":1,"mp_deviceid":"d","events":[]}}"#);
    text
}

/// App names as JSON strings. The built-in S3 accepts keys of about 140 bytes.
const APPS: &[&str] = &[
    r#""a_b_20260301000002000000_12345.txt""#,
    r#"".""#,
    r#""..""#,
    r#""../../etc/passwd""#,
    r#""a/b\\c""#,
    r#"" leading and trailing ""#,
    r#""%2e%2e%2f%00""#,
    r#""q?a=b&c#d""#,
    r#""tab\tnew\nline\u0000nul\u007fdel""#,
    r#""\"quoted' <tag> & $(sh) `sh`""#,
    r#""Ünïcödé ☕ 日本語""#,
    r#""e\u0301 and \u00e9""#,
    r#""\u202eright-to-left""#,
    r#""👩‍👩‍👧""#,
    r#""~!@^*()[]{}|;:,""#,
    r#""""#,
    r#"null"#,
    r#"7"#,
];

fn hostile_names() -> String {
    let mut text = String::new();
    for (number, app) in (1..).zip(APPS) {
        let _ = writeln!(text, "{}", batch(number, "1772323200000", "1772323200000", app, ""));
    }
    text
}

fn few_batches() -> String {
    let mut text = String::new();
    for number in 1..=200 {
        let app = ["\"Shop\"", "\"Other\""][number % 2];
        let _ = writeln!(text, "{}", batch(number, "1772323200000", "1772323200000", app, ""));
    }
    text
}

fn long_batches() -> String {
    let padding = format!(r#","custom_attributes":{{"x":"{}"}}"#, "ab\u{e9} ".repeat(20 * 1024));
    let mut text = String::new();
    for number in 1..=200 {
        let _ = writeln!(text, "{}", batch(number, "1772323200000", "1772323200000", "\"Shop\"", &padding));
    }
    text
}

fn ten_thousand() -> String {
    let mut text = String::new();
    for number in 1..=10_000 {
        let _ = writeln!(text, "{}", batch(number, "1772323200000", "1772323200000", "\"Shop\"", ""));
    }
    text
}
