//! `mp-forwarding ddl`: the committed texts, the quoting, and an export that other programs read by these texts.

use std::fs;
use std::path::Path;

use mp_forwarding::ddl::{DdlError, Dialect, Place, glue_columns, render};
use mp_forwarding::settings::Settings;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::bucket::forward;
use crate::support::program::{assert_code, program, run};
use crate::support::tools::skip;

const SETTINGS: &str = "tests/fixtures/ddl/connection.toml";

fn ddl(dialect: Dialect) -> String {
    let arguments = ["ddl", "--for", dialect.as_str(), "--settings", SETTINGS];
    String::from_utf8(assert_code(0, program().args(arguments)).stdout).unwrap()
}

/// The committed text of each engine. `MP_FORWARDING_BLESS=1` updates it.
#[test]
fn the_committed_texts_are_those_that_the_program_prints() {
    for dialect in Dialect::ALL {
        let shown = ddl(dialect);
        let extension = if dialect == Dialect::Polars { "py" } else { "sql" };
        let golden = format!("docs/ddl/{}.{extension}", dialect.as_str());
        if std::env::var_os("MP_FORWARDING_BLESS").is_some() {
            fs::write(&golden, &shown).unwrap();
        }
        assert_eq!(
            shown,
            fs::read_to_string(&golden).unwrap_or_default(),
            "{golden}: MP_FORWARDING_BLESS=1 updates it"
        );
        assert!(
            !shown.to_uppercase().contains("DROP TABLE") && !shown.to_uppercase().contains("DROP VIEW"),
            "{golden}"
        );
        assert_eq!(shown.contains("NOT TESTED"), !dialect.is_tested(), "{golden}");
    }
}

/// The columns of the Terraform module. `MP_FORWARDING_BLESS=1` updates them.
#[test]
fn the_columns_of_the_catalog_module_are_those_of_the_types() {
    let columns = glue_columns();
    let shown = format!("{columns:#}\n");
    let golden = "terraform/modules/catalog/generated/columns.json";
    if std::env::var_os("MP_FORWARDING_BLESS").is_some() {
        fs::write(golden, &shown).unwrap();
    }
    let committed = fs::read_to_string(golden).unwrap_or_default();
    assert_eq!(shown, committed, "{golden}: MP_FORWARDING_BLESS=1 updates it");
    // The same columns stand in the statement for Athena.
    let statement = ddl(Dialect::Athena).replace(", ", ",");
    for column in columns["outbound"].as_array().unwrap() {
        let text = |name: &str| column[name].as_str().unwrap();
        assert!(statement.contains(&format!("`{}` {} COMMENT", text("name"), text("type"))), "{column}");
        assert!(text("comment").len() <= 255, "{column}: longer than a comment in Glue");
    }
}

#[test]
fn settings_decide_the_tables() {
    let text_of = |dialect: Dialect, more: &str| {
        let settings = Settings::from_toml(&format!("connection.s3_bucket_name = 'mp-forwarding-a'\n{more}")).unwrap();
        render(dialect, &Place::of(&settings), &"t".parse().unwrap(), "2024-05-06".parse().unwrap()).unwrap()
    };
    let (none, upload, event) = (
        "connection.store_data_in_folders_by_date = 'none'",
        "connection.store_data_in_folders_by_date = 'upload_time'",
        "connection.store_data_in_folders_by_date = 'event_time'",
    );
    for dialect in [Dialect::Athena, Dialect::Trino] {
        for (settings, dated, undated) in [(none, false, true), (upload, true, false), (event, true, true)] {
            let text = text_of(dialect, settings);
            assert_eq!(text.contains("EXISTS t_dated"), dated, "{settings}");
            assert_eq!(text.contains("EXISTS t_undated"), undated, "{settings}");
            assert_eq!(text.contains("UNION ALL"), dated && undated, "{settings}");
            assert_eq!(text.contains("2024-05-06"), dated, "{settings}");
        }
    }
    let gzip = format!("{none}\nconnection.use_compression = true");
    let suffix = format!("{gzip}\nengine.gzip_suffix = true");
    for dialect in Dialect::ALL {
        let warns = |settings: &str| text_of(dialect, settings).contains("WARNING");
        let expected = !dialect.reads_gzip_under_any_name();
        assert_eq!([warns(none), warns(&gzip), warns(&suffix)], [false, expected, false], "{dialect:?}");
    }
}

