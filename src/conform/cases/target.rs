//! The target of a run: the built-in S3, or a folder of this run in the bucket of a server.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::scenario::{Plan, Scenario};
use crate::conform::access::{Access, AccessFixture, AccessFixtureError, Clients, Deployment};
use crate::conform::bucket::{RunId, ServerTraits, Uploads, lines, list_all};
use crate::report::model::Check;
use crate::settings::{BucketName, FolderName, Refusal, ServerSideEncryption, Settings};
use crate::store::{CredentialSource, Embedded, EmbeddedError, S3Config, S3Store, Store, StoreError, TimeLimited};

/// The bucket or buckets of a suite's cases.
pub struct Target(Kind);

enum Kind {
    /// Empty at the start, removed at the end. Each case has its own bucket.
    Embedded { server: Embedded, clients: Box<Clients>, deployment: Deployment },
    /// A bucket of a server. Each case has a folder in the folder of this run.
    Real {
        store: Arc<dyn Store>,
        /// The same bucket for the subject.
        writer: Uploads,
        anonymous: Option<Arc<dyn Store>>,
        config: S3Config,
        run: RunId,
        /// The folder of this run, below that which was asked for.
        folder: String,
        traits: ServerTraits,
    },
}

/// An access key that does not exist.
const UNKNOWN_KEY: &str = "AKIAUNKNOWNEXAMPLE00";

/// How many times the folder of a run is listed and emptied.
const CLEAN_ATTEMPTS: usize = 3;

/// How long the answers to uploads of an interrupted run are waited for.
const SETTLE: Duration = Duration::from_secs(10);

/// Why a case has no bucket.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TargetError {
    /// The built-in S3 does not start.
    #[error(transparent)]
    Embedded(#[from] EmbeddedError),
    /// The bucket cannot be created or used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The policies of this case cannot be set.
    #[error("the policies of the case `{case}` cannot be set")]
    Policies {
        /// The case.
        case: String,
        /// What is wrong.
        #[source]
        source: Box<AccessFixtureError>,
    },
    /// The case's name is not valid in the name of a bucket or folder.
    #[error("the case `{case}` cannot have a bucket or folder of its own")]
    Name {
        /// The case.
        case: String,
        /// What is wrong with the name.
        #[source]
        source: Refusal,
    },
}

/// The input and the settings that all cases share. The batches are held in memory because the checks read them again.
#[derive(Debug, Clone)]
pub struct Material {
    /// The settings that are the same for all cases: credentials, endpoint and engine options.
    pub settings: Settings,
    /// Newline-delimited batches.
    pub input: Arc<[u8]>,
    /// The fixed time that every case uses instead of the clock, if there is one.
    pub clock: Option<Timestamp>,
    /// When the first batch is received, if the batches are generated. Cases with a fixed clock use this time.
    pub first_batch: Option<Timestamp>,
}

impl Material {
    /// Generated batches, for instance `Synthesizer::new(7, first_batch).take(1_000)`.
    pub fn made_up(settings: Settings, batches: impl Iterator<Item = String>, first_batch: Option<Timestamp>) -> Self {
        let input = batches.flat_map(|line| (line + "\n").into_bytes()).collect();
        Self { settings, input, clock: None, first_batch }
    }
}

impl Target {
    /// An S3 server in this process. It stores objects in `folder` or in a temporary folder, and evaluates the strict
    /// policies for every request.
    ///
    /// # Errors
    /// If it does not start.
    pub async fn embedded(folder: Option<&Path>) -> Result<Self, TargetError> {
        let server = Embedded::start(folder).await?;
        let clients = Box::new(Clients::new(&server).await?);
        Ok(Self(Kind::Embedded { server, clients, deployment: Deployment::default() }))
    }

    /// Uses other policies on the S3 server in this process.
    #[must_use]
    pub fn under(mut self, policies: Deployment) -> Self {
        if let Kind::Embedded { deployment, .. } = &mut self.0 {
            *deployment = policies;
        }
        self
    }

