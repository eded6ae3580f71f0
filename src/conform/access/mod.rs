//! Tests of access: with every principal on the built-in S3, and with the available principals on other servers.

pub(crate) mod rows;

mod attempt;
mod deployment;
mod fixture;
mod trial;

pub(crate) use attempt::ALLOW_KEY;
pub use attempt::{Attempt, Expected, Trial};
pub use deployment::{AccessKind, Deployment, DeploymentError};
pub use fixture::{AccessFixture, AccessFixtureError, Clients};
pub use trial::Access;
