//! `mp-forwarding schema`: the published JSON Schemas, and the comparison of a directory with them.

mod published;

use std::fs::File;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::completions::completed;
use super::output::{ANSWER, one_of, print, print_lines};
use super::{ExitCode, Failure, Global};
use crate::bounded;
use crate::report::Format;
pub use published::published;

/// List, print, write or check the published JSON Schemas
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List the published schemas
    List {
        /// The format of the list
        #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = one_of(ANSWER))]
        format: Format,
    },
    /// Print one schema on stdout
    Print {
        /// The name, as in `list`
        #[arg(value_parser = completed::<String>(known_names), hide_possible_values = true)]
        name: String,
    },
    /// Write every schema to a directory, one file each
    Write {
        /// The directory; it is created if it is missing
        directory: PathBuf,
    },
    /// Compare a directory with the published schemas; exit code 4 if they differ
    Check {
        /// The directory
        directory: PathBuf,
    },
}

#[derive(Debug, Error)]
enum SchemaError {
    #[error("unknown schema `{name}` (known: {known})")]
    Unknown { name: String, known: String },
    #[error("failed to read `{path}`")]
    Read { path: PathBuf, source: std::io::Error },
    #[error("failed to write `{path}`")]
    Write { path: PathBuf, source: std::io::Error },
}

pub(crate) fn run(args: Args, global: &Global) -> Result<ExitCode, Failure> {
    match args.action {
        Action::List { format } => list(format),
        Action::Print { name } => print_one(&name),
        Action::Write { directory } => write(&directory, global.quiet).map_err(Failure::usage),
        Action::Check { directory } => match check(&directory).map_err(Failure::usage)?.as_str() {
            "" => {
                if !global.quiet {
                    say!("{}: as published", directory.display());
                }
                Ok(ExitCode::Good)
            }
            drift => {
                print(drift)?;
                let update = format!("mp-forwarding schema write {}", directory.display());
                say!("the published schemas have changed; `{update}` updates the files");
                Ok(ExitCode::Drift)
            }
        },
    }
}

fn known_names() -> Vec<&'static str> {
    published().iter().map(|schema| schema.name).collect()
}

fn list(format: Format) -> Result<ExitCode, Failure> {
    let all = published();
    if format == Format::Json {
        let entries = all.iter().map(|schema| serde_json::json!({ "name": schema.name, "about": schema.about }));
        return print(&format!("{:#}\n", serde_json::Value::from_iter(entries)));
    }
    let width = all.iter().map(|schema| schema.name.len()).max().unwrap_or_default();
    let lines: String = all.iter().map(|schema| format!("{:width$}  {}\n", schema.name, schema.about)).collect();
    print_lines(&lines)
}

fn print_one(name: &str) -> Result<ExitCode, Failure> {
    let all = published();
    match all.iter().find(|schema| schema.name == name) {
        Some(schema) => print(&schema.text()),
        None => {
            let known: Vec<&str> = all.iter().map(|schema| schema.name).collect();
            Err(Failure::usage(SchemaError::Unknown { name: name.to_owned(), known: known.join(", ") }))
        }
    }
}

fn write(directory: &Path, quiet: bool) -> Result<ExitCode, SchemaError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| SchemaError::Write { path, source }
    };
    std::fs::create_dir_all(directory).map_err(failed(directory))?;
    for schema in published() {
        let path = directory.join(schema.file_name());
        std::fs::write(&path, schema.text()).map_err(failed(&path))?;
        if !quiet {
            say!("wrote {}", path.display());
        }
    }
    Ok(ExitCode::Good)
}

/// How the files of a directory differ from what is published; empty if they do not.
fn check(directory: &Path) -> Result<String, SchemaError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| SchemaError::Read { path, source }
    };
    let mut surplus = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(failed(directory))? {
        let name = entry.map_err(failed(directory))?.file_name();
        surplus.extend(name.into_string().ok().filter(|name| name.ends_with(".schema.json")));
    }
    surplus.sort_unstable();

    let mut drift = String::new();
    for schema in published() {
        let name = schema.file_name();
        surplus.retain(|found| *found != name);
        let path = directory.join(&name);
        match File::open(&path).and_then(|file| bounded::read_text(file, bounded::GENERATED)) {
            Ok(text) => drift.push_str(&difference(&path, &text, &schema.text())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                drift.push_str(&format!("{}: missing\n", path.display()));
            }
            Err(source) => return Err(failed(&path)(source)),
        }
    }
    for name in surplus {
        drift.push_str(&format!("{}: no longer published\n", directory.join(name).display()));
    }

    Ok(drift)
}

/// The largest number of differing lines that are shown of each side.
const SHOWN: usize = 12;

/// The lines between the first and the last difference: `-` for found ones, `+` for published ones.
fn difference(path: &Path, found: &str, published: &str) -> String {
    if found == published {
        return String::new();
    }
    let (old, new): (Vec<&str>, Vec<&str>) = (found.split('\n').collect(), published.split('\n').collect());
    let before = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let rest = old.len().min(new.len()) - before;
    let after = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(old, new)| old == new).count();

    let mut text = format!("{} differs from line {}:\n", path.display(), before + 1);
    for (sign, lines) in [('-', &old[before..old.len() - after]), ('+', &new[before..new.len() - after])] {
        for line in lines.iter().take(SHOWN) {
            text.push_str(&format!("{sign} {line}\n"));
        }
        if lines.len() > SHOWN {
            text.push_str(&format!("{sign} … {} more lines\n", lines.len() - SHOWN));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_the_lines_that_differ_and_no_others() {
        let shown = difference(Path::new("a"), "{\n  1\n  2\n}\n", "{\n  1\n  3\n  4\n}\n");
        assert_eq!(shown, "a differs from line 3:\n-   2\n+   3\n+   4\n");
        assert_eq!(difference(Path::new("a"), "x\nx\n", "x\n"), "a differs from line 2:\n- x\n");
        assert_eq!(difference(Path::new("a"), "same", "same"), "");
    }
}
