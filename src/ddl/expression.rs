//! The types and expressions of each engine: how a column is stored as it is read, and how a view casts it.

use super::column::{Column, Kind};
use super::dialect::Dialect;

impl Dialect {
    /// The type under which a reader takes a column from a line. Single values are text: a view casts them, so that a value of
    /// another type is NULL and not an error.
    pub(super) fn stored(self, kind: &Kind) -> String {
        let text = self.text();
        match (self, kind) {
            // Polars reads lines, because it writes objects as text without escapes.
            (Self::Polars, _) => text.to_owned(),
            // A column of JSON holds everything else.
            (Self::Snowflake, _) => "VARIANT".to_owned(),
            (Self::BigQuery, Kind::TextList | Kind::Map | Kind::Events | Kind::Objects(_) | Kind::Json) => {
                "JSON".to_owned()
            }
            (_, Kind::TextList) => self.list_of(text),
            (Self::DuckDb, Kind::Map) => "MAP(VARCHAR, VARCHAR)".to_owned(),
            (Self::Trino, Kind::Map) => format!("map({text}, {text})"),
            (_, Kind::Map) => format!("map<{text}, {text}>"),
            (_, Kind::Events) => self.list_of(&self.object(&[("event_type", text), ("data", self.json())])),
            (_, Kind::Objects(fields)) => {
                let fields: Vec<(&str, &str)> = fields.iter().map(|field| (field.as_str(), text)).collect();
                self.list_of(&self.object(&fields))
            }
            (_, Kind::Json) => self.json().to_owned(),
            _ => text.to_owned(),
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::Athena | Self::Spark | Self::BigQuery => "string",
            Self::Trino | Self::Snowflake => "varchar",
            Self::DuckDb => "VARCHAR",
            Self::Polars => "pl.String",
        }
    }

    /// JSON of any structure.
    fn json(self) -> &'static str {
        if self == Self::DuckDb { "JSON" } else { self.text() }
    }

    fn list_of(self, element: &str) -> String {
        match self {
            Self::DuckDb => format!("{element}[]"),
            Self::Trino => format!("array({element})"),
            _ => format!("array<{element}>"),
        }
    }

    fn object(self, fields: &[(&str, &str)]) -> String {
        let separator = if matches!(self, Self::Athena | Self::Spark) { ":" } else { " " };
        let fields: Vec<String> = fields.iter().map(|(name, kind)| format!("{name}{separator}{kind}")).collect();
        let fields = fields.join(", ");
        match self {
            Self::Trino => format!("row({fields})"),
            Self::DuckDb => format!("STRUCT({fields})"),
            _ => format!("struct<{fields}>"),
        }
    }

    /// The type of a view's column, if it is another than that of the text.
    fn typed(self, kind: &Kind) -> Option<&'static str> {
        Some(match (self, kind) {
            (Self::Polars, Kind::Int64) => "pl.Int64",
            (Self::Polars, Kind::Int32) => "pl.Int32",
            (Self::Polars, Kind::Number) => "pl.Float64",
            (Self::BigQuery, Kind::Int64 | Kind::Int32) => "INT64",
            (Self::BigQuery, Kind::Number) => "FLOAT64",
            (Self::BigQuery, Kind::Boolean) => "BOOL",
            // Snowflake's integers have 38 digits.
            (Self::Snowflake, Kind::Int64 | Kind::Int32) => "NUMBER(38, 0)",
            (_, Kind::Int64) => "BIGINT",
            (_, Kind::Int32) => "INTEGER",
            (_, Kind::Number) => "DOUBLE",
            (_, Kind::Boolean) => "BOOLEAN",
            _ => return None,
        })
    }

    /// The value of a column of the table, as a view shows it.
    pub(super) fn of_column(self, column: &Column) -> String {
        let name = self.identifier(&column.name);
        match self {
            Self::Polars => self.cast(&column.kind, format!("pl.col(\"line\").str.json_path_match(\"$.{name}\")")),
            Self::Snowflake => self.of_variant(&column.kind, &format!("value:{name}")),
            _ => self.cast(&column.kind, name),
        }
    }

    /// The value of a member of an event's data, as a view shows it.
    pub(super) fn of_member(self, column: &Column) -> String {
        let Column { name, kind, .. } = column;
        let is_single = matches!(kind, Kind::Text | Kind::Int64 | Kind::Int32 | Kind::Number | Kind::Boolean);
        let value = match self {
            Self::Athena | Self::Trino if is_single => format!("json_extract_scalar(data, '$.{name}')"),
            Self::Athena | Self::Trino => format!("json_format(json_extract(data, '$.{name}'))"),
            Self::Spark => format!("get_json_object(data, '$.{name}')"),
            Self::DuckDb if is_single => format!("data->>'$.{name}'"),
            Self::DuckDb => format!("data->'$.{name}'"),
            Self::Polars => format!("pl.col(\"data\").str.json_path_match(\"$.{name}\")"),
            Self::Snowflake => return self.of_variant(kind, &format!("data:{name}")),
            Self::BigQuery if is_single => format!("JSON_VALUE(data, '$.{name}')"),
            Self::BigQuery => format!("JSON_QUERY(data, '$.{name}')"),
        };
        self.cast(kind, value)
    }

    fn cast(self, kind: &Kind, value: String) -> String {
        match (self, self.typed(kind)) {
            (Self::Polars, _) if *kind == Kind::Boolean => {
                format!("{value}.replace_strict(BOOLEANS, default=None, return_dtype=pl.Boolean)")
            }
            (_, None) => value,
            (Self::Polars, Some(name)) => format!("{value}.cast({name}, strict=False)"),
            (Self::BigQuery, Some(name)) => format!("SAFE_CAST({value} AS {name})"),
            (_, Some(name)) => format!("TRY_CAST({value} AS {name})"),
        }
    }

    /// A value of Snowflake's VARIANT.
    fn of_variant(self, kind: &Kind, value: &str) -> String {
        match (self.typed(kind), kind) {
            (Some(name), _) => format!("TRY_CAST({value}::varchar AS {name})"),
            (None, Kind::Text) => format!("{value}::varchar"),
            (None, _) => value.to_owned(),
        }
    }
}
