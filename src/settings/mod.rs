//! What the user chose: mParticle's 3 configuration and 26 connection settings, and the engine options that are ours.
//!
//! Two kinds of type stand here. What was *typed* is [`SettingsFile`]: plain values under the ids, the source of the
//! published schema. What is *proven* is [`Settings`]: every rule has been checked, so the rest of the program never
//! asks again. [`Settings::load`] goes from the one to the other and names everything that is wrong at once.

mod bucket_name;
mod configuration;
mod connection;
mod date_folders;
pub(crate) mod effect;
mod endpoint;
mod engine;
mod error;
mod export;
mod file;
mod folder_name;
mod form;
mod load;
mod metadata_exclusion;
mod names;
mod proof;
mod region;
mod role;
mod rules;
mod s3_url;
mod secret;
mod setting_id;
mod sse;
mod syntax;
mod template;
mod value_text;

pub use bucket_name::BucketName;
pub use configuration::{Configuration, KeyPair};
pub use connection::Connection;
pub use date_folders::{DateFolders, TypedDateFolders};
pub use endpoint::Endpoint;
pub use engine::{Acl, Engine};
pub use error::{Problem, Refusal, SettingsError};
pub use file::{ConfigurationTable, ConnectionTable, EngineTable, SettingsFile};
pub use folder_name::FolderName;
pub use load::Settings;
pub use metadata_exclusion::{MetadataExclusion, MetadataPointer};
pub use region::Region;
pub use s3_url::S3Url;
pub use secret::Secret;
pub use setting_id::{SettingId, Table};
pub use sse::ServerSideEncryption;
pub use template::template;
