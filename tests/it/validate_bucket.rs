//! `validate` on a bucket as it stands: what is reported without a verdict, the choice by time, and the state between runs.

use std::fs;
use std::path::Path;

use mp_forwarding::report::Validation;
use mp_forwarding::report::model::{Check, Outcome, Report};

use crate::support::embedded::{BUCKET, Embedded, settings};
use crate::support::program::{program, run, text};

fn url() -> String {
    format!("s3://{BUCKET}/exports")
}

/// Validates the bucket. Returns the exit code and the report.
fn validate(settings: &str, more: &[&str]) -> (Option<i32>, Report<Validation>) {
    let output = run([&["validate", &url(), "--settings", settings, "--format", "json"], more].concat());
    let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", text(&output)));
    (output.status.code(), report)
}

fn failed(report: &Report<Validation>) -> Vec<&str> {
    report.failed().map(|check| check.id.as_str()).collect()
}

fn check<'a>(report: &'a Report<Validation>, id: &str) -> &'a Check {
    report.checks.iter().find(|check| check.id == id).unwrap_or_else(|| panic!("no {id}: {report:#?}"))
}

#[track_caller]
fn open(report: &Report<Validation>, id: &str) -> String {
    let check = check(report, id);
    assert!(matches!(check.outcome, Outcome::Open { .. }), "{check:?}");
    check.seen.clone()
}

/// An export by the engine: the settings file.
fn export(server: &Embedded, folder: &Path, more: &str, batches: &str) -> String {
    let typed = settings(folder, server, more);
    let by_event = fs::read_to_string(&typed).unwrap().replace("\"none\"", "\"event_time\"");
    fs::write(&typed, by_event).unwrap();
    let typed = typed.to_str().unwrap().to_owned();
    forward(folder, &typed, batches, "7");
    typed
}

fn forward(folder: &Path, settings: &str, batches: &str, seed: &str) {
    let input = folder.join("batches.ndjson");
    fs::write(&input, run(["generate", "--batches", batches, "--seed", seed]).stdout).unwrap();
    let forwarded = run(["forward", "--settings", settings, "--input", input.to_str().unwrap()]);
    assert!(matches!(forwarded.status.code(), Some(0 | 1)), "{}", text(&forwarded));
}

#[test]
fn faults_of_a_bucket_are_found_and_what_is_open_is_reported() {
    let server = Embedded::start();
    let folder = tempfile::tempdir().unwrap();
    let dated = "folder_name = \"exports\"\ninclude_mp_deviceid = true\nuse_compression = true\n";
    let typed = export(&server, folder.path(), dated, "300");
    let keys = server.keys(BUCKET);
    assert!(keys.len() > 10, "{keys:?}");

    // The engine's objects have no faults.
    let (code, report) = validate(&typed, &[]);
    assert_eq!((code, failed(&report)), (Some(0), vec![]), "{report:#?}");
    assert_eq!(report.summary.files, keys.len() as u64);
    assert!(report.count(&Outcome::Pass) >= 8);
    for id in ["gaps", "small-files", "lateness", "field-drift", "batch-ids", "repeats"] {
        assert!(!open(&report, id).is_empty());
    }
    assert!(open(&report, "lateness").contains(", p50 ≤ "), "{}", open(&report, "lateness"));
    assert!(open(&report, "headers").contains("`application/gzip`"), "{}", open(&report, "headers"));
    assert!(matches!(check(&report, "encryption").outcome, Outcome::NotApplicable { .. }));

    // Parts of it have the same report.
    let parts = ["1/2", "2/2"].map(|shard| {
        let partial = folder.path().join(shard.replace('/', "-")).display().to_string();
        validate(&typed, &["--shard", shard, "--partial", &partial]);
        partial
    });
    let merged = program().args(["report", "merge", "--format", "json"]).args(&parts).output().unwrap();
    let merged: Report<Validation> = serde_json::from_slice(&merged.stdout).unwrap();
    assert_eq!((&merged.checks, &merged.summary), (&report.checks, &report.summary));

    // Other settings: the objects are in other folders, are compressed, and have members that the settings remove.
    let others = fs::read_to_string(&typed).unwrap().replace("event_time", "none");
    let others = others.replace(dated, "folder_name = \"exports\"\nserver_side_encryption_method = \"AES256\"\n");
    let other = folder.path().join("other.toml");
    fs::write(&other, others).unwrap();
    let (code, report) = validate(other.to_str().unwrap(), &[]);
    let expected = vec!["date-folders", "compression", "encryption", "settings"];
    assert_eq!((code, failed(&report)), (Some(1), expected), "{report:#?}");
    let finding = report.findings.iter().find(|finding| finding.check == "encryption").unwrap();
    assert_eq!((finding.clause.as_deref(), finding.count), (Some("SSE-1"), keys.len() as u64));

    // An object of another program is not read, and one with a wrong name is.
    server.put(BUCKET, "exports/_SUCCESS");
    server.put(BUCKET, "exports/renamed.txt");
    let (code, report) = validate(&typed, &[]);
    assert_eq!((code, failed(&report)), (Some(1), vec!["file-names", "compression", "schema"]), "{report:#?}");
    assert!(open(&report, "foreign-objects").contains("exports/_SUCCESS`"));
    assert_eq!(server.keys(BUCKET).len(), keys.len() + 2, "nothing is written");
}

