//! The inputs of a run (`--input`, `--follow`).

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::Args;
use crate::cli::Failure;
use crate::cli::output::Identity;
use crate::forward::Input;
use crate::paths::would_find;

/// One input is given twice. Its events would be forwarded twice.
#[derive(Debug, thiserror::Error)]
#[error("the input `{}` is given twice: its events would be forwarded twice", .0.display())]
struct TwiceError(PathBuf);

/// A file of the run would be read by the next start.
#[derive(Debug, thiserror::Error)]
#[error("`{}` would be one of the files of `--input {}`: write it to another place", path.display(), input.display())]
struct OutputAmongInputs {
    path: PathBuf,
    input: PathBuf,
}

/// The inputs: what each argument means, or each argument itself if it is followed.
pub(super) fn of(args: &Args) -> Result<Vec<Input>, Failure> {
    refuse_outputs(args)?;
    if args.follow {
        if args.inputs.iter().any(|path| path.as_os_str() == "-") {
            return Err(Failure::usage("`-` is read until it ends anyway: `--follow` is for files that grow"));
        }
        return Ok(args.inputs.iter().cloned().map(Input::File).collect());
    }
    let mut inputs = Vec::new();
    for argument in &args.inputs {
        inputs.extend(Input::all_of_argument(argument).map_err(Failure::usage)?);
    }
    refuse_repeated(&inputs)?;
    Ok(inputs)
}

fn refuse_outputs(args: &Args) -> Result<(), Failure> {
    let files = args.ledger.iter().chain(&args.quarantine).map(PathBuf::as_path).chain(args.report.paths());
    for path in args.state.iter().map(PathBuf::as_path).chain(files) {
        if let Some(input) = args.inputs.iter().find(|input| would_find(input, path)) {
            return Err(Failure::usage(OutputAmongInputs { path: path.to_owned(), input: input.clone() }));
        }
    }
    Ok(())
}

/// Only files are compared, because a pipe or a device can deliver other data each time that it is opened.
fn refuse_repeated(inputs: &[Input]) -> Result<(), Failure> {
    let mut known = HashSet::new();
    for input in inputs {
        let path = path_of(input);
        if (path.is_file() || *input == Input::Stdin) && !known.insert(Identity::of(path)) {
            return Err(Failure::usage(TwiceError(path.to_owned())));
        }
    }
    Ok(())
}

/// The path of an input; `-` for standard input.
pub(super) fn path_of(input: &Input) -> &Path {
    match input {
        Input::File(path) | Input::Beginning { path, .. } => path,
        Input::Stdin | Input::Text { .. } => Path::new("-"),
    }
}
