//! `mp-forwarding completions`

use std::error::Error;
use std::ffi::OsStr;
use std::str::FromStr;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Command, CommandFactory};
use clap_complete::Shell;

use super::output::print;
use super::{Cli, ExitCode, Failure, Global};

/// Print the completion script for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  mp-forwarding completions bash \\
    > ~/.local/share/bash-completion/completions/mp-forwarding")]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(args: Args, _global: &Global) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "mp-forwarding", &mut script);
    print(&String::from_utf8_lossy(&script))
}

/// A parser for values of which shells complete the known ones. Other values, such as patterns, are parsed too.
pub(crate) fn completed<T>(known: fn() -> Vec<&'static str>) -> Completed<T>
where
    T: FromStr<Err: Error + Send + Sync + 'static>,
{
    Completed { known, parse: |text| text.parse().map_err(Box::from) }
}

/// The parser that [`completed`] makes.
#[derive(Clone)]
pub(crate) struct Completed<T> {
    known: fn() -> Vec<&'static str>,
    parse: fn(String) -> Result<T, Box<dyn Error + Send + Sync>>,
}

impl<T: Clone + Send + Sync + 'static> TypedValueParser for Completed<T> {
    type Value = T;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<T, clap::Error> {
        StringValueParser::new().try_map(self.parse).parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new((self.known)().into_iter().map(PossibleValue::new)))
    }
}