#[test]
fn the_option_of_conform_names_validate() {
    let output = run(["conform", "--observe", "s3://acme/x", "--suite", "full"]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    assert!(text(&output).contains("mp-forwarding validate s3://acme/x"), "{}", text(&output));
}

#[test]
fn a_run_with_a_state_reads_only_what_is_new_and_known_faults_do_not_fail_it() {
    let server = Embedded::start();
    let folder = tempfile::tempdir().unwrap();
    let typed = export(&server, folder.path(), "folder_name = \"exports\"\n", "60");
    server.put(BUCKET, "exports/wrong.txt");
    let files = server.keys(BUCKET).len() as u64;
    let state = folder.path().join("state").display().to_string();
    let run_with = |more: &[&str]| validate(&typed, &[&["--state", &state], more].concat());
    let resumed = |report: &Report<Validation>| {
        let resumed = report.summary.resumed.as_ref().unwrap();
        (resumed.new_files, resumed.known_files)
    };
    let (code, first) = run_with(&[]);
    assert_eq!((code, resumed(&first)), (Some(1), (files, 0)), "{first:#?}");

    // Nothing is new: the report has everything that is known, and nothing fails.
    let (code, second) = run_with(&[]);
    assert_eq!((code, resumed(&second)), (Some(0), (0, files)), "{second:#?}");
    assert_eq!((second.summary.files, second.summary.lines), (first.summary.files, first.summary.lines));
    assert_eq!(second.findings.len(), first.findings.len());
    assert!(second.findings.iter().all(|finding| finding.known));

    // A new file with a fault of a known kind fails the run, once.
    server.put(BUCKET, "exports/wrong2.txt");
    let (code, third) = run_with(&[]);
    assert_eq!((code, resumed(&third)), (Some(1), (1, files)), "{third:#?}");
    assert_eq!(third.summary.files, files + 1);
    assert_eq!(run_with(&[]).0, Some(0));

    // Another run holds the folder; other options; a damaged file.
    let lock = fs::File::open(Path::new(&state).join("lock")).unwrap();
    lock.lock().unwrap();
    let refused = |more: &[&str]| {
        let output = run([&["validate", &url(), "--settings", &typed, "--state", &state], more].concat());
        assert_eq!(output.status.code(), Some(2), "{}", text(&output));
        text(&output)
    };
    assert!(refused(&[]).contains("another run uses the state"));
    drop(lock);
    assert!(refused(&["--strict"]).contains("differ in the schema"));
    fs::write(Path::new(&state).join("seen"), "zz\n").unwrap();
    assert!(refused(&[]).contains("is damaged: remove its folder"));
    assert!(refused(&["--sample", "10%"]).contains("cannot be used with"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&state).unwrap().permissions().mode() & 0o777, 0o700);
    }
}