#[test]
fn what_cannot_be_used_is_refused() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("connection.toml");
    let with = |folder: &str| {
        let text = format!(
            "connection.s3_bucket_name = 'mp-forwarding-a'\nconnection.store_data_in_folders_by_date = 'none'\nconnection.folder_name = '{folder}'"
        );
        fs::write(&file, text).unwrap();
    };
    let command = || {
        let mut command = program();
        command.args(["ddl", "--settings"]).arg(&file);
        command
    };
    with("a*b");
    for dialect in ["spark", "duckdb", "polars", "bigquery"] {
        let output = assert_code(2, command().args(["--for", dialect]));
        let shown = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(shown.contains("`a*b`") && output.stdout.is_empty(), "{shown}");
    }
    assert_code(0, command().args(["--for", "trino"]));
    with("a");
    for table in ["", "1a", "A", "a-b", "a;b", &"a".repeat(65)] {
        let output = assert_code(2, command().args(["--for", "trino", "--table", table]));
        assert!(output.stdout.is_empty());
    }
    assert_code(2, command().args(["--for", "excel"]));
    assert_code(2, command().args(["--for", "trino", "--since", "yesterday"]));
    assert_code(2, program().args(["ddl", "--for", "trino", "--settings", "nowhere.toml"]));
    let gzip = "connection.s3_bucket_name = 'mp-forwarding-a'\nconnection.store_data_in_folders_by_date = 'none'\nconnection.use_compression = true";
    fs::write(&file, gzip).unwrap();
    let noted = |dialect: &str| {
        let output = assert_code(0, command().args(["--for", dialect]));
        String::from_utf8_lossy(&output.stderr).contains("note: ")
    };
    assert_eq!((noted("trino"), noted("duckdb")), (true, false));
}

/// A text without its comments and literals, and what its literals say.
fn read_literals(dialect: Dialect, text: &str) -> (String, Vec<String>) {
    let (has_escapes, comment) = match dialect {
        Dialect::Trino | Dialect::DuckDb => (false, "--"),
        Dialect::Polars => (true, "#"),
        _ => (true, "--"),
    };
    let quote = if dialect == Dialect::Polars { '"' } else { '\'' };
    let (mut code, mut literals) = (String::new(), Vec::new());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if rest.starts_with(comment) {
            rest = rest.split_once('\n').map_or("", |(_, after)| after);
            continue;
        }
        if let Some(after) = rest.strip_prefix("\"\"\"").filter(|_| dialect == Dialect::Polars) {
            rest = after.split_once("\"\"\"").unwrap().1;
            continue;
        }
        let raw = dialect == Dialect::Polars && code.ends_with('r');
        rest = &rest[first.len_utf8()..];
        if first != quote {
            code.push(first);
            continue;
        }
        let mut literal = String::new();
        loop {
            let character = rest.chars().next().expect("a literal ends");
            rest = &rest[character.len_utf8()..];
            if character == '\\' && has_escapes && !raw {
                let escaped = rest.chars().next().unwrap();
                rest = &rest[escaped.len_utf8()..];
                literal.push(match escaped {
                    'n' => '\n',
                    'r' => '\r',
                    other => other,
                });
            } else if character == quote && !has_escapes && rest.starts_with(quote) {
                rest = &rest[quote.len_utf8()..];
                literal.push(quote);
            } else if character == quote {
                break;
            } else {
                literal.push(character);
            }
        }
        code.push('§');
        literals.push(literal);
    }
    (code, literals)
}

/// Athena's tables are statements of Hive, its views of Trino.
fn read_text(dialect: Dialect, text: &str) -> (String, Vec<String>) {
    match text.split_once("-- One row per batch") {
        Some((tables, views)) if dialect == Dialect::Athena => {
            let (mut code, mut literals) = read_literals(dialect, tables);
            let (more, others) = read_literals(Dialect::Trino, &format!("--{views}"));
            code.push_str(&more);
            literals.extend(others);
            (code, literals)
        }
        _ => read_literals(dialect, text),
    }
}

