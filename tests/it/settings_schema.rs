//! The program and the published schema accept the same settings files.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

use std::path::Path;

use mp_forwarding::contract::schema::SchemaValidator;
use mp_forwarding::settings::{SettingId, Settings, Table};
use serde_json::{Map, Value, json};

use crate::support::instances::Chance;

fn schema() -> SchemaValidator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/settings.schema.json");
    SchemaValidator::new(serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()).unwrap()
}

/// The least that a file must hold, with other members.
fn least(mut other: Value) -> Value {
    let connection = &mut other["connection"];
    for (name, value) in [("s3_bucket_name", "mp-forwarding-acme"), ("store_data_in_folders_by_date", "none")] {
        if connection.get(name).is_none() {
            connection[name] = value.into();
        }
    }
    other
}

#[test]
fn schema_and_program_agree_on_what_the_schema_once_accepted_wrongly() {
    let schema = schema();
    for (file, expected) in [
        (json!({}), false),
        (least(json!({})), true),
        (least(json!({ "connection": { "store_data_in_folders_by_date": "UNSELECTED" } })), false),
        (least(json!({ "connection": { "s3_bucket_name": "A_B" } })), false),
        (least(json!({ "connection": { "s3_bucket_name": null } })), false),
        (least(json!({ "connection": { "s3_bucket_name": "acme" } })), false),
        (least(json!({ "connection": { "s3_bucket_name": "acme" }, "engine": { "iam_user": "acme" } })), true),
        (least(json!({ "configuration": { "access_key_id": "AKIA1" } })), false),
        (least(json!({ "configuration": { "access_key_id": "AKIA1", "Secret Access Key": "hush" } })), true),
        (least(json!({ "connection": { "server_side_encryption_method": "aes256" } })), true),
        (least(json!({ "connection": { "Use Compression": true, "FOLDER NAME": "a" } })), true),
        (least(json!({ "connection": { "Use Compression": true, "use_compression": true } })), false),
        (least(json!({ "connection": { "folder_name": " exports" } })), false),
        (least(json!({ "connection": { "folder_name": "  ", "unique_id": "" } })), true),
        (least(json!({ "connection": { "unique_id": "acme\n" } })), false),
        (least(json!({ "engine": { "endpoint": "http://host:9000/s3" } })), false),
        (least(json!({ "engine": { "endpoint": "http://host:9000/" } })), true),
        (least(json!({ "configuration": { "aws_region": "RegionOne" } })), false),
        (
            least(json!({ "configuration": { "aws_region": "RegionOne" }, "engine": { "endpoint": "http://host" } })),
            true,
        ),
        (least(json!({ "engine": { "uploads": 5.0 } })), true),
        (least(json!({ "engine": { "uploads": 300 } })), false),
        (least(json!({ "engine": { "max_line_bytes": 300_000_000 } })), false),
        (
            json!({ "connection": {
            "S3 Bucket Name": "mp-forwarding-acme",
            "Store Data In Folders By Date": "Store data in folders by the event time",
        } }),
            true,
        ),
    ] {
        let settings = Settings::from_json(&file.to_string());
        assert_eq!(settings.is_ok(), expected, "the program: {file} {settings:?}");
        assert_eq!(schema.is_valid(&file), expected, "the schema: {file} {:?}", schema.explain(&file));
    }
}

const SECRET: &str = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY12";

