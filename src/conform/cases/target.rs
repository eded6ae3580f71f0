//! Where the cases of a suite write: an S3 in this process, or somebody's bucket below a folder of the run's own.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use super::scenario::{Plan, Scenario};
use crate::conform::access::{Access, AccessFixture, AccessFixtureError, Clients, Deployment};
use crate::conform::bucket::{RunId, ServerTraits, lines, list_all};
use crate::report::Check;
use crate::settings::{BucketName, FolderName, Refusal, ServerSideEncryption, Settings};
use crate::store::{CredentialSource, Embedded, EmbeddedError, S3Config, S3Store, Store, StoreError};

/// A place for the cases of a suite.
pub struct Target(Kind);

enum Kind {
    /// Empty, and gone with the process: each case has a bucket to itself.
    Embedded { server: Embedded, clients: Box<Clients>, deployment: Deployment },
    /// Somebody's bucket: each case has a folder of this run.
    Real {
        store: Arc<dyn Store>,
        anonymous: Option<Arc<dyn Store>>,
        config: S3Config,
        run: String,
        traits: ServerTraits,
    },
}

/// A key that no server knows.
const NOBODY: &str = "AKIANOBODYEXAMPLE000";

/// Why there is no place for a case.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TargetError {
    /// The embedded S3 does not start.
    #[error(transparent)]
    Embedded(#[from] EmbeddedError),
    /// The bucket cannot be made or used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The policies cannot be in force for this case.
    #[error("the case `{case}` cannot have its policies")]
    Policies {
        /// The case.
        case: String,
        /// What is wrong.
        #[source]
        source: Box<AccessFixtureError>,
    },
    /// The case's name gives no bucket or folder.
    #[error("the case `{case}` has no place of its own")]
    Name {
        /// The case.
        case: String,
        /// What is wrong with the name.
        #[source]
        source: Refusal,
    },
}

/// What all cases share.
#[derive(Debug, Clone)]
pub struct Material {
    /// The settings that are not a case's own: credentials, endpoint, the engine's options.
    pub settings: Settings,
    /// Newline-delimited batches.
    pub input: Arc<[u8]>,
    /// What time every subject is told it is, if it is told one.
    pub clock: Option<Timestamp>,
    /// When the first batch was received, if they are made up: the cases with a fixed clock are told this time.
    pub first_batch: Option<Timestamp>,
}

impl Target {
    /// An S3 in this process, which keeps its objects in `folder`, else in a temporary one, and judges every request by the
    /// strict policies.
    ///
    /// # Errors
    /// If it does not start.
    pub async fn embedded(folder: Option<&Path>) -> Result<Self, TargetError> {
        let server = Embedded::start(folder).await?;
        let clients = Box::new(Clients::new(&server).await?);
        Ok(Self(Kind::Embedded { server, clients, deployment: Deployment::default() }))
    }

    /// Has the S3 in this process judge by other policies.
    #[must_use]
    pub fn under(mut self, policies: Deployment) -> Self {
        if let Kind::Embedded { deployment, .. } = &mut self.0 {
            *deployment = policies;
        }
        self
    }

    /// A folder of this run's own in somebody's bucket, which is reached by `config`.
    ///
    /// # Errors
    /// If nothing can be written there.
    pub async fn real(config: S3Config) -> Result<Self, StoreError> {
        let store: Arc<dyn Store> = Arc::new(S3Store::connect(config.clone()).await?);
        let run = RunId::now().to_string();
        let traits = ServerTraits::probe(store.as_ref(), &format!("{run}/")).await?;
        // A server that takes keys which nobody has refuses nobody, and there is nothing to try.
        let keys = CredentialSource::Keys { access_key_id: NOBODY.to_owned(), secret_access_key: NOBODY.to_owned() };
        let made_up = S3Config { credentials: keys, assume_role: None, ..config.clone() };
        let anonymous: Option<Arc<dyn Store>> = match S3Store::connect(made_up).await?.list(&run, None).await {
            Ok(_) => None,
            Err(_) => Some(Arc::new(S3Store::connect_unsigned(config.clone()).await?)),
        };
        Ok(Self(Kind::Real { store, anonymous, config, run, traits }))
    }

