//! The options for the server and the credentials. They override a settings file.

use clap::Args;

use super::Failure;
use crate::access::Catalogue;
use crate::events_api::EventsUrl;
use crate::forward::s3_config;
use crate::settings::{BucketName, Endpoint, Settings, SettingsError, SettingsFile, TypedDateFolders};
use crate::store::S3Store;

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Target")]
pub(crate) struct TargetArgs {
    /// The URL of an S3-compatible server, such as http://127.0.0.1:9000 (default: the settings or the environment, else AWS)
    #[arg(long, value_name = "URL", value_parser = endpoint)]
    pub(crate) endpoint: Option<String>,
    /// Put the bucket into the host name instead of the path
    #[arg(long)]
    virtual_host: bool,
    /// The AWS region of the bucket
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// A PEM file with certificates to trust in addition to the system's
    #[arg(long, value_name = "FILE")]
    ca_bundle: Option<String>,
    /// The profile of the AWS configuration files
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// A role to assume
    #[arg(long, value_name = "ARN")]
    role_arn: Option<String>,
    /// The external id that the role's trust policy requires
    #[arg(long, value_name = "ID")]
    external_id: Option<String>,
}

/// Refuses a URL that is not an endpoint. A URL with a password is refused later with the settings, because that
/// message does not show it.
fn endpoint(text: &str) -> Result<String, String> {
    match text.parse::<Endpoint>() {
        Err(error) if !text.contains('@') => Err(error.to_string()),
        _ => Ok(text.to_owned()),
    }
}

impl TargetArgs {
    /// The first of these options that is given.
    pub(crate) fn first_given(&self) -> Option<&'static str> {
        [
            (self.endpoint.is_some(), "--endpoint"),
            (self.virtual_host, "--virtual-host"),
            (self.region.is_some(), "--region"),
            (self.ca_bundle.is_some(), "--ca-bundle"),
            (self.profile.is_some(), "--profile"),
            (self.role_arn.is_some(), "--role-arn"),
            (self.external_id.is_some(), "--external-id"),
        ]
        .into_iter()
        .find_map(|(is_given, name)| is_given.then_some(name))
    }

    /// Overrides the options of a settings file, so that they are checked together.
    pub(crate) fn override_file(&self, typed: &mut SettingsFile) {
        let set = |place: &mut Option<String>, value: &Option<String>| {
            if value.is_some() {
                place.clone_from(value);
            }
        };
        set(&mut typed.configuration.aws_region, &self.region);
        let engine = &mut typed.engine;
        set(&mut engine.endpoint, &self.endpoint);
        set(&mut engine.ca_bundle, &self.ca_bundle);
        set(&mut engine.profile, &self.profile);
        set(&mut engine.role_arn, &self.role_arn);
        set(&mut engine.external_id, &self.external_id);
        if self.virtual_host {
            engine.virtual_host = Some(true);
        }
    }
}

/// Settings for a bucket that is only read, if there is no settings file. Neither the role-based prefix nor credentials
/// are checked. The region comes from the options, else from the environment.
pub(crate) fn for_reading(
    bucket: &BucketName,
    options: impl FnOnce(&mut SettingsFile),
) -> Result<Settings, SettingsError> {
    let mut typed = SettingsFile::default();
    typed.connection.s3_bucket_name = Some(format!("{}reading", BucketName::ROLE_BASED_PREFIX));
    typed.connection.store_data_in_folders_by_date = Some(TypedDateFolders::None);
    let of_environment = |name| std::env::var(name).ok().filter(|region| !region.is_empty());
    typed.configuration.aws_region = of_environment("AWS_REGION").or_else(|| of_environment("AWS_DEFAULT_REGION"));
    options(&mut typed);
    let mut settings = Settings::try_from(typed)?;
    settings.connection.s3_bucket_name = bucket.clone();
    Ok(settings)
}

/// A client for the bucket of `settings`.
pub(crate) async fn connect(settings: &Settings) -> Result<S3Store, Failure> {
    let config = s3_config(settings).map_err(Failure::usage)?;
    S3Store::connect(config).await.map_err(Failure::target)
}

/// The Events API of a pod of the catalogue. `options` says how to give the pod.
pub(crate) fn url_of_pod(name: Option<&str>, options: &str) -> Result<EventsUrl, Failure> {
    let name = name.ok_or_else(|| Failure::usage(format!("the pod is not known: give it with {options}")))?;
    let pod = Catalogue::built_in().find(name).map_err(Failure::usage)?;
    EventsUrl::of_pod(&pod.name).map_err(Failure::usage)
}
