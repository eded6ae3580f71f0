//! `canary` against `serve`: both as a user runs them, with an S3 between them. The faults are those of `serve --fault`.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::support::program::{PATH, assert_code, text};
use crate::support::serve::{KEY, SECRET, Serve, program_with_secret, quiet_program};
use crate::support::servers::Server;

const BUCKET: &str = "s3_bucket_name = \"mp-forwarding-canary\"";

fn settings(name: &str, connection: &str) -> PathBuf {
    crate::support::serve::settings(&format!("canary-{name}"), &format!("{BUCKET}\n{connection}"))
}

const DATED: &str = "store_data_in_folders_by_date = \"event_time\"\nfolder_name = \"exports\"";

fn report(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", text(output)))
}

fn check<'a>(report: &'a Value, id: &str) -> &'a Value {
    let checks = report["checks"].as_array().unwrap();
    checks.iter().find(|check| check["id"] == id).unwrap_or_else(|| panic!("no check {id}: {report}"))
}

fn outcome<'a>(report: &'a Value, id: &str) -> &'a str {
    check(report, id)["outcome"].as_str().unwrap()
}

#[test]
fn what_is_sent_arrives_as_the_settings_say() {
    let connection =
        format!("{DATED}\nsend_screen_views = false\nuse_compression = true\ninclude_location_information = false");
    let settings = settings("green", &connection);
    let serve = Serve::start(&settings, &[]);
    let metrics = settings.with_file_name("canary.prom");
    let mut canary = serve.canary(&settings);
    canary.args(["--wait", "60s", "--format", "json", "--data-plan", "plan:3", "--metrics-file"]).arg(&metrics);
    let output = assert_code(0, &mut canary);
    let report = report(&output);
    assert_eq!(report["summary"]["arrived"], 8, "{report}");
    assert_eq!(report["summary"]["filtered"], 1, "{report}");
    assert_eq!(report["summary"]["missing"], 0, "{report}");
    for id in [
        "arrived",
        "filtered",
        "once",
        "content",
        "batches",
        "objects",
        "file-names",
        "folder-name",
        "date-folders",
        "lines",
        "compression",
        "schema",
        "settings",
    ] {
        assert_eq!(outcome(&report, id), "pass", "{id}: {report}");
    }
    let metrics = std::fs::read_to_string(metrics).unwrap();
    for line in ["success 1", "events_sent 9", "events_arrived 8", "events_missing 0"] {
        assert!(metrics.contains(&format!("\nmp_forwarding_canary_{line}\n")), "{metrics}");
    }
    for name in ["delay_min_seconds", "delay_median_seconds", "delay_max_seconds", "finished_timestamp_seconds"] {
        let line = metrics.lines().find(|line| line.starts_with(&format!("mp_forwarding_canary_{name} "))).unwrap();
        assert!(line.rsplit(' ').next().unwrap().parse::<f64>().unwrap() > 0.0, "{metrics}");
    }
    let printed = text(&output);
    assert!(!printed.contains(SECRET) && !printed.contains(KEY), "{printed}");
    assert_eq!(serve.stop().status.code(), Some(0));
}

/// Each fault of an export, the check that finds it, its clause, and the exit code.
const FAULTS: &[(&str, &str, &str, i32)] = &[
    ("late", "arrived", "SET-1", 3),
    ("lost", "arrived", "SET-1", 1),
    ("twice", "once", "U-28", 1),
    ("altered", "content", "DTO-4", 1),
    ("folder", "date-form", "LAY-2", 1),
    ("date", "date-folders", "LAY-3", 1),
    ("name", "file-names", "NAME-1", 1),
    ("compression", "compression", "use_compression", 1),
    ("encryption", "encryption", "SSE-1", 1),
    ("digits", "content", "DTO-4", 1),
    ("framing", "arrived", "SET-1", 1),
    ("environment", "schema", "DTO-8", 1),
    ("setting", "settings", "include_mp_deviceid", 1),
];

/// Runs `canary` with each fault, and prints what it found. `serve` starts a server with a fault.
fn find_each_fault(name: &str, serve: impl Fn(&str, &str, &Path) -> Serve + Sync) {
    std::thread::scope(|scope| {
        for (fault, id, clause, code) in FAULTS {
            let serve = &serve;
            scope.spawn(move || {
                let bucket = format!("mp-forwarding-canary-{fault}");
                let connection = format!(
                    "s3_bucket_name = \"{bucket}\"\nstore_data_in_folders_by_date = \"event_time\"\n\
                     server_side_encryption_method = \"AES256\""
                );
                let settings = crate::support::serve::settings(&format!("canary-{name}-{fault}"), &connection);
                let serve = serve(fault, &bucket, &settings);
                let wait = if *fault == "late" { "3s" } else { "20s" };
                let output = serve.canary(&settings).args(["--wait", wait, "--format", "json"]).output().unwrap();
                assert_eq!(output.status.code(), Some(*code), "{fault}: {}", text(&output));
                let report = report(&output);
                assert_eq!(outcome(&report, id), "fail", "{fault}: {}", text(&output));
                let findings = report["findings"].as_array().unwrap().iter();
                let mut found = findings.filter(|finding| finding["check"] == *id && finding["clause"] == *clause);
                let found = found.next().unwrap_or_else(|| panic!("{fault}: {}", text(&output)));
                println!("{fault:12} exit {code}  {id:13} {clause:20} {}", found["message"]);
            });
        }
    });
}

