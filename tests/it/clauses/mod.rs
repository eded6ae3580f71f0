//! Each clause of the contract and each choice where it is silent, with a test that bears its id: `LAY-3` is tested by
//! `lay_3_…`, a setting by the test of its name. All through the public interface.

mod access;
mod batching;
mod choices;
mod events;
mod files;
mod forms;
mod register;
mod settings;
