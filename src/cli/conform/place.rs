//! Where a conformance run writes: an S3 in this process, or a real bucket below a folder of its own.

use std::sync::Arc;

use jiff::Timestamp;

use super::super::{Failure, target};
use super::Args;
use crate::conform::{Plan, Scenario, ServerTraits, list_all};
use crate::settings::{FolderName, ServerSideEncryption, Settings};
use crate::store::{Embedded, S3Store, Store};

pub(super) enum Place {
    /// Empty, and gone with the process: each case has a bucket to itself.
    Embedded(Embedded),
    /// Somebody's bucket: each case has a folder of this run.
    Real { store: Arc<dyn Store>, run: String, traits: ServerTraits },
}

impl Place {
    pub(super) async fn find(args: &Args, settings: &Settings) -> Result<Self, Failure> {
        if settings.engine.endpoint.is_some() || args.live {
            let store: Arc<dyn Store> = Arc::new(target::connect(settings).await?);
            if args.create_bucket {
                store.create_bucket().await.map_err(Failure::target)?;
            }
            let now = Timestamp::now();
            let run = format!("conform-{}-{:06}", now.strftime("%Y%m%dT%H%M%SZ"), now.subsec_microsecond());
            let traits = ServerTraits::probe(store.as_ref(), &format!("{run}/")).await.map_err(Failure::target)?;
            return Ok(Self::Real { store, run, traits });
        }
        if let Some(folder) = &args.keep
            && std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
        {
            let message = format!("`{}` is not empty: name a new folder with --keep", folder.display());
            return Err(Failure::usage(message));
        }
        Embedded::start(args.keep.as_deref()).await.map(Self::Embedded).map_err(Failure::target)
    }

    /// The cases with their input and a bucket each, or a folder.
    pub(super) async fn scenarios(
        &self,
        plans: Vec<Plan>,
        settings: &Settings,
        input: &Arc<[u8]>,
        args: &Args,
    ) -> Result<Vec<Scenario>, Failure> {
        let mut scenarios = Vec::with_capacity(plans.len());
        for Plan { name, connection, fixed_clock } in plans {
            let mut settings = settings.clone();
            let encryption = settings.connection.server_side_encryption_method;
            settings.connection = connection;
            let (store, root, server): (Arc<dyn Store>, String, ServerTraits) = match self {
                Self::Real { store, run, traits } => {
                    let root = format!("{run}/{name}/");
                    let folder = settings.connection.folder_name.map(|folder| folder.to_string()).unwrap_or_default();
                    let folder = (root.clone() + &folder).parse::<FolderName>().map_err(Failure::usage)?;
                    settings.connection.folder_name = Some(folder);
                    // A server that has no keys refuses what a case asks for on its own account.
                    let of_case = settings.connection.server_side_encryption_method;
                    if of_case != ServerSideEncryption::Aes256 || traits.encryption_asked.is_err() {
                        settings.connection.server_side_encryption_method = encryption;
                    }
                    (store.clone(), root, traits.clone())
                }
                Self::Embedded(server) => {
                    let bucket = match args.settings {
                        Some(_) => settings.connection.s3_bucket_name.clone(),
                        None => format!("mp-forwarding-{name}").parse().map_err(Failure::usage)?,
                    };
                    let store = S3Store::connect(server.config(bucket.as_str())).await.map_err(Failure::target)?;
                    store.create_bucket().await.map_err(Failure::target)?;
                    settings.connection.s3_bucket_name = bucket;
                    (Arc::new(store), String::new(), ServerTraits::default())
                }
            };
            let clock = if fixed_clock && args.inputs.is_empty() { Some(args.first_batch()?) } else { args.clock };
            let input = input.clone();
            scenarios.push(Scenario { name, settings, input, clock, root, writer: store.clone(), store, server });
        }
        Ok(scenarios)
    }

    /// Removes what this run wrote to a real bucket, and only that.
    pub(super) async fn clean(&self) {
        let Self::Real { store, run, .. } = self else { return };
        let prefix = format!("{run}/");
        match list_all(store.as_ref(), &prefix).await {
            Err(error) => say!("warning: what lies below `{prefix}` is left behind: {error}"),
            Ok(objects) => {
                for object in objects {
                    if let Err(error) = store.delete(&object.key).await {
                        say!("warning: `{}` is left behind: {error}", object.key);
                    }
                }
            }
        }
    }
}
