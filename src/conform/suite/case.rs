//! One case: forwarded by the subject, read back, and held against what must have been written.

use jiff::Timestamp;

use super::run::SuiteError;
use super::spread::Spread;
use super::totals::Tally;
use crate::conform::bucket::{MOST_TEXT, Object, lines, read_all};
use crate::conform::cases::{Scenario, changed_settings};
use crate::conform::checks::Evidence;
use crate::conform::compare::{Clock, Observed, compare};
use crate::conform::expect::Expectation;
use crate::conform::subject::{Subject, forward};
use crate::contract::object_key::is_verification_object;
use crate::report::Case;

/// Runs one case and puts it to every check.
pub(super) async fn run(
    subject: &dyn Subject,
    scenario: &Scenario,
    tallies: &mut [Tally],
    spread: &mut Spread,
) -> Result<Case, SuiteError> {
    let begun = Timestamp::now();
    let folder = scenario.settings.connection.folder_name.as_ref().map(|folder| folder.as_str());
    let mut trial = scenario.access.test(&scenario.settings, &scenario.store, &scenario.root).await;
    // Where mParticle cannot write, no subject can: then the policies are judged, and nothing else.
    let is_writer_refusal = trial.writer_refusal().is_some();
    let (mut fates, mut all) = (None, Vec::new());
    let set_to_work = Timestamp::now();
    if !is_writer_refusal {
        fates = forward(subject, scenario)
            .await
            .map_err(|source| SuiteError::Subject { case: scenario.name.clone(), source })?;
        scenario.access.add_log(&mut trial);
    }
    let worked = scenario.clock.map_or_else(|| (set_to_work, Timestamp::now()), |told| (told, told));
    if !is_writer_refusal {
        all = read_all(&scenario.store, &scenario.root, MOST_TEXT)
            .await
            .map_err(|source| SuiteError::ReadBack { case: scenario.name.clone(), source })?;
    }
    let (verification_objects, objects): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|object| is_verification_object(&object.key, folder));

    let received_at = scenario.clock.unwrap_or(begun);
    let input: Vec<&[u8]> = lines(&scenario.input).filter(|line| !is_blank(line)).collect();
    let expectation = Expectation::of(input.iter().copied(), &scenario.settings, received_at);
    let (places, observed) = observe(&objects);
    let clock = if scenario.clock.is_some() { Clock::Fixed } else { Clock::Running };
    let mut comparison = compare(&expectation, &observed, &scenario.settings.connection, clock);
    for finding in &mut comparison.findings {
        finding.place.scenario = Some(scenario.name.clone());
    }
    let evidence = Evidence {
        scenario,
        expectation: &expectation,
        objects: &objects,
        verification_objects: &verification_objects,
        worked,
        places: &places,
        comparison: &comparison,
        fates: fates.as_ref(),
        trial: &trial,
    };
    for tally in tallies {
        if is_writer_refusal && !tally.is_of_access() {
            tally.skip(format!("case {} was not run: its policy shuts mParticle out", scenario.name));
        } else {
            tally.check(&evidence);
        }
    }
    spread.add(&objects);
    Ok(Case {
        name: scenario.name.clone(),
        settings: changed_settings(&scenario.settings.connection)
            .into_iter()
            .map(|(setting, value)| (setting.to_string(), value))
            .collect(),
        input_lines: input.len() as u64,
        objects: objects.len() as u64,
        lines: places.len() as u64,
        stored_bytes: objects.iter().map(|object| object.size).sum(),
        fates,
    })
}

/// The lines of all objects, and the object and line of each. Text that is no UTF-8 has no lines: FILE-1 reports it.
fn observe(objects: &[Object]) -> (Vec<(usize, u64)>, Vec<Observed<'_>>) {
    let mut places = Vec::new();
    let mut observed = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        let Ok(text) = &object.text else { continue };
        for (number, line) in (1..).zip(lines(text)) {
            if let Ok(line) = std::str::from_utf8(line)
                && !is_blank(line.as_bytes())
            {
                places.push((index, number));
                observed.push(Observed { object: &object.key, line: number, text: line });
            }
        }
    }
    (places, observed)
}

/// Whether nothing but JSON's white space stands in a line.
fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r'))
}
