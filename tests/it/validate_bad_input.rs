//! Bad input to `validate`: each kind gives a clear finding or error, does not affect other files, and has bounded
//! memory. Gzip bombs are tested where the limit can be set (src/validate/input/stored.rs). Links and deleted objects
//! are tested with folders and buckets (validate_command.rs, validate_s3.rs).

use std::fs;
use std::io::Write as _;
use std::process::{Child, Command, Output, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;
use mp_forwarding::contract::schema::{Edition, Form};
use mp_forwarding::report::Validation;
use mp_forwarding::report::model::{Report, Severity};
use mp_forwarding::validate::{Input, InputError, Options};
use tempfile::TempDir;

use crate::support::program::{self, program};

const RIGHT: &str = r#"{"events":[{"data":{"event_name":"a","timestamp_unixtime_ms":"1595542763908"},"event_type":"custom_event"}],"environment":"production"}"#;

fn validate() -> Command {
    let mut program = program();
    program.args(["validate", "--format", "json"]);
    program
}

fn report(output: &Output) -> Report<Validation> {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

/// The findings for a file with these bytes, together with a valid file that must still be checked.
fn findings(bytes: &[u8], options: &[&str]) -> (Report<Validation>, Vec<String>) {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("bad.txt"), bytes).unwrap();
    fs::write(folder.path().join("right.txt"), format!("{RIGHT}\n")).unwrap();
    let output = validate().args(["bad.txt", "right.txt"]).args(options).current_dir(folder.path()).output().unwrap();
    let report = report(&output);
    assert_eq!(report.summary.files, 2, "{report:?}");
    assert_eq!(output.status.code(), Some(i32::from(!report.is_ok())), "{output:?}");
    let mut places = report.findings.iter().flat_map(|finding| &finding.places);
    assert!(places.all(|place| place.object.as_deref() == Some("bad.txt")));
    // The pointer is omitted.
    let shown = crate::validate::shown(&report).into_iter().map(|line| {
        let mut words = line.splitn(4, ' ');
        let [clause, line, _, message] = [(); 4].map(|()| words.next().unwrap_or_default());
        format!("{clause} {line} {message}")
    });
    let shown = shown.collect();
    (report, shown)
}

fn gzip(text: &[u8], level: Compression) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), level);
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn each_unusual_line_has_one_finding_or_none() {
    let with = |member: &str| format!("{RIGHT}\n{},{member}}}\n{RIGHT}\n", &RIGHT[..RIGHT.len() - 1]).into_bytes();
    let deep = |depth: usize| with(&format!("\"a\":{}{}", "[".repeat(depth), "]".repeat(depth)));
    let cases: Vec<(&str, Vec<u8>, &[&str])> = vec![
        ("NUL in a string", with("\"a\":\"\0\""), &["DTO-9 2 expected escaped control characters"]),
        ("NUL between tokens", with("\"a\":\0"), &["DTO-9 2 expected JSON"]),
        ("lines of NUL alone", b"\0\0\0\n".to_vec(), &["DTO-9 1 expected JSON"]),
        ("an escaped NUL", with("\"a\":\"\\u0000\""), &[]),
        ("a key twice", with("\"a\":1,\"a\":1"), &["DTO-9 2 expected each key once"]),
        ("a key twice, spelled differently", with("\"ab\":1,\"\\u0061b\":1"), &["DTO-9 2 expected each key once"]),
        ("half a surrogate pair", with("\"a\":\"\\ud83d\""), &["DTO-9 2 expected complete characters"]),
        ("the other half", with("\"a\":\"\\ude00\""), &["DTO-9 2 expected complete characters"]),
        ("halves in the wrong order", with("\"a\":\"\\ude00\\ud83d\""), &["DTO-9 2 expected complete characters"]),
        ("a half before another escape", with("\"a\":\"\\ud83d\\u0041\""), &["DTO-9 2 expected complete characters"]),
        ("a half before a pair", with("\"a\":\"\\ude00\\ud83d\\ude00\""), &["DTO-9 2 expected complete characters"]),
        ("a pair", with("\"a\":\"\\ud83d\\ude00\""), &[]),
        ("1e400", with("\"a\":1e400"), &["DTO-9 2 expected finite numbers"]),
        ("-1e400", with("\"a\":[-1e400]"), &["DTO-9 2 expected finite numbers"]),
        ("1e-400", with("\"a\":1e-400"), &[]),
        ("-0", with("\"a\":-0,\"b\":-0.0,\"timestamp_unixtime_ms\":-0"), &[]),
        ("depth 128", deep(127), &[]),
        ("depth 129", deep(128), &["DTO-9 2 expected at most 128 levels"]),
        ("depth 10,000", deep(10_000), &["DTO-9 2 expected at most 128 levels"]),
        (
            "depth 1,000,000, never closed",
            with(&format!("\"a\":{}", "[".repeat(1_000_000))),
            &["DTO-9 2 expected at most 128"],
        ),
        ("an array", b"[]\n".to_vec(), &["DTO-9 1 expected a batch (a JSON object), found an array"]),
        ("a scalar", b"17\n".to_vec(), &["DTO-9 1 expected a batch (a JSON object)"]),
        ("no JSON", b"hello\n".to_vec(), &["DTO-9 1 expected JSON"]),
        ("a cut line", format!("{}\n{RIGHT}\n", &RIGHT[..40]).into_bytes(), &["DTO-9 1 expected a complete batch"]),
        ("no UTF-8", b"{\"environment\":\"\xff\"}\n".to_vec(), &["DTO-9 1 expected UTF-8"]),
        (
            "a byte order mark",
            format!("\u{feff}{RIGHT}\n").into_bytes(),
            &["FILE-1 1 the file begins with a byte order"],
        ),
        ("a byte order mark later", format!("{RIGHT}\n\u{feff}{RIGHT}\n").into_bytes(), &["DTO-9 2 expected JSON"]),
        ("CR LF", format!("{RIGHT}\r\n").into_bytes(), &["U-11 1 the line ends with CR LF"]),
        (
            "blank lines",
            format!("{RIGHT}\n\n \t\n{RIGHT}\n").into_bytes(),
            &["U-11 2 the line is blank", "U-11 3 the line"],
        ),
        ("no end", RIGHT.into(), &["U-11 1 the last line has no line feed"]),
        ("nothing", Vec::new(), &["U-11 0 the file is empty"]),
    ];
    for (name, bytes, expected) in cases {
        let (_, shown) = findings(&bytes, &[]);
        let fits = shown.iter().zip(expected).all(|(shown, expected)| shown.starts_with(expected));
        assert!(shown.len() == expected.len() && fits, "{name}: {shown:?}");
    }
}

