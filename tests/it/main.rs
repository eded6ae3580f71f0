//! The integration tests, in one binary: everything through the public interface or the program itself.
#![allow(missing_docs, clippy::unwrap_used)]

mod bad_input;
mod determinism;
mod faults;
mod generate;
mod liars;
mod pairwise;
mod policy;
mod policy_can;
mod policy_check;
mod policy_laws;
mod policy_servers;
mod program;
mod real_servers;
mod regression;
mod schema;
mod schema_agreement;
mod schema_clients;
mod schema_instances;
mod schema_reference;
mod servers;
mod settings;
mod terraform;
mod terraform_readme;
