//! The command line: one file a command, and nothing here that a Rust user could not do with the library.

#[macro_use]
mod say;

mod clause;
mod clock;
mod color;
mod completions;
mod conform;
mod exit_code;
mod explain;
mod forward;
mod generate;
mod interrupt;
mod logging;
mod output;
mod policy;
mod preflight;
mod progress;
mod replaced;
mod schema;
mod settings;
mod target;
mod validate;

use std::ffi::OsString;

use clap::{Parser, Subcommand};

pub use exit_code::{ExitCode, Failure};

/// Provision, forward, validate and prove mParticle's event export to Amazon S3.
#[derive(Debug, Parser)]
#[command(name = "mp-forwarding", version, propagate_version = true, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Options that every command understands.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Global {
    /// Say nothing but errors on stderr: no progress, no summary
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Log what happens on stderr; twice for the details
    #[arg(long, short, global = true, action = clap::ArgAction::Count, conflicts_with = "quiet")]
    pub(crate) verbose: u8,
    /// When to use colours; NO_COLOR and FORCE_COLOR are honoured
    #[arg(long, value_name = "WHEN", global = true, value_enum, default_value_t)]
    color: color::Color,
}

#[derive(Debug, Subcommand)]
enum Command {
    Clause(clause::Args),
    Conform(Box<conform::Args>),
    Explain(explain::Args),
    Forward(forward::Args),
    Generate(generate::Args),
    Policy(policy::Args),
    Preflight(preflight::Args),
    Schema(schema::Args),
    Settings(settings::Args),
    Validate(validate::Args),
    Completions(completions::Args),
}

/// Parses `arguments` (the program's name first), runs the command and says with which code to exit.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() { ExitCode::Usage } else { ExitCode::Good };
        }
    };
    cli.global.color.apply();
    logging::start(&cli.global);
    let outcome = match cli.command {
        Command::Clause(args) => clause::run(&args),
        Command::Conform(args) => conform::run(&args, &cli.global),
        Command::Explain(args) => explain::run(args, &cli.global),
        Command::Forward(args) => forward::run(args, &cli.global),
        Command::Generate(args) => generate::run(args, &cli.global),
        Command::Policy(args) => policy::run(args, &cli.global),
        Command::Preflight(args) => preflight::run(args, &cli.global),
        Command::Schema(args) => schema::run(args, &cli.global),
        Command::Settings(args) => settings::run(args, &cli.global),
        Command::Validate(args) => validate::run(args, &cli.global),
        Command::Completions(args) => completions::run(args, &cli.global),
    };
    outcome.unwrap_or_else(|failure| {
        say!("error: {}", chain(failure.error.as_ref()));
        failure.code
    })
}

/// Runs a command's asynchronous part.
fn block_on<T>(work: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::usage)?;
    Ok(runtime.block_on(work))
}

/// An error and its causes on one line, each said once.
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