#[test]
fn a_gzip_that_is_cut_at_any_byte_is_damaged() {
    let folder = TempDir::new().unwrap();
    let options =
        Options { jobs: 1.try_into().unwrap(), ..Options::new(Edition { form: Form::Outbound, strict: false }) };
    let swept = |bytes: &[u8]| {
        fs::write(folder.path().join("a.txt"), bytes).unwrap();
        let outcome =
            mp_forwarding::validate::validate(&Input::from_argument(&folder.path().join("a.txt")).0, &options, &|_| {});
        assert!(outcome.errors.is_empty(), "{:?}", outcome.errors);
        let clauses: Vec<String> = outcome
            .faults
            .into_findings(Severity::Error, |_| "")
            .into_iter()
            .filter_map(|finding| finding.clause)
            .collect();
        (outcome.lines, outcome.wrong_lines, clauses)
    };
    let text = format!("{RIGHT}\n").repeat(30);
    let level = Compression::fast();
    let whole = gzip(text.as_bytes(), level);
    for cut in (2..whole.len()).filter(|cut| cut % 5 == 0 || cut + 12 > whole.len()) {
        let (_, wrong, clauses) = swept(&whole[..cut]);
        assert_eq!((wrong, clauses), (0, vec!["FILE-2".to_owned()]), "cut at {cut}");
    }
    let members =
        [gzip(&text.as_bytes()[..100], level), gzip(b"", level), gzip(&text.as_bytes()[100..], level)].concat();
    assert_eq!(swept(&members), (30, 0, Vec::new()));
    let mut wrong_sum = whole.clone();
    wrong_sum[whole.len() - 6] ^= 1;
    for (name, damaged) in [
        ("trailing garbage", [&whole[..], b"garbage"].concat()),
        ("trailing zeros", [&whole[..], &[0; 512]].concat()),
        ("a second member that is cut", [&whole[..], &whole[..whole.len() - 9]].concat()),
        ("a wrong checksum", wrong_sum),
    ] {
        let (lines, wrong, clauses) = swept(&damaged);
        assert_eq!((wrong, clauses), (0, vec!["FILE-2".to_owned()]), "{name}");
        // Complete lines before the damage are checked.
        assert!(lines >= 30, "{name}: {lines}");
    }
}

