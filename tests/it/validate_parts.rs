//! `validate --partial`, `--shard`, `--keys` and `report merge`: the report of the merged parts is that of the whole.

use std::fs;
use std::io::{self, Read};
use std::num::NonZeroUsize;
use std::path::Path;
use std::process::Output;

use mp_forwarding::contract::schema::{Edition, Form};
use mp_forwarding::report::Validation;
use mp_forwarding::report::model::Report;
use mp_forwarding::settings::Connection;
use mp_forwarding::validate::{Input, InputError, MergeError, Options, Partial, PartialError, Shard, validate};
use proptest::prelude::*;
use serde_json::Value;

use crate::support::program::{assert_code, program, run, run_with_input, text};

const RIGHT: &str = r#"{"batch_id":"1","events":[{"data":{"event_name":"a","timestamp_unixtime_ms":"1772323200000","event_id":"1"},"event_type":"custom_event"}],"environment":"production"}"#;

/// The lines of one file: right ones with repeated ids, and wrong ones of many causes.
fn lines() -> impl Strategy<Value = String> {
    let line = (0..6_u32, 0..40_u32, 0..1500_u32).prop_map(|(kind, id, cause)| match kind {
        0 => format!(r#"{{"environment":"test{}"}}"#, id % 3),
        1 => format!(r#"{{"integration_attributes":{{"a{cause}":5}}}}"#),
        2 => "{".to_owned(),
        3 => String::new(),
        _ => format!(
            r#"{{"batch_id":"{id}","timestamp_unixtime_ms":"177232320{id:02}00","application_info":{{"application_name":"app {}"}},"environment":"production","events":[{{"data":{{"event_id":"{id}","timestamp_unixtime_ms":"1772323200000"}},"event_type":"screen_view"}}]}}"#,
            id % 5
        ),
    });
    proptest::collection::vec(line, 0..12).prop_map(|lines| lines.iter().flat_map(|line| [line, "\n"]).collect())
}

/// Names in several folders, some of them wrong. Many files hold the same.
fn files() -> impl Strategy<Value = Vec<(String, String)>> {
    proptest::collection::vec(lines(), 1..4).prop_flat_map(|texts| {
        proptest::collection::vec((0..30_u32, 0..texts.len()), 0..25).prop_map(move |files| {
            let name = |at: usize, folder: u32| match folder {
                0..3 => format!("exports/2026-03-{:02}/a_202603010000000000{at:02}_12345.txt", folder + 1),
                3 => format!("exports/2026-3-1/renamed{at}.txt"),
                _ => format!("f{folder}/a_202603010000000000{at:02}_1234{}.txt", folder % 10),
            };
            files.iter().enumerate().map(|(at, (folder, which))| (name(at, *folder), texts[*which].clone())).collect()
        })
    })
}

fn options(jobs: usize) -> Options {
    let mut options = Options::new(Edition { form: Form::Outbound, strict: false });
    options.jobs = NonZeroUsize::new(jobs).unwrap();
    options.names = true;
    options.allow_empty = true;
    options
}

fn inputs(files: &[(String, String)]) -> Vec<Input> {
    let input = |(name, text): &(String, String)| {
        Input::reader(name.clone(), io::Cursor::new(text.clone().into_bytes())).with_key(name.clone())
    };
    files.iter().map(input).collect()
}

fn part(files: &[(String, String)], options: &Options) -> Partial {
    let inputs = inputs(files);
    Partial::new(validate(&inputs, options, &|_| {}), &inputs, options).with_target("all")
}

/// The report as JSON, without times.
fn shown(mut report: Report<Validation>) -> String {
    (report.started_at, report.milliseconds) = (String::new(), 0);
    serde_json::to_string_pretty(&report).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn the_report_of_the_parts_is_the_report_of_the_whole(
        files in files(),
        parts in 1..6_usize,
        seed in any::<u64>(),
        jobs in 1..4_usize,
    ) {
        let whole = shown(part(&files, &options(1)).into_whole_report());
        let mut cut = vec![Vec::new(); parts];
        for (at, file) in files.iter().enumerate() {
            cut[(seed.rotate_left(at as u32 * 7) % parts as u64) as usize].push(file.clone());
        }
        cut.iter_mut().filter(|_| seed % 2 == 0).for_each(|files| files.reverse());
        let read = |files: &Vec<_>| Partial::from_bytes(&part(files, &options(jobs)).to_bytes()).unwrap();
        let mut partials: Vec<Partial> = cut.iter().map(read).collect();
        if seed % 3 == 0 {
            partials.reverse();
        }
        // In a tree as well as all at once.
        let merged = match partials.len() {
            3.. if seed % 5 < 3 => {
                let rest = partials.split_off(2);
                let first = Partial::from_bytes(&Partial::merge(partials).unwrap().to_bytes()).unwrap();
                Partial::merge(vec![Partial::merge(rest).unwrap(), first]).unwrap()
            }
            _ => Partial::merge(partials).unwrap(),
        };
        prop_assert_eq!(shown(merged.into_whole_report()), whole);
    }
}

#[test]
fn more_causes_folders_and_ids_than_are_kept_give_the_same_report_in_any_parts() {
    let files: Vec<(String, String)> = (0..40_u64)
        .map(|file| {
            let line = |at: u64| {
                let id = (file * 8000 + at) % 250_000;
                format!(
                    r#"{{"batch_id":"{id}","application_info":{{"application_name":"app{}"}},"events":[{{"data":{{"event_id":"{id}"}},"event_type":"screen_view"}}]}}"#,
                    id % 1700
                ) + "\n"
            };
            let wrong = |at: u64| format!(r#"{{"integration_attributes":{{"a{}":5}}}}"#, file * 60 + at) + "\n";
            let text = (0..8000).map(line).chain((0..60).map(wrong)).collect();
            (format!("f{file}/a.txt"), text)
        })
        .collect();
    let mut options = options(1);
    options.names = false;
    let whole = part(&files, &options).into_whole_report();
    let contents = whole.summary.contents.as_ref().unwrap();
    assert!(!contents.repeated_events.exact && whole.unlisted_findings == 1400, "{}", whole.unlisted_findings);
    let truth = 320_000.0 - 250_000.0;
    assert!((contents.repeated_events.count as f64 - truth).abs() < truth * 0.05, "{:?}", contents.repeated_events);
    assert_eq!(contents.apps.len(), 1001);
    let whole = shown(whole);
    options.jobs = NonZeroUsize::new(4).unwrap();
    assert_eq!(shown(part(&files, &options).into_whole_report()), whole, "on four threads");
    let parts: Vec<Vec<u8>> = files.chunks(13).map(|files| part(files, &options).to_bytes()).collect();
    assert!(parts.iter().all(|bytes| bytes.len() < 4 << 20), "{:?}", parts.iter().map(Vec::len).collect::<Vec<_>>());
    let parts = parts.iter().rev().map(|bytes| Partial::from_bytes(bytes).unwrap()).collect();
    assert_eq!(shown(Partial::merge(parts).unwrap().into_whole_report()), whole, "in four parts");
}

#[test]
fn a_repeated_batch_id_is_no_news_where_one_batch_has_several_lines() {
    let files: Vec<_> = (0..2).map(|at| (format!("{at}.txt"), format!("{RIGHT}\n{}", "\n".repeat(at)))).collect();
    let report = |send_as_batch: bool| {
        let table = "[connection]\ns3_bucket_name = \"mp-forwarding-a\"\nstore_data_in_folders_by_date = \"none\"\n";
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.toml");
        fs::write(&path, format!("{table}send_as_batch = {send_as_batch}\n")).unwrap();
        let connection: Connection = mp_forwarding::settings::Settings::load(&path).unwrap().connection;
        let mut options = options(1);
        (options.names, options.connection) = (false, Some(connection));
        part(&files, &options).into_whole_report()
    };
    let is_open = |report: &Report<Validation>| report.findings.iter().any(|finding| finding.check == "own-promises");
    let (on, off) = (report(true), report(false));
    assert_eq!(on.summary.contents.as_ref().unwrap().repeated_batches.as_ref().unwrap().count, 1);
    assert_eq!(off.summary.contents.as_ref().unwrap().repeated_batches, None);
    assert_eq!((is_open(&on), is_open(&off)), (true, false));
}

/// A folder with some files, one of them wrong.
fn export(folder: &Path) {
    for number in 0..20 {
        let line = if number == 7 { "{\"environment\":\"test\"}" } else { RIGHT };
        fs::write(folder.join(format!("{number}.txt")), format!("{line}\n").repeat(number % 4 + 1)).unwrap();
    }
}

fn without_times(output: &Output) -> Value {
    let mut report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(output)));
    for time in ["started_at", "milliseconds"] {
        report.as_object_mut().unwrap().remove(time);
    }
    report
}

#[test]
fn shards_are_merged_by_the_program_and_what_does_not_fit_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::create_dir(at("export")).unwrap();
    export(Path::new(&at("export")));
    let whole = run(["validate", &at("export"), "--format", "json"]);
    assert_eq!(whole.status.code(), Some(1));
    for number in 1..=4 {
        let shard = format!("{number}/4");
        let output = run(["validate", &at("export"), "--shard", &shard, "--partial", &at(&format!("{number}.part"))]);
        assert!(matches!(output.status.code(), Some(0 | 1)), "{}", text(&output));
        assert!(text(&output).contains(&format!("shard {number} of 4")), "{}", text(&output));
    }
    let parts = [3, 1, 4, 2].map(|number| at(&format!("{number}.part")));
    let merge = |parts: &[&String], more: &[&str]| {
        program().args(["report", "merge"]).args(parts).args(more).args(["--format", "json"]).output().unwrap()
    };
    let merged = merge(&parts.iter().collect::<Vec<_>>(), &["--partial", &at("all.part")]);
    assert_eq!((merged.status.code(), without_times(&merged)), (Some(1), without_times(&whole)), "{}", text(&merged));
    let again = merge(&[&at("all.part")], &["--report", &at("health.html")]);
    assert_eq!(without_times(&again), without_times(&whole));
    assert!(fs::read_to_string(at("health.html")).unwrap().contains("<html"));

    // A shard is missing.
    let wrong = without_times(&whole)["findings"][0]["places"][0]["object"].as_str().unwrap().to_owned();
    let of_wrong = parts.iter().find(|part| {
        let own = merge(&[part], &[]);
        text(&own).contains(&wrong)
    });
    let rest: Vec<&String> = parts.iter().filter(|part| Some(*part) != of_wrong).collect();
    let missing = merge(&rest, &[]);
    let number = Path::new(of_wrong.unwrap()).file_stem().unwrap().to_str().unwrap().to_owned();
    let said = format!("shard {number} of 4 is missing");
    assert_eq!(missing.status.code(), Some(1), "{}", text(&missing));
    assert!(String::from_utf8_lossy(&missing.stderr).contains(&said), "{}", text(&missing));
    assert_eq!(without_times(&missing)["incomplete"], Value::String(said.clone()));
    let mut human = program();
    human.args(["report", "merge"]).args(&rest);
    let human = assert_code(1, &mut human);
    assert!(text(&human).contains("INCOMPLETE") && text(&human).contains(&said), "{}", text(&human));

    // What cannot be merged.
    let other = at("other.part");
    run(["validate", &at("export"), "--strict", "--shard", "2/4", "--partial", &other]);
    let halves = at("halves.part");
    run(["validate", &at("export"), "--shard", "1/2", "--partial", &halves]);
    fs::write(at("foreign.part"), "{\"tool\":{}}").unwrap();
    fs::write(at("cut.part"), &fs::read(&parts[0]).unwrap()[..200]).unwrap();
    fs::write(at("empty.part"), "").unwrap();
    let (twice, missing) = (parts[0].clone(), at("none.part"));
    for (name, reason) in [
        (&other, "differ in the schema: `batch` and `batch.strict`"),
        (&halves, "4 shards and 2 shards"),
        (&twice, "shard 3 of 4 is there twice"),
        (&missing, "cannot read the partial"),
        (&at("foreign.part"), "no partial"),
        (&at("cut.part"), "no partial"),
        (&at("empty.part"), "no partial"),
    ] {
        let refused = merge(&[&parts[0], name], &[]);
        let text = text(&refused);
        assert_eq!(refused.status.code(), Some(2), "{name}: {text}");
        assert!(text.contains(reason) && text.contains(name) && refused.stdout.is_empty(), "{name}: {text}");
    }
}

