//! One case: the subject forwards its input, the objects are read, and every check is evaluated.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;

use super::spread::Spread;
use super::totals::{Evaluated, Totals, evaluate, is_of_access};
use crate::conform::access::Trial;
use crate::conform::bucket::{MOST_TEXT, Object, lines, read_all};
use crate::conform::cases::{Scenario, changed_settings};
use crate::conform::checks::{Definition, Snapshot};
use crate::conform::compare::{Clock, Observed, SchemaFaults, compare};
use crate::conform::expect::Expectation;
use crate::conform::subject::{Subject, SubjectError, forward};
use crate::contract::object_key::is_verification_object;
use crate::contract::schema::Form;
use crate::report::Fates;
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
    let received = receive(subject, scenario).await?;
    let checks = totals.iter().map(Totals::definition).collect::<Vec<_>>();
    let Evaluation { case, results, spread: more } = evaluate_on_a_thread(received, checks).await;
    for (check, result) in totals.iter_mut().zip(results) {
        match result {
            Some(result) => check.add(&case.name, result),
            None => check.skip(format!("case {} was not run: mParticle's writer cannot put objects", case.name)),
        }
    }
    spread.merge(&more);
    Ok(case)
}

/// The result of a run of the subject: the input of the evaluation.
struct Received {
    scenario: Scenario,
    begun: Timestamp,
    run_time: (Timestamp, Timestamp),
    trial: Trial,
    fates: Option<Fates>,
    objects: Vec<Object>,
}

/// Lets the subject forward, and reads what it has written.
async fn receive(subject: &dyn Subject, scenario: &Scenario) -> Result<Received, CaseError> {
    let begun = Timestamp::now();
    let mut trial = scenario.access.test(&scenario.settings, &scenario.store, &scenario.root).await;
    // If mParticle's writer cannot put objects, no subject can. Then only the checks of access are evaluated.
    let is_blocked = trial.writer_failure().is_some();
    let (mut fates, mut objects) = (None, Vec::new());
    let started = Timestamp::now();
    if !is_blocked {
        fates = forward(subject, scenario).await?;
        scenario.access.add_log(&mut trial);
    }
    let run_time = scenario.clock.map_or_else(|| (started, Timestamp::now()), |fixed| (fixed, fixed));
    if !is_blocked {
        objects = read_all(&scenario.store, &scenario.root, MOST_TEXT).await?;
    }
    Ok(Received { scenario: scenario.clone(), begun, run_time, trial, fates, objects })
}

/// Sets its flag when it is dropped.
struct SetOnDrop(Arc<AtomicBool>);

impl Drop for SetOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Evaluates a case on a thread of its own, because many lines take long and the caller must be able to stop. If the future is dropped,
/// the thread ends after its present step.
async fn evaluate_on_a_thread(received: Received, checks: Vec<&'static Definition>) -> Evaluation {
    let is_dropped = Arc::<AtomicBool>::default();
    let _guard = SetOnDrop(is_dropped.clone());
    match tokio::task::spawn_blocking(move || evaluate_case(received, &checks, &is_dropped)).await {
        Ok(evaluation) => evaluation,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

/// What is found in a case.
struct Evaluation {
    case: Case,
    /// The result of each check. `None` if it was not evaluated, because mParticle's writer cannot put objects.
    results: Vec<Option<Evaluated>>,
    spread: Spread,
}

/// Evaluates every check of a case. If the result is not needed any more, this ends early with a part of it.
fn evaluate_case(received: Received, checks: &[&'static Definition], is_dropped: &AtomicBool) -> Evaluation {
    let Received { scenario, begun, run_time, trial, fates, objects } = received;
    let connection = &scenario.settings.connection;
    let folder = connection.folder_name.as_ref().map(|folder| folder.as_str());
    let (verification_objects, objects): (Vec<_>, Vec<_>) =
        objects.into_iter().partition(|object| is_verification_object(&object.key, folder));

    let is_awaited = || !is_dropped.load(Ordering::Relaxed);
    let received_at = scenario.clock.unwrap_or(begun);
    let input = lines(&scenario.input).filter(|line| !is_blank(line));
    let input: Vec<&[u8]> = input.take_while(|_| is_awaited()).collect();
    let expectation =
        Expectation::of(input.iter().copied().take_while(|_| is_awaited()), &scenario.settings, received_at);
    let (places, mut observed) = observed_lines(&objects);
    let clock = if scenario.clock.is_some() { Clock::Fixed } else { Clock::Running };
    if !is_awaited() {
        observed.clear();
    }
    let comparison = compare(&expectation, &observed, connection, clock);
    let form = if connection.raw_data_feed { Form::Inbound } else { Form::Outbound };
    let schema = SchemaFaults::of(form, &input, &expectation, &observed, &comparison);
    let snapshot = Snapshot {
        scenario: &scenario,
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
    let is_blocked = trial.writer_failure().is_some();
    let evaluated = |check: &&'static Definition| {
        let is_due = !is_blocked || is_of_access(check);
        (is_due && is_awaited()).then(|| evaluate(check, &snapshot))
    };
    let results = checks.iter().map(evaluated).collect();
    let mut spread = Spread::default();
    spread.add(&objects);
    let case = Case {
        input_lines: input.len() as u64,
        objects: objects.len() as u64,
        lines: places.len() as u64,
        stored_bytes: objects.iter().map(|object| object.size).sum(),
        fates,
        ..named(&scenario)
    };
    Evaluation { case, results, spread }
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
