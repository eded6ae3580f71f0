//! A request of the Events API: its endpoints, its limits, and the batches in a body.

use std::borrow::Cow;

use crate::contract::{limits, raw};
use crate::ndjson;
use crate::validate::{Explainer, LineFault, Validator};

/// The largest request in bytes (LIM-1).
pub const MAX_REQUEST_BYTES: usize = limits::REQUEST.most;
/// The largest number of batches in a bulk request (LIM-1).
pub const MAX_BATCHES: usize = limits::BULK_BATCHES.most;
/// The minimum age of each event in a historical request, in milliseconds.
const HISTORICAL_AGE: i64 = 72 * 3_600_000;

/// An endpoint of the Events API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    /// One batch.
    Events,
    /// An array of batches.
    BulkEvents,
    /// An array of batches with old events, which mParticle does not forward to event outputs.
    Historical,
}

impl Endpoint {
    /// The path.
    pub fn path(self) -> &'static str {
        match self {
            Self::Events => "/v2/events",
            Self::BulkEvents => "/v2/bulkevents",
            Self::Historical => "/v2/bulkevents/historical",
        }
    }

    /// The endpoint of a path.
    pub fn of_path(path: &str) -> Option<Self> {
        [Self::Events, Self::BulkEvents, Self::Historical].into_iter().find(|endpoint| endpoint.path() == path)
    }
}

/// Why a body is refused (400), in the words of mParticle's error body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Rejection(pub String);

/// The batches of a body, each on one line. A body is accepted completely or not at all: it must be admissible JSON
/// (DTO-9), and each batch must be valid in the tolerant inbound form (DTO-2). `now` is in milliseconds since 1970.
///
/// # Errors
/// The first reason to refuse the body, without values of events.
pub fn batches_of<'a>(
    endpoint: Endpoint,
    body: &'a [u8],
    validator: &Validator,
    explain: &dyn Fn() -> &'a Explainer,
    now: i64,
) -> Result<Vec<Cow<'a, str>>, Rejection> {
    let reject = |message: String| Err(Rejection(message));
    if body.len() > MAX_REQUEST_BYTES {
        return reject(format!("the request has more than {MAX_REQUEST_BYTES} bytes"));
    }
    let text = match std::str::from_utf8(body) {
        Ok(text) => text.trim_ascii(),
        Err(_) => return reject("the body is not UTF-8".to_owned()),
    };
    let batches = match endpoint {
        Endpoint::Events => vec![text],
        Endpoint::BulkEvents | Endpoint::Historical => match raw::elements(text) {
            None => return reject("the body must be an array of batches".to_owned()),
            Some(batches) if batches.is_empty() => return reject("the array has no batch".to_owned()),
            Some(batches) if batches.len() > MAX_BATCHES => {
                return reject(format!("the array has {} batches; at most {MAX_BATCHES} are accepted", batches.len()));
            }
            Some(batches) => batches,
        },
    };
    let mut lines = Vec::with_capacity(batches.len());
    for (index, batch) in batches.into_iter().enumerate() {
        if let Err(reason) = ndjson::check(batch.as_bytes()) {
            return reject(format!("batch {index} is not admissible JSON: {reason}"));
        }
        if !validator.check_line(batch.as_bytes()) {
            let faults = explain().explain(batch.as_bytes());
            let why = faults.first().map_or_else(|| "it is not a batch".to_owned(), described);
            return reject(format!("batch {index}: {why}"));
        }
        if endpoint == Endpoint::Historical && !is_old(batch, now) {
            return reject(format!("batch {index}: each event needs a timestamp_unixtime_ms older than 72 hours"));
        }
        lines.push(one_line(batch));
    }
    Ok(lines)
}

fn described(fault: &LineFault) -> String {
    let place = fault.pointer.as_ref().filter(|pointer| !pointer.is_empty()).map(|pointer| format!("{pointer}: "));
    let found = if fault.found.is_empty() { String::new() } else { format!(", found {}", fault.found) };
    format!("{}expected {}{found}", place.unwrap_or_default(), fault.expected)
}

/// The same JSON without line breaks. In strings they are always escaped, so the others separate tokens.
fn one_line(json: &str) -> Cow<'_, str> {
    match json.contains(['\n', '\r']) {
        true => Cow::Owned(json.replace(['\n', '\r'], " ")),
        false => Cow::Borrowed(json),
    }
}

fn is_old(batch: &str, now: i64) -> bool {
    let members = raw::members(batch).unwrap_or_default();
    let events = raw::find(&members, "events").and_then(raw::elements).unwrap_or_default();
    events.into_iter().all(|event| {
        let event = raw::members(event).unwrap_or_default();
        let data = raw::find(&event, "data").and_then(raw::members).unwrap_or_default();
        let time = raw::find(&data, "timestamp_unixtime_ms").and_then(raw::int64);
        time.is_some_and(|time| time < now - HISTORICAL_AGE)
    })
}
