//! The connection to the bucket in the settings.

use std::io;
use std::path::{Path, PathBuf};

use crate::bounded;
use crate::settings::Settings;
use crate::store::{AssumeRole, Conditions, CredentialSource, S3Config};

/// Why the CA bundle cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CaBundleError {
    /// The file cannot be read.
    #[error("cannot read the CA bundle `{}`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The reason.
        #[source]
        source: io::Error,
    },
    /// The file has no certificate. A TLS library would ignore that.
    #[error("the CA bundle `{}` has no PEM certificate", .0.display())]
    NoCertificate(PathBuf),
}

const PEM: &[u8] = b"-----BEGIN CERTIFICATE-----";

/// The connection to the bucket of `settings`: its endpoint, path-style unless configured otherwise, and its own key
/// pair or the standard AWS credential chain.
///
/// # Errors
/// If the CA bundle cannot be read or holds no certificate.
pub fn s3_config(settings: &Settings) -> Result<S3Config, CaBundleError> {
    let engine = &settings.engine;
    let ca_bundle = engine.ca_bundle.as_deref().map(read_ca_bundle).transpose()?;
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
        conditions: if engine.conditional_writes { Conditions::Sent } else { Conditions::Off },
    })
}

fn read_ca_bundle(path: &Path) -> Result<Vec<u8>, CaBundleError> {
    let pem = bounded::read_file(path, bounded::CERTIFICATES)
        .map_err(|source| CaBundleError::Read { path: path.to_owned(), source })?;
    match pem.windows(PEM.len()).any(|window| window == PEM) {
        true => Ok(pem),
        false => Err(CaBundleError::NoCertificate(path.to_owned())),
    }
}