/// Values of a setting, good ones first, and how many are good.
fn values(name: &str) -> (Vec<Value>, usize) {
    let texts =
        |good: &[&str], bad: &[&str]| (good.iter().chain(bad).map(|text| json!(text)).collect::<Vec<_>>(), good.len());
    let numbers = |least: u64, most: u64| {
        let bad = [json!(least - 1), json!(most.saturating_add(1)), json!(-1), json!(1.5), json!("5")];
        let bad = if most == u64::MAX { [json!(0), json!(0), json!(-1), json!(2.5), json!("5")] } else { bad };
        ([json!(least), json!(least + 1), json!((least + 2) as f64), json!(most)].into_iter().chain(bad).collect(), 4)
    };
    match name {
        "access_key_id" => texts(&["AKIAEXAMPLE", "a/b="], &["AK IA", "AKIA\n", SECRET, "é"]),
        "secret_access_key" => texts(&["hush", SECRET], &["hu sh", "hush\u{7f}"]),
        "aws_region" => texts(
            &["us-east-1", "eu-central-1", "us-gov-west-1", "garage", "RegionOne", "NL", "-", "a.b_c"],
            &["us east", "a/b", SECRET, "é", &"a".repeat(65)],
        ),
        "s3_bucket_name" => texts(
            &["mp-forwarding-acme", "mp-forwarding-a", "acme", "1-2", &"a".repeat(63)],
            &[
                "A_B",
                "ab",
                "a.b",
                "192.168.5.4",
                "-ab",
                "ab-",
                "xn--ab",
                "ab--ol-s3",
                "mp-forwarding-s3alias",
                &"a".repeat(64),
            ],
        ),
        "folder_name" | "conform_folder" => texts(
            &["a", "/a/b/", "a b", "..a/.b", "...", "  ", "été", &"a".repeat(512), &format!("//{}/", "a".repeat(512))],
            &[
                "/",
                "//",
                "a//b",
                ".",
                "a/..",
                "../a",
                "./a",
                " a",
                "a ",
                "/ a/",
                "a/ ",
                "a\nb",
                "a\u{85}b",
                "\u{2003}a",
                &"a".repeat(513),
            ],
        ),
        "server_side_encryption_method" | "default_encryption" => {
            texts(&["None", "AES256", "aes256", "aws:kms", "AWS:KMS:DSSE"], &["kms", "sse-c", "aws:kms ", "AES 256"])
        }
        "store_data_in_folders_by_date" => texts(
            &[
                "none",
                "None",
                "event_time",
                "UPLOAD_TIME",
                "first_event_or_upload_time",
                "store data in folders by upload time",
            ],
            &["UNSELECTED", "unselected", "daily", "event time"],
        ),
        "unique_id" => texts(&["acme", "a b", " ", "\t", "\u{3000}", "a\nb"], &[" a", "a\n", "a\u{a0}"]),
        "metadata_field_exclusion" => {
            let good = [
                json!([]),
                json!(["Device Name", "ip address"]),
                json!([
                    "/device_info/a",
                    "/source_info/a~0b/c",
                    "/device_info/package",
                    "/device_info/a,b",
                    "/device_info/ "
                ]),
                json!("Device Name, /device_info/a,"),
                json!(" , ip address ,/application_info/packages "),
            ];
            let bad = [
                json!([""]),
                json!(["Device"]),
                json!([" Device Name"]),
                json!(["/device_info"]),
                json!(["/device_info/"]),
                json!(["/device_info/a//b"]),
                json!(["/device_info/a~2"]),
                json!(["/user_attributes/a"]),
                json!(["/application_info/package"]),
                json!(["/application_info/bundle_id/a"]),
                json!("Device Name, /application_info/package "),
                json!("/device_info/ "),
                json!("Device Name; IP Address"),
                json!([1]),
            ];
            let count = good.len();
            (good.into_iter().chain(bad).collect(), count)
        }
        "endpoint" => texts(
            &[
                "https://s3.example.com",
                "HTTP://127.0.0.1:9000",
                "http://[::1]:9000/",
                "http://[1:2:3:4:5:6:7:8]",
                "http://[1:2::7:8]",
                "http://[::ffff:1.2.3.4]",
                "http://[1:2:3:4:5:6:7::]",
                "http://my_host:080",
                "http://1.2.3.4.5",
                "http://host:65535//",
            ],
            &[
                "host:9000",
                "ftp://host",
                "http://",
                "http://a..b",
                "http://host/s3",
                "http://host:0",
                "http://host:65536",
                "http://host:",
                "http://host:+80",
                "http://me:hush@host",
                "http://host?a",
                "http://[::1",
                "http://[1:2:3]",
                "http://[1::2::3]",
                "http://[1:2:3:4:5:6:7:8:9]",
                "http://[::1.2.3.256]",
                "http://[::1.2.3.04]",
                "http://é",
            ],
        ),
        "role_arn" => texts(
            &["arn:aws:iam::123456789012:role/a", "arn:aws-cn:iam::123456789012:role/p/a:b"],
            &[
                "a",
                "arn:aws:iam::12345678901:role/a",
                "arn:aws:iam:us-east-1:123456789012:role/a",
                "arn:aws:iam::123456789012:role/",
                "arn:aws:sts::123456789012:role/a",
                "arn:gcp:iam::123456789012:role/a",
            ],
        ),
        "external_id" => texts(&["ab", "acme:eu/1", &"a".repeat(1224)], &["a", "a b", &"a".repeat(1225)]),
        "iam_user" => texts(&["mparticle-export", "a@b"], &["a/b", "a b", &"a".repeat(65)]),
        "pod" => texts(&["us1", "EU1"], &["us", "us10", "1us"]),
        "sse_kms_key_id" | "default_key" => {
            texts(&["alias/acme", "arn:aws:kms:us-east-1:123456789012:key/a"], &["a b", "é"])
        }
        "acl" => texts(&["bucket-owner-full-control"], &["private", "Bucket-Owner-Full-Control"]),
        "ca_bundle" | "profile" | "app_name" => texts(&["a", "a b", " "], &[]),
        "window_seconds" | "max_file_age_seconds" => numbers(1, 86_400),
        "session_release_seconds" => numbers(1, 2_592_000),
        "gzip_level" => numbers(1, 9),
        "uploads" => numbers(1, 256),
        "max_line_bytes" => numbers(1024, 1_073_741_824),
        "max_file_bytes" => numbers(1, 5_368_709_120),
        "max_file_lines" | "buffer_bytes" => numbers(1, u64::MAX),
        "deadline_seconds" => ([json!(0), json!(5), json!(86_400), json!(86_401), json!(-1), json!(0.5)].to_vec(), 3),
        _ => ([json!(true), json!(false), json!("true"), json!(1)].to_vec(), 2),
    }
}

