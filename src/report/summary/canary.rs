//! The summary of `canary`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::report::model::{Report, Section, Summary, counted, duration};

/// The sent events, and the number that arrived.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Canary {
    /// The base URL of the Events API.
    pub events_url: String,
    /// The mark of the run, which is in every event.
    pub mark: String,
    /// The environment of the batches: `development` or `production`.
    pub environment: String,
    /// Batches that were accepted.
    pub batches: u64,
    /// Events that were sent.
    pub events: u64,
    /// Events that arrived.
    pub arrived: u64,
    /// Events that a setting filters.
    pub filtered: u64,
    /// Events that did not arrive although no setting filters them.
    pub missing: u64,
    /// Objects with at least one of the events.
    pub objects: u64,
    /// The time from the request until an event was readable for the first time; absent if none arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay: Option<Delay>,
}

/// A delay, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Delay {
    /// The shortest delay.
    pub shortest: u64,
    /// The median delay.
    pub median: u64,
    /// The longest delay.
    pub longest: u64,
}

impl Delay {
    /// The delay of these events; `None` if there are none.
    pub fn of(mut milliseconds: Vec<u64>) -> Option<Self> {
        milliseconds.sort_unstable();
        let median = *milliseconds.get(milliseconds.len() / 2)?;
        Some(Self { shortest: *milliseconds.first()?, median, longest: *milliseconds.last()? })
    }
}

impl Summary for Canary {
    const COMMAND: &'static str = "canary";
    const SUITE: &'static str = "mp-forwarding.canary";

    fn headline(report: &Report<Self>) -> String {
        let Canary { events_url, events, environment, .. } = &report.summary;
        let events = counted(*events, "event", "events");
        format!("canary: {events} sent to {events_url} ({environment}), read in {}", report.target)
    }

    fn extent(report: &Report<Self>) -> String {
        let Canary { arrived, filtered, missing, .. } = &report.summary;
        let events = counted(arrived + missing, "event", "events");
        match filtered {
            0 => format!("{arrived} of {events} arrived"),
            _ => format!("{arrived} of {events} arrived, {filtered} filtered by settings"),
        }
    }

    fn sections(report: &Report<Self>) -> Vec<Section> {
        let Canary { mark, delay, objects, .. } = &report.summary;
        let mut facts = vec![("mark".to_owned(), mark.clone()), ("objects".to_owned(), objects.to_string())];
        if let Some(Delay { shortest, median, longest }) = delay {
            let [shortest, median, longest] = [*shortest, *median, *longest].map(duration);
            let delay = format!("{shortest} to {longest}, median {median}");
            facts.push(("from sent to readable".to_owned(), delay));
        }
        let known =
            "this program knows mParticle's behaviour from its documentation alone; --record DIR keeps what came back";
        facts.push(("note".to_owned(), known.to_owned()));
        vec![Section::Facts { title: String::new(), facts }]
    }

    fn properties(report: &Report<Self>) -> Vec<(&'static str, String)> {
        let Canary { mark, environment, .. } = &report.summary;
        vec![("mark", mark.clone()), ("environment", environment.clone())]
    }
}
