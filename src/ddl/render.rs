//! Renders the text for an engine from its template.
//!
//! Every value of the settings is in a literal of the engine's language ([`Dialect::literal`]). It can never be code.

use std::str::FromStr;
use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Serialize;
use tera::{Context, Tera};

use super::column::{Column, EventColumns};
use super::dialect::Dialect;
use super::place::{Place, PlaceError};

/// The name of the table, and the beginning of the names of the views: letters, digits and underscores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableName(String);

/// Not the name of a table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{}` is not a table name: write 1 to 64 lower-case letters, digits and underscores that begin with a letter",
    .0.escape_debug()
)]
pub struct TableNameError(String);

impl FromStr for TableName {
    type Err = TableNameError;

    fn from_str(text: &str) -> Result<Self, TableNameError> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let is_name = (1..=64).contains(&text.len())
            && text.starts_with(|first: char| first.is_ascii_lowercase())
            && text.bytes().all(plain);
        if is_name { Ok(Self(text.to_owned())) } else { Err(TableNameError(text.to_owned())) }
    }
}

impl TableName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why the text cannot be rendered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DdlError {
    /// The location of the files cannot be written for the engine.
    #[error(transparent)]
    Place(#[from] PlaceError),
    /// A template is broken.
    #[error("failed to render the template of {dialect}: {message}")]
    Template {
        /// The engine.
        dialect: &'static str,
        /// What the template engine said.
        message: String,
    },
}

const TEMPLATES: [(&str, &str); 8] = [
    ("athena", include_str!("../../templates/ddl/athena.sql.tera")),
    ("trino", include_str!("../../templates/ddl/trino.sql.tera")),
    ("trino_views", include_str!("../../templates/ddl/trino_views.sql.tera")),
    ("spark", include_str!("../../templates/ddl/spark.sql.tera")),
    ("duckdb", include_str!("../../templates/ddl/duckdb.sql.tera")),
    ("polars", include_str!("../../templates/ddl/polars.py.tera")),
    ("snowflake", include_str!("../../templates/ddl/snowflake.sql.tera")),
    ("bigquery", include_str!("../../templates/ddl/bigquery.sql.tera")),
];

static ENGINE: LazyLock<Result<Tera, tera::Error>> = LazyLock::new(|| {
    let mut engine = Tera::new();
    // Values become literals before they reach a template.
    engine.autoescape_on(Vec::<&str>::new());
    engine.add_raw_templates(TEMPLATES)?;
    Ok(engine)
});

/// A column as a template sees it.
#[derive(Serialize)]
struct Shown {
    name: String,
    identifier: String,
    /// The type in which it is read.
    stored: String,
    /// The expression of a view.
    value: String,
    /// What it means, as a literal.
    about: String,
}

/// The view of an event type.
#[derive(Serialize)]
struct ShownType {
    name: String,
    columns: Vec<Shown>,
}

/// Twenty digits of the time and five of the number (NAME-1), for patterns that have no counts.
const DIGIT: &str = "[0-9]";

/// The text that makes an export readable for an engine: a table, and views with typed columns.
///
/// Date folders from `since` on are read where an engine needs the range of dates.
///
/// # Errors
/// If the location of the files cannot be written for the engine.
pub fn render(dialect: Dialect, place: &Place, table: &TableName, since: Date) -> Result<String, DdlError> {
    let broken = |message: String| DdlError::Template { dialect: dialect.as_str(), message };
    let engine = ENGINE.as_ref().map_err(|error| broken(error.to_string()))?;
    let text = engine.render(dialect.as_str(), &context(dialect, place, table, since)?);
    let text = text.map_err(|error| broken(error.to_string()))?;
    Ok(head(dialect, place) + text.trim() + "\n")
}

/// The comment at the beginning.
fn head(dialect: Dialect, place: &Place) -> String {
    let (comment, engine) = (dialect.comment(), dialect.shown_name());
    let mut lines =
        vec![format!("mParticle's export for {engine}, written by `mp-forwarding ddl --for {}`.", dialect.as_str())];
    if !dialect.is_tested() {
        lines.push(format!(
            "NOT TESTED: the tests of mp-forwarding do not run this text on {engine}. Read it before you run it."
        ));
    }
    if place.hides_gzip() && !dialect.reads_gzip_under_any_name() {
        lines.push(format!(
            "WARNING: the files are gzip, but their names end in .txt, and {engine} takes such a file for text: counts are wrong, \
             without an error."
        ));
        lines.push(
            "Turn use_compression off, or copy the files to names that end in .txt.gz and read the copies.".to_owned(),
        );
    }
    lines.iter().map(|line| format!("{comment} {line}\n")).collect()
}

fn context(dialect: Dialect, place: &Place, table: &TableName, since: Date) -> Result<Context, PlaceError> {
    let base = place.base(dialect)?;
    let names = format!("*_{}_{}.txt*", DIGIT.repeat(20), DIGIT.repeat(5));
    let any_folder = if place.has_dates { "**/" } else { "" };
    // Athena's views are statements of Trino.
    let of_views = if dialect == Dialect::Athena { Dialect::Trino } else { dialect };
    let mut context = Context::new();
    let mut literal = |name: &str, text: &str| context.insert(name.to_owned(), &dialect.literal(text));
    literal("base", &base);
    literal("dated", &format!("{base}${{folder_date}}/"));
    literal("files", &format!("{base}{any_folder}{names}"));
    literal("file_names", &names);
    literal("all_below", &format!("{base}*"));
    literal("compression", if place.gzip { "gzip" } else { "none" });
    literal("first_date", &since.to_string());
    literal("date_range", &format!("{since},NOW+1DAYS"));
    context.insert("base_in_views", &of_views.literal(&base));
    context.insert("table", table.as_str());
    context.insert("has_dates", &place.has_dates);
    context.insert("has_undated", &place.has_undated);
    context.insert("gzip", &place.gzip);
    let columns = Column::of_batch(place.form);
    let types: Vec<ShownType> = EventColumns::all()
        .into_iter()
        .map(|one| ShownType {
            name: one.event_type,
            columns: one.columns.iter().map(|column| shown(dialect, column, dialect.of_member(column))).collect(),
        })
        .collect();
    let columns: Vec<Shown> = columns.iter().map(|column| shown(dialect, column, dialect.of_column(column))).collect();
    context.insert("columns", &columns);
    context.insert("types", &types);
    Ok(context)
}

fn shown(dialect: Dialect, column: &Column, value: String) -> Shown {
    Shown {
        name: column.name.clone(),
        identifier: dialect.identifier(&column.name),
        stored: dialect.stored(&column.kind),
        value,
        about: dialect.literal(&column.about),
    }
}
