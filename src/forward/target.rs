//! The bucket as the settings describe it.

use std::io;
use std::path::PathBuf;

use crate::settings::Settings;
use crate::store::{AssumeRole, CredentialSource, S3Config};

/// The CA bundle cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the CA bundle `{}`", path.display())]
pub struct CaBundleError {
    path: PathBuf,
    #[source]
    source: io::Error,
}

/// How to reach the bucket of `settings`: at its endpoint, path-style unless told otherwise, with its own key pair or the
/// AWS standard chain.
///
/// # Errors
/// If the CA bundle cannot be read.
pub fn s3_config(settings: &Settings) -> Result<S3Config, CaBundleError> {
    let engine = &settings.engine;
    let ca_bundle = match &engine.ca_bundle {
        None => None,
        Some(path) => Some(std::fs::read(path).map_err(|source| CaBundleError { path: path.clone(), source })?),
    };
    let credentials = match &settings.configuration.credentials {
        Some(keys) => CredentialSource::Keys {
            access_key_id: keys.access_key_id.clone(),
            secret_access_key: keys.secret_access_key.expose().to_owned(),
        },
        None => CredentialSource::Chain { profile: engine.profile.clone() },
    };
    Ok(S3Config {
        bucket: settings.connection.s3_bucket_name.to_string(),
        region: settings.configuration.aws_region.to_string(),
        path_style: engine.endpoint.is_some() && !engine.virtual_host,
        endpoint: engine.endpoint.as_ref().map(ToString::to_string),
        ca_bundle,
        credentials,
        assume_role: engine
            .role_arn
            .clone()
            .map(|role_arn| AssumeRole { role_arn, external_id: engine.external_id.clone() }),
        checksums: engine.checksums,
    })
}
