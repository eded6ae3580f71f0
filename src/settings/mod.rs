//! What the user chose: mParticle's 3 configuration and 26 connection settings, and the engine options that are ours.
//!
//! There are two kinds of type. What was *typed* is [`SettingsFile`]: plain values under the ids. What is *checked* is [`Settings`]: every rule holds, so the rest of the program never checks again.
//! [`Settings::load`] goes from the one to the other and names everything that is wrong at once.
//!
//! A setting is declared once, in a line of `connection`, and an engine option in a line of `engine`: the typed table, the
//! checked struct, the defaults, the bounds, the schema, the names, the template and the exported file come from that line.

mod check;
mod configuration;
mod connection;
mod declare;
#[cfg(any(feature = "explain", feature = "forward"))]
pub(crate) mod effect;
mod engine;
mod error;
mod file;
mod kind;
mod load;
mod names;
mod notes;
mod rules;
mod schema;
mod show;
mod syntax;
mod template;
mod value;

pub use configuration::{Configuration, KeyPair};
pub use connection::{ConfigurationTable, Connection, ConnectionTable, SettingId};
pub use declare::Table;
pub use engine::{Engine, EngineTable};
pub use error::{Problem, Refusal, SettingsError};
pub use file::SettingsFile;
pub use load::Settings;
pub use notes::HIDDEN_GZIP;
pub use template::template;
pub(crate) use value::mask_secrets;
pub use value::{
    Acl, BucketName, DateFolders, Endpoint, FolderName, MetadataExclusion, MetadataPointer, Region, S3Url, Secret,
    ServerSideEncryption, TypedDateFolders,
};