    /// A folder of this run in the bucket of `config`, below `engine.conform_folder` of `settings`. Except for the subject, no answer
    /// is waited for longer than `engine.deadline_seconds`.
    ///
    /// # Errors
    /// If nothing can be written there.
    pub async fn real(config: S3Config, settings: &Settings) -> Result<Self, StoreError> {
        let deadline = Duration::from_secs(settings.engine.deadline_seconds);
        let limited = |store: S3Store| -> Arc<dyn Store> { Arc::new(TimeLimited::new(Arc::new(store), deadline)) };
        let connected = S3Store::connect(config.clone()).await?;
        let writer = Uploads::new(Arc::new(connected.clone()));
        let store = limited(connected);
        let run = RunId::now();
        let folder = run.folder(settings.engine.conform_folder.as_ref());
        let key_id = settings.engine.sse_kms_key_id.as_deref();
        let traits = ServerTraits::probe(store.as_ref(), &format!("{folder}/"), key_id).await?;
        // A server that accepts an unknown key refuses no request. Then access cannot be tested.
        let keys =
            CredentialSource::Keys { access_key_id: UNKNOWN_KEY.to_owned(), secret_access_key: UNKNOWN_KEY.to_owned() };
        let made_up = S3Config { credentials: keys, assume_role: None, ..config.clone() };
        let anonymous: Option<Arc<dyn Store>> =
            match limited(S3Store::connect(made_up).await?).list(&folder, None).await {
                Ok(_) => None,
                Err(_) => Some(limited(S3Store::connect_unsigned(config.clone()).await?)),
            };
        Ok(Self(Kind::Real { store, writer, anonymous, config, run, folder, traits }))
    }

    /// The name of the target in a report. On the S3 in this process, equal runs have the same name.
    pub fn name(&self) -> String {
        match &self.0 {
            Kind::Embedded { .. } => "built-in S3".to_owned(),
            Kind::Real { store, .. } => store.name(),
        }
    }

    /// Gives each plan its input and a bucket or folder of its own. A single plan keeps the bucket of its settings.
    ///
    /// # Errors
    /// If a bucket cannot be created, or the name of a case is not valid in the name of a bucket or folder.
    pub async fn scenarios(&self, plans: Vec<Plan>, material: &Material) -> Result<Vec<Scenario>, TargetError> {
        let mut scenarios = Vec::with_capacity(plans.len());
        let is_single = plans.len() == 1;
        for plan in plans {
            scenarios.push(self.scenario(plan, material, is_single).await?);
        }
        Ok(scenarios)
    }

    async fn scenario(&self, plan: Plan, material: &Material, is_single: bool) -> Result<Scenario, TargetError> {
        let Plan { name, connection, fixed_clock, engine, batches, input_faults, several_writers, user_based } = plan;
        let clock = material.clock.or(material.first_batch.filter(|_| fixed_clock));
        let mut settings = material.settings.clone();
        let encryption = settings.connection.server_side_encryption_method;
        settings.connection = connection;
        engine(&mut settings.engine);
        let mut input = batches.map_or_else(|| material.input.clone(), |make| make().into_bytes().into());
        let unfit = |source| TargetError::Name { case: name.clone(), source };
        let (root, target, writer, store, server, access) = match &self.0 {
            Kind::Real { store, writer, anonymous, config, run, folder: base, traits } => {
                let root = format!("{base}/{name}/");
                let folder = settings.connection.folder_name.map(|folder| folder.to_string()).unwrap_or_default();
                settings.connection.folder_name = Some((root.clone() + &folder).parse::<FolderName>().map_err(unfit)?);
                // What the server does not support is left out of the built-in cases, and `unsupported` names it.
                if traits.encryption_refused.contains_key(&settings.connection.server_side_encryption_method) {
                    settings.connection.server_side_encryption_method = encryption;
                }
                // The user's batches are never changed.
                if batches.is_some() || material.first_batch.is_some() {
                    input = marked(&input, &run.to_string());
                    if traits.backslash.is_err() {
                        input = without_backslash(&input);
                    }
                }
                let access = Access::Probed { anonymous: anonymous.clone() };
                (
                    root,
                    config.clone(),
                    Arc::new(writer.clone()) as Arc<dyn Store>,
                    store.clone(),
                    traits.clone(),
                    access,
                )
            }
            Kind::Embedded { server, clients, deployment } => {
                if !is_single {
                    let bucket = format!("mp-forwarding-{name}").parse::<BucketName>().map_err(unfit)?;
                    settings.connection.s3_bucket_name = bucket;
                }
                let access_kind = deployment.access_kind(user_based || settings.configuration.credentials.is_some());
                let fixture = AccessFixture::create(server, clients, &settings, deployment, access_kind).await;
                let fixture =
                    fixture.map_err(|source| TargetError::Policies { case: name.clone(), source: Box::new(source) })?;
                // Without a key id AWS uses its own key. No key policy is evaluated for it.
                if settings.connection.server_side_encryption_method.uses_kms() {
                    settings.engine.sse_kms_key_id.get_or_insert_with(|| fixture.key_arn().to_owned());
                }
                let (target, writer, store) = (fixture.writer_config().clone(), fixture.writer(), fixture.reader());
                let access = Access::Fixture(Arc::new(fixture));
                let default = settings.engine.default_encryption;
                let encryption_unasked = (default != ServerSideEncryption::None).then(|| default.as_str().to_owned());
                let traits = ServerTraits { encryption_unasked, ..ServerTraits::default() };
                (String::new(), target, writer, store, traits, access)
            }
        };
        Ok(Scenario {
            name,
            settings,
            input,
            clock,
            input_faults,
            root,
            several_writers,
            target,
            writer,
            store,
            server,
            access,
        })
    }