#[test]
fn every_fault_of_an_export_is_found_by_its_clause() {
    find_each_fault("built-in", |fault, _, settings| Serve::start(settings, &["--fault", fault]));
}

#[tokio::test(flavor = "multi_thread")]
async fn on_seaweedfs_what_is_sent_arrives_and_every_fault_is_found() {
    let Some(server) = Server::shared_seaweedfs() else { return };
    let client = server.client();
    for bucket in FAULTS.iter().map(|(fault, ..)| *fault).chain(["none"]) {
        client.create_bucket().bucket(format!("mp-forwarding-canary-{bucket}")).send().await.unwrap();
    }
    let connection =
        format!("s3_bucket_name = \"mp-forwarding-canary-none\"\n{DATED}\nserver_side_encryption_method = \"AES256\"");
    let settings = crate::support::serve::settings("canary-seaweedfs", &connection);
    let serve = Serve::start_on(server, &settings, &[]);
    let output = assert_code(0, serve.canary(&settings).args(["--wait", "60s", "--format", "json"]));
    assert_eq!(report(&output)["summary"]["arrived"], 9, "{}", text(&output));
    assert_eq!(outcome(&report(&output), "encryption"), "pass", "{}", text(&output));
    println!("{}", text(serve.canary(&settings).args(["--wait", "60s"]).output().as_ref().unwrap()));
    find_each_fault("seaweedfs", |fault, _, settings| Serve::start_on(server, settings, &["--fault", fault]));
}