#[test]
fn an_empty_shard_writes_a_partial_and_a_full_disk_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::create_dir(at("export")).unwrap();
    fs::write(at("export/a.txt"), format!("{RIGHT}\n")).unwrap();
    let codes = [1, 2, 3].map(|number| {
        let partial = at(&format!("{number}.part"));
        let output = run(["validate", &at("export"), "--shard", &format!("{number}/3"), "--partial", &partial]);
        assert!(Path::new(&partial).exists(), "{}", text(&output));
        output.status.code()
    });
    assert_eq!(codes, [Some(0); 3]);
    let parts = [1, 2, 3].map(|number| at(&format!("{number}.part")));
    let merged = program().args(["report", "merge"]).args(&parts).output().unwrap();
    assert_eq!(merged.status.code(), Some(0), "{}", text(&merged));
    #[cfg(target_os = "linux")]
    for command in [
        vec!["validate".to_owned(), at("export"), "--partial".to_owned(), "/dev/full".to_owned()],
        vec!["report".to_owned(), "merge".to_owned(), at("1.part"), "--partial".to_owned(), "/dev/full".to_owned()],
    ] {
        let full = run(&command);
        assert_eq!(full.status.code(), Some(2), "{}", text(&full));
        assert!(text(&full).contains("cannot write the partial `/dev/full`: No space left"), "{}", text(&full));
    }
    let nowhere = run(["validate", &at("export"), "--partial", &at("none/1.part")]);
    assert_eq!(nowhere.status.code(), Some(2), "{}", text(&nowhere));
    // Options that need the whole.
    for option in [["--sample", "10%"], ["--max-errors", "1"], ["--repair", "corrected"]] {
        let output = run([&["validate", &at("export"), "--shard", "1/2"], &option[..]].concat());
        assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    }
}

