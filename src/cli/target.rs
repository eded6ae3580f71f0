//! The options that say where a bucket is and who asks for it. They stand above the same options of a settings file.

use std::path::PathBuf;

use clap::Args;

use super::Failure;
use crate::forward::s3_config;
use crate::settings::{Endpoint, Region, Settings};
use crate::store::S3Store;

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Target")]
pub(crate) struct TargetArgs {
    /// The S3-compatible server; without it, AWS itself
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint: Option<Endpoint>,
    /// Put the bucket into the host name instead of the path
    #[arg(long, requires = "endpoint")]
    virtual_host: bool,
    /// The region to sign for
    #[arg(long, value_name = "REGION")]
    region: Option<Region>,
    /// PEM certificates to trust beside the system's own
    #[arg(long, value_name = "FILE")]
    ca_bundle: Option<PathBuf>,
    /// The profile of the AWS configuration files
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// A role to assume
    #[arg(long, value_name = "ARN")]
    role_arn: Option<String>,
    /// The external id that the role's trust policy asks for
    #[arg(long, value_name = "ID", requires = "role_arn")]
    external_id: Option<String>,
}

impl TargetArgs {
    /// Puts the options above those of the settings file, and proves the whole again.
    pub(crate) fn apply(&self, settings: &mut Settings) -> Result<(), Failure> {
        let engine = &mut settings.engine;
        let set = |place: &mut Option<String>, value: &Option<String>| {
            if value.is_some() {
                place.clone_from(value);
            }
        };
        set(&mut engine.profile, &self.profile);
        set(&mut engine.role_arn, &self.role_arn);
        set(&mut engine.external_id, &self.external_id);
        if self.endpoint.is_some() {
            engine.endpoint.clone_from(&self.endpoint);
        }
        if self.ca_bundle.is_some() {
            engine.ca_bundle.clone_from(&self.ca_bundle);
        }
        engine.virtual_host |= self.virtual_host;
        if let Some(region) = &self.region {
            settings.configuration.aws_region = region.clone();
        }
        settings.check().map_err(Failure::usage)
    }
}

/// A client for the bucket of `settings`.
pub(crate) async fn connect(settings: &Settings) -> Result<S3Store, Failure> {
    let config = s3_config(settings).map_err(Failure::usage)?;
    S3Store::connect(config).await.map_err(Failure::target)
}
