//! The proof that the tester notices: each liar is caught by its own check, and an honest subject by none.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use jiff::Timestamp;

use super::double::{LyingStore, LyingSubject};
use super::lie::{Liar, Lie};
use super::stage::{NOW, Stage};
use super::{access, liars};
use crate::conform::access::{Access, Clients, Deployment, Premises, PremisesError};
use crate::conform::{Filter, Scenario, ServerTraits, Subject, Suite, SuiteError, UnknownName};
use crate::report::{Check, ConformanceReport, Honest, Noticed, SelfTestReport, Status, Tested, Tool};
use crate::settings::{BucketName, Refusal, Settings};
use crate::store::{Embedded, EmbeddedError, S3Config, S3Store, Store, StoreError};

/// Why the tester could not be tested.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SelfTestError {
    /// No liar has the name that was asked for.
    #[error(transparent)]
    Unknown(#[from] UnknownName),
    /// The embedded S3 does not start.
    #[error(transparent)]
    Embedded(#[from] EmbeddedError),
    /// A bucket cannot be made.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A policy cannot be in force.
    #[error(transparent)]
    Premises(#[from] PremisesError),
    /// A liar's name makes no bucket.
    #[error("`{0}` makes no bucket")]
    Name(String, #[source] Refusal),
    /// A case could not be run to its end.
    #[error("the liar `{liar}` could not be tried")]
    Suite {
        /// Who was on trial.
        liar: String,
        /// The suite's reason.
        #[source]
        source: SuiteError,
    },
}

/// Puts every liar that the filter lets through in the place of `honest`, on an S3 in this process, and `honest` itself
/// on each of the cases. `told` is called with each name before its turn.
///
/// # Errors
/// If a case cannot be run, so that nothing can be said. A liar that gets away is no error: the report has it.
pub async fn self_test(
    honest: &dyn Subject,
    filter: &Filter,
    mut told: impl FnMut(&str),
) -> Result<SelfTestReport, SelfTestError> {
    let started = Instant::now();
    filter.prove("liar", liars().map(|liar| liar.name))?;
    let chosen: Vec<&Liar> = liars().filter(|liar| filter.takes(liar.name)).collect();
    let server = Embedded::start(None).await?;
    let court = Court { clients: Clients::of(&server).await?, server, honest };
    let stages: BTreeSet<Stage> = chosen.iter().map(|liar| liar.stage).collect();
    let mut of_honest = Vec::new();
    for stage in stages {
        told(stage.name());
        let report = court.hear("honest", stage, None).await?;
        of_honest.push(Honest { case: stage.name().to_owned(), failed: report.failed().map(summary).collect() });
    }
    let mut tested = Vec::with_capacity(chosen.len());
    for liar in chosen {
        told(liar.name);
        tested.push(verdict(liar, &court.hear(liar.name, liar.stage, Some(liar.lie)).await?));
    }
    Ok(SelfTestReport {
        tool: Tool::default(),
        subject: honest.name(),
        honest: of_honest,
        liars: tested,
        milliseconds: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
    })
}

/// Where liars are tried.
struct Court<'a> {
    server: Embedded,
    clients: Clients,
    honest: &'a dyn Subject,
}

impl Court<'_> {
    async fn hear(&self, name: &str, stage: Stage, lie: Option<Lie>) -> Result<ConformanceReport, SelfTestError> {
        let bucket = format!("mp-forwarding-{name}-{}", stage.name());
        let bucket: BucketName = bucket.parse().map_err(|source| SelfTestError::Name(bucket.clone(), source))?;
        let settings = stage.settings(bucket);
        let (target, writer, store, access) = self.place(&settings, stage, lie).await?;
        let shown = match lie {
            Some(lie @ Lie::Shows(_)) => {
                Arc::new(LyingStore { honest: store.clone(), lie, memory: Mutex::default() }) as Arc<dyn Store>
            }
            _ => store.clone(),
        };
        let scenario = Scenario {
            name: stage.name().to_owned(),
            settings,
            input: stage.input().into_bytes().into(),
            clock: NOW.parse::<Timestamp>().ok(),
            root: String::new(),
            several_writers: false,
            target,
            writer,
            store: shown,
            server: ServerTraits::default(),
            access,
        };
        let liar;
        let subject: &dyn Subject = match lie {
            None => self.honest,
            Some(lie) => {
                liar = LyingSubject { honest: self.honest, lie };
                &liar
            }
        };
        let report = Suite::new(subject).scenarios([scenario]).run().await;
        report.map_err(|source| SelfTestError::Suite { liar: name.to_owned(), source })
    }

    /// The bucket of a case: how it is reached, by whom it is written and read, and who is played there.
    async fn place(
        &self,
        settings: &Settings,
        stage: Stage,
        lie: Option<Lie>,
    ) -> Result<(S3Config, Arc<dyn Store>, Arc<dyn Store>, Access), SelfTestError> {
        let Some(way) = stage.way() else {
            let target = self.server.config(settings.connection.s3_bucket_name.as_str());
            let store: Arc<dyn Store> = Arc::new(S3Store::connect(target.clone()).await?);
            store.create_bucket().await?;
            let access = Access::Untried("this case is about what is written".to_owned());
            return Ok((target, store.clone(), store, access));
        };
        let deployment = match lie {
            Some(Lie::Deploys(change)) => access::deployment(settings, way, change).map_err(PremisesError::from)?,
            _ => Deployment::default(),
        };
        let premises = Premises::found(&self.server, &self.clients, settings, &deployment, way).await?;
        let (writer, reader) = (premises.writer(), premises.reader());
        Ok((premises.writer_config().clone(), writer, reader, Access::Judged(Arc::new(premises))))
    }
}

fn verdict(liar: &Liar, report: &ConformanceReport) -> Tested {
    let own = report.checks.iter().find(|check| check.name == liar.check);
    let clause = own.map(|check| check.clause.clone()).unwrap_or_default();
    let follows = |check: &Check| check.consequence_of.contains(&clause) || liar.also.contains(&check.name.as_str());
    let others = || report.failed().filter(|check| check.name != liar.check);
    let of = |wanted: bool| others().filter(|check| follows(check) == wanted).map(summary).collect();
    Tested {
        name: liar.name.to_owned(),
        does: liar.does.to_owned(),
        case: liar.stage.name().to_owned(),
        check: liar.check.to_owned(),
        caught: own.filter(|check| check.status == Status::Fail).map(summary),
        consequences: of(true),
        unexplained: of(false),
        clause,
    }
}

/// The check and the first thing that it found.
fn summary(check: &Check) -> Noticed {
    Noticed {
        check: check.name.clone(),
        finding: check.findings.first().map(|finding| finding.message.clone()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conform::checks::PROMISES;

    #[test]
    fn every_check_has_a_liar_of_its_own_and_every_liar_a_check() {
        let own: BTreeSet<_> = liars().map(|liar| liar.check).collect();
        let checks: BTreeSet<_> = PROMISES.iter().map(|promise| promise.name).collect();
        assert_eq!(own, checks);
        for liar in liars() {
            assert!(liar.also.iter().all(|name| checks.contains(name)), "{}", liar.name);
        }
    }

    #[test]
    fn names_are_told_apart() {
        let names: BTreeSet<_> = liars().map(|liar| liar.name).collect();
        assert_eq!(names.len(), liars().count());
    }
}
