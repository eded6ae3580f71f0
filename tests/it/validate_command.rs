//! The files that `validate` reads, the effect of its options, settings and baselines.

use std::path::Path;
use std::process::Output;

use mp_forwarding::report::Validation;
use mp_forwarding::report::model::Report;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::program::{PATH, program};

const NAME: &str = "Shop_20260301000000000000_12345.txt";

fn batch() -> Value {
    json!({
        "events": [{ "event_type": "custom_event", "data": { "event_name": "a", "timestamp_unixtime_ms": "1772323200000" } }],
        "timestamp_unixtime_ms": "1772409600000",
        "environment": "production",
    })
}

fn line(batch: &Value) -> String {
    format!("{batch}\n")
}

fn write(folder: &TempDir, name: &str, text: &str) {
    let path = folder.path().join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut program = program();
    program.arg("validate").args(arguments).current_dir(folder).output().unwrap()
}

fn report(folder: &TempDir, arguments: &[&str]) -> Report<Validation> {
    let output = run(folder.path(), &[arguments, &["--format", "json"]].concat());
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

fn refusal(folder: &TempDir, arguments: &[&str]) -> String {
    let output = run(folder.path(), arguments);
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{text}");
    text
}

#[test]
fn patterns_are_matched_without_a_shell() {
    let folder = TempDir::new().unwrap();
    let text = line(&batch());
    for name in
        ["x/2026-03-01/a.txt", "x/2026-03-02/b.txt", "x/2026-03-02/b.json", "x/2026-03-02/.hidden.txt", "x/[a].txt"]
    {
        write(&folder, name, &text);
    }
    for (pattern, files) in [
        ("x/2026-03-*/*.txt", 2),
        ("x/**/*.txt", 3),
        ("x/2026-03-0[12]", 3),
        ("x/2026-03-0?/b.*", 2),
        // A file with exactly this name has priority over the pattern.
        ("x/[a].txt", 1),
        ("x", 4),
    ] {
        assert_eq!(report(&folder, &[pattern]).summary.files, files, "{pattern}");
    }
    assert!(refusal(&folder, &["x/*.csv"]).contains("`x/*.csv` matches no file"));
    assert!(refusal(&folder, &["x/a[.txt"]).contains("invalid glob"));
    write(&folder, "empty/.keep", "");
    assert!(refusal(&folder, &["empty"]).contains("the folder holds no files"));
    // Names are relative to the folder before the first wildcard.
    write(&folder, &format!("n/2026-03-01/{NAME}"), &text);
    assert!(report(&folder, &["--names", "n/*/*.txt"]).findings.is_empty());
}

#[cfg(unix)]
#[test]
fn other_entries_than_files_are_skipped_and_loops_end() {
    use std::os::unix::fs::symlink;
    let folder = TempDir::new().unwrap();
    write(&folder, "x/a.txt", &line(&batch()));
    symlink(folder.path().join("x"), folder.path().join("x/again")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("x/socket")).unwrap();
    assert_eq!(report(&folder, &["x"]).summary.files, 1);
    symlink("itself", folder.path().join("itself")).unwrap();
    assert!(refusal(&folder, &["itself"]).contains("cannot open `itself`"));
    symlink("missing", folder.path().join("x/dangling")).unwrap();
    let output = run(folder.path(), &["x"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 line in 1 file"), "{output:?}");
}

#[test]
fn dates_and_samples_select_files_and_are_reported() {
    let folder = TempDir::new().unwrap();
    let text = line(&batch());
    for day in 1..=20 {
        write(&folder, &format!("x/2026-03-{day:02}/{NAME}"), &text);
    }
    write(&folder, "x/undated.txt", &text);
    let report = report(&folder, &["x", "--since", "2026-03-05", "--until", "2026-03-09"]);
    let summary = report.summary;
    assert_eq!((summary.files, summary.other_dates, summary.undated), (6, 15, 1));
    let sampled =
        |seed| self::report(&folder, &["x", "--sample", "25%", "--seed", seed]).summary.contents.unwrap().folders;
    assert_eq!(sampled("1").len(), 6);
    assert_eq!(sampled("1"), sampled("1"));
    assert_ne!(sampled("1"), sampled("2"));
    let output = run(folder.path(), &["x", "--sample", "25%"]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("6 of 21 files were read (25%, seed 0)"));
    assert!(
        refusal(&folder, &["x", "--since", "2026-03-02", "--until", "2026-03-01"]).contains("no file matches both")
    );
    assert!(refusal(&folder, &["x", "--sample", "0%"]).contains("such as `1%`"));
    assert!(refusal(&folder, &["x", "--since", "tomorrow"]).contains("`yesterday`"));
}

#[test]
fn a_check_of_nothing_is_no_pass() {
    let folder = TempDir::new().unwrap();
    write(&folder, &format!("x/2026-03-01/{NAME}"), &line(&batch()));
    write(&folder, "v/mParticle_Bucket_Verification_20260301-123456.txt", "{}");
    write(&folder, "empty/.keep", "");
    // Bug: blank lines counted as data.
    write(&folder, "blank/a.txt", "\n \t\r\n\n");
    for arguments in [&["x", "--since", "2027-01-01"][..], &["v"], &["blank"], &["empty"], &["empty/*.txt"]] {
        let text = refusal(&folder, arguments);
        assert!(text.contains("no line of data was read") || text.contains("empty"), "{text}");
        let output = run(folder.path(), &[arguments, &["--allow-empty"]].concat());
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    }
    // Bug: blank lines matched the schema.
    let output = run(folder.path(), &["blank", "--allow-empty"]);
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(shown.contains("nothing to check") && shown.contains("ok: 0 passed"), "{shown}");
}

#[test]
fn a_verification_object_is_known_by_its_name_whatever_the_settings() {
    let folder = TempDir::new().unwrap();
    let settings = "[connection]\ns3_bucket_name = 'mp-forwarding-acme'\nfolder_name = 'exports'\n\
        store_data_in_folders_by_date = 'none'\n";
    write(&folder, "c.toml", settings);
    write(&folder, "copy/some/where/mParticle_Bucket_Verification_20260301-123456.txt", "{}");
    write(&folder, "copy/a.txt", &line(&batch()));
    let report = report(&folder, &["copy", "--settings", "c.toml"]);
    assert_eq!((report.summary.verification_objects, report.summary.lines), (1, 1));
    assert!(report.findings.is_empty(), "{:?}", report.findings);
}

#[test]
fn a_baseline_lets_known_causes_pass_and_new_ones_fail() {
    let folder = TempDir::new().unwrap();
    let wrong = |change: fn(&mut Value)| {
        let mut batch = batch();
        change(&mut batch);
        line(&batch)
    };
    let known = wrong(|batch| batch["environment"] = json!("prod"));
    write(&folder, "x/a.txt", &known);
    let output = run(folder.path(), &["x", "--report", "baseline.json"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");

    // The same cause in other files and lines is known, as long as it is not more of it.
    std::fs::rename(folder.path().join("x/a.txt"), folder.path().join("x/d.txt")).unwrap();
    assert_eq!(run(folder.path(), &["x", "--baseline", "baseline.json"]).status.code(), Some(0));
    write(&folder, "x/b.txt", &known.repeat(7));
    let output = run(folder.path(), &["x", "--baseline", "baseline.json"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("8 now, 1 in the baseline"), "{text}");
    assert_eq!(report(&folder, &["x", "--baseline", "baseline.json"]).findings[0].baseline_count, Some(1));
    assert!(refusal(&folder, &["x", "--baseline-max", "8"]).contains("--baseline"));
    let output = run(folder.path(), &["x", "--baseline", "baseline.json", "--baseline-max", "8"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("baseline.json") && text.contains("8") && text.contains("ok"), "{text}");

    write(&folder, "x/c.txt", &wrong(|batch| batch["events"] = json!(7)));
    let report = report(&folder, &["x", "--baseline", "baseline.json", "--baseline-max", "8"]);
    assert_eq!(
        report.findings.iter().map(|finding| (finding.known, finding.count)).collect::<Vec<_>>(),
        [(true, 8), (false, 1)]
    );
    assert_eq!(run(folder.path(), &["x", "--baseline", "baseline.json", "--baseline-max", "8"]).status.code(), Some(1));

    // A finding that no longer occurs is counted.
    write(&folder, "y/a.txt", &line(&batch()));
    let baseline = self::report(&folder, &["y", "--baseline", "baseline.json"]).summary.baseline.unwrap();
    assert_eq!((baseline.findings, baseline.gone), (1, 1));

    write(&folder, "none.json", "{}");
    assert!(
        refusal(&folder, &["x", "--baseline", "none.json"])
            .contains("`none.json` is no report that this version can read: write a new one")
    );
    assert!(refusal(&folder, &["x", "--baseline", "missing.json"]).contains("missing.json"));
    let both = refusal(&folder, &["x", "--baseline", "baseline.json", "--report", "baseline.json"]);
    assert!(both.contains("use another file"), "{both}");
}

#[test]
fn a_report_among_the_files_is_not_taken_for_one_of_them() {
    let folder = TempDir::new().unwrap();
    write(&folder, "x/a.txt", &line(&batch()));
    let output = run(folder.path(), &["x", "--report", "x/report.json"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

/// A setting with another value than its default, a batch that violates it, and the clause and place of the finding.
/// Fault: the files of a state were checked as exported files, and a folder of exported files was taken for a state.
#[test]
fn a_state_among_the_files_is_not_taken_for_one_of_them_and_is_not_mixed_with_them() {
    let folder = TempDir::new().unwrap();
    write(&folder, "x/a.txt", &line(&batch()));
    for new_files in [1, 0] {
        let report = report(&folder, &["x", "--state", "x/state"]);
        assert_eq!((report.summary.files, report.is_ok()), (1, true), "{report:#?}");
        assert_eq!(report.summary.resumed.unwrap().new_files, new_files);
    }
    assert!(refusal(&folder, &["x", "--state", "x"]).contains("name a folder that is new or empty"));
    // Fault: without a place to write the state, there was no report.
    #[cfg(target_os = "linux")]
    {
        let mut shell = std::process::Command::new("sh");
        shell.args([
            "-c",
            "ulimit -f 1; trap '' XFSZ; exec \"$@\"",
            "sh",
            PATH,
            "validate",
            "x/a.txt",
            "--state",
            "full",
        ]);
        let output = shell.args(["--format", "json"]).current_dir(folder.path()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(serde_json::from_slice::<Report<Validation>>(&output.stdout).unwrap().is_ok(), "{output:?}");
    }
    assert_eq!(std::fs::read_dir(folder.path().join("x")).unwrap().count(), 2);
}

#[test]
fn each_setting_that_shapes_batches_is_checked() {
    let event = |event_type: &str| json!([{ "event_type": event_type, "data": {} }]);
    let located =
        json!([{ "event_type": "custom_event", "data": { "location": { "latitude": 1.5, "longitude": 2 } } }]);
    let crash = json!([{ "event_type": "crash_report", "data": { "breadcrumbs": [{ "data": { "location": { "latitude": 1 } } }] } }]);
    let cases = [
        ("send_lifecycle_events = false", "events", event("session_start"), "send_lifecycle_events /events/0"),
        ("send_screen_views = false", "events", event("screen_view"), "send_screen_views /events/0"),
        ("send_crash_events = false", "events", event("crash_report"), "send_crash_events /events/0"),
        (
            "send_network_performance_events = false",
            "events",
            event("network_performance"),
            "send_network_performance_events /events/0",
        ),
        ("send_custom_events = false", "events", event("custom_event"), "send_custom_events /events/0"),
        (
            "send_push_registrations_and_receipts = false",
            "events",
            event("push_message"),
            "send_push_registrations_and_receipts /events/0",
        ),
        (
            "send_commerce_events = false",
            "events",
            json!([{ "event_type": "commerce_event", "data": { "promotion_action": { "action": "view" } } }]),
            "send_commerce_events /events/0",
        ),
        ("", "events", event("user_attribute_change"), "include_user_attribute_change_events /events/0"),
        ("", "events", event("user_identity_change"), "include_user_identity_change_events /events/0"),
        (
            "",
            "events",
            json!([{ "request_type": "alias", "data": { "source_mpid": "1", "destination_mpid": "2", "start_unixtime_ms": "1", "end_unixtime_ms": "2" } }]),
            "send_alias_requests /events/0",
        ),
        ("", "mp_deviceid", json!("secret"), "include_mp_deviceid /mp_deviceid"),
        ("", "consent_state", json!({ "gdpr": {} }), "include_consent_state /consent_state"),
        ("", "context", json!({ "location": { "latitude": 1 } }), "include_event_batch_location /context/location"),
        (
            "include_event_batch_location = true",
            "events",
            located.clone(),
            "include_event_batch_location /context/location",
        ),
        (
            "include_location_information = false",
            "events",
            located,
            "include_location_information /events/0/data/location",
        ),
        (
            "include_location_information = false",
            "events",
            crash,
            "include_location_information /events/0/data/breadcrumbs/0/data/location",
        ),
        ("include_metadata = false", "device_info", json!({ "brand": "secret" }), "include_metadata /device_info"),
        (
            "metadata_field_exclusion = ['Device Name']",
            "device_info",
            json!({ "device": "secret" }),
            "metadata_field_exclusion /device_info/device",
        ),
        (
            "metadata_field_exclusion = ['/device_info/http_header_user_agent']",
            "device_info",
            json!({ "http_header_user_agent": "secret" }),
            "metadata_field_exclusion /device_info/http_header_user_agent",
        ),
        ("unique_id = 'shop-eu'", "unique_id", json!("secret"), "unique_id /unique_id"),
        ("send_batches_without_events = false", "events", json!([]), "send_batches_without_events /events"),
        (
            "send_as_batch = false",
            "events",
            json!([{ "event_type": "profile" }, { "event_type": "profile" }]),
            "BAT-3 /events",
        ),
        ("use_compression = true", "tags", json!(null), "use_compression -"),
    ];
    for (setting, member, value, expected) in cases {
        let shown =
            checked(&format!("store_data_in_folders_by_date = 'none'\n{setting}"), &[], "a.txt", member, value.clone());
        assert!(shown.contains(&expected.to_owned()), "{setting}: {member}: {shown:?}");
        let unasked = checked_with(None, &[], "a.txt", member, value);
        assert!(unasked.is_empty(), "{setting}: {unasked:?}");
    }
    // A null changes nothing, and what the settings forward is not reported.
    for (member, value) in [("mp_deviceid", json!(null)), ("device_info", json!({ "brand": "x" }))] {
        let shown = checked("store_data_in_folders_by_date = 'none'", &[], "a.txt", member, value);
        assert!(shown.is_empty(), "{member}: {shown:?}");
    }
}

#[test]
fn folders_are_compared_with_the_dates_of_their_batches() {
    // The event is from 2026-03-01, the upload from 2026-03-02.
    for (mode, folder, expected) in [
        ("event_time", "2026-03-01/", &[][..]),
        ("event_time", "2026-03-02/", &["LAY-3 "]),
        ("event_time", "", &["LAY-3 "]),
        ("upload_time", "2026-03-02/", &[]),
        ("upload_time", "2026-03-01/", &["LAY-3 "]),
        ("upload_time", "", &["LAY-3 -", "LAY-3 "]),
        ("first_event_or_upload_time", "2026-03-01/", &[]),
        ("first_event_or_upload_time", "2026-03-02/", &["LAY-3 "]),
        ("none", "", &[]),
        ("none", "2026-03-01/", &["LAY-3 -"]),
    ] {
        let settings = format!("store_data_in_folders_by_date = '{mode}'");
        let shown = checked(&settings, &["--names"], &format!("{folder}{NAME}"), "tags", json!(null));
        assert_eq!(shown, expected, "{mode}: {folder}");
        // Without --names a file may be in any folder.
        let shown = checked(&settings, &[], &format!("{folder}{NAME}"), "tags", json!(null));
        assert!(shown.is_empty(), "{mode}: {folder}: {shown:?}");
    }
}

#[test]
fn the_form_comes_from_the_settings_and_a_different_option_is_refused() {
    let folder = TempDir::new().unwrap();
    write(
        &folder,
        "a.txt",
        "{\"environment\":\"production\",\"user_identities\":{\"customer_id\":\"c\"},\"ip\":\"203.0.113.7\"}\n",
    );
    let settings = |raw| {
        format!(
            "[connection]\ns3_bucket_name = 'mp-forwarding-a'\nstore_data_in_folders_by_date = 'none'\nraw_data_feed = {raw}\n"
        )
    };
    write(&folder, "raw.toml", &settings(true));
    write(&folder, "outbound.toml", &settings(false));
    assert_eq!(report(&folder, &["a.txt", "--settings", "raw.toml"]).summary.schema, "raw-batch");
    assert_eq!(report(&folder, &["a.txt", "--settings", "outbound.toml"]).summary.schema, "batch");
    assert!(refusal(&folder, &["a.txt", "--settings", "raw.toml", "--form", "outbound"]).contains("raw_data_feed"));
    assert!(refusal(&folder, &["a.txt", "--settings", "outbound.toml", "--form", "raw"]).contains("raw_data_feed"));
}

/// The findings for one batch with one member set, with these settings: clause and pointer.
fn checked(settings: &str, options: &[&str], name: &str, member: &str, value: Value) -> Vec<String> {
    checked_with(Some(settings), options, name, member, value)
}

fn checked_with(settings: Option<&str>, options: &[&str], name: &str, member: &str, value: Value) -> Vec<String> {
    let folder = TempDir::new().unwrap();
    let mut batch = batch();
    batch[member] = value;
    write(&folder, &format!("x/{name}"), &line(&batch));
    let mut arguments = [&["x"], options].concat();
    if let Some(settings) = settings {
        write(&folder, "c.toml", &format!("[connection]\ns3_bucket_name = 'mp-forwarding-a'\n{settings}\n"));
        arguments.extend(["--settings", "c.toml"]);
    }
    let report = report(&folder, &arguments);
    assert!(!serde_json::to_string(&report).unwrap().contains("secret"));
    let places = report.findings.iter().flat_map(|finding| finding.places.iter().map(move |place| (finding, place)));
    let shown = places.map(|(finding, place)| {
        format!("{} {}", finding.clause.as_deref().unwrap_or_default(), place.pointer.as_deref().unwrap_or("-"))
    });
    shown.collect()
}
