//! `replay` as a user runs it: a feed in, batches out.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::program::{assert_code, program, text};

/// The shape of mParticle's own sample: two of three events are blocked, and one attribute of the third.
const FEED: &str = r#"{"events":[{"data":{"event_name":"blocked 1","event_id":"-7778608565459700000","timestamp_unixtime_ms":"1599790566900","custom_attributes":{"a":"v"}},"event_type":"custom_event"},{"data":{"event_name":"blocked 2","event_id":"-387480379075200000","timestamp_unixtime_ms":"1599790566900"},"event_type":"custom_event"},{"data":{"event_name":"forwarded","event_id":"8561854144327900000","timestamp_unixtime_ms":"1599790566900","custom_attributes":{"a":"v"}},"event_type":"custom_event"}],"user_attributes":{"$gender":"M","$age":"40"},"user_identities":{"customer_id":"u0@example.com","email":"u1@example.com"},"environment":"development","ip":"","timestamp_unixtime_ms":"1599790566900","batch_id":"-5158959812941600000","context":{"data_plan":{"plan_id":"main","plan_version":1,"block_metadata":{"dto_version":1,"blocked_user_identities":["customer_id"],"blocked_event_ids":["-7778608565459700000","-387480379075200000"],"blocked_event_attributes":[{"event_id":"8561854144327900000","event_attributes":["./data/custom_attributes/a"]}],"blocked_user_attributes":["$gender"]}}}}"#;

fn folder(name: &str, feed: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("replay-{name}"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("feed.ndjson"), feed).unwrap();
    folder
}

#[test]
fn blocked_events_become_batches_of_their_own() {
    let folder = folder("out", &format!("{FEED}\n{{\"environment\":\"production\",\"events\":[]}}\n"));
    let out = folder.join("batches.ndjson");
    let mut replay = program();
    replay.arg("replay").arg(folder.join("feed.ndjson")).args(["--format", "json", "--out"]).arg(&out);
    let report: Value = serde_json::from_slice(&assert_code(0, &mut replay).stdout).unwrap();
    let summary = &report["summary"];
    assert_eq!((summary["lines"].as_u64(), summary["untouched_lines"].as_u64()), (Some(2), Some(1)), "{report}");
    assert_eq!(
        (summary["blocked_events"].as_u64(), summary["repeated_events"].as_u64()),
        (Some(2), Some(0)),
        "{report}"
    );
    let written = std::fs::read_to_string(&out).unwrap();
    let batch: Value = serde_json::from_str(&written).unwrap();
    assert_eq!(batch["events"].as_array().unwrap().len(), 2);
    assert_eq!(batch["events"][0]["data"]["event_id"], "-7778608565459700000");
    assert_eq!(batch["user_identities"], serde_json::json!({ "email": "u1@example.com" }));
    assert!(!written.contains("batch_id") && !written.contains("block_metadata") && !written.contains("$gender"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(out.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    // A file that exists is not written over.
    let refused = assert_code(2, &mut replay);
    assert!(text(&refused).contains("batches.ndjson"), "{}", text(&refused));
    assert_eq!(std::fs::read_to_string(&out).unwrap(), written);
}

#[test]
fn without_out_nothing_is_written_and_no_value_is_shown() {
    let folder = folder("dry", FEED);
    let output = assert_code(0, program().arg("replay").arg(&folder).args(["--restore", "attributes,identities"]));
    let printed = text(&output);
    assert!(printed.contains("nothing was written") && printed.contains("3 events of 1 line"), "{printed}");
    assert!(!printed.contains("example.com"), "{printed}");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
}

#[test]
fn a_line_that_is_not_a_batch_is_a_finding_and_the_rest_is_replayed() {
    let folder = folder("wrong", &format!("{{\"environment\":\"prod\"}}\nnot json\n{FEED}"));
    let output = assert_code(1, program().arg("replay").arg(&folder).args(["--format", "json"]));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (report["summary"]["invalid_lines"].as_u64(), report["summary"]["batches"].as_u64()),
        (Some(2), Some(1))
    );
    let output = assert_code(2, program().args(["replay", "/nowhere/feed"]));
    assert!(text(&output).contains("/nowhere/feed"), "{}", text(&output));
}

/// Fault: an empty feed was a pass.
#[test]
fn a_feed_without_a_line_is_no_pass() {
    let folder = folder("empty", "\n\n");
    let output = assert_code(2, program().arg("replay").arg(&folder));
    assert!(text(&output).contains("no line of data was read"), "{}", text(&output));
}
