//! Checks, findings and the verdict in words, for all writers.

use crate::contract::clause;
use crate::report::model::{Check, Finding, Findings, Outcome, Place, Report, Summary, counted, duration};

/// The number of checks by outcome, for instance `32 passed, 0 failed, 1 skipped`.
pub(super) fn counts<T>(report: &Report<T>) -> String {
    let count = |outcome: &Outcome| report.count(outcome);
    let mut parts = vec![format!("{} passed", count(&Outcome::Pass)), format!("{} failed", count(&Outcome::Fail))];
    for (outcome, word) in
        [(Outcome::skip(""), "skipped"), (Outcome::open(""), "open"), (Outcome::not_applicable(""), "not applicable")]
    {
        if count(&outcome) > 0 {
            parts.push(format!("{} {word}", count(&outcome)));
        }
    }
    parts.join(", ")
}

/// The text after the verdict on the last line.
pub(super) fn totals<T: Summary>(report: &Report<T>) -> String {
    let extent = T::extent(report);
    let extent = if extent.is_empty() { String::new() } else { format!("; {extent}") };
    format!("{}{extent} in {}", counts(report), duration(report.milliseconds))
}

/// The checks that are shown, failures first. Passed checks are included only if the command lists them.
pub(super) fn listed<T: Summary>(report: &Report<T>) -> Vec<&Check> {
    let others = report.checks.iter().filter(|check| check.outcome != Outcome::Fail);
    let all = report.failed().chain(others);
    all.filter(|check| T::LISTS_PASSES || check.outcome != Outcome::Pass).collect()
}

/// Reasons that several of these checks share. Each is shown once, below the table.
pub(super) fn shared_reasons<'a>(checks: &[&'a Check]) -> Vec<&'a str> {
    let mut shared: Vec<&str> = Vec::new();
    let mut once: Vec<&str> = Vec::new();
    for reason in checks.iter().filter_map(|check| check.outcome.reason()) {
        if !once.contains(&reason) {
            once.push(reason);
        } else if !shared.contains(&reason) {
            shared.push(reason);
        }
    }
    shared
}

/// What was seen, and the reason if there is no verdict. A shared reason is shown by its number, for instance `see
/// (1)`.
pub(super) fn seen(check: &Check, shared: &[&str]) -> String {
    let reason = check.outcome.reason().map(|reason| match shared.iter().position(|shared| *shared == reason) {
        Some(number) => format!("see ({})", number + 1),
        None => clip(reason),
    });
    let parts = [clip(&check.seen), reason.unwrap_or_default()];
    let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    parts.join("; ")
}

/// The longest text from outside this program that is shown, in characters.
const MAX_TEXT: usize = 1_024;

/// The first [`MAX_TEXT`] characters.
pub(super) fn clip(text: &str) -> String {
    match text.char_indices().nth(MAX_TEXT) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// The other failed clauses that can have caused this failure.
pub(super) fn causes<'a, T>(report: &Report<T>, check: &'a Check) -> Vec<&'a str> {
    let is_broken = |clause: &&String| report.failed().any(|failed| failed.clause.as_ref() == Some(*clause));
    let others = check.consequence_of.iter().filter(|clause| check.clause.as_ref() != Some(*clause));
    others.filter(is_broken).map(String::as_str).collect()
}

/// The severity with the check, the clause, the setting and the place, for instance `error[schema DTO-8 /environment]`.
pub(super) fn label(finding: &Finding) -> String {
    let place = finding.place.as_deref().map(|place| if place.is_empty() { "the whole line" } else { place });
    let names = [Some(finding.check.as_str()), finding.clause.as_deref(), finding.setting.as_deref(), place];
    format!("{}[{}]", finding.severity, names.into_iter().flatten().collect::<Vec<_>>().join(" "))
}

/// The fault in words. If the places have different values, only the expected value: each place shows its own value.
pub(super) fn headline(finding: &Finding) -> String {
    let headline = match &finding.expected {
        Some(expected) if found_differs(finding) => format!("expected {expected}"),
        _ => finding.message.clone(),
    };
    match finding.baseline_count {
        Some(before) => format!("{headline} ({} now, {before} in the baseline)", finding.count),
        None => headline,
    }
}

fn found_differs(finding: &Finding) -> bool {
    finding.places.windows(2).any(|pair| pair[0].found != pair[1].found)
}

/// The first places in words, as a person reads them.
pub(super) fn first_places(finding: &Finding) -> Vec<String> {
    let mut places = places(finding);
    places.truncate(Findings::PLACES);
    places
}

/// The listed places in words, each with its value if the values differ.
pub(super) fn places(finding: &Finding) -> Vec<String> {
    let differs = found_differs(finding);
    let shown = finding.places.iter().map(|place| {
        let at = place_of(place, finding).to_string();
        match &place.found {
            Some(found) if differs && at.is_empty() => format!("found {found}"),
            Some(found) if differs => format!("{at}: found {found}"),
            _ => at,
        }
    });
    shown.filter(|place| !place.is_empty()).collect()
}

/// The place, with the pointer only if the finding's own place has `*` for an index.
fn place_of(place: &Place, finding: &Finding) -> Place {
    let pointer = place.pointer.clone().filter(|_| place.pointer != finding.place || place.object.is_none());
    Place { pointer, ..place.clone() }
}

/// The number of places beside `listed` ones.
pub(super) fn more_than(listed: usize, finding: &Finding) -> u64 {
    finding.count.saturating_sub(listed.max(1) as u64)
}

/// The number of places beside the first ones.
pub(super) fn more_places(finding: &Finding) -> u64 {
    more_than(finding.places.len().min(Findings::PLACES), finding)
}

/// The number of faults that are not listed, in words.
pub(super) fn unlisted<T>(report: &Report<T>) -> Option<String> {
    (report.unlisted_findings > 0)
        .then(|| format!("… and {} of other kinds", counted(report.unlisted_findings, "more finding", "more findings")))
}

/// The findings that are not in the baseline, the most severe first.
pub(super) fn new_findings<T>(report: &Report<T>) -> impl Iterator<Item = &Finding> {
    let mut new: Vec<&Finding> = report.findings.iter().filter(|finding| !finding.known).collect();
    new.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    new.into_iter()
}

/// The known findings as one line, for instance `known from baseline.json: NAME-1 3 times`.
pub(super) fn known<T: Summary>(report: &Report<T>) -> Option<String> {
    let mut counts: Vec<(&str, u64)> = Vec::new();
    for finding in report.findings.iter().filter(|finding| finding.known) {
        let name = finding.clause.as_deref().unwrap_or(&finding.check);
        match counts.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += finding.count,
            None => counts.push((name, finding.count)),
        }
    }
    let shown: Vec<String> =
        counts.iter().map(|(name, count)| format!("{name} {}", counted(*count, "time", "times"))).collect();
    (!shown.is_empty()).then(|| format!("{}: {}", known_from::<T>(report), shown.join(", ")))
}

/// Why a known finding does not fail the run.
pub(super) fn known_from<T: Summary>(report: &Report<T>) -> String {
    T::baseline(report).map_or_else(|| "known".to_owned(), |baseline| format!("known from {baseline}"))
}

/// The clause with its sentence and source in one line.
pub(super) fn clause_text(id: &str) -> Option<String> {
    clause::find(id).map(|clause| format!("{}: {} ({})", clause.id, clause.sentence, clause.source))
}

/// The command that explains a clause.
pub(super) fn clause_command(finding: &Finding) -> Option<String> {
    let clause = finding.clause.as_deref().filter(|id| clause::find(id).is_some())?;
    Some(format!("mp-forwarding clause {clause}"))
}
