//! Who may do what with the bucket, put to the test: on the embedded S3 by everybody who might knock at it, on another
//! server by whoever can be played there.

mod attempt;
mod deployment;
mod premises;
pub(crate) mod rows;
mod trial;

pub use attempt::{Attempt, Trial, Wanted};
pub use deployment::{Deployment, DeploymentError, Way};
pub use premises::{Clients, Premises, PremisesError};
pub use trial::Access;
