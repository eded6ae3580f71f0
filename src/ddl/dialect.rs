//! The query engines, and how each quotes a value.

use std::fmt::Write as _;
use std::str::FromStr;

/// A query engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// Amazon Athena, with the Glue catalog.
    Athena,
    /// Trino, with its Hive connector.
    Trino,
    /// Spark SQL.
    Spark,
    /// DuckDB.
    DuckDb,
    /// Polars: a Python module.
    Polars,
    /// Snowflake.
    Snowflake,
    /// BigQuery.
    BigQuery,
}

/// An unknown query engine.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is unknown (known: {known})", given.escape_debug())]
pub struct UnknownDialect {
    given: String,
    known: String,
}

impl FromStr for Dialect {
    type Err = UnknownDialect;

    fn from_str(text: &str) -> Result<Self, UnknownDialect> {
        let known = Self::ALL.into_iter().find(|dialect| dialect.as_str() == text);
        known.ok_or_else(|| UnknownDialect { given: text.to_owned(), known: Self::ALL.map(Self::as_str).join(", ") })
    }
}

impl Dialect {
    /// All query engines.
    pub const ALL: [Self; 7] =
        [Self::Athena, Self::Trino, Self::Spark, Self::DuckDb, Self::Polars, Self::Snowflake, Self::BigQuery];

    /// The name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Athena => "athena",
            Self::Trino => "trino",
            Self::Spark => "spark",
            Self::DuckDb => "duckdb",
            Self::Polars => "polars",
            Self::Snowflake => "snowflake",
            Self::BigQuery => "bigquery",
        }
    }

    /// The engine's own name.
    pub fn shown_name(self) -> &'static str {
        match self {
            Self::Athena => "Amazon Athena",
            Self::Trino => "Trino",
            Self::Spark => "Spark",
            Self::DuckDb => "DuckDB",
            Self::Polars => "Polars",
            Self::Snowflake => "Snowflake",
            Self::BigQuery => "BigQuery",
        }
    }

    /// Whether the tests of this project run the text on the engine. The others' texts say that they are not tested.
    pub fn is_tested(self) -> bool {
        matches!(self, Self::Trino | Self::Spark | Self::DuckDb | Self::Polars)
    }

    /// Whether a table can declare that its files are gzip. The others go by the name, and read gzip under a name without `.gz` as
    /// text (U-12).
    pub fn reads_gzip_under_any_name(self) -> bool {
        matches!(self, Self::DuckDb | Self::Polars | Self::Snowflake | Self::BigQuery)
    }

    /// The start of a comment.
    pub(super) fn comment(self) -> &'static str {
        if self == Self::Polars { "#" } else { "--" }
    }

    /// A text as a literal. Whatever it contains, it does not end the literal.
    pub fn literal(self, text: &str) -> String {
        let mut quoted = String::with_capacity(text.len() + 2);
        let (quote, has_escapes) = match self {
            Self::Polars => ('"', true),
            // In these, a backslash begins an escape. In Athena it does so in the statements of Hive.
            Self::Athena | Self::Spark | Self::Snowflake | Self::BigQuery => ('\'', true),
            Self::Trino | Self::DuckDb => ('\'', false),
        };
        quoted.push(quote);
        for character in text.chars() {
            match character {
                _ if character == quote && has_escapes => quoted.extend(['\\', quote]),
                _ if character == quote => quoted.extend([quote, quote]),
                '\\' if has_escapes => quoted.push_str("\\\\"),
                '\n' if has_escapes => quoted.push_str("\\n"),
                '\r' if has_escapes => quoted.push_str("\\r"),
                // All that is left of these cannot be in the name of a folder.
                _ if character.is_control() && has_escapes && self == Self::Polars => {
                    let _ = write!(quoted, "\\u{:04x}", u32::from(character));
                }
                _ => quoted.push(character),
            }
        }
        quoted.push(quote);
        quoted
    }

    /// A name as an identifier. Names are letters, digits and underscores: the quotes are for reserved words.
    pub(super) fn identifier(self, name: &str) -> String {
        match self {
            Self::Athena | Self::Trino | Self::DuckDb => format!("\"{name}\""),
            Self::Spark | Self::BigQuery => format!("`{name}`"),
            // Quotes would make the name's case count.
            Self::Snowflake | Self::Polars => name.to_owned(),
        }
    }
}