#[test]
fn objects_are_selected_by_the_time_of_their_forwarding() {
    let server = Embedded::start();
    let folder = tempfile::tempdir().unwrap();
    let typed = export(&server, folder.path(), "folder_name = \"exports\"\n", "40");
    let files = server.keys(BUCKET).len() as u64;
    // The engine has just forwarded them; their folders are of other days.
    for (more, read) in [
        (&["--since", "1h"][..], files),
        (&["--until", "1h", "--allow-empty"], 0),
        (&["--since", "yesterday", "--until", "1h", "--allow-empty"], 0),
    ] {
        let (code, report) = validate(&typed, more);
        assert_eq!((code, report.summary.files), (Some(0), read), "{more:?}: {report:#?}");
    }
    // An object whose name has no time has that of its last write.
    server.put(BUCKET, "exports/renamed.txt");
    let (_, report) = validate(&typed, &["--since", "10m"]);
    assert_eq!((report.summary.files, report.summary.undated), (files + 1, 0));
    for (wrong, reason) in [
        (&["--since", "tomorrow"][..], "`yesterday`"),
        (&["--since", "1h", "--until", "2h"], "no file matches both"),
        (&["--since", "today", "--until", "yesterday"], "no file matches both"),
    ] {
        let output = run([&["validate", "x.txt"], wrong].concat());
        assert!(output.status.code() == Some(2) && text(&output).contains(reason), "{}", text(&output));
    }
}

#[test]
fn a_file_is_in_the_right_folder_if_a_batch_has_its_date_and_a_mixture_is_open() {
    let folder = tempfile::tempdir().unwrap();
    let typed = folder.path().join("c.toml");
    let table = "[connection]\ns3_bucket_name = \"mp-forwarding-a\"\nstore_data_in_folders_by_date = \"event_time\"\n";
    fs::write(&typed, table).unwrap();
    let line = |day: u64| {
        let time = 1_772_323_200_000 + day * 86_400_000;
        format!(
            "{{\"events\":[{{\"data\":{{\"timestamp_unixtime_ms\":\"{time}\"}},\"event_type\":\"custom_event\"}}],\"environment\":\"production\"}}\n"
        )
    };
    let of = |days: &[u64]| {
        let export = folder.path().join("export");
        fs::create_dir_all(export.join("2026-03-01")).unwrap();
        let text: String = days.iter().map(|day| line(*day)).collect();
        fs::write(export.join("2026-03-01/a_20260301000000000000_12345.txt"), text).unwrap();
        let mut command = program();
        let output = command.args(["validate", "--names", "--format", "json", "--settings"]).arg(&typed).arg(&export);
        let output = output.output().unwrap();
        let report: Report<Validation> = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{}", crate::support::program::text(&output)));
        let clauses: Vec<String> = report.findings.iter().filter_map(|finding| finding.clause.clone()).collect();
        (output.status.code(), clauses, report.summary.wrong_lines)
    };
    assert_eq!(of(&[0, 0]), (Some(0), vec![], 0));
    assert_eq!(of(&[1, 0, 1]), (Some(0), vec!["U-28".to_owned()], 0), "a mixture");
    assert_eq!(of(&[1, 2, 1]), (Some(1), vec!["LAY-3".to_owned()], 3), "no batch of that day");
}

