//! `validate` on a prefix of a real server: twelve wrong objects among many, and what a later run reads.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;

use aws_sdk_s3::types::ServerSideEncryption;
use flate2::Compression;
use flate2::write::GzEncoder;
use mp_forwarding::report::Validation;
use mp_forwarding::report::model::{Report, Severity};
use tokio::task::JoinSet;

use crate::support::program::{program_as_root, text};
use crate::support::servers::Server;

const BUCKET: &str = "acme-health";
const OBJECTS: u64 = 5_000;

/// A batch of one event, each with other ids, on 2026-03-01.
fn batch(number: u64) -> String {
    let (id, time) = (9_007_199_254_740_993 + number, 1_772_323_200_000 + number);
    format!(
        r#"{{"events":[{{"data":{{"event_name":"a","timestamp_unixtime_ms":"{time}","event_id":"{id}"}},"event_type":"custom_event"}}],"environment":"production","batch_id":"{number}","timestamp_unixtime_ms":"{time}"}}"#
    ) + "\n"
}

fn key(number: u64) -> String {
    format!("exports/2026-03-01/Shop_20260301000000{number:06}_12345.txt")
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// The twelve wrong objects: the clause that finds each, its key and its bytes.
fn wrong() -> Vec<(&'static str, String, Vec<u8>)> {
    let next = |number: u64| (key(900_000 + number), batch(900_000 + number));
    let changed = |number, from: &str, to: &str| {
        let (key, text) = next(number);
        assert!(text.contains(from));
        (key, text.replacen(from, to, 1).into_bytes())
    };
    let ((dto_8_key, dto_8), (dto_9_key, dto_9)) =
        (changed(1, "production", "test"), changed(2, r#""event_name":"a""#, r#""event_name":"a","event_name":"b""#));
    let (screen_key, screen) = changed(3, "custom_event", "screen_view");
    let (device_key, device) =
        changed(4, r#"{"events""#, r#"{"mp_deviceid":"59780f39-d7a0-4ebe-9950-280f937c29e2","events""#);
    let (_, text) = next(5);
    let mut cut = gzip(&text);
    cut.truncate(cut.len() - 9);
    vec![
        ("NAME-1", "exports/2026-03-01/renamed.txt".to_owned(), batch(900_006).into_bytes()),
        ("LAY-2", key(900_007).replace("2026-03-01", "2026-3-1"), batch(900_007).into_bytes()),
        ("LAY-3", key(900_008).replace("2026-03-01", "2026-03-02"), batch(900_008).into_bytes()),
        ("FILE-1", key(900_009), b"id,name\n1,a\n2,b\n".to_vec()),
        ("FILE-2", key(900_005), cut),
        ("use_compression", key(900_010), gzip(&batch(900_010))),
        ("SSE-1", key(900_011), batch(900_011).into_bytes()),
        ("ACC-6", "exports/mParticle_Bucket_Verification_20260301-000000.txt".to_owned(), b"{}\n{}".to_vec()),
        ("DTO-8", dto_8_key, dto_8),
        ("DTO-9", dto_9_key, dto_9),
        ("send_screen_views", screen_key, screen),
        ("include_mp_deviceid", device_key, device),
    ]
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "slow: `.ci/run servers` runs it"]
async fn twelve_wrong_objects_of_five_thousand_are_found_and_a_later_run_reads_what_is_new() {
    let Some(server) = Server::shared_minio() else { return };
    let client = server.client();
    client.create_bucket().bucket(BUCKET).send().await.unwrap();
    let wrong = wrong();
    let objects = (0..OBJECTS - wrong.len() as u64).map(|number| ("", key(number), batch(number).into_bytes()));
    let mut putting = JoinSet::new();
    for (clause, key, body) in objects.chain(wrong.clone()) {
        let put = client.put_object().bucket(BUCKET).key(key).body(body.into());
        let encryption = (clause != "SSE-1").then_some(ServerSideEncryption::Aes256);
        putting.spawn(put.set_server_side_encryption(encryption).send());
        if putting.len() >= 16 {
            putting.join_next().await.unwrap().unwrap().unwrap();
        }
    }
    while let Some(put) = putting.join_next().await {
        put.unwrap().unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("connection.toml");
    let connection = "[connection]\ns3_bucket_name = \"mp-forwarding-health\"\nfolder_name = \"exports\"\n\
                      store_data_in_folders_by_date = \"event_time\"\nserver_side_encryption_method = \"AES256\"\n\
                      send_screen_views = false\n";
    fs::write(&settings, connection).unwrap();
    let run = |more: &[&str]| {
        let mut program = program_as_root();
        program.args(["validate", &format!("s3://{BUCKET}/exports/"), "--endpoint", &server.endpoint(), "--settings"]);
        program.arg(&settings).args(more).output().unwrap()
    };
    let json = |more: &[&str]| {
        let output = run(&[more, &["--format", "json"]].concat());
        let report: Report<Validation> =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output)));
        (output.status.code(), report)
    };
    println!("{}", text(&run(&["--show", "files"])));

    let state = folder.path().join("state").display().to_string();
    let (code, report) = json(&["--state", &state]);
    let errors = report.findings.iter().filter(|finding| finding.severity == Severity::Error);
    let found: BTreeSet<&str> = errors.clone().filter_map(|finding| finding.clause.as_deref()).collect();
    assert_eq!(found, wrong.iter().map(|(clause, ..)| *clause).collect(), "{report:#?}");
    let files: BTreeSet<&str> =
        errors.flat_map(|finding| &finding.places).filter_map(|place| place.object.as_deref()).collect();
    let expected: BTreeSet<String> = wrong.iter().map(|(_, key, _)| format!("s3://{BUCKET}/{key}")).collect();
    assert_eq!(files, expected.iter().map(String::as_str).collect());
    let resumed = |report: &Report<Validation>| {
        let resumed = report.summary.resumed.as_ref().unwrap();
        (resumed.new_files, resumed.known_files)
    };
    assert_eq!((code, report.summary.wrong_files, resumed(&report)), (Some(1), 12, (OBJECTS, 0)));

    let (code, report) = json(&["--state", &state]);
    assert_eq!((code, report.summary.wrong_files, resumed(&report)), (Some(0), 12, (0, OBJECTS)));
    for number in 0..3 {
        let body = batch(800_000 + number).into_bytes().into();
        let put = client.put_object().bucket(BUCKET).key(key(800_000 + number)).body(body);
        put.server_side_encryption(ServerSideEncryption::Aes256).send().await.unwrap();
    }
    let (code, report) = json(&["--state", &state]);
    assert_eq!((code, resumed(&report)), (Some(0), (3, OBJECTS)));
    println!("{}", text(&run(&["--state", &state])));
}
