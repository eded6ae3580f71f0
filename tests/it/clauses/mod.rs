//! A test for each clause of the contract and for each choice where the contract is silent. The name of a test starts
//! with the id: `lay_3_…` tests `LAY-3`. The test of a setting has the setting's name. All tests use the public
//! interface.

mod access;
mod batching;
mod choices;
mod events;
mod files;
mod forms;
mod register;
mod settings;
