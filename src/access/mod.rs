//! Who may do what with the bucket (ACC-1 to ACC-10): policies rendered, linted, compared and evaluated.
//!
//! - [`Catalogue`]: mParticle's pods and their AWS roles, with the date of these values.
//! - [`render`]: the policies that let mParticle write, made from templates.
//! - [`Policy`]: any policy, read strictly.
//! - [`documents`](documents()): the policies in a file, also in the output of the AWS CLI and of Terraform.
//! - [`refusal`]: what AWS would not store, by kind of policy. [`actions`] is its table.
//! - [`lint`]: the faults of a policy, with reasons and remedies.
//! - [`drift`]: how a deployed policy differs from an expected one, statement by statement.
//! - [`evaluate`]: the decision of AWS about one request, and the deciding statement. It uses no network and no clock.

pub(crate) mod acl;
pub mod actions;
mod canonical;
mod documents;
pub mod drift;
pub mod evaluate;
pub mod input;
mod kms_request;
pub mod lint;
mod merge;
mod pods;
pub mod policy;
mod policy_kind;
mod probe;
pub mod refusal;
pub mod render;
pub mod terraform;

pub use canonical::canonical;
pub use documents::{Document, Documents, documents};
pub use kms_request::KmsRequest;
pub use merge::{MergeError, Merged, merge};
pub use pods::{Catalogue, Partition, Pod, PodOverrides, Roles, UnknownPod};
pub use policy::{Policy, PolicyError};
pub use policy_kind::PolicyKind;
