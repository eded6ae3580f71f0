//! Which files are wrong: kinds of files, counts of files, the first faults, every place, files that come twice.

use std::fs;
use std::io::Write as _;
use std::process::Output;

use flate2::Compression;
use flate2::write::GzEncoder;
use mp_forwarding::report::Validation;
use mp_forwarding::report::model::Report;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::program::program;

const RIGHT: &str = r#"{"events":[{"data":{"event_name":"a","timestamp_unixtime_ms":"1595542763908"},"event_type":"custom_event"}],"environment":"production"}"#;
const WRONG: &str = r#"{"environment":"production","mpid":"seven"}"#;

struct Export(TempDir);

impl Export {
    fn new(files: &[(&str, &[u8])]) -> Self {
        let folder = TempDir::new().unwrap();
        for (name, bytes) in files {
            let path = folder.path().join("export").join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        Self(folder)
    }

    fn run(&self, options: &[&str]) -> Output {
        program().args(["validate", "export"]).args(options).current_dir(self.0.path()).output().unwrap()
    }

    fn shown(&self, options: &[&str]) -> String {
        String::from_utf8(self.run(options).stdout).unwrap()
    }

    fn report(&self, options: &[&str]) -> Report<Validation> {
        let output = self.run(&[options, &["--format", "json"]].concat());
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
    }
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_file_of_another_kind_is_one_finding() {
    let line = format!("{RIGHT}\n");
    let framed = |text: &[u8]| {
        let header = format!("{:x};chunk-signature=ab\r\n", text.len());
        [header.as_bytes(), text, b"\r\n0;chunk-signature=cd\r\n\r\n"].concat()
    };
    let pretty: Value = serde_json::from_str(RIGHT).unwrap();
    let pretty = serde_json::to_string_pretty(&pretty).unwrap().repeat(100);
    let utf16: Vec<u8> = line.repeat(100).encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (kind, bytes) in [
        ("UTF-16", utf16),
        ("the aws-chunked framing of an upload around the text", framed(line.repeat(100).as_bytes())),
        ("the aws-chunked framing of an upload around gzip", framed(&gzip(&line))),
        ("JSON over several lines", pretty.into_bytes()),
        ("a zip archive", b"PK\x03\x04\n1\n2\n3\n".to_vec()),
        ("a table, such as CSV", "event,mpid\n1,2\n".repeat(50).into_bytes()),
        ("text without batches", "2026-03-01 started\n2026-03-01 ended, as asked\n".repeat(50).into_bytes()),
    ] {
        let export = Export::new(&[("a.txt", &bytes), ("b.txt", line.as_bytes())]);
        let report = export.report(&[]);
        let [finding] = &report.findings[..] else { panic!("{kind}: {report:?}") };
        assert_eq!((finding.clause.as_deref(), finding.count), (Some("FILE-1"), 1));
        assert_eq!(finding.places[0].found.as_deref(), Some(kind));
        assert!(finding.places[0].line.is_none() && finding.remedy.is_some(), "{finding:?}");
        assert_eq!((report.summary.lines, report.summary.wrong_files), (1, 1), "{kind}");
    }
}

#[test]
fn bytes_that_are_not_gzip_are_counted_and_lines_behind_them_are_checked() {
    let member = gzip(&format!("{RIGHT}\n"));
    let wrong = gzip(&format!("{WRONG}\n"));
    let bytes = [&member[..], b"\n", &wrong, b"EOF-marker"].concat();
    let report = Export::new(&[("a.txt", &bytes)]).report(&[]);
    assert_eq!((report.summary.lines, report.summary.wrong_lines), (2, 1), "{report:?}");
    let gap = report.findings.iter().find(|finding| finding.clause.as_deref() == Some("FILE-2")).unwrap();
    let (first, second) = (member.len(), member.len() + 1 + wrong.len());
    let found: Vec<_> = gap.places.iter().filter_map(|place| place.found.clone()).collect();
    assert_eq!(
        found,
        [
            format!("1 byte that is not gzip, from byte {first}; another member begins behind, and is checked"),
            format!("10 bytes that are not gzip, from byte {second}"),
        ]
    );
    assert!(!gap.remedy.as_deref().unwrap().contains("gzip -t"));
}

#[test]
fn the_worst_files_come_first_with_their_counts() {
    let files: Vec<(String, Vec<u8>)> = (0..30)
        .map(|number| {
            (format!("{number:02}.txt"), format!("{}{RIGHT}\n", format!("{WRONG}\n").repeat(number % 15)).into_bytes())
        })
        .collect();
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), &bytes[..])).collect();
    let export = Export::new(&files);
    let report = export.report(&[]);
    assert_eq!((report.summary.wrong_files, report.summary.worst_files.len()), (28, 10));
    let worst = &report.summary.worst_files[..2];
    assert_eq!(
        worst.iter().map(|file| (file.file.as_str(), file.findings)).collect::<Vec<_>>(),
        [("export/14.txt", 14), ("export/29.txt", 14)]
    );
    let shown = export.shown(&[]);
    assert!(shown.contains("Files with faults: 28 of 30") && shown.contains("30 files (28 wrong)"), "{shown}");
    assert!(
        !shown.contains("export/16.txt  ") && export.shown(&["--show", "files"]).contains("export/16.txt  "),
        "{shown}"
    );
    assert_eq!(export.report(&["--show", "files"]).summary.worst_files.len(), 28);
}

