//! One case: the subject forwards its input, the objects are read, and every check is evaluated.

use jiff::Timestamp;

use super::spread::Spread;
use super::totals::Totals;
use crate::conform::bucket::{MOST_TEXT, Object, lines, read_all};
use crate::conform::cases::{Scenario, changed_settings};
use crate::conform::checks::Snapshot;
use crate::conform::compare::{Clock, Observed, SchemaFaults, compare};
use crate::conform::expect::Expectation;
use crate::conform::subject::{Subject, SubjectError, forward};
use crate::contract::object_key::is_verification_object;
use crate::contract::schema::Form;
use crate::report::summary::Case;
use crate::store::StoreError;

/// Why a case did not complete.
#[derive(Debug, thiserror::Error)]
pub(super) enum CaseError {
    /// The subject failed. The other cases can still run.
    #[error("the subject failed: {0}")]
    Subject(#[from] SubjectError),
    /// The bucket cannot be read. The other cases cannot run either.
    #[error("the objects cannot be read: {0}")]
    Read(#[from] StoreError),
}

/// Runs one case and evaluates every check. If the future is dropped before it ends, `totals` and `spread` are not
/// changed.
pub(super) async fn run(
    subject: &dyn Subject,
    scenario: &Scenario,
    totals: &mut [Totals],
    spread: &mut Spread,
) -> Result<Case, CaseError> {
    let begun = Timestamp::now();
    let folder = scenario.settings.connection.folder_name.as_ref().map(|folder| folder.as_str());
    let mut trial = scenario.access.test(&scenario.settings, &scenario.store, &scenario.root).await;
    // If the policies refuse mParticle's uploads, no subject can write. Then only the checks of access are evaluated.
    let is_refused = trial.writer_refusal().is_some();
    let (mut fates, mut all) = (None, Vec::new());
    let started = Timestamp::now();
    if !is_refused {
        fates = forward(subject, scenario).await?;
        scenario.access.add_log(&mut trial);
    }
    let run_time = scenario.clock.map_or_else(|| (started, Timestamp::now()), |fixed| (fixed, fixed));
    if !is_refused {
        all = read_all(&scenario.store, &scenario.root, MOST_TEXT).await?;
    }
    let (verification_objects, objects): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|object| is_verification_object(&object.key, folder));

    let received_at = scenario.clock.unwrap_or(begun);
    let input: Vec<&[u8]> = lines(&scenario.input).filter(|line| !is_blank(line)).collect();
    let expectation = Expectation::of(input.iter().copied(), &scenario.settings, received_at);
    let (places, observed) = observed_lines(&objects);
    let clock = if scenario.clock.is_some() { Clock::Fixed } else { Clock::Running };
    let comparison = compare(&expectation, &observed, &scenario.settings.connection, clock);
    let form = if scenario.settings.connection.raw_data_feed { Form::Inbound } else { Form::Outbound };
    let schema = SchemaFaults::of(form, &input, &expectation, &observed, &comparison);
    let snapshot = Snapshot {
        scenario,
        expectation: &expectation,
        objects: &objects,
        verification_objects: &verification_objects,
        run_time,
        places: &places,
        comparison: &comparison,
        schema: &schema,
        fates: fates.as_ref(),
        trial: &trial,
    };
    for check in totals {
        if is_refused && !check.is_of_access() {
            check.skip(format!("case {} was not run: its policy refuses mParticle's uploads", scenario.name));
        } else {
            check.evaluate(&snapshot);
        }
    }
    spread.add(&objects);
    Ok(Case {
        input_lines: input.len() as u64,
        objects: objects.len() as u64,
        lines: places.len() as u64,
        stored_bytes: objects.iter().map(|object| object.size).sum(),
        fates,
        ..named(scenario)
    })
}

/// A case of which only the name and the settings are known.
pub(super) fn named(scenario: &Scenario) -> Case {
    let settings = changed_settings(&scenario.settings.connection).into_iter();
    let settings = settings.map(|(setting, value)| (setting.to_string(), value)).collect();
    Case { name: scenario.name.clone(), settings, ..Case::default() }
}

/// The lines of all objects, and the object and line number of each. Lines that are not UTF-8 are omitted: FILE-1
/// reports them.
fn observed_lines(objects: &[Object]) -> (Vec<(usize, u64)>, Vec<Observed<'_>>) {
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

/// Whether a line holds nothing but JSON's white space.
fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r'))
}
