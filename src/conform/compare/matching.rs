//! The comparison itself: what is the same is found by digests, what is left over is paired and told apart.

use std::collections::{HashMap, HashSet, VecDeque};

use super::difference::{Difference, differences};
use super::pairing::{Identity, event_id, pair};
use crate::conform::document::{Value, parse};
use crate::conform::expect::{Expectation, ExpectedLine, event_type, governing_setting, line_order, line_print};
use crate::contract::clause::DELIVERY;
use crate::report::{Finding, Place};
use crate::settings::{Connection, SettingId};

/// A line that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Observed<'a> {
    /// The object's key.
    pub object: &'a str,
    /// The line in it, counted from 1.
    pub line: u64,
    /// Its text, without the newline.
    pub text: &'a str,
}

/// What the moment of receipt is known to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// What was handed to the expectation: a timestamp that is filled in must be exactly that.
    Fixed,
    /// Anything: any digits do.
    Running,
}

/// What came of a comparison.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Every difference. Values of events are masked.
    pub findings: Vec<Finding>,
    /// For each observed line the expected line that it is or was meant to be.
    pub matched: Vec<Option<usize>>,
}

/// Compares what was observed with what is expected under these settings.
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
        out: Comparison { findings: Vec::new(), matched: vec![None; observed.len()] },
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

/// What the digests did not settle: places of expected lines, and of observed lines with their documents.
struct Leftovers {
    expected: Vec<usize>,
    observed: Vec<(usize, Value)>,
}