/// Every setting and option of a table, from the schema; so one without values above is met as a flag.
fn names(schema: &SchemaValidator, table: Table) -> Vec<String> {
    schema.schema()["properties"][table.as_str()]["properties"].as_object().unwrap().keys().cloned().collect()
}

/// A name as somebody could type it.
fn spelled(name: &str, chance: &mut Chance) -> String {
    let Ok(id) = name.parse::<SettingId>() else { return name.to_owned() };
    match chance.below(4) {
        0 => id.shown_name().to_owned(),
        1 => id.shown_name().to_uppercase(),
        2 if chance.one_in(3) => name.to_uppercase(),
        _ => name.to_owned(),
    }
}

fn any_file(schema: &SchemaValidator, chance: &mut Chance) -> Value {
    // Most files have at most one thing that is wrong, so that it decides.
    let mut faults = chance.below(2);
    let mut file = Map::new();
    for table in Table::ALL {
        let mut members = Map::new();
        for name in names(schema, table) {
            let is_required = name == "s3_bucket_name" || name == "store_data_in_folders_by_date";
            let pair = name.contains("access_key");
            let share = if is_required {
                40
            } else if pair {
                3
            } else {
                8
            };
            if is_required == chance.one_in(share) {
                continue;
            }
            let (candidates, good) = values(&name);
            let value = match chance.below(20) {
                0 if !is_required => json!(null),
                1 if !is_required => json!(""),
                2 if faults > 0 => {
                    faults -= 1;
                    chance
                        .pick(&[json!(null), json!(""), json!({}), json!([]), json!(true), json!(7), json!("x")])
                        .clone()
                }
                3..8 if faults > 0 && good < candidates.len() => {
                    faults -= 1;
                    chance.pick(&candidates[good..]).clone()
                }
                // The rules between settings need settings that hold.
                8..14 => candidates[0].clone(),
                _ => chance.pick(&candidates[..good]).clone(),
            };
            members.insert(spelled(&name, chance), value.clone());
            if chance.one_in(300) {
                members.insert(spelled(&name, chance), value);
            }
        }
        if chance.one_in(200) {
            members.insert("send_screen_veiws".to_owned(), json!(true));
        }
        match chance.below(60) {
            0 => {}
            1 => drop(file.insert(table.to_string(), json!(null))),
            _ => drop(file.insert(table.to_string(), members.into())),
        }
    }
    if chance.one_in(200) {
        file.insert("connections".to_owned(), json!({}));
    }
    file.into()
}