#[test]
fn a_record_has_what_came_back_with_the_mark_and_no_other_value() {
    let settings = settings("record", DATED);
    let serve = Serve::start(&settings, &[]);
    let record = settings.with_file_name("record");
    let canary = |wait: &str| {
        let mut canary = serve.canary(&settings);
        canary.args(["--wait", wait, "--format", "json", "--event-types", "screen_view,opt_out", "--record"]);
        canary.arg(&record);
        canary
    };
    let output = assert_code(0, &mut canary("60s"));
    let mark = report(&output)["summary"]["mark"].as_str().unwrap().to_owned();
    assert_eq!(report(&output)["summary"]["events"], 2);
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&record), 0o700);
    let read = |name: &str| {
        assert_eq!(mode(&record.join(name)), 0o600);
        std::fs::read_to_string(record.join(name)).unwrap()
    };
    let sent = read("sent.ndjson");
    let types: Vec<String> = sent
        .lines()
        .flat_map(|line| serde_json::from_str::<Value>(line).unwrap()["events"].as_array().unwrap().clone())
        .map(|event| event["event_type"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(types, ["screen_view", "opt_out"]);
    let object: Value = serde_json::from_str(read("objects.ndjson").lines().next().unwrap()).unwrap();
    let data = &object["lines"][0]["events"][0]["data"];
    assert!(data["custom_attributes"]["canary"].as_str().unwrap().starts_with(&mark), "{object}");
    // What the platform added is masked.
    assert_eq!(data["message_id"], "(text, 36 characters)", "{object}");
    assert!(object["lines"][0]["batch_id"].as_str().unwrap().starts_with("(digits, "), "{object}");
    // A record is never written over, and nothing is sent.
    let refused = assert_code(2, &mut canary("1s"));
    assert!(text(&refused).contains("cannot write the new folder"), "{}", text(&refused));
    assert_eq!(read("sent.ndjson"), sent);
    let stopped = serve.stop();
    assert!(text(&stopped).contains("accepted 2 requests with 2 batches"), "{}", text(&stopped));
}

/// Fault: the report was lost with the metrics.
#[test]
fn a_full_disk_costs_the_metrics_and_not_the_report() {
    let settings = settings("full", DATED);
    let serve = Serve::start(&settings, &[]);
    let mut canary = serve.canary(&settings);
    canary.args(["--wait", "60s", "--format", "json", "--event-types", "screen_view", "--metrics-file", "/dev/full"]);
    let output = assert_code(2, &mut canary);
    assert_eq!(report(&output)["summary"]["arrived"], 1);
    assert!(text(&output).contains("cannot write the metrics file `/dev/full`: No space left"), "{}", text(&output));
}

#[test]
fn canary_refuses_what_it_cannot_use_before_it_sends() {
    let settings = settings("refused", DATED);
    let canary = |arguments: &[&str]| {
        let mut canary = quiet_program();
        canary.args(["canary", "--settings"]).arg(&settings).args(arguments);
        canary
    };
    for (arguments, says) in [
        (&["--events-url", "http://s2s.us1.mparticle.com"][..], "unencrypted"),
        (&["--events-url", "https://user:pass@host"], "user name or a password"),
        (&[], "give it with --pod"),
        (&["--pod", "mars"], "unknown pod `mars`"),
        (&["--pod", "us1", "--environment", "production"], "--yes"),
        (&["--pod", "us1", "--event-types", "uninstall"], "`uninstall`"),
        (&["--pod", "us1", "--data-plan", "plan"], "ID:VERSION"),
        (&["--pod", "us1", "--wait", "soon"], "20m"),
        (&["--pod", "us1", "--metrics-file", "nowhere/canary.prom"], "nowhere/canary.prom"),
        (&["--pod", "us1", "--record", "nowhere/record"], "nowhere/record"),
    ] {
        let output =
            assert_code(2, canary(arguments).env("MPARTICLE_API_KEY", KEY).env("MPARTICLE_API_SECRET", SECRET));
        assert!(text(&output).contains(says), "{arguments:?}: {}", text(&output));
    }
    let output = assert_code(2, canary(&["--pod", "us1"]).env("MPARTICLE_API_KEY", KEY));
    assert!(text(&output).contains("MPARTICLE_API_SECRET is not set"), "{}", text(&output));
    assert!(!text(&output).contains(KEY));
}

/// `script` gives the program a terminal.
#[test]
fn production_needs_a_typed_yes_on_a_terminal() {
    let settings = settings("typed", DATED);
    let serve = Serve::start(&settings, &[]);
    let run = |answer: &str| {
        let canary = format!(
            "'{PATH}' canary --settings '{}' --events-url {} --endpoint {} --poll 1s --wait 60s --environment production",
            settings.display(),
            serve.url,
            serve.endpoint
        );
        let mut script = Command::new("script");
        script.args(["-qec", &canary, "/dev/null"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        script
            .env("MPARTICLE_API_KEY", KEY)
            .env("MPARTICLE_API_SECRET", SECRET)
            .env("AWS_EC2_METADATA_DISABLED", "true");
        let mut child = script.envs(serve.keys.iter().map(|(name, value)| (name, value))).spawn().unwrap();
        // The terminal stays open until the run has ended.
        let mut terminal = child.stdin.take().unwrap();
        std::thread::sleep(std::time::Duration::from_secs(1));
        writeln!(terminal, "{answer}").unwrap();
        let output = child.wait_with_output().unwrap();
        drop(terminal);
        output
    };
    if Command::new("script").arg("--version").output().is_err() {
        eprintln!("skipped: production_needs_a_typed_yes_on_a_terminal: there is no program `script`");
        return;
    }
    let refused = run("y");
    assert_eq!(refused.status.code(), Some(2), "{}", text(&refused));
    assert!(text(&refused).contains("They reach every output of this input. [yes/no]"), "{}", text(&refused));
    let sent = run("yes");
    assert_eq!(sent.status.code(), Some(0), "{}", text(&sent));
    assert!(text(&sent).contains("9 of 9 events arrived"), "{}", text(&sent));
}

#[test]
fn wrong_credentials_and_an_unreachable_api_are_no_findings() {
    let settings = settings("credentials", DATED);
    let serve = Serve::start(&settings, &[]);
    let output = assert_code(3, serve.canary(&settings).args(["--wait", "5s"]).env("MPARTICLE_API_SECRET", "another"));
    assert!(text(&output).contains("403: the key or the secret is wrong"), "{}", text(&output));
    let port_is_free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let output = assert_code(
        3,
        program_with_secret()
            .args(["canary", "--wait", "1s", "--events-url", &format!("http://127.0.0.1:{port_is_free}"), "--settings"])
            .arg(&settings)
            .args(["--endpoint", &serve.endpoint])
            .envs(serve.keys.iter().map(|(name, value)| (name, value))),
    );
    assert!(text(&output).contains("did not accept the request in time"), "{}", text(&output));
}

#[test]
fn an_interrupted_run_says_what_has_arrived() {
    let settings = settings("interrupted", DATED);
    // Nothing arrives before ten seconds are over.
    let serve = Serve::start(&settings, &["--fault", "late"]);
    let mut canary = serve.canary(&settings);
    let mut child =
        canary.args(["--wait", "60s", "--format", "json"]).stdout(std::process::Stdio::piped()).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_secs(4));
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let mut printed = String::new();
    std::io::Read::read_to_string(&mut child.stdout.take().unwrap(), &mut printed).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(3));
    let report: Value = serde_json::from_str(&printed).unwrap();
    assert!(report["incomplete"].as_str().unwrap().contains("interrupted"), "{report}");
}
