//! `mp-forwarding ddl`

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use jiff::civil::Date;

use super::output::print;
use super::value::day;
use super::{ExitCode, Failure, Global};
use crate::ddl::{Dialect, Place, TableName, render};
use crate::settings::Settings;

/// Print the SQL (for Polars, Python) with which a query engine reads the export: a table, and views with typed columns
///
/// 64-bit integers are read as text and cast in views. The data of an event stays JSON, with a view for each event type.
/// Nothing is dropped. If no test runs the text on that engine, the text says so.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mp-forwarding ddl --for duckdb --settings connection.toml > export.sql
  mp-forwarding ddl --for athena --settings connection.toml \\
    --table shop_export --since 2024-01-01

Exit codes:
  0 all good, 2 an option or the settings cannot be used")]
pub(crate) struct Args {
    /// The query engine; for polars, the output is a Python module
    #[arg(long = "for", value_name = "ENGINE", value_parser = dialects())]
    dialect: Dialect,
    /// The connection's settings, TOML or JSON, with the bucket and the folder of the files
    #[arg(long, value_name = "FILE")]
    settings: PathBuf,
    /// The name of the table, and the beginning of the names of the views
    #[arg(long, value_name = "NAME", default_value = "mparticle_export")]
    table: TableName,
    /// The first date folder that Athena and Trino read
    #[arg(long, value_name = "YYYY-MM-DD", default_value = "2020-01-01", value_parser = day)]
    since: Date,
}

fn dialects() -> impl TypedValueParser<Value = Dialect> {
    PossibleValuesParser::new(Dialect::ALL.map(Dialect::as_str)).try_map(|name| name.parse::<Dialect>())
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<ExitCode, Failure> {
    let place = Place::of(&Settings::load(&args.settings).map_err(Failure::usage)?);
    let text = render(args.dialect, &place, &args.table, args.since).map_err(Failure::usage)?;
    if place.hides_gzip() && !args.dialect.reads_gzip_under_any_name() && !global.quiet {
        say!(
            "note: {} reads gzip files under names that end in .txt as text: turn use_compression off, or copy them to names that end in .txt.gz",
            args.dialect.shown_name()
        );
    }
    print(&text)
}