fn place(bucket: &str, folder: &str, has_dates: bool) -> Place {
    let settings = "connection.s3_bucket_name = 'mp-forwarding-a'\nconnection.store_data_in_folders_by_date = 'none'";
    let mut place = Place::of(&Settings::from_toml(settings).unwrap());
    place.bucket = bucket.to_owned();
    place.folder = Some(folder.to_owned());
    place.has_dates = has_dates;
    place
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the names of bucket and folder are, they are in literals alone, and say what they are.
    #[test]
    fn every_value_is_a_literal(
        bucket in r#"[a'"\\\n\r`;#é-]{1,12}"#,
        folder in r#"[a'"\\\n\r`;#/ é{}*$-]{1,12}"#,
        has_dates: bool,
    ) {
        for dialect in Dialect::ALL {
            let text = |bucket: &str, folder: &str| {
                let place = place(bucket, folder, has_dates);
                render(dialect, &place, &"t".parse().unwrap(), "2024-05-06".parse().unwrap())
            };
            // An engine that reads a character of it as a pattern refuses the folder.
            let hostile = match text(&bucket, &folder) {
                Ok(hostile) => hostile,
                Err(DdlError::Place(_)) => continue,
                Err(error) => panic!("{error}"),
            };
            let (code, literals) = read_text(dialect, &hostile);
            let (plain_code, plain) = read_text(dialect, &text("BUCKET", "FOLDER").unwrap());
            prop_assert_eq!(code, plain_code);
            let expected: Vec<String> =
                plain.iter().map(|literal| literal.replace("BUCKET", &bucket).replace("FOLDER", &folder)).collect();
            prop_assert_eq!(literals, expected);
        }
    }
}

/// Writes an export of the engine for each of some settings, with verification objects and files of others among it, and what a
/// reader must find in it, to the folder in `MP_FORWARDING_INSTANCES`.
#[test]
fn exports_for_other_readers() {
    let Some(folder) = std::env::var_os("MP_FORWARDING_INSTANCES") else {
        return skip("MP_FORWARDING_INSTANCES names no folder to write exports to");
    };
    let input = String::from_utf8(run(["generate", "--batches", "120"]).stdout).unwrap();
    for (name, more) in [
        ("no_dates", "connection.store_data_in_folders_by_date = 'none'"),
        ("dates", "connection.store_data_in_folders_by_date = 'event_time'\nconnection.folder_name = \"it's a/shop\""),
        (
            "gzip",
            "connection.store_data_in_folders_by_date = 'upload_time'\nconnection.use_compression = true\nengine.gzip_suffix = true",
        ),
        ("gzip_under_txt", "connection.store_data_in_folders_by_date = 'none'\nconnection.use_compression = true"),
    ] {
        let text = format!("connection.s3_bucket_name = 'mp-forwarding-a'\nengine.max_file_lines = 15\n{more}\n");
        let settings = Settings::from_toml(&text).unwrap();
        let forwarded = forward(&settings, &input);
        let folder = Path::new(&folder).join("exports").join(name);
        let put = |key: &str, body: &[u8]| {
            let file = folder.join("mp-forwarding-a").join(key);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, body).unwrap();
        };
        for object in &forwarded.objects {
            put(&object.key, &object.body);
        }
        let base = settings.connection.folder_name.as_ref().map(|folder| format!("{folder}/")).unwrap_or_default();
        put(&format!("{base}mParticle_Bucket_Verification_20260301-000000.txt"), b"{}");
        put(&format!("{base}notes.txt"), b"not of the export");
        fs::write(folder.join("connection.toml"), text).unwrap();
        let mut plain = settings.clone();
        plain.connection.use_compression = false;
        fs::write(folder.join("truth.json"), truth(&forward(&plain, &input).lines()).to_string()).unwrap();
    }
}

fn truth(lines: &[Value]) -> Value {
    let mut events = std::collections::BTreeMap::<String, u64>::new();
    let mut names = std::collections::BTreeMap::<String, u64>::new();
    for event in lines.iter().flat_map(|line| line["events"].as_array().into_iter().flatten()) {
        *events.entry(event["event_type"].as_str().unwrap().to_owned()).or_default() += 1;
        if event["event_type"] == "custom_event" {
            let name = event["data"]["event_name"].as_str().unwrap_or("none");
            *names.entry(name.to_owned()).or_default() += 1;
        }
    }
    let mpids: Vec<&str> = lines.iter().filter_map(|line| line["mpid"].as_str()).collect();
    json!({ "lines": lines.len(), "events": events, "names": names, "mpids": mpids })
}
