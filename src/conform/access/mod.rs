//! Tests of access: on the embedded S3 with every principal, on another server with those that are available.

pub(crate) mod rows;

mod attempt;
mod deployment;

mod fixture;

mod trial;

pub use attempt::{Attempt, Expected, Trial};
pub use deployment::{AccessKind, Deployment, DeploymentError};
pub use fixture::{AccessFixture, AccessFixtureError, Clients};
pub use trial::Access;