#[test]
fn a_list_names_the_files_and_an_empty_one_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    export(folder.path());
    let path = |number: usize| folder.path().join(format!("{number}.txt")).display().to_string();
    let list = format!("{}\n{}\n\n", path(1), path(7));
    let output = run_with_input(program().args(["validate", "--keys", "-", "--format", "json"]), list.clone());
    let report = without_times(&output);
    assert_eq!((output.status.code(), &report["summary"]["files"]), (Some(1), &Value::from(2)), "{}", text(&output));
    assert_eq!(report["target"], "the list -");
    let file = folder.path().join("list");
    for (text_of_list, more, code, reason) in [
        ("\n", &[][..], 2, "it names no file"),
        ("\n", &["--allow-empty"], 0, ""),
        ("\n", &["--shard", "1/2"], 2, "it names no file"),
        ("missing.txt\n", &[], 2, "cannot open `missing.txt`"),
        ("s3://Acme/x.txt\n", &[], 2, "line 1 of the list"),
    ] {
        fs::write(&file, text_of_list).unwrap();
        let output = program().args(["validate", "--keys"]).arg(&file).args(more).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{}", text(&output));
        assert!(text(&output).contains(reason), "{}", text(&output));
    }
    let output = run(["validate", "--keys", "none.csv"]);
    assert!(output.status.code() == Some(2) && text(&output).contains("none.csv"), "{}", text(&output));
}