#[test]
fn events_that_were_sent_are_found_filtered_late_altered_or_missing() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let event = |kind: &str, id: &str, name: &str| {
        format!(
            "{{\"event_type\":\"{kind}\",\"data\":{{\"source_message_id\":\"{id}\",\"event_name\":\"{name}\",\"x\":null}}}}"
        )
    };
    let batch = |time: &str, events: &[String]| {
        let events = events.join(",");
        format!("{{\"environment\":\"production\",\"timestamp_unixtime_ms\":\"{time}\",\"events\":[{events}]}}\n")
    };
    let custom = "custom_event";
    let (early, right) = ("1772323200000", "1772330400000");
    let sent = [
        batch(right, &[event(custom, "a", "one"), event(custom, "b", "secret"), event("screen_view", "c", "three")]),
        batch(right, &[event(custom, "d", "four"), format!("{{\"event_type\":\"{custom}\",\"data\":{{}}}}")]),
        batch(early, &[event(custom, "e", "five")]),
    ];
    fs::write(at("sent.ndjson"), sent.concat()).unwrap();
    fs::create_dir(at("export")).unwrap();
    let arrived = batch(right, &[event(custom, "e", "five"), event(custom, "a", "one"), event(custom, "b", "other")]);
    // Forwarded at 02:00, which is the time of the right batches and two hours after the early one.
    fs::write(at("export/a_20260301020000000000_12345.txt"), arrived).unwrap();
    fs::write(
        at("c.toml"),
        "[connection]\ns3_bucket_name = \"mp-forwarding-a\"\nstore_data_in_folders_by_date = \"none\"\nsend_screen_views = false\n",
    )
    .unwrap();
    let (sent, export, settings) = (at("sent.ndjson"), at("export"), at("c.toml"));
    let output = run(["validate", &export, "--known", &sent, "--settings", &settings, "--format", "json"]);
    let report: Report<Validation> =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output)));
    assert_eq!((output.status.code(), failed(&report)), (Some(1), vec!["known-events"]), "{report:#?}");
    let seen = "5 events: 3 found, of these 1 altered and 1 late; 1 filtered by `send_screen_views`, 1 missing; \
                1 without an id, not looked for";
    assert_eq!(check(&report, "known-events").seen, seen);
    let of: Vec<(Option<&str>, Option<&str>)> = report
        .findings
        .iter()
        .map(|finding| (finding.clause.as_deref(), finding.places[0].pointer.as_deref()))
        .collect();
    assert!(of.contains(&(Some("DTO-4"), Some("/events/2/data/event_name"))), "{of:?}");
    assert!(
        of.contains(&(Some("SET-1"), Some("/events/0"))) && of.contains(&(Some("BAT-1"), Some("/events/0"))),
        "{of:?}"
    );
    assert!(!text(&output).contains("secret"), "values are not shown");
    let explained = report.findings.iter().find(|finding| finding.setting.is_some()).unwrap();
    assert_eq!((explained.setting.as_deref(), explained.count), (Some("send_screen_views"), 1));
    assert!(explained.message.contains("a screen_view that was sent is not forwarded"), "{}", explained.message);

    for (content, reason) in [("{", "line 1 is no batch"), ("", "no event has an `event_id`"), ("5", "it is no object")]
    {
        fs::write(at("wrong"), content).unwrap();
        let output = run(["validate", &export, "--known", &at("wrong")]);
        assert!(output.status.code() == Some(2) && text(&output).contains(reason), "{}", text(&output));
    }
    let output = run(["validate", &export, "--known", "none.ndjson"]);
    assert!(output.status.code() == Some(2) && text(&output).contains("none.ndjson"), "{}", text(&output));
}