    /// A check for each thing that this server does not support and that could not be tested. `methods` are those that the cases
    /// ask for, `own` is that of the user's settings.
    pub fn unsupported(&self, methods: &[ServerSideEncryption], own: ServerSideEncryption) -> Vec<Check> {
        match &self.0 {
            Kind::Real { store, traits, .. } => traits.unsupported(&store.name(), methods, own),
            Kind::Embedded { .. } => Vec::new(),
        }
    }

    /// Removes from a real bucket what this run wrote, and nothing else. It waits for uploads that an interrupted run has begun.
    ///
    /// # Errors
    /// The messages about objects that could not be removed, or that may still appear.
    pub async fn clean(&self) -> Result<(), Vec<String>> {
        let Kind::Real { store, writer, folder, run, .. } = &self.0 else { return Ok(()) };
        let unanswered = writer.settle(SETTLE).await;
        Self::empty(store.as_ref(), folder).await?;
        let later = |key| format!("`{key}` may still be written: remove it with `conform clean --delete --run {run}`");
        match unanswered.is_empty() {
            true => Ok(()),
            false => Err(unanswered.into_iter().map(later).collect()),
        }
    }

    async fn empty(store: &dyn Store, folder: &str) -> Result<(), Vec<String>> {
        let prefix = format!("{folder}/");
        // An upload of a command that was killed may complete after the first listing. Therefore a second listing must be
        // empty.
        for _ in 0..CLEAN_ATTEMPTS {
            let objects = list_all(store, &prefix)
                .await
                .map_err(|error| vec![format!("objects below `{prefix}` are not removed: {error}")])?;
            if objects.is_empty() {
                return Ok(());
            }
            let mut left = Vec::new();
            for object in objects {
                if let Err(error) = store.delete(&object.key).await {
                    left.push(format!("`{}` is not removed: {error}", object.key));
                    // A server that does not answer is not asked for each object.
                    if error.status.is_none() {
                        left.push(format!("other objects below `{prefix}` are not removed either"));
                        break;
                    }
                }
            }
            if !left.is_empty() {
                return Err(left);
            }
        }
        Ok(())
    }
}

/// The batches with the run's id before each non-empty app name.
fn marked(input: &[u8], run: &str) -> Arc<[u8]> {
    let mark = format!("\"application_name\":\"{run} ");
    let text = String::from_utf8_lossy(input).replace("\"application_name\":\"", &mark);
    text.replace(&format!("{mark}\""), "\"application_name\":\"\"").into_bytes().into()
}

/// The batches without those whose app name has a `\`.
fn without_backslash(input: &[u8]) -> Arc<[u8]> {
    let is_odd = |line: &&[u8]| {
        let batch: Value = serde_json::from_slice(line).unwrap_or_default();
        batch["application_info"]["application_name"].as_str().is_some_and(|name| name.contains('\\'))
    };
    lines(input).filter(|line| !is_odd(line)).flat_map(|line| [line, b"\n"].concat()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn apps_that_have_a_name_are_marked() {
        let text = |input: &str| String::from_utf8(marked(input.as_bytes(), "run").to_vec()).unwrap();
        assert_eq!(text(r#"{"application_name":"Shop"}"#), r#"{"application_name":"run Shop"}"#);
        assert_eq!(text(r#"{"application_name":""}"#), r#"{"application_name":""}"#);
        assert_eq!(text(r#"{"application_name":null}"#), r#"{"application_name":null}"#);
    }

    #[test]
    fn an_app_with_a_backslash_is_left_out_and_an_escape_is_none() {
        let app = |name: &str| format!(r#"{{"application_info":{{"application_name":"{name}"}}}}"#) + "\n";
        let [odd, quoted] = [app(r"a\\b"), app(r#"\"a\u000bb"#)];
        assert_eq!(*without_backslash((odd + &quoted).as_bytes()), *quoted.as_bytes());
    }
}
