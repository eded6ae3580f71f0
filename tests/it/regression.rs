//! Each bug that was fixed leaves a test that names it.

use std::fs;

use assert_cmd::Command;
use tempfile::TempDir;

use crate::program::{self, Embedded};

/// What the bucket holds after `batch` was forwarded under settings with `more` in `[connection]`.
fn forwarded(batch: &str, more: &str) -> String {
    let server = Embedded::start();
    let folder = TempDir::new().unwrap();
    let input = folder.path().join("batch.ndjson");
    fs::write(&input, batch).unwrap();
    Command::cargo_bin("mp-forwarding")
        .unwrap()
        .args(["forward", "--quiet", "--settings"])
        .arg(program::settings(folder.path(), &server, more))
        .arg("--input")
        .arg(&input)
        .assert()
        .success();
    let objects = server.objects();
    objects.into_iter().map(|object| String::from_utf8(object.text.unwrap()).unwrap()).collect()
}

#[test]
fn breadcrumbs_that_stand_flat_in_a_crash_report_lose_their_location_too() {
    let batch = r#"{"environment":"production","events":[{"event_type":"crash_report","data":{"breadcrumbs":[{"label":"flat","location":{"latitude":1,"longitude":2}},{"event_type":"breadcrumb","data":{"label":"nested","location":{"latitude":1,"longitude":2}}}]}}]}"#;
    let text = forwarded(batch, "include_location_information = false\n");
    assert!(text.contains(r#"[{"label":"flat"},{"event_type":"breadcrumb","data":{"label":"nested"}}]"#), "{text}");
}

#[test]
fn an_integer_beyond_its_own_range_keeps_its_form() {
    let batch = r#"{"environment":"production","mpid":9223372036854775808,"events":[{"event_type":"crash_report","data":{"event_id":-9223372036854775808,"ios_image_size":18446744073709551615}}]}"#;
    let text = forwarded(batch, "");
    assert!(text.contains(r#""mpid":9223372036854775808"#), "{text}");
    assert!(text.contains(r#""event_id":"-9223372036854775808","ios_image_size":"18446744073709551615""#), "{text}");
}

#[test]
fn an_alias_request_is_known_by_its_request_type_alone() {
    let batch = r#"{"environment":"production","events":[{"request_type":"alias","data":{"source_mpid":1}},{"event_type":"custom_event","data":{"request_type":"alias"}}]}"#;
    let text = forwarded(batch, "");
    assert!(text.contains(r#""events":[{"event_type":"custom_event","data":{"request_type":"alias"}}]"#), "{text}");
}

/// It was told as a server that does not answer, and tried again until the deadline.
#[test]
fn missing_credentials_are_told_at_once_and_as_such() {
    let folder = TempDir::new().unwrap();
    let (settings, input) = (folder.path().join("connection.toml"), folder.path().join("batch.ndjson"));
    let connection =
        "[connection]\ns3_bucket_name = \"mp-forwarding-nobody\"\nstore_data_in_folders_by_date = \"none\"\n";
    fs::write(&settings, connection).unwrap();
    fs::write(&input, "{\"environment\":\"production\",\"events\":[]}\n").unwrap();
    let assert = Command::cargo_bin("mp-forwarding")
        .unwrap()
        .args(["forward", "--endpoint", "http://127.0.0.1:9", "--deadline", "60", "--settings"])
        .arg(&settings)
        .arg("--input")
        .arg(&input)
        .env_clear()
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("HOME", folder.path())
        .timeout(std::time::Duration::from_secs(30))
        .assert()
        .code(3);
    let stderr = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
    assert!(stderr.contains("nothing was sent, no credentials were found"), "{stderr}");
    assert!(stderr.contains("AWS_ACCESS_KEY_ID"), "{stderr}");
}
