//! Messages on stderr: the log of `-v`, and their format.

use std::fmt;

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::FmtContext;
use tracing_subscriber::fmt::format::{FormatEvent, FormatFields, Writer};
use tracing_subscriber::registry::LookupSpan;

use super::Global;
use super::say::{JsonLog, Log, entry_of, use_json};

/// The format of messages on stderr.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum LogFormat {
    #[default]
    Text,
    Json,
}

/// Starts logging. Without `-vv` only this program's messages are logged. Messages of dependencies below the level of a
/// warning are never logged: they may contain headers and bodies.
pub(crate) fn start(global: &Global) {
    let filter = match (global.quiet, global.verbose) {
        (true, _) => "mp_forwarding=error",
        (_, 0) => "mp_forwarding=warn",
        (_, 1) => "mp_forwarding=info",
        _ => "warn,mp_forwarding=debug",
    };
    let log = tracing_subscriber::fmt().with_env_filter(EnvFilter::new(filter)).with_ansi(false).with_target(false);
    // In a test binary the subscriber may already be set. The first one stays.
    let _ = match global.log {
        LogFormat::Text => log.with_writer(|| Log).try_init(),
        LogFormat::Json => {
            use_json();
            log.event_format(JsonEvents).with_writer(|| JsonLog).try_init()
        }
    };
}

/// Writes an event of the log like any other message in JSON, with its fields as members.
struct JsonEvents;

impl<S, N> FormatEvent<S, N> for JsonEvents
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut fields = Fields(Map::new());
        event.record(&mut fields);
        let message = fields.0.remove("message").unwrap_or_default();
        let message = message.as_str().unwrap_or_default();
        writeln!(writer, "{}", entry_of(event.metadata().level().as_str(), message, fields.0))
    }
}

struct Fields(Map<String, Value>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}").into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.0.insert(field.name().to_owned(), value.into());
    }
}