    /// Each plan with its input and a bucket of its own, or a folder. A single plan keeps the bucket that it names.
    ///
    /// # Errors
    /// If a bucket cannot be made, or the case's name is none for a bucket or a folder.
    pub async fn scenarios(&self, plans: Vec<Plan>, material: &Material) -> Result<Vec<Scenario>, TargetError> {
        let mut scenarios = Vec::with_capacity(plans.len());
        let is_single = plans.len() == 1;
        for plan in plans {
            scenarios.push(self.scenario(plan, material, is_single).await?);
        }
        Ok(scenarios)
    }

    async fn scenario(&self, plan: Plan, material: &Material, is_single: bool) -> Result<Scenario, TargetError> {
        let Plan { name, connection, fixed_clock, engine, batches, several_writers, user_based } = plan;
        let clock = material.clock.or(material.first_batch.filter(|_| fixed_clock));
        let mut settings = material.settings.clone();
        let encryption = settings.connection.server_side_encryption_method;
        settings.connection = connection;
        engine(&mut settings.engine);
        let mut input = batches.map_or_else(|| material.input.clone(), |make| make().into_bytes().into());
        let unfit = |source| TargetError::Name { case: name.clone(), source };
        let (root, target, writer, store, server, access) = match &self.0 {
            Kind::Real { store, anonymous, config, run, traits } => {
                let root = format!("{run}/{name}/");
                let folder = settings.connection.folder_name.map(|folder| folder.to_string()).unwrap_or_default();
                settings.connection.folder_name = Some((root.clone() + &folder).parse::<FolderName>().map_err(unfit)?);
                // A server that has no keys refuses what a case asks for on its own account.
                let of_case = settings.connection.server_side_encryption_method;
                if of_case != ServerSideEncryption::Aes256 || traits.encryption_asked.is_err() {
                    settings.connection.server_side_encryption_method = encryption;
                }
                // Batches of somebody's own are never changed.
                if batches.is_some() || material.first_batch.is_some() {
                    input = marked(&input, run);
                    if traits.backslash.is_err() {
                        input = without_backslash(&input);
                    }
                }
                let access = Access::Probed { anonymous: anonymous.clone() };
                (root, config.clone(), store.clone(), store.clone(), traits.clone(), access)
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
                // A key of AWS's own, which is meant where none is named, is judged by no policy.
                if settings.connection.server_side_encryption_method.uses_kms() {
                    settings.engine.sse_kms_key_id.get_or_insert_with(|| fixture.key_arn().to_owned());
                }
                let (target, writer, store) = (fixture.writer_config().clone(), fixture.writer(), fixture.reader());
                let access = Access::Fixture(Arc::new(fixture));
                (String::new(), target, writer, store, ServerTraits::default(), access)
            }
        };
        Ok(Scenario { name, settings, input, clock, root, several_writers, target, writer, store, server, access })
    }

    /// A row for each thing that could not be put to the test because of the server.
    pub fn left_out(&self) -> Vec<Check> {
        match &self.0 {
            Kind::Real { store, traits, .. } => traits.left_out(&store.name()).into_iter().collect(),
            Kind::Embedded { .. } => Vec::new(),
        }
    }

    /// Removes what this run wrote to a real bucket, and only that.
    ///
    /// # Errors
    /// Tells in words what is left behind.
    pub async fn clean(&self) -> Result<(), Vec<String>> {
        let Kind::Real { store, run, .. } = &self.0 else { return Ok(()) };
        let prefix = format!("{run}/");
        let objects = list_all(store.as_ref(), &prefix)
            .await
            .map_err(|error| vec![format!("what lies below `{prefix}` is left behind: {error}")])?;
        let mut left = Vec::new();
        for object in objects {
            if let Err(error) = store.delete(&object.key).await {
                left.push(format!("`{}` is left behind: {error}", object.key));
            }
        }
        if left.is_empty() { Ok(()) } else { Err(left) }
    }
}

/// Batches whose apps have the run's id before their names, where they have names.
fn marked(input: &[u8], run: &str) -> Arc<[u8]> {
    let mark = format!("\"application_name\":\"{run} ");
    let text = String::from_utf8_lossy(input).replace("\"application_name\":\"", &mark);
    text.replace(&format!("{mark}\""), "\"application_name\":\"\"").into_bytes().into()
}

/// The batches aside whose app has a `\` in its name.
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