#[test]
fn the_first_faults_are_reported_by_name_and_line_and_no_others() {
    let text = format!("{RIGHT}\n{}", format!("{WRONG}\n").repeat(2000));
    let files: Vec<String> = (0..40).map(|number| format!("{number:02}.txt")).collect();
    let files: Vec<(&str, &[u8])> = files.iter().map(|name| (name.as_str(), text.as_bytes())).collect();
    let export = Export::new(&[&[("00.txt", format!("{RIGHT}\n{WRONG}\n").as_bytes())], &files[1..]].concat());
    for jobs in ["1", "2", "5"] {
        let report = export.report(&["--max-errors", "3", "--jobs", jobs]);
        let places: Vec<_> = report
            .findings
            .iter()
            .filter(|finding| finding.severity.as_str() == "error")
            .flat_map(|finding| &finding.places)
            .map(ToString::to_string)
            .collect();
        assert_eq!(places, ["export/00.txt:2, /mpid", "export/01.txt:2, /mpid", "export/01.txt:3, /mpid"], "{jobs}");
        assert!(
            report.summary.stopped && report.summary.unread > 0 && report.summary.wrong_files == 2,
            "{:?}",
            report.summary
        );
        let wrong: u64 = report
            .findings
            .iter()
            .filter(|finding| finding.severity.as_str() == "error")
            .map(|finding| finding.count)
            .sum();
        assert_eq!(wrong, 3);
    }
    let all = export.report(&["--max-errors", "1000000"]);
    assert!(!all.summary.stopped && all.summary.unread == 0);
}

#[test]
fn every_place_is_listed_for_programs_on_request() {
    let text = format!("{WRONG}\n").repeat(300);
    let export = Export::new(&[("a.txt", text.as_bytes())]);
    assert_eq!(export.report(&[]).findings[0].places.len(), 5);
    let places = export.report(&["--all-places"]).findings.remove(0).places;
    assert_eq!(places.iter().filter_map(|place| place.line).collect::<Vec<_>>(), (1..=300).collect::<Vec<_>>());
    let sarif: Value = serde_json::from_str(&export.shown(&["--all-places", "--format", "sarif"])).unwrap();
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(
        result["locations"].as_array().unwrap().len() + result["relatedLocations"].as_array().unwrap().len(),
        300
    );
    assert_eq!(export.shown(&["--all-places", "--format", "github"]).matches("::error ").count(), 300);
    assert_eq!(export.shown(&["--all-places", "--format", "junit"]).matches("  at export/a.txt:").count(), 300);
    let shown = export.shown(&["--all-places"]);
    assert!(shown.contains("… and 295 more") && shown.matches("export/a.txt:").count() == 5, "{shown}");
}

#[test]
fn u_28_a_file_that_comes_twice_is_named_with_the_other_and_is_no_fault() {
    let batch = |id: u64| RIGHT.replacen('{', &format!("{{\"batch_id\":\"{id}\","), 1) + "\n";
    let both = batch(7) + &batch(8);
    let export = Export::new(&[
        ("a.txt", both.as_bytes()),
        ("b.txt", both.as_bytes()),
        ("c.txt", &gzip(&(batch(8) + &batch(7)))),
        ("d.txt", batch(7).as_bytes()),
        ("e.txt", format!("{RIGHT}\n").as_bytes()),
    ]);
    let output = export.run(&[]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let report = export.report(&[]);
    let found: Vec<_> = report
        .findings
        .iter()
        .flat_map(|finding| &finding.places)
        .map(|place| (place.object.as_deref().unwrap(), place.found.as_deref().unwrap()))
        .collect();
    assert_eq!(
        found,
        [
            ("export/b.txt", "the same bytes as `export/a.txt`"),
            ("export/c.txt", "batches with the same ids as `export/a.txt`")
        ]
    );
    assert_eq!(report.findings[0].clause.as_deref(), Some("U-28"));
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(shown.contains("open") && shown.contains("the same bytes as `export/a.txt`"), "{shown}");
}

#[test]
fn an_app_in_a_file_name_that_is_not_that_of_its_batches_is_reported_and_no_fault() {
    let of = |app: &str| {
        RIGHT.replacen('{', &format!("{{\"application_info\":{{\"application_name\":\"{app}\"}},"), 1) + "\n"
    };
    let name = "Shop-EU_20260301000000000000_12345.txt";
    for (text, options, count) in [
        (of("Shop/EU") + &format!("{RIGHT}\n"), &["--names"][..], 0),
        (of("Shop/EU") + &of("Other"), &["--names"], 1),
        (of("Other"), &[], 0),
    ] {
        let export = Export::new(&[(name, text.as_bytes())]);
        assert_eq!(export.run(options).status.code(), Some(0));
        let findings = export.report(options).findings;
        assert_eq!(findings.len(), count, "{text} {findings:?}");
        assert!(findings.iter().all(|finding| finding.message.contains("found a batch of `Other`")), "{findings:?}");
    }
}

#[test]
fn a_remedy_is_about_its_own_fault() {
    let name = RIGHT.replace("\"a\"", "5");
    let export =
        Export::new(&[("acme/2026-03-01/Shop_20260301000000000000_12345.txt", format!("{name}\n").as_bytes())]);
    let findings = export.report(&["--names"]).findings;
    let remedy = |clause: &str| {
        findings.iter().find(|finding| finding.clause.as_deref() == Some(clause)).unwrap().remedy.clone()
    };
    assert_eq!(remedy("DTO-1"), None, "{findings:?}");
    assert!(
        remedy("LAY-2").unwrap().starts_with("pass the folder that contains the files or their date folders as PATH")
    );
}
