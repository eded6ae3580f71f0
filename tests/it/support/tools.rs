//! The programs that tests start, and skipping of tests whose program is missing.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::{Write, stderr};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

/// The tools that `.ci/run` installs, with their versions.
const TOOLS: &str = include_str!("../../../.ci/tools");

/// A line of that table with a program.
struct Tool {
    by: &'static str,
    package: &'static str,
    version: &'static str,
    variable: &'static str,
    program: &'static str,
}

impl Tool {
    fn named(name: &str) -> Self {
        let rows = TOOLS.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        let found = rows.into_iter().find_map(|row| match row[..] {
            [tool, by, package, version, _, program] if tool == name => {
                let (variable, program) = program.split_once('=')?;
                let program = program.rsplit('/').next()?;
                Some(Self { by, package, version, variable, program })
            }
            _ => None,
        });
        found.unwrap_or_else(|| panic!(".ci/tools has no program of `{name}`"))
    }

    /// The version of a program on the `PATH`; `None` if it cannot be determined.
    fn version_of(&self, program: &Path) -> Option<String> {
        match self.by {
            "go" => {
                let information = output(Command::new("go").args(["version", "-m"]).arg(program))?;
                let mut module = information.lines().find(|line| line.starts_with("\tmod\t"))?.split('\t').skip(2);
                self.package.starts_with(module.next()?).then(|| module.next().map(str::to_owned))?
            }
            "pip" => {
                let package = self.package.split('[').next()?;
                let question = format!("from importlib.metadata import version; print(version('{package}'))");
                output(Command::new(interpreter(program)).args(["-c", &question]))
            }
            _ => None,
        }
    }
}

/// The Python of a script: from its first line, else the one in the same folder.
fn interpreter(script: &Path) -> PathBuf {
    let script = fs::canonicalize(script).unwrap_or_else(|_| script.to_owned());
    let text = fs::read(&script).unwrap_or_default();
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let named = std::str::from_utf8(line).ok().and_then(|line| line.strip_prefix("#!")).map(str::trim);
    named
        .filter(|path| path.contains("/python") && !path.contains(' '))
        .map_or(script.with_file_name("python3"), PathBuf::from)
}

/// The output of a command, if it succeeded.
fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}

/// The program of a tool in `.ci/tools`: from its variable, else on the `PATH` if it has the version in the table.
/// Without either the test is skipped.
pub(crate) fn installed(name: &str) -> Option<PathBuf> {
    find(&Tool::named(name), |variable| env::var_os(variable)).map_err(|reason| skip(&reason)).ok()
}

fn find<T: AsRef<OsStr>>(tool: &Tool, variable: impl Fn(&str) -> Option<T>) -> Result<PathBuf, String> {
    let Tool { version: known, variable: name, program, .. } = tool;
    if let Some(path) = variable(name) {
        let path = PathBuf::from(path.as_ref());
        return if path.is_file() { Ok(path) } else { Err(format!("{name} is not a file: `{}`", path.display())) };
    }
    let path = variable("PATH").map_or_else(Vec::new, |path| env::split_paths(path.as_ref()).collect());
    let Some(path) = path.into_iter().map(|folder| folder.join(program)).find(|path| path.is_file()) else {
        return Err(format!("{name} is not set and `{program}` is not on the PATH"));
    };
    match tool.version_of(&path) {
        Some(version) if version == *known => Ok(path),
        version => Err(format!(
            "`{}` has {}, and these tests are known to pass with {known} only ({name}=FILE takes any)",
            path.display(),
            version.map_or_else(
                || "a version that cannot be determined".to_owned(),
                |version| format!("version {version}")
            ),
        )),
    }
}

/// Prints that the current test is skipped. With `MP_FORWARDING_NO_SKIP=1`, which `.ci/run` sets, the test fails
/// instead.
pub(crate) fn skip(reason: &str) {
    let test = current_test();
    assert!(env::var_os("MP_FORWARDING_NO_SKIP").is_none_or(|set| set != "1"), "{test} may not be skipped: {reason}");
    announce(&test, reason);
}

/// Prints that the current test is skipped because it needs something that no registry offers. This is never a failure.
pub(crate) fn skip_always(reason: &str) {
    announce(&current_test(), reason);
}

/// The harness runs each test in a thread with the test's name.
fn current_test() -> String {
    thread::current().name().unwrap_or("a test").to_owned()
}

/// The harness hides the output of `eprintln!` in passing tests.
fn announce(test: &str, reason: &str) {
    let _ = writeln!(stderr(), "skipped: {test}: {reason}");
}

/// Regression: a moto with any version on the PATH was used, and tests failed with one that answers incorrectly.
#[test]
#[cfg(unix)]
fn a_program_on_the_path_is_used_only_with_the_known_version() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let executable = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    };
    let tool = Tool::named("moto");
    let on_path = |variable: &str| (variable == "PATH").then(|| folder.path().as_os_str());
    assert!(find(&tool, on_path).unwrap_err().contains("is not on the PATH"));

    // As in a virtual environment: the script names the interpreter in its folder, which prints the version.
    let python = folder.path().join("python");
    let script = executable("moto_server", &format!("#!{}\n", python.display()));
    assert!(find(&tool, on_path).unwrap_err().contains("cannot be determined"));
    executable("python", "#!/bin/sh\necho 5.2.1\n");
    let refused = find(&tool, on_path).unwrap_err();
    assert!(refused.contains("has version 5.2.1") && refused.contains(tool.version), "{refused}");
    executable("python", &format!("#!/bin/sh\necho {}\n", tool.version));
    assert_eq!(find(&tool, on_path), Ok(script.clone()));

    // The program in the variable is used with any version.
    executable("python", "#!/bin/sh\necho 5.2.1\n");
    assert_eq!(find(&tool, |variable| (variable == tool.variable).then(|| script.as_os_str())), Ok(script.clone()));
    assert!(find(&tool, |variable| (variable == tool.variable).then_some("/nowhere")).is_err());
}
