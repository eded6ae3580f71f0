//! How forwarded events are gathered into lines (BAT-1 to BAT-3).
//!
//! Each batch stays the line that it came as, or each event becomes a line of its own. Windows of time and whole sessions
//! take their place here.

use jiff::civil::Date;

use crate::settings::Settings;

use super::layout::date_folder;
use super::project::Projected;
use super::receive::{Event, Received};

/// Lines that may share a file: one app, one folder (LAY-5).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Group {
    pub(crate) app_name: String,
    pub(crate) date: Option<Date>,
}

/// A batch as it will be written, without the end of the line.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) text: String,
    pub(crate) group: Group,
    /// How many events of the ledger it carries.
    pub(crate) events: u64,
}

/// The lines of one batch, whose events in `kept` are those that were projected. `received_at` is in milliseconds.
pub(crate) fn lines(
    received: &Received<'_>,
    kept: &[Event<'_>],
    projected: &Projected,
    settings: &Settings,
    received_at: i64,
) -> Vec<Line> {
    let app_name = match &settings.engine.app_name {
        Some(name) => name.clone(),
        None => received.app_name().map_or_else(|| "unknown".to_owned(), Into::into),
    };
    let uploaded_at = received.uploaded_at().unwrap_or(received_at);
    let mode = settings.connection.store_data_in_folders_by_date;
    let line = |first: Option<&Event<'_>>, events: &[String], weight| Line {
        text: projected.line(events),
        group: Group {
            app_name: app_name.clone(),
            date: date_folder(mode, first.map(Event::happened_at), uploaded_at),
        },
        events: weight,
    };
    if settings.connection.send_as_batch || kept.is_empty() {
        // A batch that came without events counts as one; one that lost all of them to filters has been counted.
        let weight = if received.event_count == 0 { 1 } else { kept.len() as u64 };
        return vec![line(kept.first(), projected.events(), weight)];
    }
    kept.iter().zip(projected.events()).map(|(event, text)| line(Some(event), std::slice::from_ref(text), 1)).collect()
}