/// A process that reads from a pipe, and its peak memory on Linux.
fn fed(options: &[&str], feed: impl FnOnce(&mut std::process::ChildStdin)) -> (Report<Validation>, u64) {
    let mut command = validate();
    command.args(options).arg("-").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child: Child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    feed(&mut stdin);
    // Everything except the content of the pipe has been read.
    std::thread::sleep(std::time::Duration::from_millis(300));
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0 kB");
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    (report(&output), peak.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024)
}

#[test]
fn a_line_of_a_gibibyte_is_skipped() {
    let piece = vec![b'x'; 1 << 20];
    let (report, peak) = fed(&["--jobs", "2"], |stdin| {
        (0..1024).for_each(|_| stdin.write_all(&piece).unwrap());
        stdin.write_all(format!("\n{RIGHT}\n").as_bytes()).unwrap();
    });
    assert_eq!(
        (report.summary.lines, report.summary.wrong_lines, report.summary.text_bytes),
        (2, 1, (1 << 30) + RIGHT.len() as u64 + 1)
    );
    assert!(report.findings[0].message.contains("found one of 1073741824 bytes"), "{report:?}");
    assert!(peak < 64, "{peak} MiB");
}

#[test]
fn lines_up_to_the_limit_are_held_one_at_a_time_with_any_number_of_threads() {
    let line = format!("{},\"x\":\"{}\"}}\n", &RIGHT[..RIGHT.len() - 1], "y".repeat(15 << 20));
    let (report, peak) = fed(&["--jobs", "8"], |stdin| {
        (0..12).for_each(|_| stdin.write_all(line.as_bytes()).unwrap());
    });
    assert_eq!((report.summary.lines, report.summary.wrong_lines), (12, 0));
    assert!(peak < 64, "{peak} MiB");
}

#[test]
fn a_file_that_grows_while_it_is_read_is_an_error_without_a_fault_in_its_last_line() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.txt");
    let line = format!("{RIGHT}\n");
    // The end of the initial content is in the middle of a line.
    let text = [line.repeat(10_000), RIGHT[..50].to_owned()].concat();
    let packed = gzip(text.as_bytes(), Compression::none());
    for text in [text.as_bytes(), &packed[..packed.len() / 2]] {
        fs::write(&path, text).unwrap();
        let (inputs, errors) = Input::from_argument(&path);
        assert!(errors.is_empty(), "{errors:?}");
        let options = Options::new(Edition { form: Form::Outbound, strict: false });
        let outcome = mp_forwarding::validate::validate(&inputs, &options, &|bytes| {
            if bytes > 0 {
                let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
                file.write_all(line.as_bytes()).unwrap();
            }
        });
        assert_eq!((outcome.faults.count(), outcome.wrong_lines), (0, 0), "{:?}", outcome.faults);
        assert!(matches!(&outcome.errors[..], [InputError::Changed { before, .. }] if *before == text.len() as u64));
        assert!(outcome.errors[0].to_string().contains("check it again when it is complete"));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn unreadable_and_truncated_files_are_errors_and_the_rest_is_checked() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    // The root user may read everything. If the tests run as root, the program runs as another user, who cannot access
    // the folder in which it was built.
    let folder = tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o755)).tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    fs::create_dir(place("export")).unwrap();
    fs::create_dir(place("export/closed")).unwrap();
    fs::write(place("export/a.txt"), "{\"mpid\":{}}\n").unwrap();
    fs::write(place("export/b.txt"), format!("{RIGHT}\n")).unwrap();
    let close = |name: &str| fs::set_permissions(place(name), fs::Permissions::from_mode(0o000)).unwrap();
    ["export/b.txt", "export/closed"].into_iter().for_each(close);
    let mut command = validate();
    if fs::read(place("export/b.txt")).is_ok() {
        fs::copy(program::PATH, place("program")).unwrap();
        command = Command::new(place("program"));
        command.args(["validate", "--format", "json"]).uid(65_534).gid(65_534);
    }
    // Reading the process's own memory from the beginning fails immediately.
    let output = command.args(["export", "/proc/self/mem"]).current_dir(folder.path()).output().unwrap();
    fs::set_permissions(place("export/closed"), fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let report = report(&output);
    assert_eq!(
        (report.summary.lines, report.summary.wrong_lines, report.summary.errors.len()),
        (1, 1, 3),
        "{report:?}"
    );
    for (path, reason) in
        [("export/b.txt", "ermission denied"), ("export/closed", "ermission denied"), ("/proc/self/mem", "nput/output")]
    {
        let said = |error: &&String| error.contains(path) && error.contains(reason);
        assert!(report.summary.errors.iter().any(|error| said(&error)), "{path}: {:?}", report.summary.errors);
        assert!(String::from_utf8_lossy(&output.stderr).contains(path), "{path}: {output:?}");
    }
}
