//! Each fixed bug has a test that names it.

use std::fs;

use tempfile::TempDir;

use crate::support::embedded::{self, Embedded};
use crate::support::program::{assert_code, program};

/// The content of the bucket after `batch` was forwarded with `more` in `[connection]`.
fn forwarded(batch: &str, more: &str) -> String {
    let server = Embedded::start();
    let folder = TempDir::new().unwrap();
    let input = folder.path().join("batch.ndjson");
    fs::write(&input, batch).unwrap();
    let mut forward = program();
    forward.args(["forward", "--quiet", "--settings"]).arg(embedded::settings(folder.path(), &server, more));
    assert_code(0, forward.arg("--input").arg(&input));
    let objects = server.objects();
    objects.into_iter().map(|object| String::from_utf8(object.text.unwrap()).unwrap()).collect()
}

#[test]
fn flat_breadcrumbs_in_a_crash_report_lose_their_location_too() {
    let batch = r#"{"environment":"production","events":[{"event_type":"crash_report","data":{"breadcrumbs":[{"label":"flat","location":{"latitude":1,"longitude":2}},{"event_type":"breadcrumb","data":{"label":"nested","location":{"latitude":1,"longitude":2}}}]}}]}"#;
    let text = forwarded(batch, "include_location_information = false\n");
    assert!(text.contains(r#"[{"label":"flat"},{"event_type":"breadcrumb","data":{"label":"nested"}}]"#), "{text}");
}

#[test]
fn an_integer_out_of_range_keeps_its_form() {
    let batch = r#"{"environment":"production","mpid":9223372036854775808,"events":[{"event_type":"crash_report","data":{"event_id":-9223372036854775808,"ios_image_size":18446744073709551615}}]}"#;
    let text = forwarded(batch, "");
    assert!(text.contains(r#""mpid":9223372036854775808"#), "{text}");
    assert!(text.contains(r#""event_id":"-9223372036854775808","ios_image_size":"18446744073709551615""#), "{text}");
}

#[test]
fn an_alias_request_is_recognised_by_its_request_type_alone() {
    let batch = r#"{"environment":"production","events":[{"request_type":"alias","data":{"source_mpid":1}},{"event_type":"custom_event","data":{"request_type":"alias"}}]}"#;
    let text = forwarded(batch, "");
    assert!(text.contains(r#""events":[{"event_type":"custom_event","data":{"request_type":"alias"}}]"#), "{text}");
}

/// It was reported as a server that does not answer, and retried until the deadline.
#[test]
fn missing_credentials_are_reported_immediately() {
    let folder = TempDir::new().unwrap();
    let (settings, input) = (folder.path().join("connection.toml"), folder.path().join("batch.ndjson"));
    let connection =
        "[connection]\ns3_bucket_name = \"mp-forwarding-absent\"\nstore_data_in_folders_by_date = \"none\"\n";
    fs::write(&settings, connection).unwrap();
    fs::write(&input, "{\"environment\":\"production\",\"events\":[]}\n").unwrap();
    let begun = std::time::Instant::now();
    let output = program()
        .args(["forward", "--endpoint", "http://127.0.0.1:9", "--deadline", "60", "--settings"])
        .arg(&settings)
        .arg("--input")
        .arg(&input)
        .env_clear()
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("HOME", folder.path())
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{stderr}");
    assert!(begun.elapsed() < std::time::Duration::from_secs(30), "it was tried again until the deadline");
    assert!(stderr.contains("nothing was sent, no credentials were found"), "{stderr}");
    assert!(stderr.contains("AWS_ACCESS_KEY_ID"), "{stderr}");
}

/// A process's peak of resident memory in bytes, on systems that report it.
fn peak_memory(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes << 10)
}

#[test]
fn a_divided_batch_that_exceeds_the_memory_is_forwarded_line_by_line() {
    const EVENTS: usize = 400;
    let server = Embedded::start();
    let folder = TempDir::new().unwrap();
    let events = vec![r#"{"event_type":"profile","data":{}}"#; EVENTS].join(",");
    let node = "y".repeat(300_000);
    let batch = format!(r#"{{"environment":"production","x":"{node}","events":[{events}]}}"#);
    let input = folder.path().join("batch.ndjson");
    fs::write(&input, batch + "\n").unwrap();
    let path = embedded::settings(folder.path(), &server, "send_as_batch = false\nuse_compression = true\n");
    let bounds = "[engine]\nmax_line_bytes = 1048576\nmax_file_bytes = 4194304\nbuffer_bytes = 8388608\nuploads = 2\ngzip_level = 1\n";
    let text = fs::read_to_string(&path).unwrap().replace("[engine]\n", bounds);
    fs::write(&path, text).unwrap();
    let mut child = program()
        .args(["forward", "--format", "json", "--deadline", "60", "--settings"])
        .arg(&path)
        .arg("--input")
        .arg(&input)
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        peak = peak.max(peak_memory(child.id()).unwrap_or_default());
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let output = child.wait_with_output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), &report["fates"]["written"]), (Some(0), &EVENTS.into()), "{report}");
    // The divided batch needs 120 MB.
    assert!(peak < 100 << 20, "{} MiB at the peak", peak >> 20);
}

#[test]
fn u_17_a_data_plan_is_the_same_with_any_escapes() {
    let batch = |plan: &str| {
        format!(
            r#"{{"environment":"production","mpid":1,"context":{{"data_plan":{{"plan_id":"{plan}"}}}},"events":[{{"event_type":"profile","data":{{}}}}]}}"#
        ) + "\n"
    };
    let text = forwarded(&(batch("shop/1") + &batch("shop\\/\\u0031") + &batch("shop/2")), "");
    assert_eq!(text.lines().count(), 2, "{text}");
}