/// Whether a file breaks a rule that JSON Schema cannot express; the schema's documentation lists them.
fn is_beyond_the_schema(file: &Value, problems: &[String]) -> bool {
    let is_listed = |problem: &String| {
        problem.contains("it is given as `")
            || problem.starts_with("engine.buffer_bytes: `") && problem.contains("is less than")
            || problem.starts_with("connection.folder_name: ") && problem.contains("bytes, at most 512")
    };
    !problems.is_empty() && problems.iter().all(is_listed) && file["connection"].is_object()
}

#[test]
fn the_program_and_the_schema_accept_the_same_files() {
    let schema = schema();
    let mut chance = Chance::new(15);
    let (mut accepted, mut refused, mut beyond) = (0, 0, 0);
    for _ in 0..6_000 {
        let file = any_file(&schema, &mut chance);
        let problems = match Settings::from_json(&file.to_string()) {
            Ok(_) => Vec::new(),
            Err(error) => {
                assert!(!error.problems().is_empty(), "{error} {file}");
                error.problems().iter().map(ToString::to_string).collect::<Vec<_>>()
            }
        };
        match (problems.is_empty(), schema.is_valid(&file)) {
            (true, true) => accepted += 1,
            (false, false) => refused += 1,
            (false, true) if is_beyond_the_schema(&file, &problems) => beyond += 1,
            _ => panic!("program: {problems:#?}\nschema: {:#?}\n{file:#}", schema.explain(&file)),
        }
        assert!(problems.iter().all(|problem| !problem.contains(SECRET)), "{problems:?}");
    }
    assert!(
        accepted > 500 && refused > 1500 && beyond < 200,
        "{accepted} accepted, {refused} refused, {beyond} beyond"
    );
}

/// Every value of [`values`] decides alone, whatever chance makes of the files above.
#[test]
fn schema_and_program_agree_on_each_value() {
    let schema = schema();
    for table in Table::ALL {
        for name in names(&schema, table) {
            let (candidates, good) = values(&name);
            for (index, value) in candidates.into_iter().enumerate() {
                let mut file = least(json!({
                    "configuration": { "access_key_id": "AKIA1", "secret_access_key": "hush", "aws_region": "eu-west-1" },
                    "connection": { "server_side_encryption_method": "aws:kms" },
                    "engine": { "endpoint": "http://host", "role_arn": "arn:aws:iam::123456789012:role/a" },
                }));
                file[table.as_str()][&name] = value;
                let settings = Settings::from_json(&file.to_string());
                let (accepted, rest) = (settings.is_ok(), format!("{name} {file} {settings:?}"));
                assert_eq!(schema.is_valid(&file), accepted, "{rest} {:?}", schema.explain(&file));
                let is_by_rule =
                    ["max_line_bytes", "buffer_bytes", "server_side_encryption_method"].contains(&name.as_str());
                assert!(accepted == (index < good) || is_by_rule, "{rest}");
            }
        }
    }
}