#[test]
fn partials_that_no_run_writes_are_refused_and_never_panic() {
    let files = vec![("a".to_owned(), format!("{RIGHT}\n{RIGHT}\n{{\n")), ("b".to_owned(), format!("{RIGHT}\n"))];
    let bytes = part(&files, &options(1)).of_shard("1/1".parse::<Shard>().unwrap()).to_bytes();
    let mut decoded = String::new();
    flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut decoded).unwrap();
    assert!(Partial::from_bytes(decoded.as_bytes()).is_ok(), "the text itself is read, too");
    let whole: Value = serde_json::from_str(&decoded).unwrap();
    let mut pointers = Vec::new();
    collect(&whole, String::new(), &mut pointers);
    assert!(pointers.len() > 100);
    for pointer in &pointers {
        for value in [Value::Null, Value::from(u64::MAX), Value::from(-1), Value::from("zz"), Value::Array(Vec::new())]
        {
            let mut changed = whole.clone();
            *changed.pointer_mut(pointer).unwrap() = value;
            let read = Partial::from_bytes(&serde_json::to_vec(&changed).unwrap());
            // What is accepted can be merged and shown.
            if let Ok(partial) = read {
                let own = Partial::from_bytes(&part(&files[..0], &options(1)).to_bytes()).unwrap();
                drop(Partial::merge(vec![own, partial]).map(Partial::into_whole_report));
            }
        }
    }
    let changed = |pointer: &str, value: Value| {
        let mut changed = whole.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        Partial::from_bytes(&serde_json::to_vec(&changed).unwrap()).unwrap_err()
    };
    assert!(
        matches!(changed("/tool/version", "9.9.9".into()), PartialError::Version { found, .. } if found == "9.9.9")
    );
    assert!(matches!(changed("/contents/batches", u64::MAX.into()), PartialError::Damaged(_)));
    assert!(matches!(changed("/shards/of", 0.into()), PartialError::Damaged(_)));
    assert_eq!(Partial::merge(Vec::new()).unwrap_err(), MergeError::Nothing);
    let twice = vec![part(&files, &options(1)), part(&files, &options(2))];
    assert_eq!(Partial::merge(twice).unwrap_err(), MergeError::Files { count: 2 });
}

