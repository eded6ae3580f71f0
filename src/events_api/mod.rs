//! mParticle's Events API, which receives inbound batches (section 6 of the contract, EVT-1): a client that sends
//! batches, and a local server that accepts them like mParticle and passes them to the engine.
//!
//! The server adds what the platform adds ([`Platform`]), and also takes batches of the web SDK, whose requests for the id of a
//! user it answers. It is for tests: it uses a loopback address and plain HTTP.

mod client;
mod credentials;
mod faulty_store;
mod host;
mod identity;
mod platform;
mod request;
mod route;
mod server;
mod source;

pub use client::{Attempt, Client, ClientError, Sent};
pub use credentials::{Credentials, CredentialsError};
pub use faulty_store::{ExportFault, FaultyStore, UnknownExportFault};
pub use host::{EventsUrl, EventsUrlError};
pub use platform::Platform;
pub use request::{Endpoint, MAX_BATCHES, MAX_REQUEST_BYTES, Rejection, batches_of};
pub use server::{Options, Received, Server, ServerError};
pub use source::ApiSource;
