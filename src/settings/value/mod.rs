//! The values of settings that have rules of their own, one file each.

mod acl;
mod bucket_name;
mod date_folders;
mod endpoint;
mod folder_name;
mod metadata_exclusion;
mod region;
pub(super) mod role;
mod s3_url;
mod secret;
mod sse;
mod text;

pub use acl::Acl;
pub use bucket_name::BucketName;
pub use date_folders::{DateFolders, TypedDateFolders};
pub use endpoint::Endpoint;
pub use folder_name::FolderName;
pub use metadata_exclusion::{MetadataExclusion, MetadataPointer};
pub use region::Region;
pub use s3_url::S3Url;
pub use secret::Secret;
pub(super) use secret::is_secret_shaped;
pub(crate) use secret::mask_secrets;
pub use sse::ServerSideEncryption;
pub(super) use text::SettingValue;