fn collect(value: &Value, at: String, into: &mut Vec<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| {
            collect(value, format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")), into);
        }),
        Value::Array(items) => {
            items.iter().take(3).enumerate().for_each(|(index, value)| collect(value, format!("{at}/{index}"), into));
        }
        _ => {}
    }
    into.push(at);
}

/// Panics when it is read, as a bug would.
struct Panics;

impl Read for Panics {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        panic!("a bug")
    }
}

#[test]
fn a_thread_that_panics_ends_the_run_with_an_error() {
    let options = options(2);
    let mut inputs = inputs(&[("a".to_owned(), format!("{RIGHT}\n"))]);
    inputs.push(Input::reader("b", Panics));
    let outcome = validate(&inputs, &options, &|_| {});
    assert!(matches!(outcome.errors[..], [InputError::Failed { threads: 1 }]), "{:?}", outcome.errors);
    let report = outcome.into_report(&inputs, &options);
    assert!(!report.is_ok() && report.incomplete.unwrap().contains("1 thread failed"));
}

/// Has no end.
struct Endless(Vec<u8>);

impl Read for Endless {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.0.len().min(into.len());
        into[..read].copy_from_slice(&self.0[..read]);
        Ok(read)
    }
}

#[test]
fn a_run_is_cancelled_between_two_blocks_and_keeps_what_it_found() {
    let options = options(2);
    let inputs = [Input::reader("a", Endless(format!("{RIGHT}\n").into_bytes())), Input::reader("b", io::empty())];
    let cancel = options.cancel.clone();
    let outcome = validate(&inputs, &options, &move |bytes| {
        if bytes > 0 {
            cancel.cancel();
        }
    });
    assert!(outcome.cancelled);
    let report = outcome.into_report(&inputs, &options);
    assert_eq!(report.incomplete.as_deref(), Some("interrupted: the rest was not checked"));
    assert!(!report.is_ok());
}
