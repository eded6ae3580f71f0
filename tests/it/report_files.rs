//! Report files: an earlier report stays until a new one is complete, and a failed report does not affect the others.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Output, Stdio};

const EARLIER: &str = "{\"earlier\": true}\n";

fn validate(folder: &Path, reports: &[&str]) -> Output {
    let batches = "{\"environment\":7}\n{\"environment\":\"production\"}\n".repeat(9);
    fs::write(folder.join("batches.txt"), batches).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_mp-forwarding"));
    command.current_dir(folder).args(["validate", "batches.txt"]);
    for report in reports {
        command.args(["--report", report]);
    }
    command.output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn is_complete(path: &Path) -> bool {
    serde_json::from_str::<serde_json::Value>(&fs::read_to_string(path).unwrap())
        .is_ok_and(|it| it["earlier"].is_null())
}

#[test]
fn a_report_replaces_the_earlier_one_with_its_mode_and_leaves_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("old.json"), EARLIER).unwrap();
    fs::set_permissions(folder.join("old.json"), PermissionsExt::from_mode(0o640)).unwrap();
    fs::create_dir(folder.join("kept")).unwrap();
    fs::write(folder.join("kept/target.json"), EARLIER).unwrap();
    symlink("kept/target.json", folder.join("link.json")).unwrap();
    let output = validate(folder, &["old.json", "link.json", "new.xml"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(is_complete(&folder.join("old.json")) && is_complete(&folder.join("kept/target.json")));
    assert!(folder.join("link.json").is_symlink(), "the link stays a link");
    let mode = |name| fs::metadata(folder.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("old.json"), 0o640);
    assert_eq!(mode("new.xml"), mode("batches.txt"), "as any new file");
    assert_eq!(names(folder), ["batches.txt", "kept", "link.json", "new.xml", "old.json"]);
    assert_eq!(names(&folder.join("kept")), ["target.json"]);
}

#[test]
fn a_path_that_cannot_be_written_is_refused_before_the_work_and_destroys_nothing() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("old.json"), EARLIER).unwrap();
    fs::create_dir(folder.path().join("folder.xml")).unwrap();
    for path in ["nowhere/report.xml", "folder.xml"] {
        let output = validate(folder.path(), &["old.json", path]);
        assert_eq!(output.status.code(), Some(2), "{}", text(&output));
        assert!(text(&output).contains(&format!("cannot write the report `{path}`")), "{}", text(&output));
        assert!(output.stdout.is_empty());
        assert_eq!(fs::read_to_string(folder.path().join("old.json")).unwrap(), EARLIER);
    }
}

#[test]
fn a_full_disk_affects_only_one_report() {
    let folder = tempfile::tempdir().unwrap();
    let full = folder.path().join("full");
    fs::create_dir(&full).unwrap();
    let options = ["-t", "tmpfs", "-o", "size=8k", "tmpfs"];
    let mounted = Command::new("mount").args(options).arg(&full).stderr(Stdio::null()).status();
    if !mounted.is_ok_and(|status| status.success()) {
        eprintln!("skipped: a_full_disk_affects_only_one_report: no file system can be mounted here");
        return;
    }
    fs::write(full.join("a.json"), EARLIER).unwrap();
    fs::write(full.join("filler"), [b'x'; 4096]).unwrap();
    let output = validate(folder.path(), &["full/a.json", "b.json"]);
    let earlier = fs::read_to_string(full.join("a.json"));
    let left = names(&full);
    let unmounted = Command::new("umount").arg(&full).status().unwrap();
    assert!(unmounted.success());
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("cannot write the report `full/a.json`: "), "{stderr}");
    assert_eq!(earlier.unwrap(), EARLIER);
    assert_eq!(left, ["a.json", "filler"]);
    assert!(is_complete(&folder.path().join("b.json")));
    assert!(String::from_utf8_lossy(&output.stdout).contains("18 lines"), "{}", text(&output));
}

#[test]
fn pipes_and_devices_are_written_directly() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    symlink("/dev/stdout", folder.join("stdout.json")).unwrap();
    symlink("/dev/null", folder.join("null.json")).unwrap();
    assert!(Command::new("mkfifo").arg(folder.join("pipe.json")).status().unwrap().success());
    let reader = Command::new("cat").arg(folder.join("pipe.json")).stdout(Stdio::piped()).spawn().unwrap();
    let output = validate(folder, &["pipe.json", "stdout.json", "null.json"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    let piped = reader.wait_with_output().unwrap().stdout;
    assert!(serde_json::from_slice::<serde_json::Value>(&piped).is_ok());
    assert!(String::from_utf8_lossy(&output.stdout).ends_with("}\n"), "the report comes after the table");
    assert_eq!(names(folder), ["batches.txt", "null.json", "pipe.json", "stdout.json"]);
}

#[test]
fn help_lists_the_formats_of_the_command() {
    for command in [&["validate"][..], &["conform"], &["forward"], &["explain"], &["policy", "check"], &["preflight"]] {
        let help = |arguments: &[&str]| {
            Command::new(env!("CARGO_BIN_EXE_mp-forwarding")).args(command).args(arguments).output().unwrap()
        };
        let listed = text(&help(&["--help"]));
        let refused = text(&help(&["--format", "pdf"]));
        let values = |text: &str| {
            let values = text.split("[possible values: human").nth(1).unwrap_or_else(|| panic!("{text}"));
            values.split(']').next().unwrap().split_whitespace().collect::<String>()
        };
        assert_eq!(values(&listed), values(&refused));
    }
}

#[test]
fn colours_follow_the_option_and_the_variables() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("batches.txt"), "{\"environment\":7}\n").unwrap();
    let is_coloured = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mp-forwarding"));
        for name in ["NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "CLICOLOR"] {
            command.env_remove(name);
        }
        command.current_dir(folder.path()).args(["validate", "batches.txt"]).args(arguments);
        command.envs(variables.iter().copied()).output().unwrap().stdout.contains(&0x1b)
    };
    assert!(!is_coloured(&[], &[]), "a pipe");
    assert!(is_coloured(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(is_coloured(&[], &[("FORCE_COLOR", "1")]));
    assert!(is_coloured(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!is_coloured(&[], &[("FORCE_COLOR", "1"), ("NO_COLOR", "1")]));
    assert!(!is_coloured(&["--color", "never"], &[("FORCE_COLOR", "1")]));
}