impl State<'_> {
    fn match_equal(&mut self) -> Leftovers {
        let mut waiting: HashMap<u128, VecDeque<usize>> = HashMap::new();
        for (index, line) in self.lines.iter().enumerate() {
            waiting.entry(line.print).or_default().push_back(index);
        }
        let mut left = Leftovers { expected: Vec::new(), observed: Vec::new() };
        for (place, seen) in self.observed.iter().enumerate() {
            let document = match parse(seen.text) {
                Ok(document) => document,
                Err(error) => {
                    self.at(place, "DTO-9", None, None, error.to_string());
                    continue;
                }
            };
            let timestamp = document.get("timestamp_unixtime_ms");
            let queue = waiting.entry(line_print(&document)).or_default();
            let exact = queue.iter().position(|index| self.lines[*index].timestamp.as_ref() == timestamp);
            let chosen = exact.or_else(|| {
                let digits = timestamp.and_then(Value::as_text).is_some_and(is_digits);
                queue.iter().position(|index| digits && self.any_receipt(&self.lines[*index]))
            });
            match chosen.and_then(|chosen| queue.remove(chosen)) {
                Some(index) => {
                    self.out.matched[place] = Some(index);
                    let line = &self.lines[index];
                    if line_order(document, &line.added) != line.order {
                        self.differ(index, place, &parse(seen.text).unwrap_or(Value::Null));
                    }
                }
                None => left.observed.push((place, document)),
            }
        }
        left.expected = waiting.into_values().flatten().collect();
        left.expected.sort_unstable();
        left
    }

    fn match_leftovers(&mut self, left: Leftovers) {
        let documents = left.expected.iter().map(|index| self.document(*index)).collect::<Vec<_>>();
        let expected = documents.iter().map(Identity::of).collect::<Vec<_>>();
        let observed = left.observed.iter().map(|(_, document)| Identity::of(document)).collect::<Vec<_>>();
        let inputs = left.expected.iter().map(|index| self.lines[*index].input).collect::<Vec<_>>();
        let pairs = pair(&expected, &inputs, &observed);
        let mut lost = left.expected.iter().copied().collect::<HashSet<_>>();

        for (wanted, seen) in &pairs.divided {
            self.divided(&left, wanted, seen);
            wanted.iter().for_each(|index| {
                lost.remove(&left.expected[*index]);
            });
        }
        for (wanted, seen) in &pairs.pairs {
            let (place, document) = &left.observed[*seen];
            let index = left.expected[*wanted];
            self.out.matched[*place] = Some(index);
            self.differ(index, *place, document);
            lost.remove(&index);
        }
        let mut lost = lost.into_iter().collect::<Vec<_>>();
        lost.sort_unstable();
        lost.into_iter().for_each(|index| self.lost(index));
        let too_much = left.observed.iter().filter(|(place, _)| self.out.matched[*place].is_none()).collect::<Vec<_>>();
        if !too_much.is_empty() {
            let known = Known::of(self);
            too_much.into_iter().for_each(|(place, document)| self.too_much(*place, document, &known));
        }
    }

    fn any_receipt(&self, line: &ExpectedLine) -> bool {
        line.stamped_at_receipt && self.clock == Clock::Running
    }

    fn document(&self, index: usize) -> Value {
        // The text was written from a document, so it reads back; a fault would show as a difference.
        parse(&self.lines[index].text).unwrap_or(Value::Null)
    }

    fn differ(&mut self, index: usize, place: usize, document: &Value) {
        let line = &self.lines[index];
        let any_receipt = self.any_receipt(line);
        for found in differences(line, &self.document(index), document, self.connection, any_receipt) {
            let Difference { clause, setting, pointer, message } = found;
            self.at(place, clause, setting, Some(pointer), message);
        }
    }

    /// The same events, but not the same number of lines.
    fn divided(&mut self, left: &Leftovers, wanted: &[usize], seen: &[usize]) {
        for (nth, other) in seen.iter().enumerate() {
            let place = left.observed[*other].0;
            self.out.matched[place] = Some(left.expected[wanted[nth.min(wanted.len() - 1)]]);
        }
        let clause = if wanted.len() > seen.len() { "BAT-3" } else { "BAT-1" };
        let place = left.observed[seen[0]].0;
        let input = self.lines[left.expected[wanted[0]]].input + 1;
        let message =
            format!("the events of input line {input} stand in {} lines, expected {}", seen.len(), wanted.len());
        self.at(place, clause, Some(SettingId::SendAsBatch), None, message);
    }

    fn lost(&mut self, index: usize) {
        let line = &self.lines[index];
        let message = format!("a line with {} events of input line {} is lost", line.events.len(), line.input + 1);
        self.out.findings.push(Finding {
            clause: DELIVERY.to_owned(),
            setting: None,
            place: Place::default(),
            message,
        });
    }

    fn too_much(&mut self, place: usize, document: &Value, known: &Known) {
        let events = document.get("events").and_then(Value::elements).unwrap_or_default();
        let kinds = events.iter().filter_map(|event| event_type(event).ok());
        let off = kinds.filter_map(|kind| governing_setting(kind, self.connection)).find(|(_, passes)| !passes);
        let unsent = events.is_empty() && !self.connection.send_batches_without_events;
        if known.lines.contains(&line_print(document)) {
            self.at(place, DELIVERY, None, None, "the line is there a second time");
        } else if let Some((setting, _)) = off {
            self.at(
                place,
                setting.as_str(),
                Some(setting),
                None,
                "a line of events that this setting takes out is there",
            );
        } else if unsent {
            let setting = SettingId::SendBatchesWithoutEvents;
            self.at(place, setting.as_str(), Some(setting), None, "a batch without events is there");
        } else if !events.is_empty()
            && events.iter().all(|event| event_id(event).is_some_and(|id| known.events.contains(&id)))
        {
            self.at(place, DELIVERY, None, None, "the events of this line stand in another one already");
        } else {
            self.at(place, DELIVERY, None, None, "the line was not received");
        }
    }

    fn at(
        &mut self,
        place: usize,
        clause: &str,
        setting: Option<SettingId>,
        pointer: Option<String>,
        message: impl Into<String>,
    ) {
        let seen = &self.observed[place];
        self.out.findings.push(Finding {
            clause: clause.to_owned(),
            setting: setting.map(|setting| setting.as_str().to_owned()),
            place: Place { scenario: None, object: Some(seen.object.to_owned()), line: Some(seen.line), pointer },
            message: message.into(),
        });
    }
}

/// What stands in the expected lines, gathered only when a line is too much.
struct Known {
    lines: HashSet<u128>,
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

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