/// SSE-1 is promised of every object, so a sample leaves none out.
#[test]
fn sse_1_objects_that_a_sample_passes_over_are_asked_for_their_headers() {
    let server = Embedded::start();
    let folder = tempfile::tempdir().unwrap();
    let encrypted = "folder_name = \"exports\"\nserver_side_encryption_method = \"AES256\"\n";
    let typed = export(&server, folder.path(), encrypted, "60");
    let files = server.keys(BUCKET).len() as u64;
    let (code, report) = validate(&typed, &["--sample", "1%"]);
    let sample = report.summary.sample.as_ref().unwrap();
    assert_eq!((code, report.summary.files, sample.selected, sample.headers_read), (Some(0), 1, 1, files - 1));
    let expected = format!("{files} objects: `AES256` ({files})");
    assert_eq!(check(&report, "encryption").seen, expected, "{report:#?}");

    // The names sort behind all others, and the sample is not among them.
    let wrong: Vec<String> = (0..20)
        .map(|number| format!("exports/2026-03-01/z_2026030100000000000{}_{}.txt", number % 10, 10_000 + number))
        .collect();
    wrong.iter().for_each(|key| server.put(BUCKET, key));
    let (code, report) = validate(&typed, &["--sample", "1%"]);
    let finding = report.findings.iter().find(|finding| finding.check == "encryption").unwrap();
    assert_eq!((code, finding.count, report.summary.files), (Some(1), 20, 1), "{report:#?}");
    assert_eq!(report.summary.wrong_files, 20);

    // Nothing is asked where the settings demand nothing.
    let others = fs::read_to_string(&typed).unwrap().replace("\"AES256\"", "\"None\"");
    fs::write(&typed, others).unwrap();
    let (_, report) = validate(&typed, &["--sample", "1%"]);
    assert_eq!(report.summary.sample.as_ref().unwrap().headers_read, 0);
}

#[test]
fn an_id_that_comes_again_is_reported_with_both_places() {
    let server = Embedded::start();
    let folder = tempfile::tempdir().unwrap();
    let typed = export(&server, folder.path(), "folder_name = \"exports\"\n", "20");
    let (_, report) = validate(&typed, &[]);
    let repeats = |report: &Report<Validation>| {
        let found = report.findings.iter().filter(|finding| ["repeats", "batch-ids"].contains(&&*finding.check));
        found.cloned().collect::<Vec<_>>()
    };
    assert_eq!(repeats(&report), [], "{report:#?}");
    // The same input again, with other names.
    forward(folder.path(), &typed, "20", "7");
    let (code, report) = validate(&typed, &[]);
    let found = repeats(&report);
    assert_eq!((code, found.len()), (Some(0), 2), "{report:#?}");
    let events = report.summary.contents.as_ref().unwrap().repeated_events.count;
    let of_events = found.iter().find(|finding| finding.check == "repeats").unwrap();
    assert!(of_events.count == events && events > 20 && of_events.clause.as_deref() == Some("U-28"), "{of_events:?}");
    for place in found.iter().flat_map(|finding| &finding.places) {
        let (second, first) = (place.object.as_deref().unwrap(), place.found.as_deref().unwrap());
        let first = first.split('`').nth(1).unwrap();
        assert!(first.starts_with(&url()) && second.starts_with(&url()) && first < second, "{place:?}");
        assert!(place.found.as_deref().unwrap().ends_with(&format!(", line {}", place.line.unwrap())), "{place:?}");
    }
    // Parts of it have the same places.
    let parts = ["1/3", "2/3", "3/3"].map(|shard| {
        let partial = folder.path().join(shard.replace('/', "-")).display().to_string();
        validate(&typed, &["--allow-empty", "--shard", shard, "--partial", &partial]);
        partial
    });
    let merged = program().args(["report", "merge", "--format", "json"]).args(&parts).output().unwrap();
    let merged: Report<Validation> = serde_json::from_slice(&merged.stdout).unwrap();
    assert_eq!(repeats(&merged), found);
}

/// What is sent is looked for in a whole: the parts of it do not know what the others found.
#[test]
fn what_was_sent_and_a_state_are_not_for_parts() {
    for option in ["--known", "--state"] {
        for part in [&["--shard", "1/2"][..], &["--partial", "x.part"]] {
            let output = run([&["validate", "export", option, "x"], part].concat());
            assert_eq!(output.status.code(), Some(2));
            let printed = text(&output);
            assert!(printed.contains(option) && printed.contains("cannot be used with"), "{printed}");
        }
    }
    let help = text(&run(["validate", "--help"]));
    assert!(help.contains("Not with --shard"), "{help}");
}
