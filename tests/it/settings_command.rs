//! `settings check` and `settings template`.

use std::fs;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use mp_forwarding::contract::clause::{self, UNDEFINED};
use mp_forwarding::settings::{Connection, DateFolders, Settings};
use tempfile::TempDir;

use crate::support::program::{assert_code, program, text};

fn check(text: &str) -> (Option<i32>, String, String) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("connection.toml");
    fs::write(&path, text).unwrap();
    let output = program().args(["settings", "check"]).arg(&path).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn template() -> String {
    let output = program().args(["settings", "template"]).output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_valid_file_is_reported_as_ok() {
    let text = "[connection]\ns3_bucket_name = 'mp-forwarding-acme'\nstore_data_in_folders_by_date = 'none'\nsend_screen_views = false";
    let (code, stdout, stderr) = check(text);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert!(
        stdout.ends_with(
            ": ok: role-based access to `mp-forwarding-acme`; differs from the defaults: \
             store_data_in_folders_by_date = none, send_screen_views = false\n"
        ),
        "{stdout}"
    );
}

#[test]
fn all_faults_are_reported_together_without_secrets() {
    let text = "[configuration]\nsecret_access_key = 'hush'\n[connection]\nuse_compresion = true\nunique_id = 5";
    let (code, stdout, stderr) = check(text);
    assert_eq!((code, stdout.as_str()), (Some(2), ""));
    for path in [
        "configuration.access_key_id",
        "connection.s3_bucket_name",
        "connection.store_data_in_folders_by_date",
        "connection.use_compresion",
        "connection.unique_id",
    ] {
        assert!(stderr.contains(path), "{path} not in {stderr}");
    }
    assert!(!stderr.contains("hush"));
    let refused = assert_code(2, program().args(["settings", "check", "no/such/file"]));
    assert!(refused.stdout.is_empty());
}

#[test]
fn the_template_with_the_two_required_settings_has_all_defaults() {
    let filled = template()
        .replace("s3_bucket_name = \"\" # <- fill in", "s3_bucket_name = \"mp-forwarding-acme\"")
        .replace("\"UNSELECTED\" # <- fill in", "\"none\"");
    let defaults = Settings::new(Connection::new("mp-forwarding-acme".parse().unwrap(), DateFolders::None));
    assert_eq!(Settings::from_toml(&filled).unwrap(), defaults);
    assert_eq!(check(&filled).0, Some(0));
}

#[test]
fn the_unchanged_template_lacks_only_the_two_required_settings() {
    let (code, _, stderr) = check(&template());
    assert_eq!(code, Some(2));
    assert!(stderr.contains(": 2 settings cannot be used as given:"), "{stderr}");
}

#[test]
fn every_clause_that_the_template_cites_exists() {
    let template = template();
    let cited: Vec<&str> = template
        .lines()
        .filter_map(|line| line.split_once(" Clause: "))
        .flat_map(|(_, clauses)| clauses.trim_end_matches('.').split(", "))
        .collect();
    for id in &cited {
        let is_known = clause::find(id).is_some() || UNDEFINED.iter().any(|open| open.id == *id);
        assert!(is_known, "{id}");
    }
    for id in ["BAT-1", "LAY-1", "U-12", "send_as_batch"] {
        assert!(cited.contains(&id), "{id} not in {cited:?}");
    }
}

#[test]
fn u_12_commands_that_take_settings_note_gzip_under_txt() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("connection.toml");
    let least = "connection.s3_bucket_name = 'mp-forwarding-a'\nconnection.store_data_in_folders_by_date = 'none'\n";
    fs::write(folder.path().join("a.txt"), "{\"environment\":\"production\"}\n").unwrap();
    for (more, is_noted) in [
        ("", false),
        ("connection.use_compression = true\n", true),
        ("connection.use_compression = true\nengine.gzip_suffix = true\n", false),
    ] {
        fs::write(&file, format!("{least}{more}")).unwrap();
        let file = file.to_str().unwrap();
        for arguments in [
            vec!["settings", "check", file],
            vec!["validate", "--settings", file, "a.txt"],
            vec!["preflight", "--settings", file, "--pod", "us1", "--endpoint", "http://127.0.0.1:1", "--timeout", "1"],
        ] {
            let output = program().args(&arguments).current_dir(folder.path()).output().unwrap();
            let said = text(&output) + &String::from_utf8_lossy(&output.stderr);
            assert_eq!(said.contains("note: connection.use_compression"), is_noted, "{arguments:?}: {said}");
        }
    }
}

/// Without settings, the files themselves tell. The exit code stays, and so it is with parts that are merged.
#[test]
fn u_12_validate_notes_gzip_under_txt_without_settings() {
    let folder = TempDir::new().unwrap();
    let line = b"{\"environment\":\"production\",\"events\":[]}\n";
    let gzip = |name: &str| {
        let mut file = GzEncoder::new(fs::File::create(folder.path().join(name)).unwrap(), Compression::fast());
        file.write_all(line).unwrap();
        file.finish().unwrap();
    };
    let said = |arguments: &[&str]| {
        let output = assert_code(0, program().args(arguments).current_dir(folder.path()));
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    gzip("named.txt.gz");
    fs::write(folder.path().join("plain.txt"), line).unwrap();
    assert!(!said(&["validate", "."]).contains("note: "));
    gzip("hidden.txt");
    let note = "note: 1 gzip file in names that end in `.txt`: query engines";
    assert!(said(&["validate", "."]).contains(note));
    assert!(!said(&["validate", ".", "--quiet"]).contains("note: "));
    said(&["validate", "hidden.txt", "--partial", "a.partial", "--quiet"]);
    assert!(said(&["report", "merge", "a.partial"]).contains(note));
}

#[test]
fn several_files_are_checked_in_one_run() {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let least = "connection.s3_bucket_name = 'mp-forwarding-a'\nconnection.store_data_in_folders_by_date = 'none'\n";
    let (good, bad, other) =
        (write("a.toml", least), write("b.toml", "connection.s3_bucket_name = 'B'"), write("c.toml", least));
    let output = assert_code(2, program().args(["settings", "check"]).args([&good, &bad, &other]));
    let said = text(&output);
    assert!(said.contains("a.toml: ok") && said.contains("c.toml: ok") && !said.contains("b.toml: ok"), "{said}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("b.toml"));
    assert_code(0, program().args(["settings", "check"]).args([&good, &other]));
}
