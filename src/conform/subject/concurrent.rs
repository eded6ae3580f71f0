//! Runs one subject, or several at the same time on parts of the input.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Poll;

use super::forwarder::{Subject, SubjectError};
use crate::conform::bucket::lines;
use crate::conform::cases::Scenario;
use crate::report::Fates;

/// The number of subjects in a case with several writers.
const WRITERS: usize = 4;

/// Forwards the scenario's input, with several subjects at the same time if the case requires it.
pub(in crate::conform) async fn forward(
    subject: &dyn Subject,
    scenario: &Scenario,
) -> Result<Option<Fates>, SubjectError> {
    if !scenario.several_writers {
        return alone(subject, scenario).await;
    }
    let [a, b, c, d]: [Scenario; WRITERS] = std::array::from_fn(|part| {
        let lines = lines(&scenario.input).skip(part).step_by(WRITERS);
        Scenario { input: lines.flat_map(|line| [line, b"\n"].concat()).collect(), ..scenario.clone() }
    });
    let (a, b, c, d) =
        tokio::try_join!(alone(subject, &a), alone(subject, &b), alone(subject, &c), alone(subject, &d))?;
    Ok([a, b, c, d].into_iter().flatten().reduce(sum))
}

/// A subject that panics costs this case, as one that fails does.
async fn alone(subject: &dyn Subject, scenario: &Scenario) -> Result<Option<Fates>, SubjectError> {
    let mut work = subject.forward(scenario);
    let panicked = || Poll::Ready(Err(SubjectError("it panicked".to_owned())));
    poll_fn(|context| catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))).unwrap_or_else(|_| panicked()))
        .await
}

fn sum(mut all: Fates, other: Fates) -> Fates {
    all.received += other.received;
    all.written += other.written;
    all.quarantined += other.quarantined;
    all.unconfirmed += other.unconfirmed;
    all.pending += other.pending;
    for (setting, count) in other.filtered {
        *all.filtered.entry(setting).or_default() += count;
    }
    all
}
