//! The command line, with one file for each command. The library can do everything that the commands do.

#[macro_use]
mod say;

mod canary;
mod clause;
mod clock;
mod color;
mod completions;
mod confirm;
mod conform;
mod ddl;
mod duration;
#[cfg(test)]
mod examples;
mod exit_code;
mod explain;
mod forward;
mod generate;
mod interrupt;
mod keep;
mod logging;
mod output;
mod output_file;
mod policy;
mod preflight;
mod progress;
mod replaced;
mod replay;
mod report;
mod schema;
mod serve;
mod settings;
mod size;
mod spinner;
mod target;
mod validate;
mod value;

use std::ffi::OsString;
use std::sync::LazyLock;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::report::Validation;
use crate::report::model::{Report, Tool};
use crate::settings::mask_secrets;
use crate::validate::{Cancel, Partial};

pub use exit_code::{ExitCode, Failure};
pub use schema::published;

/// Provision, forward, validate and test mParticle's event export to Amazon S3.
#[derive(Debug, Parser)]
#[command(name = "mp-forwarding", version = version(), propagate_version = true, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Global")]
pub(crate) struct Global {
    /// Print only errors on stderr: no progress, no notes, no table
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Write a log to stderr; -vv adds details
    #[arg(long, short, global = true, action = clap::ArgAction::Count, conflicts_with = "quiet")]
    pub(crate) verbose: u8,
    /// How messages are written to stderr: as text, or as JSON with one object per line
    #[arg(long, value_name = "FORMAT", global = true, value_enum, default_value_t)]
    log: logging::LogFormat,
    /// When to use colors; `auto` follows the terminal, NO_COLOR and FORCE_COLOR
    #[arg(long, value_name = "WHEN", global = true, value_enum, default_value_t)]
    color: color::Color,
}

#[derive(Debug, Subcommand)]
enum Command {
    Canary(canary::Args),
    Clause(clause::Args),
    Conform(Box<conform::Args>),
    Ddl(ddl::Args),
    Explain(explain::Args),
    Forward(forward::Args),
    Generate(generate::Args),
    Policy(policy::Args),
    Preflight(preflight::Args),
    Replay(replay::Args),
    Report(report::Args),
    Schema(schema::Args),
    Serve(serve::Args),
    Settings(settings::Args),
    Validate(validate::Args),
    Completions(completions::Args),
}

/// Parses `arguments` (the program's name first), runs the command and returns the exit code.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match parse(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let text = error.render().to_string();
            let printed = match mask_secrets(&text) {
                masked if masked != text => {
                    masked.lines().for_each(|line| say!("{line}"));
                    Ok(())
                }
                _ => error.print(),
            };
            return match output::written(printed) {
                _ if error.use_stderr() => ExitCode::Usage,
                Ok(code) => code,
                Err(failure) => failure.print(),
            };
        }
    };
    cli.global.color.apply();
    logging::start(&cli.global);
    let outcome = match cli.command {
        Command::Canary(args) => canary::run(args, &cli.global),
        Command::Clause(args) => clause::run(&args),
        Command::Conform(args) => conform::run(&args, &cli.global),
        Command::Ddl(args) => ddl::run(&args, &cli.global),
        Command::Explain(args) => explain::run(args, &cli.global),
        Command::Forward(args) => forward::run(args, &cli.global),
        Command::Generate(args) => generate::run(args, &cli.global),
        Command::Policy(args) => policy::run(args, &cli.global),
        Command::Preflight(args) => preflight::run(args, &cli.global),
        Command::Replay(args) => replay::run(args, &cli.global),
        Command::Report(args) => report::run(args, &cli.global),
        Command::Schema(args) => schema::run(args, &cli.global),
        Command::Serve(args) => serve::run(args, &cli.global),
        Command::Settings(args) => settings::run(args, &cli.global),
        Command::Validate(args) => validate::run(args, &cli.global),
        Command::Completions(args) => completions::run(args, &cli.global),
    };
    outcome.unwrap_or_else(Failure::print)
}

fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
    let mut command = with_negative_values(Cli::command());
    let matches = command.try_get_matches_from_mut(arguments)?;
    Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
}

/// Takes a negative number behind an option for its value, which the option's parser refuses, and not for another option.
fn with_negative_values(command: clap::Command) -> clap::Command {
    let allow = |arg: clap::Arg| match arg.get_long().is_some() && arg.get_action().takes_values() {
        true => arg.allow_negative_numbers(true),
        false => arg,
    };
    command.mut_args(allow).mut_subcommands(with_negative_values)
}

/// The report of `validate` with these arguments, which follow the command's name. It prints nothing, and `cancel` ends it early.
///
/// # Errors
/// If the arguments, the settings or the target cannot be used. What could not be read is in the report.
pub fn validation(
    arguments: impl IntoIterator<Item = OsString>,
    cancel: Cancel,
) -> Result<Report<Validation>, Failure> {
    let args = validate_arguments(arguments)?;
    let mut prepared = validate::Prepared::of(&args)?;
    prepared.options.cancel = cancel;
    let (report, unsaved) = prepared.check(&args, &QUIET, false)?.into_report(&args)?;
    unsaved.map_or(Ok(report), Err)
}

/// What `validate` with these arguments finds, to be merged with others. Otherwise it is like [`validation`].
///
/// # Errors
/// As for [`validation`].
pub fn partial(arguments: impl IntoIterator<Item = OsString>, cancel: Cancel) -> Result<Partial, Failure> {
    // The option rules out those that are about the whole. Nothing is written: only the command opens its file.
    let args = validate_arguments(std::iter::once("--partial=/dev/null".into()).chain(arguments))?;
    let mut prepared = validate::Prepared::of(&args)?;
    prepared.options.cancel = cancel;
    Ok(prepared.check(&args, &QUIET, false)?.partial)
}

const QUIET: Global = Global { quiet: true, verbose: 0, log: logging::LogFormat::Text, color: color::Color::Auto };

fn validate_arguments(arguments: impl IntoIterator<Item = OsString>) -> Result<validate::Args, Failure> {
    #[derive(Debug, Parser)]
    #[command(name = "validate", no_binary_name = true, disable_help_flag = true)]
    struct Only {
        #[command(flatten)]
        args: validate::Args,
    }
    let only = Only::try_parse_from(arguments).map_err(|error| {
        let text = mask_secrets(&error.render().to_string()).into_owned();
        let sentence = text.split("\n\n").next().unwrap_or_default().trim_end();
        Failure::usage(sentence.strip_prefix("error: ").unwrap_or(sentence).to_owned())
    })?;
    Ok(only.args)
}

/// The version, with the commit if known.
fn version() -> &'static str {
    static VERSION: LazyLock<String> = LazyLock::new(|| {
        let tool = Tool::default();
        let commit = tool.commit.map(|commit| format!(" ({commit})")).unwrap_or_default();
        tool.version + &commit
    });
    &VERSION
}

/// How long a command waits at its end for other threads whose results are not needed any more.
const END_OF_WORK: std::time::Duration = std::time::Duration::from_secs(1);

/// Runs the asynchronous part of a command.
fn block_on<T>(work: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::usage)?;
    let result = runtime.block_on(work);
    runtime.shutdown_timeout(END_OF_WORK);
    Ok(result)
}

/// An error and its causes on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
