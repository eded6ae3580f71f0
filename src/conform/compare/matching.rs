//! Compares lines. Equal lines are found by digests. The other lines are paired, and their differences are listed.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use super::difference::{Difference, differences};
use super::pairing::{Group, Identity, event_id, pair};
use crate::conform::document::{Value, parse};
use crate::conform::expect::{Expectation, ExpectedLine, event_type, governing_setting, line_print};
use crate::contract::clause::DELIVERY;
use crate::report::model::{Finding, Place, Severity, counted};
use crate::settings::{Connection, SettingId};

/// A line that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Observed<'a> {
    /// The object's key.
    pub object: &'a str,
    /// The line in the object, counted from 1.
    pub line: u64,
    /// The text without the newline.
    pub text: &'a str,
}

/// What is known about the time of receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The time is the one that the expectation used. A timestamp that the subject adds must be equal to it.
    Fixed,
    /// The time is not known. Any digits are accepted.
    Running,
}

/// The result of a comparison.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Every difference. Values of events are masked.
    pub findings: Vec<Finding>,
    /// For each observed line the matching expected line. `None` if there is none or if lines are split differently.
    pub matched: Vec<Option<usize>>,
    /// The events in the observed lines.
    pub events: u64,
    /// Those of them whose type no setting governs (SET-1).
    pub ungoverned: u64,
}

/// Compares the observed lines with the lines that are expected with these settings.
pub fn compare(
    expectation: &Expectation,
    observed: &[Observed<'_>],
    connection: &Connection,
    clock: Clock,
) -> Comparison {
    let mut state = State {
        lines: &expectation.lines,
        observed,
        connection,
        clock,
        out: Comparison { findings: Vec::new(), matched: vec![None; observed.len()], events: 0, ungoverned: 0 },
    };
    let leftovers = state.match_equal();
    state.match_leftovers(leftovers);
    state.out
}

struct State<'a> {
    lines: &'a [ExpectedLine],
    observed: &'a [Observed<'a>],
    connection: &'a Connection,
    clock: Clock,
    out: Comparison,
}

/// The lines that the digests did not match: indices of expected lines, and of observed lines with their documents.
struct Leftovers {
    expected: Vec<usize>,
    observed: Vec<(usize, Value)>,
}

/// The expected lines that no observed line has matched so far.
#[derive(Default)]
struct Waiting {
    /// By digest and timestamp.
    exact: HashMap<(u64, Option<String>), VecDeque<usize>>,
    /// Those that any time of receipt fits, by digest.
    any_receipt: HashMap<u64, VecDeque<usize>>,
    taken: HashSet<usize>,
}

impl Waiting {
    fn add(&mut self, index: usize, line: &ExpectedLine, fits_any_receipt: bool) {
        let timestamp = line.timestamp.as_ref().map(Value::canonical);
        self.exact.entry((line.print, timestamp)).or_default().push_back(index);
        if fits_any_receipt {
            self.any_receipt.entry(line.print).or_default().push_back(index);
        }
    }

    /// Takes the first line with this digest and timestamp that `is_equal`.
    fn take_exact(&mut self, print: u64, timestamp: Option<&Value>, is_equal: impl Fn(usize) -> bool) -> Option<usize> {
        let queue = self.exact.get_mut(&(print, timestamp.map(Value::canonical)))?;
        while queue.front().is_some_and(|index| self.taken.contains(index)) {
            queue.pop_front();
        }
        let place = queue.iter().position(|index| !self.taken.contains(index) && is_equal(*index))?;
        let index = queue.remove(place)?;
        self.taken.insert(index);
        Some(index)
    }

    /// Takes the first line with this digest that any time of receipt fits.
    fn take_any_receipt(&mut self, print: u64) -> Option<usize> {
        let queue = self.any_receipt.get_mut(&print)?;
        let index = std::iter::from_fn(|| queue.pop_front()).find(|index| !self.taken.contains(index))?;
        self.taken.insert(index);
        Some(index)
    }
}

impl State<'_> {
    fn match_equal(&mut self) -> Leftovers {
        let mut waiting = Waiting::default();
        for (index, line) in self.lines.iter().enumerate() {
            waiting.add(index, line, self.any_receipt(line));
        }
        let mut left = Leftovers { expected: Vec::new(), observed: Vec::new() };
        for (place, seen) in self.observed.iter().enumerate() {
            let document = match parse(seen.text) {
                Ok(document) => document,
                Err(error) => {
                    self.at(place, ("DTO-9", None), None, "one JSON document", error.to_string());
                    continue;
                }
            };
            let events = document.get("events").and_then(Value::elements).unwrap_or_default();
            self.out.events += events.len() as u64;
            let kinds = events.iter().filter_map(|event| event_type(event));
            let ungoverned = kinds.filter(|kind| governing_setting(kind, self.connection).is_none());
            self.out.ungoverned += ungoverned.count() as u64;
            let timestamp = document.get("timestamp_unixtime_ms");
            let print = line_print(&document);
            let exact = waiting.take_exact(print, timestamp, |index| self.lines[index].timestamp.as_ref() == timestamp);
            let is_digits = || timestamp.and_then(Value::as_text).is_some_and(is_digits);
            match exact.or_else(|| if is_digits() { waiting.take_any_receipt(print) } else { None }) {
                Some(index) => {
                    self.out.matched[place] = Some(index);
                    let line = &self.lines[index];
                    if document.key_order(&line.added) != line.order {
                        self.differ(index, place, &document);
                    }
                }
                None => left.observed.push((place, document)),
            }
        }
        left.expected = (0..self.lines.len()).filter(|index| !waiting.taken.contains(index)).collect();
        left
    }

    fn match_leftovers(&mut self, left: Leftovers) {
        let identity = |index: &usize| Identity::of_expected(&self.lines[*index], &self.document(*index));
        let expected = left.expected.iter().map(identity).collect::<Vec<_>>();
        let observed = left.observed.iter().map(|(_, document)| Identity::of(document)).collect::<Vec<_>>();
        let pairs = pair(&expected, &observed);
        let mut lost = left.expected.iter().copied().collect::<BTreeSet<_>>();
        let mut surplus = (0..left.observed.len()).collect::<BTreeSet<_>>();

        for group in &pairs.split_differently {
            self.split_differently(&left, group, &expected, &observed);
            for wanted in &group.expected {
                lost.remove(&left.expected[*wanted]);
            }
            for seen in &group.observed {
                surplus.remove(seen);
            }
        }
        for (wanted, seen) in &pairs.pairs {
            let (place, document) = &left.observed[*seen];
            let index = left.expected[*wanted];
            self.out.matched[*place] = Some(index);
            self.differ(index, *place, document);
            lost.remove(&index);
            surplus.remove(seen);
        }
        lost.into_iter().for_each(|index| self.lost(index));
        if !surplus.is_empty() {
            let known = Known::of(self);
            for seen in surplus {
                let (place, document) = &left.observed[seen];
                self.surplus(*place, document, &known);
            }
        }
    }

    fn any_receipt(&self, line: &ExpectedLine) -> bool {
        line.stamped_at_receipt && self.clock == Clock::Running
    }

    fn document(&self, index: usize) -> Value {
        // The text was written from a document and can be parsed. A fault would be visible as a difference.
        parse(&self.lines[index].text).unwrap_or(Value::Null)
    }

    fn differ(&mut self, index: usize, place: usize, document: &Value) {
        let line = &self.lines[index];
        let any_receipt = self.any_receipt(line);
        for found in differences(line, &self.document(index), document, self.connection, any_receipt) {
            let Difference { clause, setting, pointer, expected, found } = found;
            self.at(place, (clause, setting), Some(pointer), expected, found);
        }
    }

    /// Reports events that were read in other lines than expected.
    fn split_differently(&mut self, left: &Leftovers, group: &Group, expected: &[Identity], observed: &[Identity]) {
        let lines = group.expected.iter().map(|wanted| &self.lines[left.expected[*wanted]]).collect::<Vec<_>>();
        let gathering = lines.iter().max_by_key(|line| line.sources.len()).map(|line| line.gathering);
        let inputs = lines.iter().flat_map(|line| &line.sources).map(|source| source.input + 1);
        let line_count = |of: &[usize]| counted(of.len() as u64, "line", "lines");
        let expected_lines = format!("{} for these events", line_count(&group.expected));
        let found = format!("{}: input {}", line_count(&group.observed), named(inputs.collect()));
        let place = left.observed[group.observed[0]].0;
        if let Some(gathering) = gathering {
            self.at(place, (gathering.clause(), Some(gathering.setting())), None, expected_lines, found);
        }

        let ids = |of: &[usize], identities: &[Identity]| {
            of.iter().flat_map(|index| identities[*index].events.clone()).collect::<BTreeSet<_>>()
        };
        let (wanted, seen) = (ids(&group.expected, expected), ids(&group.observed, observed));
        let all =
            |of: &[usize], identities: &[Identity]| of.iter().map(|index| identities[*index].count).sum::<usize>();
        let (lost, invented) = (wanted.difference(&seen).count(), seen.difference(&wanted).count());
        let (due, there) = (all(&group.expected, expected), all(&group.observed, observed));
        if lost > 0 || invented > 0 || due != there {
            let expected = format!("{} in these lines", counted(due as u64, "event", "events"));
            let found = format!("{there}; by their ids {lost} are missing and {invented} are unknown");
            self.at(place, (DELIVERY, None), None, expected, found);
        }
    }

    fn lost(&mut self, index: usize) {
        let line = &self.lines[index];
        let inputs = line.sources.iter().map(|source| source.input + 1).collect();
        let found =
            format!("no line with {} of input {}", counted(line.events() as u64, "event", "events"), named(inputs));
        let finding = Finding::expected("", Severity::Error, "a line for every event", found, Place::default());
        self.out.findings.push(finding.clause(DELIVERY));
    }

    fn surplus(&mut self, place: usize, document: &Value, known: &Known) {
        let events = document.get("events").and_then(Value::elements).unwrap_or_default();
        let kinds = events.iter().filter_map(|event| event_type(event));
        let off = kinds.filter_map(|kind| governing_setting(kind, self.connection)).find(|(_, passes)| !passes);
        let unsent = events.is_empty() && !self.connection.send_batches_without_events;
        let (cause, expected, found) = if known.lines.contains(&line_print(document)) {
            ((DELIVERY, None), "every line once", "the line a second time")
        } else if let Some((setting, _)) = off {
            ((setting.as_str(), Some(setting)), "no line of events that this setting filters", "a line")
        } else if unsent {
            let setting = SettingId::SendBatchesWithoutEvents;
            ((setting.as_str(), Some(setting)), "no batch without events", "a batch")
        } else if !events.is_empty()
            && events.iter().all(|event| event_id(event).is_some_and(|id| known.events.contains(&id)))
        {
            ((DELIVERY, None), "every event once", "a line with events that are also in another line")
        } else {
            ((DELIVERY, None), "lines of the input", "a line that is not in the input")
        };
        self.at(place, cause, None, expected, found);
    }

    fn at(
        &mut self,
        place: usize,
        (clause, setting): (&str, Option<SettingId>),
        pointer: Option<String>,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) {
        let line = &self.observed[place];
        let place = Place { object: Some(line.object.to_owned()), line: Some(line.line), pointer, ..Place::default() };
        let mut finding = Finding::expected("", Severity::Error, expected, found, place).clause(clause);
        finding.setting = setting.map(|setting| setting.as_str().to_owned());
        self.out.findings.push(finding);
    }
}

/// The expected lines and their events, collected only if there is a surplus line.
struct Known {
    lines: HashSet<u64>,
    events: HashSet<String>,
}

impl Known {
    fn of(state: &State<'_>) -> Self {
        let mut known = Self { lines: HashSet::new(), events: HashSet::new() };
        for (index, line) in state.lines.iter().enumerate() {
            known.lines.insert(line.print);
            let document = state.document(index);
            let events = document.get("events").and_then(Value::elements).unwrap_or_default();
            known.events.extend(events.iter().filter_map(event_id));
        }
        known
    }
}

/// The first line numbers, for a message.
fn named(lines: BTreeSet<usize>) -> String {
    const SHOWN: usize = 4;
    let shown = lines.iter().take(SHOWN).map(usize::to_string).collect::<Vec<_>>().join(", ");
    let (plural, more) = (if lines.len() == 1 { "" } else { "s" }, if lines.len() > SHOWN { " …" } else { "" });
    format!("line{plural} {shown}{more}")
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
